//! What a lab's `main.rs` reads from its arguments and its environment.

use std::num::{NonZeroU64, NonZeroUsize};
use std::time::Duration;
use weather::Limits;

/// How to start a lab's server by hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// The port on 127.0.0.1.
    pub port: u16,
    /// How much, and how long.
    pub limits: Limits,
    /// How often new weather comes by itself; `None` with the test profile, where only
    /// `POST /publish` brings news.
    pub weather: Option<Duration>,
}

impl Options {
    /// From `--port N`, `--profile normal|test`, `--weather SECONDS|off`, and from variables like
    /// `WORKSHOP_HEARTBEAT=200` (milliseconds, or a count).
    ///
    /// # Errors
    /// One sentence that says what was wrong and what would be right.
    pub fn parse(
        port: u16,
        args: impl IntoIterator<Item = String>,
        vars: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Options, String> {
        let mut options =
            Options { port, limits: Limits::NORMAL, weather: Some(Duration::from_secs(2)) };
        let mut args = args.into_iter();
        while let Some(name) = args.next() {
            let value = args.next().ok_or_else(|| format!("{name} needs a value"))?;
            match (name.as_str(), value.as_str()) {
                ("--port", value) => options.port = number(&name, value)?,
                ("--profile", "normal") => options.limits = Limits::NORMAL,
                ("--profile", "test") => {
                    options.limits = Limits::TEST;
                    options.weather = None;
                }
                ("--profile", other) => {
                    return Err(format!("--profile must be normal or test, got {other:?}"));
                }
                ("--weather", "off") => options.weather = None,
                ("--weather", value) => {
                    let seconds: NonZeroU64 = number(&name, value)?;
                    options.weather = Some(Duration::from_secs(seconds.get()));
                }
                _ => {
                    return Err(format!(
                        "unknown option {name}; there are --port N, --profile normal|test and \
                         --weather SECONDS|off"
                    ));
                }
            }
        }
        for (name, value) in vars {
            if let Some(limit) = name.strip_prefix("WORKSHOP_") {
                set(&mut options.limits, limit, &name, &value)?;
            }
        }
        Ok(options)
    }
}

/// Variables of other tools may begin with `WORKSHOP_` too: an unknown name is left alone.
fn set(limits: &mut Limits, limit: &str, name: &str, value: &str) -> Result<(), String> {
    let millis = || number(name, value).map(Duration::from_millis);
    match limit {
        "CAPACITY" => limits.capacity = number::<NonZeroUsize>(name, value)?,
        "BATCH" => limits.batch = number::<NonZeroUsize>(name, value)?.get(),
        "HEARTBEAT" => limits.heartbeat = millis()?,
        "STREAM" => limits.stream = millis()?,
        "WAITING" => limits.waiting = number(name, value)?,
        "RETRY" => limits.retry = millis()?,
        "MESSAGE" => limits.message = number(name, value)?,
        "PONG" => limits.pong = millis()?,
        _ => {}
    }
    Ok(())
}

fn number<N: std::str::FromStr>(name: &str, value: &str) -> Result<N, String> {
    value.parse().map_err(|_| format!("{name} must be a whole number in range, got {value:?}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(args: &[&str], vars: &[(&str, &str)]) -> Result<Options, String> {
        let own = |text: &&str| (*text).to_owned();
        let vars = vars.iter().map(|(name, value)| (own(name), own(value)));
        Options::parse(8003, args.iter().map(own), vars)
    }

    #[test]
    fn nothing_said_is_the_normal_profile() {
        let options = parse(&[], &[]).unwrap();
        assert_eq!((options.port, options.limits), (8003, Limits::NORMAL));
    }

    #[test]
    fn variables_win_over_the_profile() {
        let options = parse(&["--profile", "test"], &[("WORKSHOP_HEARTBEAT", "50")]).unwrap();
        assert_eq!(options.limits, Limits { heartbeat: Duration::from_millis(50), ..Limits::TEST });
        assert_eq!(options.weather, None);
    }

    #[test]
    fn mistakes_are_named() {
        let says = |args: &[&str], vars: &[(&str, &str)]| parse(args, vars).unwrap_err();
        assert_eq!(says(&["--port"], &[]), "--port needs a value");
        assert_eq!(says(&["--profile", "x"], &[]), "--profile must be normal or test, got \"x\"");
        assert!(says(&["--prot", "1"], &[]).starts_with("unknown option --prot; there are --port"));
        assert_eq!(
            says(&[], &[("WORKSHOP_CAPACITY", "0")]),
            "WORKSHOP_CAPACITY must be a whole number in range, got \"0\""
        );
    }
}
