//! What a client does about its connection, and how either side learns that the other is gone.
//! State machines: they open no connection, have no clock and throw no dice, so a page, a program
//! and a test can all drive them.

use feed::{Event, Id};
use std::time::{Duration, Instant};

/// The first wait is a random part of this (RFC 6455 §7.2.3).
pub const BACK_OFF: Duration = Duration::from_secs(5);

/// The longest wait.
pub const BACK_OFF_MAX: Duration = Duration::from_secs(60);

/// A connection that has lasted so long was well.
pub const STABLE: Duration = Duration::from_secs(10);

/// What to do about a peer that may be gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tick {
    /// Nothing: look again after this time.
    Wait(Duration),
    /// Send a ping, and look again.
    Ping,
    /// The peer is gone: drop the connection.
    Dead,
}

/// Whether the other side is still there. Both sides can use it.
#[derive(Clone, Debug)]
pub struct Liveness {
    heartbeat: Duration,
    pong: Duration,
    /// When the peer was heard last.
    heard: Instant,
    /// Since when a ping waits for its answer.
    asked: Option<Instant>,
}

impl Liveness {
    /// Asks after `heartbeat` of silence, and gives up when `pong` more has brought no answer.
    pub fn new(heartbeat: Duration, pong: Duration, now: Instant) -> Liveness {
        Liveness { heartbeat, pong, heard: now, asked: None }
    }

    /// Something came from the peer, whatever it was.
    pub fn heard(&mut self, now: Instant) {
        // step 3 ▼ it is alive, and a ping that waits is answered
        // step 3 ▲
    }

    /// What to do now.
    pub fn tick(&mut self, now: Instant) -> Tick {
        // step 3 ▼ Ping after a heartbeat of silence, Dead when no answer came, else Wait
        Tick::Wait(self.heartbeat)
        // step 3 ▲
    }
}

/// A member of one room, over any number of connections.
#[derive(Debug)]
pub struct Client {
    room: String,
    name: String,
    /// The last event that came.
    cursor: Option<Id>,
    failures: u32,
}

impl Client {
    /// A member who has heard nothing yet.
    pub fn new(room: impl Into<String>, name: impl Into<String>) -> Client {
        Client { room: room.into(), name: name.into(), cursor: None, failures: 0 }
    }

    /// What to ask for: also where to go on, if anything came before.
    pub fn target(&self) -> String {
        let target = format!("/chat?room={}&name={}", escaped(&self.room), escaped(&self.name));
        // step 4 ▼ add &since= and the cursor, if there is one
        target
        // step 4 ▲
    }

    /// An event came. Returns it, unless it came before.
    ///
    /// A `reset` always counts: its id is where the server goes on, even if it is a smaller one.
    pub fn on_event(&mut self, event: Event) -> Option<Event> {
        // step 4 ▼ move the cursor; an id that isn't newer is a repeat, unless it's a reset
        Some(event)
        // step 4 ▲
    }

    /// The connection is gone, or there was none; it has `lasted` so long. Returns how long to wait
    /// before the next one. `random` is from 0 to 1.
    pub fn on_end(&mut self, lasted: Duration, random: f64) -> Duration {
        // step 4 ▼ a random part of BACK_OFF, doubled by each failure that wasn't stable
        BACK_OFF.mul_f64(random)
        // step 4 ▲
    }
}

/// Text for a query: all but letters, digits and `-._~` as `%20` (RFC 3986 §2.1).
fn escaped(text: &str) -> String {
    let escape = |byte: u8| match byte {
        b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
        byte if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
        byte => format!("%{byte:02X}"),
    };
    text.bytes().map(escape).collect()
}
