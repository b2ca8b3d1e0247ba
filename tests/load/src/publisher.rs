//! Publishers: each sends the next report after the answer to the last.

use crate::board::Board;
use crate::decode::http;
use serde::Deserialize;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

const ANSWER: Duration = Duration::from_secs(20);

/// The text of each event is this long: `BERLIN 25.5`, `LONDON 24.4`, `PARIS 27.4`.
pub const PAYLOAD: usize = 34;

/// A kept-alive connection that publishes reports.
pub struct Publisher {
    stream: TcpStream,
    request: Vec<u8>,
}

/// What is said to have been published.
#[derive(Deserialize)]
struct Published {
    id: u64,
}

impl Publisher {
    /// Connects. `note` makes the reports larger by so many bytes, and a line end.
    ///
    /// # Errors
    /// Nobody listens there.
    pub fn connect(address: SocketAddr, note: usize) -> Result<Publisher, String> {
        let stream = TcpStream::connect(address).map_err(|error| error.to_string())?;
        stream.set_nodelay(true).map_err(|error| error.to_string())?;
        stream.set_read_timeout(Some(ANSWER)).map_err(|error| error.to_string())?;
        let note = match note {
            0 => String::new(),
            bytes => format!(r#","note":"{}""#, "x".repeat(bytes)),
        };
        let report = format!(
            r#"{{"readings":[{{"city":"BERLIN","celsius":25.5}},{{"city":"LONDON","celsius":24.4}},{{"city":"PARIS","celsius":27.4}}]{note}}}"#
        );
        let request = format!(
            "POST /publish HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n\
             Content-Length: {}\r\n\r\n{report}",
            report.len()
        );
        Ok(Publisher { stream, request: request.into_bytes() })
    }

    /// Publishes a report and returns its id.
    ///
    /// # Errors
    /// The server doesn't take it, or doesn't answer in time.
    pub fn publish(&mut self) -> Result<u64, String> {
        self.stream.write_all(&self.request).map_err(|error| error.to_string())?;
        let (mut raw, mut buffer) = (Vec::new(), [0; 1024]);
        loop {
            match self.stream.read(&mut buffer).map_err(|error| error.to_string())? {
                0 => return Err("the server closed the publisher's connection".to_owned()),
                length => raw.extend_from_slice(&buffer[..length]),
            }
            if let Some((head, body)) = http::answer(&raw)? {
                if !matches!(head.status(), 200 | 201) {
                    return Err(format!("a report was answered {}", head.status()));
                }
                let published: Published =
                    serde_json::from_slice(body).map_err(|error| error.to_string())?;
                return Ok(published.id);
            }
        }
    }
}

/// Publishes `events` reports, one `pace` after the other, and notes on the board when each was
/// sent. Nobody else may publish meanwhile. Returns the last id.
///
/// # Errors
/// As [`Publisher::publish`]; or somebody else published.
pub fn paced(
    publisher: &mut Publisher,
    board: &Board,
    newest: u64,
    events: usize,
    pace: Duration,
) -> Result<u64, String> {
    let mut at = Instant::now();
    let mut last = newest;
    for _ in 0..events {
        thread::sleep(at.saturating_duration_since(Instant::now()));
        at += pace;
        board.sums().sending(last + 1, Instant::now());
        let id = publisher.publish()?;
        if id != last + 1 {
            return Err(format!("event {} was given the id {id}: who else publishes?", last + 1));
        }
        last = id;
    }
    Ok(last)
}

/// `publishers` at once send `events` reports in all, each the next after the answer to its last.
/// `note` is that of [`Publisher::connect`]. Returns the last id.
///
/// # Errors
/// As [`Publisher::publish`].
pub fn in_turn(
    address: SocketAddr,
    publishers: usize,
    events: usize,
    note: usize,
) -> Result<u64, String> {
    thread::scope(|scope| {
        let running: Vec<_> = (0..publishers)
            .map(|_| {
                scope.spawn(move || {
                    let mut publisher = Publisher::connect(address, note)?;
                    let mut last = 0;
                    for _ in 0..events / publishers {
                        last = publisher.publish()?;
                    }
                    Ok::<u64, String>(last)
                })
            })
            .collect();
        let mut last = 0;
        for publisher in running {
            last = last.max(publisher.join().map_err(|_| "a publisher panicked")??);
        }
        Ok(last)
    })
}
