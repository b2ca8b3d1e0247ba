//! What an `EventSource` does about its connection. A state machine: it opens no connection, has
//! no clock and throws no dice, so a page, a program and a test can all drive it.

use crate::wire::{Message, Parser};
use std::time::Duration;

/// "A few seconds", says the standard; this is for a server that doesn't say `retry`.
pub const RETRY: Duration = Duration::from_secs(3);

/// What failures in a row can add to the wait.
pub const BACK_OFF_MAX: Duration = Duration::from_secs(60);

/// What to do now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// Read the body.
    Read,
    /// Wait, then call [`Client::on_connect`] and ask again.
    Reconnect {
        /// How long to wait.
        after: Duration,
        /// The header of that name, or none.
        last_event_id: Option<String>,
    },
    /// Nothing: a reconnect is on its way already.
    Wait,
    /// Nothing, ever again.
    Stop,
}

/// A client of one event stream, over any number of connections.
#[derive(Debug, Default)]
pub struct Client {
    parser: Parser,
    failures: u32,
    waiting: bool,
    stopped: bool,
}

impl Client {
    /// A client that has seen nothing yet.
    pub fn new() -> Client {
        Client::default()
    }

    /// A client that has seen an event with this id. An `EventSource` can't be made like this; a
    /// program that was restarted can.
    pub fn after(last_event_id: impl Into<String>) -> Client {
        Client { parser: Parser::after(last_event_id), ..Client::default() }
    }

    /// A request goes out.
    pub fn on_connect(&mut self) {
        self.waiting = false;
    }

    /// The head of an answer is there.
    ///
    /// Anything but a 200 with the right type is final: a 204 stops readers on purpose, and a 503
    /// during a deploy stops them by accident.
    pub fn on_response(&mut self, status: u16, content_type: Option<&str>) -> Next {
        // step 6 ▼ Read a 200 that is an event stream, Stop at anything else
        todo!("step 6: Read a 200 that is an event stream, Stop at anything else")
        // step 6 ▲
    }

    /// More of the body is there. Returns the messages that it completes.
    pub fn on_bytes(&mut self, bytes: &[u8]) -> Vec<Message> {
        let messages = self.parser.push(bytes);
        if !messages.is_empty() {
            // Only news is a success: a server that accepts and hangs up isn't well yet.
            self.failures = 0;
        }
        messages
    }

    /// The body has ended, or the connection has failed. `random` is from 0 to 1.
    ///
    /// A connection can end twice, by an error and by its end; that is still one reconnect. Each
    /// client adds its own random wait to `retry`, or all of them come back at the same instant.
    pub fn on_end(&mut self, random: f64) -> Next {
        // step 6 ▼ come back once: after retry and a random back-off, with the last id
        todo!("step 6: come back once: after retry and a random back-off, with the last id")
        // step 6 ▲
    }
}
