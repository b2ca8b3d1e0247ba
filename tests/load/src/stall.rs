//! A tenth of the subscribers stop reading. The others must not notice, and the server's memory
//! must stay bounded.

use crate::board::percentile;
use crate::ledger::Mistakes;
use crate::publisher::{Publisher, in_turn, paced};
use crate::server::Server;
use crate::subscribers::{Plan, Subscribers};
use crate::transport::Transport;
use std::time::{Duration, Instant};

/// How much of each.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    /// Subscribers in all.
    pub subscribers: usize,
    /// Those who will stop.
    pub stalling: usize,
    /// Bytes in each event's note.
    pub note: usize,
    /// Paced windows before and after; the median window counts.
    pub windows: usize,
    /// Events in a window.
    pub events: usize,
    /// Time between two of them: long enough that a slow machine has answered one before the next
    /// comes. What waits in a queue would be measured else.
    pub pace: Duration,
    /// Events between, as fast as they are answered: more than the kernel's buffers hold.
    pub flood: usize,
}

impl Size {
    /// What the limits are for. The kernel keeps up to 4 MiB of a connection's unread bytes for the
    /// server, and some more for the client.
    pub const FULL: Size = Size {
        subscribers: 1000,
        stalling: 100,
        note: 4000,
        windows: 5,
        events: 40,
        pace: Duration::from_millis(100),
        flood: 2000,
    };

    /// For tests, and to see that all works.
    pub const SMALL: Size = Size {
        subscribers: 20,
        stalling: 2,
        note: 4000,
        windows: 1,
        events: 10,
        pace: Duration::from_millis(10),
        flood: 100,
    };
}

/// The others' p99 may become so many times what it was.
const SLOWER: f64 = 1.25;
/// What the server's memory may grow by for each stalled subscriber: what is on its way to the
/// kernel, which is at most one batch of a hundred events.
const MEMORY: u64 = 512 * 1024;
/// How many events the server keeps.
pub const LOG: usize = 1024;
/// More than that.
const FULL_LOG: usize = 1100;
const PORTION: usize = 100;
const PATIENCE: Duration = Duration::from_secs(60);
const FREED: Duration = Duration::from_secs(5);

/// What was seen.
#[derive(Clone, Copy, Debug)]
pub struct Outcome {
    /// The others' p99 while all read.
    pub before: Duration,
    /// The others' p99 afterwards.
    pub after: Duration,
    /// What the server's memory grew by, in bytes.
    pub grown: u64,
    /// Bytes published for each subscriber after the stall.
    pub flood: u64,
    /// What was lost or out of order.
    pub mistakes: Mistakes,
}

impl Outcome {
    /// Compares with the limits.
    ///
    /// # Errors
    /// The limit that was missed.
    pub fn check(&self, size: Size) -> Result<(), String> {
        if self.mistakes != Mistakes::default() {
            return Err(format!("events were lost or out of order: {self:?}"));
        }
        if self.after > self.before.mul_f64(SLOWER) {
            return Err(format!(
                "the others' p99 became more than {SLOWER} times as long: {self:?}"
            ));
        }
        if self.grown > MEMORY * size.stalling as u64 {
            return Err(format!(
                "the server's memory grew by more than {MEMORY} bytes for each: {self:?}"
            ));
        }
        Ok(())
    }
}

/// Runs the load.
///
/// # Errors
/// Somebody failed, or subscribers stayed after all had left.
pub fn run(server: &Server, transport: Transport, size: Size) -> Result<Outcome, String> {
    let subscribers = Subscribers::start(&Plan {
        address: server.address,
        transport,
        subscribers: size.subscribers,
        ask_every: size.pace,
        stalling: size.stalling,
    })?;
    // The log is full from here on, so that its memory doesn't count as growth.
    let last = flood(&subscribers, server, FULL_LOG, size)?;
    let (before, last) = windows(&subscribers, server, last, size)?;
    let memory = server.memory()?;

    subscribers.stall();
    let flooded = flood(&subscribers, server, size.flood, size)?;
    let bytes = (flooded - last) * size.note as u64;
    let (after, _) = windows(&subscribers, server, flooded, size)?;
    let grown = server.memory()?.saturating_sub(memory);
    let mistakes = subscribers.board.sums().mistakes;
    drop(subscribers);

    freed(server)?;
    Ok(Outcome { before, after, grown, flood: bytes, mistakes })
}

/// Publishes as fast as the server answers, in portions that a reader can take without falling out
/// of the log. Returns the last event.
fn flood(
    subscribers: &Subscribers,
    server: &Server,
    events: usize,
    size: Size,
) -> Result<u64, String> {
    let mut last = 0;
    for _ in 0..events.div_ceil(PORTION) {
        last = in_turn(server.address, 1, PORTION, size.note)?;
        subscribers.wait_for(last, PATIENCE)?;
    }
    Ok(last)
}

/// The median of the windows' p99, and the last event.
fn windows(
    subscribers: &Subscribers,
    server: &Server,
    mut last: u64,
    size: Size,
) -> Result<(Duration, u64), String> {
    // Not earlier: a server doesn't keep a connection that asks nothing.
    let mut publisher = Publisher::connect(server.address, size.note)?;
    let mut p99 = Vec::new();
    for _ in 0..size.windows {
        last = paced(&mut publisher, &subscribers.board, last, size.events, size.pace)?;
        subscribers.wait_for(last, PATIENCE)?;
        p99.push(percentile(&mut subscribers.board.sums().take_times(), 99.0));
    }
    Ok((percentile(&mut p99, 50.0), last))
}

/// Waits until nobody is subscribed.
fn freed(server: &Server) -> Result<(), String> {
    let deadline = Instant::now() + FREED;
    loop {
        match server.subscribers()? {
            0 => return Ok(()),
            some if Instant::now() > deadline => {
                return Err(format!("{some} subscribers stayed after all had left"));
            }
            _ => std::thread::sleep(Duration::from_millis(5)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_limit_is_kept() {
        let ms = Duration::from_millis;
        let fine = Outcome {
            before: ms(8),
            after: ms(10),
            grown: 2 * MEMORY,
            flood: 1,
            mistakes: Mistakes::default(),
        };
        assert_eq!(fine.check(Size::SMALL), Ok(()));
        let says = |outcome: Outcome| outcome.check(Size::SMALL).unwrap_err();
        assert!(says(Outcome { after: ms(11), ..fine }).contains("p99"));
        assert!(says(Outcome { grown: 2 * MEMORY + 1, ..fine }).contains("memory"));
        let mistakes = Mistakes { lost: 1, ..fine.mistakes };
        assert!(says(Outcome { mistakes, ..fine }).contains("lost: 1"));
    }
}
