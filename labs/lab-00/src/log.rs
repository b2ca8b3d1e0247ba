//! The log: events with ids, and what follows a cursor. No I/O.
//!
//! A cursor is the id of the last event that somebody has. From the next lab on, the crate `feed`
//! holds such a log.

use feed::{Event, Gap, Id};
use std::collections::VecDeque;
use std::num::NonZeroUsize;
use std::sync::Arc;

/// The last `capacity` events, oldest first. Their ids count up from 1, without holes.
#[derive(Debug)]
pub struct Log {
    ring: VecDeque<Event>,
    capacity: NonZeroUsize,
    newest: Id,
}

impl Log {
    /// A log to which nothing was published yet.
    pub fn new(capacity: NonZeroUsize) -> Log {
        Log { ring: VecDeque::new(), capacity, newest: 0 }
    }

    /// A full log as it was left: with these texts, of which the first has the id `oldest`.
    pub fn restored(oldest: Id, texts: &[&str]) -> Log {
        let events = (oldest..).zip(texts).map(|(id, text)| Event::new(id, "weather", *text));
        Log {
            ring: events.collect(),
            capacity: NonZeroUsize::new(texts.len()).unwrap_or(NonZeroUsize::MIN),
            newest: oldest + texts.len() as Id - 1,
        }
    }

    /// The newest event's id; 0 when nothing was published yet.
    pub fn newest(&self) -> Id {
        self.newest
    }

    /// The id of the oldest event still kept; one more than [`newest`](Log::newest) if there is
    /// none.
    pub fn oldest(&self) -> Id {
        self.ring.front().map_or(self.newest + 1, |event| event.id)
    }

    /// What is kept, oldest first.
    pub fn events(&self) -> impl DoubleEndedIterator<Item = &Event> {
        self.ring.iter()
    }

    /// Appends an event with this text, and returns its id. Nobody else gives ids.
    pub fn publish(&mut self, data: impl Into<Arc<str>>) -> Id {
        self.forget();
        // step 2 ▼ the next id, and an event with it at the end of the ring
        todo!("step 2: the next id, and an event with it at the end of the ring")
        // step 2 ▲
    }

    /// The events after `cursor`, oldest first, at most `limit` of them.
    ///
    /// # Errors
    /// The cursor is before the oldest event kept, so that something is missing in between; or
    /// beyond the newest, so that it can't be from this log.
    pub fn since(&self, cursor: Id, limit: usize) -> Result<Vec<Event>, Gap> {
        // step 4 ▼ a gap if the log can't serve this cursor, else what follows it
        // Event 1 is at index 0, so what follows event N begins at index N. Or does it?
        Ok(self.ring.iter().skip(cursor as usize).take(limit).cloned().collect())
        // step 4 ▲
    }

    /// Makes room for one event more.
    fn forget(&mut self) {
        // step 5 ▼ when the ring is full, the oldest event goes
        // step 5 ▲
    }
}
