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

    // ANCHOR: step_4_target
    /// What to ask for, now or when coming back.
    pub fn target(&self) -> String {
        // ANCHOR: naive_4 /stream, and since, if there is a cursor
        //~ "/stream".to_owned()
        match self.cursor {
            Some(id) => format!("/stream?since={id}"),
            None => "/stream".to_owned(),
        }
        // ANCHOR_END: naive_4
    }
    // ANCHOR_END: step_4_target

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

    // ANCHOR: step_4_move_on
    /// Moves the cursor to this event and hands it back, unless we have had it.
    ///
    /// A `reset` and an `end` say where the server is. We follow, also backwards.
    fn move_on(&mut self, event: Event) -> Option<Event> {
        // ANCHOR: naive_4 the cursor follows; an event at or before it is dropped
        //~ Some(event)
        let told = matches!(&*event.event, "reset" | "end");
        if !told && Some(event.id) <= self.cursor {
            return None;
        }
        self.cursor = Some(event.id);
        Some(event)
        // ANCHOR_END: naive_4
    }
    // ANCHOR_END: step_4_move_on

    // ANCHOR: step_6_on_end
    /// The body has ended, or the connection has. How it did, HTTP can't say: a complete body only
    /// means that somebody has ended it properly, perhaps a proxy that lost its server.
    pub fn on_end(&mut self) -> Ending {
        // ANCHOR: naive_6 drop half a line; then what the server has said, or Cut
        //~ Ending::Ended(End::Finished)
        self.lines = Lines::default();
        self.end.take().map_or(Ending::Cut, Ending::Ended)
        // ANCHOR_END: naive_6
    }
    // ANCHOR_END: step_6_on_end
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
