//! When a client that polls asks again. No clock and no dice: both come in, so a test can hold them.

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

    /// A pace that rests for `interval` when there is nothing new. Short polling: seconds. Long
    /// polling: zero, since the server does the waiting.
    pub fn new(interval: Duration) -> Pace {
        Pace { interval, failures: 0 }
    }

    /// How long to wait now. `random` is from 0 to 1, and new for each call.
    ///
    /// After a failure the wait is drawn from all that lies between zero and a longest wait that
    /// doubles ("full jitter"): clients that failed together don't come back together. A
    /// `Retry-After` up to [`REST_MAX`](Pace::REST_MAX) is never undercut, and the random wait comes
    /// on top of it for the same reason. The sum is at least [`BACK_OFF_MIN`](Pace::BACK_OFF_MIN).
    pub fn after(&mut self, outcome: Outcome, random: f64) -> Duration {
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
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn failures_back_off_and_stay_under_the_longest_wait() {
        let mut pace = Pace::new(seconds(5));
        let longest: Vec<_> = (0..8).map(|_| pace.after(Outcome::Failed, 1.0).as_secs()).collect();
        assert_eq!(longest, [1, 2, 4, 8, 16, 32, 60, 60]);
        for _ in 0..200 {
            assert_eq!(pace.after(Outcome::Failed, 1.0), Pace::BACK_OFF_MAX);
        }
    }

    #[test]
    fn the_wait_is_drawn_from_zero_but_never_none() {
        let mut pace = Pace::new(seconds(5));
        pace.after(Outcome::Failed, 0.5);
        assert_eq!(pace.after(Outcome::Failed, 0.0), Pace::BACK_OFF_MIN);
        assert_eq!(pace.after(Outcome::Failed, 0.5), seconds(2));
    }

    #[test]
    fn an_answer_ends_the_row_of_failures() {
        for answer in [Outcome::News, Outcome::Nothing] {
            let mut pace = Pace::new(seconds(5));
            for _ in 0..5 {
                pace.after(Outcome::Failed, 1.0);
            }
            pace.after(answer, 0.5);
            assert_eq!(pace.after(Outcome::Failed, 1.0), Pace::BACK_OFF);
        }
    }

    #[test]
    fn a_quiet_interval_is_jittered_and_news_is_followed_at_once() {
        let mut pace = Pace::new(seconds(10));
        assert_eq!(pace.after(Outcome::Nothing, 0.0), seconds(9));
        assert_eq!(pace.after(Outcome::Nothing, 1.0), seconds(11));
        assert_eq!(pace.after(Outcome::News, 1.0), Duration::ZERO);
        assert_eq!(Pace::new(Duration::ZERO).after(Outcome::Nothing, 1.0), Duration::ZERO);
    }

    #[test]
    fn retry_after_is_never_undercut() {
        let busy = |retry_after| Outcome::Busy { retry_after };
        let mut pace = Pace::new(seconds(5));
        assert_eq!(pace.after(busy(Some(seconds(7))), 0.0), seconds(7));
        assert_eq!(pace.after(busy(Some(seconds(7))), 1.0), seconds(9));
        // Without it, a busy server is one that failed; also for the next wait.
        assert_eq!(pace.after(busy(None), 1.0), seconds(4));
        assert_eq!(pace.after(busy(Some(Duration::ZERO)), 0.0), Pace::BACK_OFF_MIN);
        assert_eq!(pace.after(busy(Some(Pace::REST_MAX)), 0.0), Pace::REST_MAX);
        let most = Pace::REST_MAX + Pace::BACK_OFF_MAX;
        for _ in 0..9 {
            pace.after(Outcome::Failed, 1.0);
        }
        assert_eq!(pace.after(busy(Some(Duration::MAX)), 1.0), most);
    }

    #[test]
    fn a_thousand_clients_spread() {
        let mut seconds = [0; 61];
        for client in 0..1000 {
            let mut pace = Pace::new(Duration::ZERO);
            for _ in 0..6 {
                pace.after(Outcome::Failed, 0.5);
            }
            let wait = pace.after(Outcome::Failed, f64::from(client) / 1000.0);
            seconds[wait.as_secs() as usize] += 1;
        }
        assert!(seconds.iter().all(|&clients| clients <= 50), "{seconds:?}");
    }
}
