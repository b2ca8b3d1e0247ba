//! What an `EventSource` does about its connection. A state machine: it opens no connection, has
//! no clock and throws no dice, so a page, a program and a test can all drive it.

use crate::wire::{Parser, Received};
use std::time::Duration;

/// "A few seconds", says the standard; this is for a server that doesn't say `retry`.
pub const RETRY: Duration = Duration::from_secs(3);

/// The longest `retry` that is believed: who wants nobody to come back has a 204 for it.
pub const RETRY_MAX: Duration = Duration::from_secs(60 * 60);

/// What the first failure adds at most, if `retry` is shorter: a server may ask for no pause at all,
/// and then be gone.
pub const BACK_OFF: Duration = Duration::from_secs(1);

/// What failures in a row can add to the wait.
pub const BACK_OFF_MAX: Duration = Duration::from_secs(60);

/// A connection that has lasted so long was well, also if it was quiet.
pub const STABLE: Duration = Duration::from_secs(10);

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
#[derive(Debug)]
pub struct Client {
    parser: Parser,
    /// For a server that doesn't say `retry`.
    first_delay: Duration,
    failures: u32,
    waiting: bool,
    stopped: bool,
}

impl Default for Client {
    fn default() -> Client {
        Client::with(Parser::default())
    }
}

impl Client {
    /// A client that has seen nothing yet.
    pub fn new() -> Client {
        Client::default()
    }

    /// A client that has seen an event with this id. An `EventSource` can't be made like this; a
    /// program that was restarted can.
    pub fn after(last_event_id: impl Into<String>) -> Client {
        Client::with(Parser::after(last_event_id))
    }

    /// A client that goes on with this parser, and its limit.
    pub fn with(parser: Parser) -> Client {
        Client { parser, first_delay: RETRY, failures: 0, waiting: false, stopped: false }
    }

    /// The same, with another delay than [`RETRY`] until the server says one.
    pub fn first_delay(self, first_delay: Duration) -> Client {
        Client { first_delay, ..self }
    }

    /// What a request sends as `Last-Event-ID`, the first one too; `None` if there is nothing to send.
    pub fn last_event_id(&self) -> Option<&str> {
        Some(self.parser.last_event_id()).filter(|id| !id.is_empty())
    }

    /// The least wait: what the server has said, if it has said something.
    fn retry(&self) -> Duration {
        self.parser.retry().unwrap_or(self.first_delay).min(RETRY_MAX)
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

    /// More of the body is there. Returns what it completes: messages, and word of each that was too
    /// long.
    pub fn on_bytes(&mut self, bytes: &[u8]) -> Vec<Received> {
        let received = self.parser.push(bytes);
        if received.iter().any(Result::is_ok) {
            // News is a success, and the head alone isn't: a server that accepts and hangs up isn't
            // well yet.
            self.failures = 0;
        }
        received
    }

    /// The body has ended, or the connection has failed; since the head of the answer it has `lasted`
    /// so long, which is zero if there was none. `random` is from 0 to 1.
    ///
    /// A connection can end twice, by an error and by its end; that is still one reconnect. Each
    /// client adds its own random wait to `retry`, or all of them come back at the same instant.
    pub fn on_end(&mut self, lasted: Duration, random: f64) -> Next {
        // step 6 ▼ come back once: after retry and a random back-off, with the last id
        todo!("step 6: come back once: after retry and a random back-off, with the last id")
        // step 6 ▲
    }
}
