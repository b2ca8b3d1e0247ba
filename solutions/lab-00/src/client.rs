//! When a client that polls asks again. A state machine: it has no clock and throws no dice, so a
//! page, a program and a test can all drive it.

use std::time::Duration;

/// How a poll went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Events came. An answer has a limit, so there may be more.
    News,
    /// The server is well and has nothing new.
    Nothing,
    /// The server asks to be left alone for a while: 503, 429.
    Busy {
        /// What its `Retry-After` says, if it says it.
        retry_after: Option<Duration>,
    },
    /// No answer, or one that can't be used.
    Failed,
}

/// When to ask again, counted from the end of the last poll. Counted from its beginning, polls
/// would overlap as soon as the server is slow.
#[derive(Clone, Debug)]
pub struct Pace {
    interval: Duration,
    failures: u32,
}

impl Pace {
    /// The longest wait after the first failure. It doubles with each one that follows.
    pub const BACK_OFF: Duration = Duration::from_secs(1);

    /// The longest wait after any number of failures.
    pub const BACK_OFF_MAX: Duration = Duration::from_secs(60);

    /// The shortest wait after a failure, whatever the dice say: nobody asks again at once.
    pub const BACK_OFF_MIN: Duration = Duration::from_millis(100);

    /// The longest rest that a server may ask for: a day. One that asks for more is mistaken.
    pub const REST_MAX: Duration = Duration::from_secs(24 * 60 * 60);

    /// A pace that rests for `interval` when there is nothing new.
    pub fn new(interval: Duration) -> Pace {
        Pace { interval, failures: 0 }
    }

    // ANCHOR: step_6_after
    /// How long to wait now. `random` is from 0 to 1, and new for each call.
    ///
    /// After a failure the wait is drawn from all that lies between zero and a longest wait that
    /// doubles ("full jitter"): clients that failed together don't come back together. A
    /// `Retry-After` up to [`REST_MAX`](Pace::REST_MAX) is never undercut, and the random wait comes
    /// on top of it for the same reason. The sum is at least [`BACK_OFF_MIN`](Pace::BACK_OFF_MIN).
    pub fn after(&mut self, outcome: Outcome, random: f64) -> Duration {
        // ANCHOR: naive_6 at once after news, else after the interval; after failures, back off
        //~ Duration::from_secs(1)
        let least = match outcome {
            Outcome::News => {
                self.failures = 0;
                return Duration::ZERO;
            }
            Outcome::Nothing => {
                self.failures = 0;
                // Ten per cent either way: pages that were opened together drift apart.
                return self.interval.mul_f64(0.9 + 0.2 * random);
            }
            Outcome::Busy { retry_after } => retry_after.unwrap_or_default().min(Pace::REST_MAX),
            Outcome::Failed => Duration::ZERO,
        };
        let doubled = Pace::BACK_OFF.saturating_mul(2u32.saturating_pow(self.failures));
        self.failures = self.failures.saturating_add(1);
        let wait = least + doubled.min(Pace::BACK_OFF_MAX).mul_f64(random);
        wait.max(Pace::BACK_OFF_MIN)
        // ANCHOR_END: naive_6
    }
    // ANCHOR_END: step_6_after
}
