//! Which server a test judges, and how it tells that it can't.
//!
//! Without further words it is one in the test's own process. `WORKSHOP_TARGET` names another: an
//! address, such as `http://127.0.0.1:9000`; or a command, one word a line, which is started anew for
//! each test. `cargo workshop contract` sets it.

use crate::failure::{Failure, Raised};
use crate::rule;
use std::env;
use std::net::{SocketAddr, ToSocketAddrs};
use std::panic;

/// The variable that names it.
const VARIABLE: &str = "WORKSHOP_TARGET";

/// Which server a test judges.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Judged {
    /// One that the test starts in its own process.
    Here,
    /// One that runs already, and that the test can only talk to.
    At(SocketAddr),
    /// One that the test starts as a child process: a program and its arguments.
    Child(Vec<String>),
}

impl Judged {
    /// What `WORKSHOP_TARGET` says. Fails the test if it can't be understood.
    #[track_caller]
    pub fn by_the_environment() -> Judged {
        let text = env::var(VARIABLE).unwrap_or_default();
        match Judged::parse(&text) {
            Ok(judged) => judged,
            Err(why) => Failure::new(format!("{VARIABLE} is {text:?}: {why}"))
                .expected("http://HOST:PORT, or a command with a word a line")
                .raise(),
        }
    }

    /// # Errors
    /// One sentence that says what is wrong with an address.
    fn parse(text: &str) -> Result<Judged, String> {
        if text.is_empty() {
            return Ok(Judged::Here);
        }
        if text.starts_with("https://") {
            return Err("TLS isn't spoken here: give the address of the server behind it".into());
        }
        let Some(address) = text.strip_prefix("http://") else {
            return Ok(Judged::Child(text.lines().map(str::to_owned).collect()));
        };
        let address = address.strip_suffix('/').unwrap_or(address);
        let found = address.to_socket_addrs().map_err(|error| error.to_string())?;
        // A name may stand for two: tests bind the older protocol's.
        let mut found: Vec<_> = found.collect();
        found.sort_by_key(SocketAddr::is_ipv6);
        found.first().copied().map(Judged::At).ok_or_else(|| "nobody has this name".into())
    }
}

/// Carried by an unwinding test that can't judge.
pub(crate) struct NotJudged(pub String);

/// What a test's line begins with that couldn't judge; then comes why.
pub const NOT_JUDGED: &str = "not judged: ";

/// Ends the test, since this server can't be judged in what the test is about. Says so in a line of
/// its own on stdout.
///
/// # Panics
/// Always; in a test of a server in its own process with a message, since there everything can be
/// judged.
#[track_caller]
pub fn not_judged(why: impl Into<String>) -> ! {
    let why = why.into();
    match rule::current() {
        Some(current) if current.judges != Judged::Here => {
            panic::resume_unwind(Box::new(NotJudged(why)))
        }
        _ => panic!("a server in this process can be judged in everything, but: {why}"),
    }
}

/// Ends a test, since this server can't be judged at all. `why` is all that is said.
pub fn refuse(why: String) -> ! {
    eprintln!("{why}");
    panic::resume_unwind(Box::new(Raised(why)))
}

#[cfg(test)]
mod tests {
    use super::Judged;

    #[test]
    fn a_target_is_an_address_or_a_command() {
        let parse = Judged::parse;
        assert_eq!(parse(""), Ok(Judged::Here));
        let address = Judged::At("127.0.0.1:9000".parse().unwrap());
        assert_eq!(parse("http://127.0.0.1:9000"), Ok(address.clone()));
        assert_eq!(parse("http://127.0.0.1:9000/"), Ok(address));
        let command = ["python3", "my server.py"].map(str::to_owned);
        assert_eq!(parse("python3\nmy server.py"), Ok(Judged::Child(command.into())));
        assert!(parse("https://example.org").unwrap_err().starts_with("TLS"));
        for bad in ["http://127.0.0.1", "http://127.0.0.1:9000/api", "http://127.0.0.1:90000"] {
            assert!(parse(bad).is_err(), "{bad}");
        }
    }
}
