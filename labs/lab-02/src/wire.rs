//! Newline-delimited JSON: an event to a line, and bytes back to events. No I/O.
//!
//! JSON escapes a line end inside a text, so a line end that stands by itself can be the border.

use feed::Event;
use std::mem::take;

/// A line longer than this is an error: what comes from a network must not fill the memory.
pub const MAX_LINE: usize = 64 * 1024;

/// One event as it goes over the wire: JSON, and the line end that says that it is whole.
pub fn encode(event: &Event) -> String {
    // step 1 ▼ the event as JSON on one line, then the line end
    todo!("step 1: the event as JSON on one line, then the line end")
    // step 1 ▲
}

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
    /// Takes the next bytes and returns the events, or the errors, that they complete.
    pub fn push(&mut self, bytes: &[u8]) -> Vec<Result<Event, LineError>> {
        // step 1 ▼ end a line at LF; keep every other byte
        todo!("step 1: end a line at LF; keep every other byte")
        // step 1 ▲
    }

    /// Adds a byte to the line, unless the line has become too long.
    fn keep(&mut self, byte: u8) {
        if self.line.len() < MAX_LINE {
            self.line.push(byte);
        } else {
            self.overlong = true;
        }
    }

    /// A line is complete: its event, or what is wrong with it. An empty one is nothing at all.
    fn end_of_line(&mut self) -> Option<Result<Event, LineError>> {
        let (line, overlong) = (take(&mut self.line), take(&mut self.overlong));
        // step 1 ▼ TooLong; nothing for an empty line; else what serde_json makes of it
        todo!("step 1: TooLong; nothing for an empty line; else what serde_json makes of it")
        // step 1 ▲
    }
}
