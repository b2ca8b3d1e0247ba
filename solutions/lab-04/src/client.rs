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

    // ANCHOR: step_3_heard
    /// Something came from the peer, whatever it was.
    pub fn heard(&mut self, now: Instant) {
        // ANCHOR: gone_3 it is alive, and a ping that waits is answered
        self.heard = now;
        self.asked = None;
        // ANCHOR_END: gone_3
    }
    // ANCHOR_END: step_3_heard

    // ANCHOR: step_3_tick
    /// What to do now.
    pub fn tick(&mut self, now: Instant) -> Tick {
        // ANCHOR: naive_3 Ping after a heartbeat of silence, Dead when no answer came, else Wait
        //~ Tick::Wait(self.heartbeat)
        let (since, patience) = match self.asked {
            None => (self.heard, self.heartbeat),
            Some(asked) => (asked, self.pong),
        };
        let left = patience.saturating_sub(now.duration_since(since));
        if !left.is_zero() {
            return Tick::Wait(left);
        }
        if self.asked.is_some() {
            return Tick::Dead;
        }
        self.asked = Some(now);
        Tick::Ping
        // ANCHOR_END: naive_3
    }
    // ANCHOR_END: step_3_tick
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

    // ANCHOR: step_4_target
    /// What to ask for: also where to go on, if anything came before.
    pub fn target(&self) -> String {
        let target = format!("/chat?room={}&name={}", escaped(&self.room), escaped(&self.name));
        // ANCHOR: naive_4 add &since= and the cursor, if there is one
        //~ target
        match self.cursor {
            Some(id) => format!("{target}&since={id}"),
            None => target,
        }
        // ANCHOR_END: naive_4
    }
    // ANCHOR_END: step_4_target

    // ANCHOR: step_4_on_event
    /// An event came. Returns it, unless it came before.
    ///
    /// A `reset` always counts: its id is where the server goes on, even if it is a smaller one.
    pub fn on_event(&mut self, event: Event) -> Option<Event> {
        // ANCHOR: naive_4 move the cursor; an id that isn't newer is a repeat, unless it's a reset
        //~ Some(event)
        let repeats = self.cursor.is_some_and(|cursor| event.id <= cursor);
        if repeats && event.event != "reset" {
            return None;
        }
        self.cursor = Some(event.id);
        Some(event)
        // ANCHOR_END: naive_4
    }
    // ANCHOR_END: step_4_on_event

    // ANCHOR: step_4_on_end
    /// The connection is gone, or there was none; it has `lasted` so long. Returns how long to wait
    /// before the next one. `random` is from 0 to 1.
    pub fn on_end(&mut self, lasted: Duration, random: f64) -> Duration {
        // ANCHOR: naive_4 a random part of BACK_OFF, doubled by each failure that wasn't stable
        //~ BACK_OFF.mul_f64(random)
        if lasted >= STABLE {
            self.failures = 0;
        }
        let doubled = BACK_OFF.saturating_mul(2u32.saturating_pow(self.failures));
        self.failures = self.failures.saturating_add(1);
        doubled.min(BACK_OFF_MAX).mul_f64(random)
        // ANCHOR_END: naive_4
    }
    // ANCHOR_END: step_4_on_end
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
