//! What a subscriber makes of the bytes that it receives: heads, chunks and frames as the tests read
//! them, and events as the contract has them, not with the labs' code: a mistake there must show here.

pub mod http;
pub mod websocket;

use crate::transport::Transport;
use serde::Deserialize;
use std::borrow::Cow;

/// Something that a subscriber received.
#[derive(Debug, PartialEq, Eq)]
pub enum Seen {
    /// The head of an answer, of so many bytes.
    Head(usize),
    /// An event, with the bytes of its text.
    Event(u64, usize),
    /// The answer to a poll is complete.
    Answered,
    /// A WebSocket ping, and what it carries.
    Ping(Vec<u8>),
}

/// Collects the bytes of one connection.
pub struct Decoder {
    transport: Transport,
    /// What came over the wire and isn't understood yet.
    raw: Vec<u8>,
    /// What chunks carried and isn't understood yet.
    text: Vec<u8>,
    head_seen: bool,
}

/// An event as JSON.
#[derive(Deserialize)]
struct Json<'a> {
    id: u64,
    #[serde(borrow)]
    event: Cow<'a, str>,
    #[serde(borrow)]
    data: Cow<'a, str>,
}

/// The answer to a poll.
#[derive(Deserialize)]
struct Answer<'a> {
    #[serde(borrow)]
    events: Vec<Json<'a>>,
}

impl Decoder {
    /// For a new connection.
    pub fn new(transport: Transport) -> Decoder {
        Decoder { transport, raw: Vec::new(), text: Vec::new(), head_seen: false }
    }

    /// What these bytes, and those before them, say.
    ///
    /// # Errors
    /// They break the protocol, or the server refused or ended the subscription.
    pub fn push(&mut self, bytes: &[u8]) -> Result<Vec<Seen>, String> {
        self.raw.extend_from_slice(bytes);
        let mut seen = Vec::new();
        if self.transport.polls() {
            self.answers(&mut seen)?;
            return Ok(seen);
        }
        if !self.head_seen {
            let Some(head) = http::head(&self.raw)? else { return Ok(seen) };
            let expected = if self.transport == Transport::WebSocket { 101 } else { 200 };
            if head.status() != expected {
                return Err(format!("answered {} instead of {expected}", head.status()));
            }
            self.raw.drain(..head.bytes().len());
            self.head_seen = true;
            seen.push(Seen::Head(head.bytes().len()));
        }
        match self.transport {
            Transport::WebSocket => self.frames(&mut seen)?,
            _ => self.chunks(&mut seen)?,
        }
        Ok(seen)
    }

    fn answers(&mut self, seen: &mut Vec<Seen>) -> Result<(), String> {
        let mut done = 0;
        while let Some((head, body)) = http::answer(&self.raw[done..])? {
            seen.push(Seen::Head(head.bytes().len()));
            match head.status() {
                200 => {
                    let answer: Answer<'_> = json(body)?;
                    seen.extend(answer.events.iter().filter_map(event));
                }
                204 | 304 => {}
                status => return Err(format!("a poll was answered {status}")),
            }
            seen.push(Seen::Answered);
            done += head.bytes().len() + body.len();
        }
        self.raw.drain(..done);
        Ok(())
    }

    fn frames(&mut self, seen: &mut Vec<Seen>) -> Result<(), String> {
        let mut done = 0;
        while let Some(frame) = websocket::frame(&self.raw[done..])? {
            match frame.first & 0x0f {
                1 => seen.extend(event(&json(frame.payload)?)),
                8 => return Err("the server closed the WebSocket".to_owned()),
                9 => seen.push(Seen::Ping(frame.payload.to_owned())),
                _ => {}
            }
            done += frame.length;
        }
        self.raw.drain(..done);
        Ok(())
    }

    fn chunks(&mut self, seen: &mut Vec<Seen>) -> Result<(), String> {
        let mut done = 0;
        while let Some(chunk) = http::chunk(&self.raw[done..])? {
            if chunk.data.is_empty() {
                return Err("the server ended the stream".to_owned());
            }
            self.text.extend_from_slice(chunk.data);
            done += chunk.length;
        }
        self.raw.drain(..done);
        let border: &[u8] = if self.transport == Transport::Sse { b"\n\n" } else { b"\n" };
        let mut done = 0;
        while let Some(end) =
            self.text[done..].windows(border.len()).position(|window| window == border)
        {
            let piece = &self.text[done..done + end];
            done += end + border.len();
            match self.transport {
                Transport::Sse => seen.extend(block(piece)?),
                _ if piece.is_empty() => {} // a heartbeat
                _ => seen.extend(event(&json(piece)?)),
            }
        }
        self.text.drain(..done);
        Ok(())
    }
}

fn json<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Result<T, String> {
    serde_json::from_slice(bytes)
        .map_err(|error| format!("{error}: {:?}", String::from_utf8_lossy(bytes)))
}

/// Weather and chat count. A `reset` doesn't: the hole that it tells of shows in the next id.
fn event(json: &Json<'_>) -> Option<Seen> {
    (!matches!(&*json.event, "reset" | "end")).then_some(Seen::Event(json.id, json.data.len()))
}

/// An event of an event stream. Every server here ends lines with LF.
fn block(block: &[u8]) -> Result<Option<Seen>, String> {
    let (mut id, mut data, mut lines) = (None, 0, 0);
    for line in block.split(|&byte| byte == b'\n') {
        if let Some(text) = line.strip_prefix(b"data: ") {
            (data, lines) = (data + text.len(), lines + 1);
        } else if let Some(value) = line.strip_prefix(b"id: ") {
            id = std::str::from_utf8(value).ok().and_then(|id| id.parse().ok());
        } else if line == b"event: reset" {
            return Ok(None);
        }
    }
    match (lines, id) {
        (0, _) => Ok(None), // a comment, or `retry`
        (_, Some(id)) => Ok(Some(Seen::Event(id, data + lines - 1))),
        (_, None) => Err("an event without id".to_owned()),
    }
}
