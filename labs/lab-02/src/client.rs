//! What a reader of the stream remembers: where it is, and how the stream ended. A state machine:
//! it opens no connection and has no clock, so a page, a program and a test can all drive it.

use crate::wire::{LineError, Lines};
use feed::{End, Event, Id};

/// How a stream ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// The server has said so, and why. Only after [`End::Finished`] there is no coming back.
    Ended(End),
    /// Nobody has said anything: a cable, a crash, a proxy. Come back.
    Cut,
}

/// A client of one stream, over any number of connections.
#[derive(Debug, Default)]
pub struct Client {
    lines: Lines,
    /// The last event that the application has. None of them yet is not the same as event 0.
    cursor: Option<Id>,
    end: Option<End>,
}

impl Client {
    /// A client that has seen nothing yet.
    pub fn new() -> Client {
        Client::default()
    }

    /// A client that has seen the event with this id.
    pub fn after(cursor: Id) -> Client {
        Client { cursor: Some(cursor), ..Client::default() }
    }

    /// What to ask for, now or when coming back.
    pub fn target(&self) -> String {
        // step 4 ▼ /stream, and since, if there is a cursor
        "/stream".to_owned()
        // step 4 ▲
    }

    /// More of the body is there. Returns what it brings for the application.
    pub fn on_bytes(&mut self, body: &[u8]) -> Vec<Result<Event, LineError>> {
        let lines = self.lines.push(body).into_iter();
        lines.filter_map(|line| self.on_line(line).transpose()).collect()
    }

    /// A line is there. Returns its event, if the application hasn't seen it and should. What
    /// follows the last line of a stream is nothing any more.
    fn on_line(&mut self, line: Result<Event, LineError>) -> Result<Option<Event>, LineError> {
        if self.end.is_some() {
            return Ok(None);
        }
        let Some(event) = self.move_on(line?) else { return Ok(None) };
        match reason(&event) {
            Some(why) => {
                self.end = Some(why);
                Ok(None)
            }
            None => Ok(Some(event)),
        }
    }

    /// Moves the cursor to this event and hands it back, unless we have had it.
    ///
    /// A `reset` and an `end` say where the server is. We follow, also backwards.
    fn move_on(&mut self, event: Event) -> Option<Event> {
        // step 4 ▼ the cursor follows; an event at or before it is dropped
        Some(event)
        // step 4 ▲
    }

    /// The body has ended, or the connection has. How it did, HTTP can't say: a complete body only
    /// means that somebody has ended it properly, perhaps a proxy that lost its server.
    pub fn on_end(&mut self) -> Ending {
        // step 6 ▼ drop half a line; then what the server has said, or Cut
        Ending::Ended(End::Finished)
        // step 6 ▲
    }
}

/// Why the stream ends, if this is its last line.
fn reason(event: &Event) -> Option<End> {
    match (&*event.event, &*event.data) {
        ("end", "limit") => Some(End::Limit),
        ("end", "shutdown") => Some(End::Shutdown),
        ("end", "finished") => Some(End::Finished),
        _ => None,
    }
}
