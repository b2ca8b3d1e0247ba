//! What a lab's `main.rs` reads from its arguments and its environment.

use lexopt::prelude::*;
use std::ffi::OsString;
use std::fmt::Display;
use std::num::NonZeroUsize;
use std::ops::RangeInclusive;
use std::str::FromStr;
use std::time::Duration;
use weather::Limits;

/// What `--help` prints, after the port that is the lab's own.
const HELP: &str = "
  --port N                  listen on this port of 127.0.0.1 (0: any free one)
  --profile normal|test     limits for people, or small and quick ones for tests
  --weather SECONDS|off     how often new weather comes by itself (normal: 2, test: off)
  --help                    this

Single limits come from the environment, as a count or in milliseconds, up to a day:
  WORKSHOP_CAPACITY  WORKSHOP_BATCH  WORKSHOP_HEARTBEAT  WORKSHOP_STREAM
  WORKSHOP_WAITING   WORKSHOP_RETRY  WORKSHOP_MESSAGE    WORKSHOP_PONG
";

/// In seconds.
const DAY: u64 = 24 * 60 * 60;

/// What the command line asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// To be told what there is: see [`help`].
    Help,
    /// To start the server.
    Serve(Options),
}

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

/// The text for `--help` of a lab whose port is `port`.
pub fn help(port: u16) -> String {
    format!("Serves the lab on 127.0.0.1:{port} until Ctrl-C.\n{HELP}")
}

impl Options {
    /// Reads arguments (without the program's name) and variables like `WORKSHOP_HEARTBEAT=200`,
    /// which win over the profile. `port` is the lab's own.
    ///
    /// # Errors
    /// An argument that there isn't, or a value that can't be: the text says what would be right.
    pub fn parse(
        port: u16,
        args: impl IntoIterator<Item = OsString>,
        vars: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Asked, lexopt::Error> {
        let mut options =
            Options { port, limits: Limits::NORMAL, weather: Some(Duration::from_secs(2)) };
        let mut args = lexopt::Parser::from_args(args);
        while let Some(arg) = args.next()? {
            match arg {
                Long("help") | Short('h') => return Ok(Asked::Help),
                Long("port") => {
                    options.port = number("--port", &args.value()?.string()?, 0..=u16::MAX)?;
                }
                Long("profile") => match args.value()?.string()?.as_str() {
                    "normal" => options.limits = Limits::NORMAL,
                    "test" => {
                        options.limits = Limits::TEST;
                        options.weather = None;
                    }
                    other => {
                        return Err(
                            format!("--profile must be normal or test, got {other:?}").into()
                        );
                    }
                },
                Long("weather") => {
                    options.weather = match args.value()?.string()?.as_str() {
                        "off" => None,
                        value => Some(Duration::from_secs(number("--weather", value, 1..=DAY)?)),
                    }
                }
                other => {
                    let unexpected = other.unexpected();
                    return Err(format!("{unexpected}; --help says which there are").into());
                }
            }
        }
        for (name, value) in vars {
            if let Some(limit) = name.strip_prefix("WORKSHOP_") {
                set(&mut options.limits, limit, &name, &value)?;
            }
        }
        Ok(Asked::Serve(options))
    }
}

/// Variables of other tools may begin with `WORKSHOP_` too: an unknown name is left alone.
fn set(limits: &mut Limits, limit: &str, name: &str, value: &str) -> Result<(), lexopt::Error> {
    // Zero would be a flood, or no service at all; more than a day nobody waits for.
    let millis = || number(name, value, 1..=1000 * DAY).map(Duration::from_millis);
    let count = |least| number(name, value, least..=1_000_000);
    match limit {
        "CAPACITY" => limits.capacity = NonZeroUsize::new(count(1)?).unwrap_or(NonZeroUsize::MIN),
        "BATCH" => limits.batch = count(1)?,
        "HEARTBEAT" => limits.heartbeat = millis()?,
        "STREAM" => limits.stream = millis()?,
        // None at all is what a full server looks like.
        "WAITING" => limits.waiting = count(0)?,
        "RETRY" => limits.retry = millis()?,
        "MESSAGE" => limits.message = number(name, value, 1..=1 << 24)?,
        "PONG" => limits.pong = millis()?,
        _ => {}
    }
    Ok(())
}

fn number<N: FromStr + PartialOrd + Display>(
    name: &str,
    value: &str,
    range: RangeInclusive<N>,
) -> Result<N, lexopt::Error> {
    match value.parse() {
        Ok(number) if range.contains(&number) => Ok(number),
        _ => {
            let (least, most) = range.into_inner();
            Err(format!("{name} must be a whole number from {least} to {most}, got {value:?}")
                .into())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(args: &[&str], vars: &[(&str, &str)]) -> Result<Asked, lexopt::Error> {
        let vars = vars.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Options::parse(8042, args.iter().map(OsString::from), vars)
    }

    fn options(args: &[&str], vars: &[(&str, &str)]) -> Options {
        match parse(args, vars).unwrap() {
            Asked::Serve(options) => options,
            Asked::Help => panic!("{args:?} asks for help"),
        }
    }

    #[test]
    fn nothing_said_is_the_normal_profile() {
        let options = options(&[], &[]);
        assert_eq!((options.port, options.limits), (8042, Limits::NORMAL));
    }

    #[test]
    fn a_value_may_follow_an_equals_sign() {
        assert_eq!(options(&["--port=1"], &[]).port, 1);
        assert_eq!(options(&["--port", "1"], &[]).port, 1);
        assert_eq!(options(&["--profile=test"], &[]).limits, Limits::TEST);
    }

    #[test]
    fn help_says_what_there_is() {
        assert_eq!(parse(&["--help"], &[]).unwrap(), Asked::Help);
        assert_eq!(parse(&["--port", "1", "-h"], &[]).unwrap(), Asked::Help);
        assert!(help(8042).starts_with("Serves the lab on 127.0.0.1:8042"));
    }

    #[test]
    fn variables_win_over_the_profile() {
        let options = options(&["--profile", "test"], &[("WORKSHOP_HEARTBEAT", "50")]);
        assert_eq!(options.limits, Limits { heartbeat: Duration::from_millis(50), ..Limits::TEST });
        assert_eq!(options.weather, None);
    }

    #[test]
    fn mistakes_are_named() {
        let says =
            |args: &[&str], vars: &[(&str, &str)]| parse(args, vars).unwrap_err().to_string();
        assert_eq!(says(&["--port"], &[]), "missing argument for option '--port'");
        assert_eq!(says(&["--profile", "x"], &[]), "--profile must be normal or test, got \"x\"");
        assert_eq!(
            says(&["--prot", "1"], &[]),
            "invalid option '--prot'; --help says which there are"
        );
        assert_eq!(
            says(&["--port=70000"], &[]),
            "--port must be a whole number from 0 to 65535, got \"70000\""
        );
        assert_eq!(
            says(&["--weather", "0"], &[]),
            "--weather must be a whole number from 1 to 86400, got \"0\""
        );
    }

    #[test]
    fn limits_have_a_least_and_a_greatest_value() {
        for (name, least, most) in [
            ("CAPACITY", 1, 1_000_000),
            ("BATCH", 1, 1_000_000),
            ("HEARTBEAT", 1, 86_400_000),
            ("STREAM", 1, 86_400_000),
            ("WAITING", 0, 1_000_000),
            ("RETRY", 1, 86_400_000),
            ("MESSAGE", 1, 1 << 24),
            ("PONG", 1, 86_400_000),
        ] {
            let name = format!("WORKSHOP_{name}");
            for right in [least, most] {
                options(&[], &[(&name, &right.to_string())]);
            }
            for wrong in [least - 1, most + 1, i64::MAX] {
                let said = parse(&[], &[(&name, &wrong.to_string())]).unwrap_err().to_string();
                let says = format!("must be a whole number from {least} to {most}, got");
                assert_eq!(said, format!("{name} {says} \"{wrong}\""));
            }
        }
    }
}
