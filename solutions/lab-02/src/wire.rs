//! Newline-delimited JSON: an event to a line, and bytes back to events. No I/O.
//!
//! JSON escapes a line end inside a text, so a line end that stands by itself can be the border.

use feed::Event;
use std::mem::take;

/// A line longer than this is an error: what comes from a network must not fill the memory.
pub const MAX_LINE: usize = 64 * 1024;

// ANCHOR: step_1_encode
/// One event as it goes over the wire: JSON, and the line end that says that it is whole.
pub fn encode(event: &Event) -> String {
    // ANCHOR: todo_1 the event as JSON on one line, then the line end
    let json = serde_json::to_string(event).expect("texts and a number are always JSON");
    json + "\n"
    // ANCHOR_END: todo_1
}
// ANCHOR_END: step_1_encode

/// A line that is no event. Those before and after it are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LineError {
    /// It is longer than [`MAX_LINE`].
    TooLong,
    /// It isn't JSON, or not that of an event; this is what the parser says.
    NotAnEvent(String),
}

/// Reads lines in whatever pieces they come.
#[derive(Debug, Default)]
pub struct Lines {
    /// The line so far. Bytes, because a read may end in the middle of a letter.
    line: Vec<u8>,
    overlong: bool,
}

impl Lines {
    // ANCHOR: step_1_push
    /// Takes the next bytes and returns the events, or the errors, that they complete.
    pub fn push(&mut self, bytes: &[u8]) -> Vec<Result<Event, LineError>> {
        // ANCHOR: todo_1 end a line at LF; keep every other byte
        let mut events = Vec::new();
        for &byte in bytes {
            match byte {
                b'\n' => events.extend(self.end_of_line()),
                _ => self.keep(byte),
            }
        }
        events
        // ANCHOR_END: todo_1
    }
    // ANCHOR_END: step_1_push

    /// Adds a byte to the line, unless the line has become too long.
    fn keep(&mut self, byte: u8) {
        if self.line.len() < MAX_LINE {
            self.line.push(byte);
        } else {
            self.overlong = true;
        }
    }

    // ANCHOR: step_1_end_of_line
    /// A line is complete: its event, or what is wrong with it. An empty one is nothing at all.
    fn end_of_line(&mut self) -> Option<Result<Event, LineError>> {
        let (line, overlong) = (take(&mut self.line), take(&mut self.overlong));
        // ANCHOR: todo_1 TooLong; nothing for an empty line; else what serde_json makes of it
        if overlong {
            return Some(Err(LineError::TooLong));
        }
        // No letter's UTF-8 contains the byte of a line end: a whole line is safe to decode. JSON
        // passes over white space around a value, so also over the CR of a CR LF.
        if line.trim_ascii().is_empty() {
            return None;
        }
        let event = serde_json::from_slice(&line);
        Some(event.map_err(|error| LineError::NotAnEvent(error.to_string())))
        // ANCHOR_END: todo_1
    }
    // ANCHOR_END: step_1_end_of_line
}
