//! `contract`: reads which lab, and which server.

use anyhow::{Result, bail};
use lexopt::{Arg, Parser, ValueExt};
use manifest::Course;
use std::path::Path;

/// `contract LAB http://HOST:PORT`, or `contract LAB -- COMMAND …`
pub fn run(root: &Path, course: &Course, args: Parser) -> Result<()> {
    let (lab, target) = words(args)?;
    labs::contract(root, course.lab(&lab)?, &target)
}

/// The words on the command line: a lab, then `http://ADDRESS` or `-- COMMAND …`.
///
/// # Errors
/// They are something else.
fn words(mut args: Parser) -> Result<(String, String)> {
    let usage =
        "cargo workshop contract LAB http://HOST:PORT, or cargo workshop contract LAB -- COMMAND …";
    let lab = match args.next()? {
        Some(Arg::Value(lab)) => lab.string()?,
        _ => bail!("say which lab: {usage}"),
    };
    let mut words =
        args.raw_args()?.map(|word| Ok(word.string()?)).collect::<Result<Vec<String>>>()?;
    let target = match words.first().map(String::as_str) {
        Some("--") if words.len() > 1 => words.split_off(1).join("\n"),
        Some(url) if words.len() == 1 && url.starts_with("http://") => words.remove(0),
        Some(url) if url.starts_with("https://") => {
            bail!(
                "TLS isn't spoken here: give the address of the server behind it, http://HOST:PORT"
            )
        }
        _ => bail!("say which server: {usage}"),
    };
    Ok((lab, target))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_is_an_address_or_a_command() {
        let parse = |args: &[&str]| words(lexopt::Parser::from_args(args));
        let owned = |lab: &str, target: &str| (lab.to_owned(), target.to_owned());
        assert_eq!(parse(&["3", "http://[::1]:9000"]).unwrap(), owned("3", "http://[::1]:9000"));
        let python = parse(&["3", "--", "python3", "a server.py", "--fast"]).unwrap();
        assert_eq!(python, owned("3", "python3\na server.py\n--fast"));
        for bad in [
            &[][..],
            &["3"],
            &["3", "--"],
            &["3", "127.0.0.1:9000"],
            &["3", "https://127.0.0.1"],
            &["3", "http://a", "http://b"],
            &["--", "python3"],
        ] {
            assert!(parse(bad).is_err(), "{bad:?}");
        }
    }
}
