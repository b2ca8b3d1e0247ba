//! The event stream format: an event to text, and bytes back to messages. No I/O.
//!
//! A stream is lines, `field: value`. An empty line ends an event.

use feed::Event;
use std::mem::take;
use std::time::Duration;

/// What an event's text may have in bytes, unless somebody says otherwise: what comes from a network
/// must not fill the memory. The standard names no limit, and browsers take 16 MiB and more.
pub const MAX_EVENT: usize = 1024 * 1024;

/// What stands around the text on its line.
const AROUND: usize = "data: ".len();

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

/// An event was too long, and is dropped. It moves no cursor: who reconnects before the next event
/// gets it again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooLong {
    /// The bytes that its text, or one of its lines, may have.
    pub max: usize,
}

/// What an event has come to. Who reads it must say what becomes of the one that is too long.
pub type Received = Result<Message, TooLong>;

/// Reads a stream in whatever pieces it comes.
#[derive(Debug)]
pub struct Parser {
    max: usize,
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

impl Default for Parser {
    /// At the beginning, for events of at most [`MAX_EVENT`].
    fn default() -> Parser {
        Parser {
            max: MAX_EVENT,
            line: Vec::new(),
            after_cr: false,
            past_first_line: false,
            overlong: false,
            data: String::new(),
            event: String::new(),
            id: String::new(),
            last_event_id: String::new(),
            retry: None,
        }
    }
}

impl Parser {
    /// A parser that goes on where another one stopped.
    pub fn after(last_event_id: impl Into<String>) -> Parser {
        let last_event_id = last_event_id.into();
        Parser { id: last_event_id.clone(), last_event_id, ..Parser::default() }
    }

    /// The same, for events whose text has at most `max` bytes.
    pub fn at_most(self, max: usize) -> Parser {
        Parser { max, ..self }
    }

    /// A new stream begins: what the old one left unfinished is void. The id and the time to wait
    /// stay.
    pub fn restart(&mut self) {
        let Parser { max, retry, .. } = *self;
        *self = Parser { max, retry, ..Parser::after(take(&mut self.last_event_id)) };
    }

    /// Takes the next bytes and returns what they complete: messages, and word of each that was too
    /// long.
    ///
    /// CRLF is one line end, also when a read ends between the two. The line ends at the CR, at
    /// once: waiting to see whether an LF follows would hold an event back until the next one.
    pub fn push(&mut self, bytes: &[u8]) -> Vec<Received> {
        // step 1 ▼ end a line at LF, at CR and at CRLF; keep every other byte
        todo!("step 1: end a line at LF, at CR and at CRLF; keep every other byte")
        // step 1 ▲
    }

    /// Adds a byte to the line, unless the line is too long. A line's first byte always stays:
    /// without it the line would be empty and end the event. Of a comment it is enough.
    fn keep(&mut self, byte: u8) {
        match self.line.first() {
            None => self.line.push(byte),
            Some(b':') => {}
            Some(_) if self.line.len() < self.max.saturating_add(AROUND) => self.line.push(byte),
            Some(_) => self.overlong = true,
        }
    }

    /// A line is complete: the next field of the event, or its end.
    fn end_of_line(&mut self) -> Option<Received> {
        let line = take(&mut self.line);
        // No letter's UTF-8 contains the byte of a line end: a whole line is safe to decode.
        let line = String::from_utf8_lossy(&line);
        let line = match self.past_first_line {
            true => &line,
            false => line.strip_prefix('\u{feff}').unwrap_or(&line),
        };
        self.past_first_line = true;
        if line.is_empty() {
            return match take(&mut self.overlong) {
                true => Some(Err(self.drop_event())),
                false => self.dispatch().map(Ok),
            };
        }
        if self.overlong {
            // Cut off, or a part of what is dropped.
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
        // Each line of data has brought one line feed, and the last of them doesn't count.
        self.overlong = self.data.len() > self.max.saturating_add(1);
        None
    }

    /// The event that has ended was too long. Nothing of it stays, and not its id: a reader who has
    /// no event 8 is not after event 8.
    fn drop_event(&mut self) -> TooLong {
        (self.data, self.event) = (String::new(), String::new());
        self.id.clone_from(&self.last_event_id);
        TooLong { max: self.max }
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
