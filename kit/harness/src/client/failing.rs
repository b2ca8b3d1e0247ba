//! What a failing test says about its connection.

use super::{Client, Ended, MOST};
use crate::failure::Failure;
use crate::wait::Wait;
use trace::strict::Wrong;

/// What says that a stream is alive, as a chunk of its own: a comment among events, an empty line
/// among lines.
const HEARTBEATS: [&[u8]; 2] = [b"3\r\n:\n\n\r\n", b"1\r\n\n\r\n"];

impl Client {
    /// The beginning of a failure about this connection: what was done.
    pub fn failure(&self) -> Failure {
        Failure::new(self.did())
    }

    /// What was done, in words.
    pub(super) fn did(&self) -> String {
        match &self.did[..] {
            [] => "connecting".to_owned(),
            did => did[did.len().saturating_sub(3)..].join(", then "),
        }
    }

    #[track_caller]
    pub(super) fn fail_waited(&self, wait: &Wait, what: &str) -> ! {
        let failure = Failure::new(self.did()).expected(what);
        let waited = wait.waited();
        if self.received.is_empty() {
            let failure =
                failure.said(format!("{waited}; nothing came, and the connection is open"));
            if self.asked_for_websocket() {
                // Whatever the test is about, it didn't come to that.
                let why = "the handshake was never answered: your handler hasn't returned; what does it await?";
                let cost = "Nobody comes in: each page waits until it gives up.";
                failure.said(why).cost(cost).raise();
            }
            failure.raise();
        }
        // Heartbeats say nothing about what is missing, and hide what came last.
        let mut seen = &self.received[..];
        let mut beats = 0;
        while let Some(before) = HEARTBEATS.iter().find_map(|beat| seen.strip_suffix(*beat)) {
            seen = before;
            beats += 1;
        }
        let but = match beats {
            0 => String::new(),
            1 => "; a heartbeat came".to_owned(),
            beats => format!("; {beats} heartbeats came"),
        };
        failure.seen_so_far(seen).said(format!("{waited}{but}")).raise()
    }

    #[track_caller]
    pub(super) fn fail_ended(&self, what: &str) -> ! {
        let count = self.received.len();
        let how = match (self.cut.get(), self.ended) {
            (Some(silence), _) => format!(
                "the proxy cut the connection after {silence:?} without a byte; {count} bytes had come"
            ),
            (None, Some(Ended::Reset)) => {
                format!("the server reset the connection after {count} bytes")
            }
            (None, _) => format!("the server closed after {count} bytes"),
        };
        let did = format!("{}: {how}", self.did());
        let failure = Failure::new(did).expected(what);
        if count == 0 {
            failure.raise();
        }
        failure.seen(&self.received).raise()
    }

    #[track_caller]
    pub(super) fn fail_too_much(&self, what: &str) -> ! {
        let did = format!("{}: the server sent {} MiB and went on", self.did(), MOST >> 20);
        Failure::new(did).seen_so_far(&self.received[..200]).expected(what).raise()
    }

    /// For bytes that break HTTP, or a body's end that came too early.
    #[track_caller]
    pub(super) fn fail_wrong(&self, wrong: Wrong) -> ! {
        self.failure().seen_so_far(&self.received).caret(self.read + wrong.at, wrong.note).raise()
    }
}
