//! Which server a test judges.
//!
//! Without further words it is one in the test's own process. `WORKSHOP_TARGET` names another: an
//! address, such as `http://127.0.0.1:9000`; or a command, one word a line, which is started anew for
//! each test. `cargo workshop contract` sets it.

use std::error::Error;
use std::net::{SocketAddr, ToSocketAddrs};
use std::{env, fmt, io};

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
    /// What `WORKSHOP_TARGET` says.
    ///
    /// # Panics
    /// It can't be understood.
    pub fn by_the_environment() -> Judged {
        let text = env::var(VARIABLE).unwrap_or_default();
        Judged::parse(&text).unwrap_or_else(|why| {
            panic!(
                "{VARIABLE} is {text:?}: {why}; it may be http://HOST:PORT, or a command with a word \
                 a line"
            )
        })
    }

    /// # Errors
    /// An address can't be used.
    fn parse(text: &str) -> Result<Judged, BadAddress> {
        if text.is_empty() {
            return Ok(Judged::Here);
        }
        if text.starts_with("https://") {
            return Err(BadAddress::Tls);
        }
        let Some(address) = text.strip_prefix("http://") else {
            return Ok(Judged::Child(text.lines().map(str::to_owned).collect()));
        };
        let address = address.strip_suffix('/').unwrap_or(address);
        let found = address.to_socket_addrs().map_err(BadAddress::Unreadable)?;
        // A name may stand for two: tests bind the older protocol's.
        let mut found: Vec<_> = found.collect();
        found.sort_by_key(SocketAddr::is_ipv6);
        found.first().copied().map(Judged::At).ok_or(BadAddress::Nobody)
    }
}

/// Why an address can't be used.
#[derive(Debug)]
enum BadAddress {
    /// It begins with `https://`.
    Tls,
    /// It isn't HOST:PORT, or the host isn't found.
    Unreadable(io::Error),
    /// The host is found, and has no address.
    Nobody,
}

impl fmt::Display for BadAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            BadAddress::Tls => {
                f.write_str("TLS isn't spoken here: give the address of the server behind it")
            }
            BadAddress::Unreadable(error) => write!(f, "{error}"),
            BadAddress::Nobody => f.write_str("nobody has this name"),
        }
    }
}

impl Error for BadAddress {}

#[cfg(test)]
mod tests {
    use super::Judged;

    #[test]
    fn a_target_is_an_address_or_a_command() {
        let parse = |text| Judged::parse(text).unwrap();
        assert_eq!(parse(""), Judged::Here);
        let address = Judged::At("127.0.0.1:9000".parse().unwrap());
        assert_eq!(parse("http://127.0.0.1:9000"), address.clone());
        assert_eq!(parse("http://127.0.0.1:9000/"), address);
        let command = ["python3", "my server.py"].map(str::to_owned);
        assert_eq!(parse("python3\nmy server.py"), Judged::Child(command.into()));
        let tls = Judged::parse("https://example.org").unwrap_err();
        assert!(tls.to_string().starts_with("TLS"), "{tls}");
        for bad in ["http://127.0.0.1", "http://127.0.0.1:9000/api", "http://127.0.0.1:90000"] {
            assert!(Judged::parse(bad).is_err(), "{bad}");
        }
    }
}
