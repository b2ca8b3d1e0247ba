//! What all subscribers received together. They write, whoever measures reads.

use crate::ledger::Mistakes;
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// The sums; shared by threads.
#[derive(Default)]
pub struct Board(Mutex<Sums>);

/// Bytes and events since the first connection.
#[derive(Clone, Default)]
pub struct Sums {
    /// Subscribers whose subscription stands.
    pub open: usize,
    /// Bytes that clients sent.
    pub up: u64,
    /// Bytes that clients received: heads, framing and payload.
    pub down: u64,
    /// Those of them that were heads of answers.
    pub heads: u64,
    /// Those of them that were the events' text.
    pub payload: u64,
    /// Events received, counted once for each subscriber.
    pub deliveries: u64,
    /// Reads that brought at least one event. Events a read is a floor of events a write.
    pub reads: u64,
    /// The newest ids of all who don't stall, added up: they all have event N when this is N for
    /// each of them.
    pub reached: u64,
    /// What came in the wrong order, or not at all.
    pub mistakes: Mistakes,
    /// The first thing that went wrong with a subscriber.
    pub broken: Option<String>,
    /// When each event of a paced load was sent.
    sent: BTreeMap<u64, Instant>,
    /// From there to each receipt.
    times: Vec<Duration>,
}

impl Sums {
    /// What was added since `before`.
    pub fn since(&self, before: &Sums) -> Sums {
        Sums {
            up: self.up - before.up,
            down: self.down - before.down,
            heads: self.heads - before.heads,
            payload: self.payload - before.payload,
            deliveries: self.deliveries - before.deliveries,
            reads: self.reads - before.reads,
            reached: self.reached - before.reached,
            mistakes: self.mistakes - before.mistakes,
            ..Sums::default()
        }
    }

    /// An event was received just now: how long it took, if it is one of a paced load.
    pub fn received(&mut self, id: u64, now: Instant) {
        if let Some(sent) = self.sent.get(&id) {
            self.times.push(now.saturating_duration_since(*sent));
        }
    }

    /// A paced event is being sent.
    pub fn sending(&mut self, id: u64, now: Instant) {
        self.sent.insert(id, now);
    }

    /// The times of the paced load, which is over.
    pub fn take_times(&mut self) -> Vec<Duration> {
        self.sent.clear();
        std::mem::take(&mut self.times)
    }
}

impl Board {
    /// The sums, to read or to change.
    pub fn sums(&self) -> MutexGuard<'_, Sums> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until `condition` holds.
    ///
    /// # Errors
    /// A subscriber broke, or it took longer than `limit`.
    pub fn wait(
        &self,
        limit: Duration,
        what: &str,
        condition: impl Fn(&Sums) -> bool,
    ) -> Result<(), String> {
        let deadline = Instant::now() + limit;
        loop {
            {
                let sums = self.sums();
                if condition(&sums) {
                    return Ok(());
                }
                if let Some(broken) = &sums.broken {
                    return Err(format!("a subscriber broke while waiting for {what}: {broken}"));
                }
                if Instant::now() > deadline {
                    return Err(format!(
                        "waited {} s for {what}: {} open, {} deliveries, {} reached",
                        limit.as_secs(),
                        sums.open,
                        sums.deliveries,
                        sums.reached
                    ));
                }
            }
            thread::sleep(Duration::from_millis(1));
        }
    }
}

/// The time that so many of a hundred didn't exceed; zero without any.
pub fn percentile(times: &mut [Duration], percent: f64) -> Duration {
    times.sort_unstable();
    let at = (times.len() as f64 * percent / 100.0).ceil() as usize;
    times.get(at.saturating_sub(1)).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentile_is_one_of_the_times() {
        let mut times: Vec<Duration> = (1..=200).rev().map(Duration::from_millis).collect();
        assert_eq!(percentile(&mut times, 50.0), Duration::from_millis(100));
        assert_eq!(percentile(&mut times, 99.0), Duration::from_millis(198));
        assert_eq!(percentile(&mut times[..1], 99.0), Duration::from_millis(1));
        assert_eq!(percentile(&mut [], 99.0), Duration::ZERO);
    }

    #[test]
    fn waiting_ends() {
        let board = Board::default();
        let none = Duration::ZERO;
        assert_eq!(board.wait(none, "nothing", |sums| sums.open == 0), Ok(()));
        assert!(board.wait(none, "one", |sums| sums.open == 1).unwrap_err().contains("for one"));
        board.sums().broken = Some("it did".to_owned());
        let broken = board.wait(Duration::from_secs(9), "one", |sums| sums.open == 1);
        assert!(broken.unwrap_err().ends_with("it did"));
    }
}
