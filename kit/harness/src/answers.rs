//! Whether a server answers at all.

use crate::wait::{Wait, at_once};
use std::error::Error;
use std::fmt;
use std::io::{self, ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;
use trace::visible;

/// Why a server can't be judged at all: it doesn't answer. Each has its address.
#[derive(Debug)]
pub enum NoAnswer {
    /// Nobody listens.
    Nobody(SocketAddr, io::Error),
    /// It doesn't take the request.
    BreaksOff(SocketAddr, io::Error),
    /// It closes the connection and has said nothing.
    Closes(SocketAddr),
    /// It says nothing in time; and how long that was, as in "waited 1 s for: a word".
    Silent(SocketAddr, String),
    /// It began to say something.
    StopsMidway(SocketAddr, io::Error),
    /// It says something else than HTTP/1.1: this, with control characters made visible.
    OtherProtocol(SocketAddr, String),
}

impl fmt::Display for NoAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NoAnswer::Nobody(address, error) => {
                write!(f, "no server is there at {address}: {error}")
            }
            NoAnswer::BreaksOff(address, error) => {
                write!(f, "{address} accepts a connection and breaks it off: {error}")
            }
            NoAnswer::Closes(address) => {
                write!(f, "{address} closes the connection without an answer")
            }
            NoAnswer::Silent(address, waited) => {
                write!(f, "{address} accepts a connection and doesn't answer: {waited}")
            }
            NoAnswer::StopsMidway(address, error) => {
                write!(f, "{address} breaks off in the midst of its answer: {error}")
            }
            NoAnswer::OtherProtocol(address, said) => {
                write!(f, "{address} speaks another protocol than HTTP/1.1: it said {said}")
            }
        }
    }
}

impl Error for NoAnswer {}

/// Asks a server that nobody knows yet.
///
/// # Errors
/// It doesn't answer: one sentence says in which way.
pub fn answers(address: SocketAddr, target: &str) -> Result<(), NoAnswer> {
    let mut stream = TcpStream::connect_timeout(&address, at_once())
        .map_err(|error| NoAnswer::Nobody(address, error))?;
    let wait = Wait::start(at_once());
    let request = format!("GET {target} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).map_err(|error| NoAnswer::BreaksOff(address, error))?;
    let mut said = Vec::new();
    while said.len() < b"HTTP/1.1 ".len() {
        let left = wait.left().max(Duration::from_millis(1));
        let mut some = [0; 64];
        let read = stream.set_read_timeout(Some(left)).and_then(|()| stream.read(&mut some));
        match read {
            Ok(0) if said.is_empty() => return Err(NoAnswer::Closes(address)),
            Ok(0) => break,
            Ok(length) => said.extend_from_slice(&some[..length]),
            Err(error) if wait.is_over() || error.kind() != ErrorKind::Interrupted => {
                return Err(match said.is_empty() && wait.is_over() {
                    true => NoAnswer::Silent(address, wait.text("a word")),
                    false => NoAnswer::StopsMidway(address, error),
                });
            }
            Err(_) => {}
        }
    }
    match said.starts_with(b"HTTP/1.1 ") {
        true => Ok(()),
        false => Err(NoAnswer::OtherProtocol(address, visible(&said))),
    }
}
