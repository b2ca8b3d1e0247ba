//! How long a test waits: never for ever.

use crate::failure::Failure;
use crate::rule;
use std::sync::OnceLock;
use std::thread;
use std::time::{Duration, Instant};

/// For what should happen at once: 1 s, times `WORKSHOP_PATIENCE`.
pub fn at_once() -> Duration {
    Duration::from_secs(1).mul_f64(patience())
}

/// For all waits of one test together: 5 s, times `WORKSHOP_PATIENCE`.
pub fn in_all() -> Duration {
    Duration::from_secs(5).mul_f64(patience())
}

/// Waits until `condition` holds, or fails the test after `wait`.
///
/// `what` completes the sentence "waited 1 s for: …". For what can't wake us, such as a count in the
/// feed; bytes are awaited with [`Client`](crate::Client).
#[track_caller]
pub fn wait_until(wait: Duration, what: &str, mut condition: impl FnMut() -> bool) {
    let wait = Wait::start(wait);
    while !condition() {
        if wait.is_over() {
            Failure::new(wait.text(what)).raise();
        }
        thread::sleep(Duration::from_millis(2));
    }
}

/// One wait, cut short when the test's time in all is used up.
pub struct Wait {
    started: Instant,
    until: Instant,
    cut: bool,
}

impl Wait {
    /// Begins it: it is over after `wait`.
    pub fn start(wait: Duration) -> Wait {
        let started = Instant::now();
        let until = started + wait;
        match rule::deadline() {
            Some(all) if all < until => Wait { started, until: all, cut: true },
            _ => Wait { started, until, cut: false },
        }
    }

    /// What is left of it.
    pub fn left(&self) -> Duration {
        self.until.saturating_duration_since(Instant::now())
    }

    /// Whether nothing is left.
    pub fn is_over(&self) -> bool {
        self.left().is_zero()
    }

    /// "waited 1 s for: …", with `what` in the place of the dots.
    pub fn text(&self, what: &str) -> String {
        format!("{} for: {what}", self.waited())
    }

    pub(crate) fn waited(&self) -> String {
        let waited = seconds(self.until.saturating_duration_since(self.started));
        match self.cut {
            false => format!("waited {waited}"),
            true => format!("waited {waited} ({} in all)", seconds(in_all())),
        }
    }
}

/// `1 s`, `0.3 s`: no more digits than a reader needs.
pub fn seconds(duration: Duration) -> String {
    let tenths = (duration.as_secs_f64() * 10.0).round() / 10.0;
    format!("{tenths} s")
}

fn patience() -> f64 {
    static PATIENCE: OnceLock<f64> = OnceLock::new();
    *PATIENCE.get_or_init(|| match std::env::var("WORKSHOP_PATIENCE") {
        Err(_) => 1.0,
        Ok(text) => match text.parse() {
            Ok(factor) if (0.1..=100.0).contains(&factor) => factor,
            _ => panic!("WORKSHOP_PATIENCE must be a number from 0.1 to 100, got {text:?}"),
        },
    })
}
