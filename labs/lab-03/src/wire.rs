//! The event stream format: an event to text, and bytes back to messages. No I/O.
//!
//! A stream is lines, `field: value`. An empty line ends an event.

use feed::Event;
use std::mem::take;
use std::time::Duration;

/// An event larger than this is dropped: what comes from a network must not fill the memory. The
/// standard names no limit.
const MAX_EVENT: usize = 1024 * 1024;

/// One event as it goes over the wire, with the empty line that ends it.
///
/// A reader ends a line at CR, at LF and at CRLF, so text must be split at all three: what stands
/// after a line end that was overlooked is read as a field, and a visitor's note can forge events.
/// `id` and `event` come from our own code and hold no line ends.
pub fn encode(event: &Event) -> String {
    let mut block = format!("id: {}\nevent: {}\n", event.id, event.event);
    // step 1 ▼ a data: line for each line of the text, then an empty line
    todo!("step 1: a data: line for each line of the text, then an empty line")
    // step 1 ▲
}

/// What a page gets: an `EventSource` calls it a `MessageEvent`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// The event's type, `message` unless it was named.
    pub event: String,
    /// The text. Whatever ended its lines, here it is LF.
    pub data: String,
    /// The cursor after this message. Not this message's own id: an event without one repeats the
    /// last.
    pub last_event_id: String,
}

/// Reads a stream in whatever pieces it comes.
#[derive(Debug, Default)]
pub struct Parser {
    /// The line so far. Bytes, because a read may end in the middle of a letter.
    line: Vec<u8>,
    after_cr: bool,
    /// A byte order mark may only come before the first line.
    past_first_line: bool,
    overlong: bool,
    // The event so far.
    data: String,
    event: String,
    id: String,
    // What stays when an event is over.
    last_event_id: String,
    retry: Option<Duration>,
}

impl Parser {
    /// A parser that goes on where another one stopped.
    pub fn after(last_event_id: impl Into<String>) -> Parser {
        let last_event_id = last_event_id.into();
        Parser { id: last_event_id.clone(), last_event_id, ..Parser::default() }
    }

    /// A new stream begins: what the old one left unfinished is void. The id and the time to wait
    /// stay.
    pub fn restart(&mut self) {
        let retry = self.retry;
        *self = Parser { retry, ..Parser::after(take(&mut self.last_event_id)) };
    }

    /// Takes the next bytes and returns the messages that they complete.
    ///
    /// CRLF is one line end, also when a read ends between the two. The line ends at the CR, at
    /// once: waiting to see whether an LF follows would hold an event back until the next one.
    pub fn push(&mut self, bytes: &[u8]) -> Vec<Message> {
        // step 1 ▼ end a line at LF, at CR and at CRLF; keep every other byte
        todo!("step 1: end a line at LF, at CR and at CRLF; keep every other byte")
        // step 1 ▲
    }

    /// Adds a byte to the line, unless the event has become too large. A line's first byte always
    /// stays: without it the line would be empty and end the event.
    fn keep(&mut self, byte: u8) {
        if self.line.is_empty() || self.line.len() + self.data.len() < MAX_EVENT {
            self.line.push(byte);
        } else {
            self.overlong = true;
        }
    }

    /// A line is complete: the next field of the event, or its end.
    fn end_of_line(&mut self) -> Option<Message> {
        let line = take(&mut self.line);
        // No letter's UTF-8 contains the byte of a line end: a whole line is safe to decode.
        let line = String::from_utf8_lossy(&line);
        let line = match self.past_first_line {
            true => &line,
            false => line.strip_prefix('\u{feff}').unwrap_or(&line),
        };
        self.past_first_line = true;
        if line.is_empty() {
            let overlong = take(&mut self.overlong);
            return self.dispatch().filter(|_| !overlong);
        }
        if self.overlong {
            // Cut off, or a part of what is dropped: half an id would be another event's.
            return None;
        }

        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "data" => {
                // step 1 ▼ one more line of text
                todo!("step 1: one more line of text")
                // step 1 ▲
            }
            "event" => {
                // step 2 ▼ the type of this event
                // step 2 ▲
            }
            "id" => {
                // step 4 ▼ this event's id, unless it holds a NUL
                // step 4 ▲
            }
            "retry" => {
                // step 6 ▼ milliseconds, if the value is digits and nothing else
                // step 6 ▲
            }
            // A field that we don't know. Or a comment: its field has an empty name.
            _ => {}
        }
        None
    }

    /// An empty line: the event is complete. Without any `data` it was none.
    fn dispatch(&mut self) -> Option<Message> {
        self.commit_id();
        // step 1 ▼ the message, if there is data; the type is message unless named
        todo!("step 1: the message, if there is data; the type is message unless named")
        // step 1 ▲
    }

    /// Only a complete event moves the cursor: who reconnects in the middle of one gets it again.
    fn commit_id(&mut self) {
        // step 4 ▼ the id now counts
        // step 4 ▲
    }

    /// What a reconnect sends as `Last-Event-ID`; empty if there is nothing to send.
    pub fn last_event_id(&self) -> &str {
        &self.last_event_id
    }

    /// How long to wait before a reconnect, if the server has said so.
    pub fn retry(&self) -> Option<Duration> {
        self.retry
    }
}
