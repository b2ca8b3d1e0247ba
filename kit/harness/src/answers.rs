//! Whether a server answers at all.

use crate::wait::{Wait, at_once};
use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;
use trace::visible;

/// Asks a server that nobody knows yet: one sentence if it doesn't answer.
///
/// # Errors
/// Nobody listens; it says nothing in time; it says something else than HTTP.
pub fn answers(address: SocketAddr, target: &str) -> Result<(), String> {
    let mut stream = TcpStream::connect_timeout(&address, at_once())
        .map_err(|error| format!("no server is there at {address}: {error}"))?;
    let wait = Wait::start(at_once());
    let request = format!("GET {target} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    stream
        .write_all(request.as_bytes())
        .map_err(|error| format!("{address} accepts a connection and breaks it off: {error}"))?;
    let mut said = Vec::new();
    while said.len() < b"HTTP/1.1 ".len() {
        let left = wait.left().max(Duration::from_millis(1));
        let mut some = [0; 64];
        let read = stream.set_read_timeout(Some(left)).and_then(|()| stream.read(&mut some));
        match read {
            Ok(0) if said.is_empty() => {
                return Err(format!("{address} closes the connection without an answer"));
            }
            Ok(0) => break,
            Ok(length) => said.extend_from_slice(&some[..length]),
            Err(error) if wait.is_over() || error.kind() != ErrorKind::Interrupted => {
                return Err(match said.is_empty() && wait.is_over() {
                    true => {
                        format!(
                            "{address} accepts a connection and doesn't answer: {}",
                            wait.text("a word")
                        )
                    }
                    false => format!("{address} breaks off in the midst of its answer: {error}"),
                });
            }
            Err(_) => {}
        }
    }
    match said.starts_with(b"HTTP/1.1 ") {
        true => Ok(()),
        false => {
            let said = visible(&said);
            Err(format!("{address} speaks another protocol than HTTP/1.1: it said {said}"))
        }
    }
}
