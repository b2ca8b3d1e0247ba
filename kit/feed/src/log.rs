//! The ring of events. No waiting here: ids, `since` and gaps only.

use crate::batch::{Batch, Entry};
use crate::event::{Event, Gap, Id};
use std::collections::VecDeque;
use std::num::NonZeroUsize;
use std::sync::Arc;

/// How many batches are remembered for the next who wants the same: a few for each worker, since
/// those who are far behind take several in a row.
const RECENT: usize = 8;

/// The last `capacity` events, with ids that count up from 1 without holes.
pub(crate) struct Log {
    ring: VecDeque<Arc<Entry>>,
    capacity: NonZeroUsize,
    newest: Id,
    recent: VecDeque<Batch>,
}

impl Log {
    pub fn new(capacity: NonZeroUsize) -> Log {
        Log { ring: VecDeque::new(), capacity, newest: 0, recent: VecDeque::new() }
    }

    pub fn newest(&self) -> Id {
        self.newest
    }

    /// One more than `newest` when nothing is kept.
    pub fn oldest(&self) -> Id {
        self.newest + 1 - self.ring.len() as Id
    }

    pub fn append(&mut self, event: impl FnOnce(Id) -> Event) -> Id {
        self.newest += 1;
        if self.ring.len() == self.capacity.get() {
            self.ring.pop_front();
        }
        self.ring.push_back(Arc::new(Entry::new(event(self.newest))));
        self.newest
    }

    /// The events after `cursor`, oldest first, at most `limit` of them.
    pub fn since(&mut self, cursor: Id, limit: usize) -> Result<Batch, Gap> {
        let (oldest, newest) = (self.oldest(), self.newest);
        if cursor > newest {
            return Err(Gap { missed: None, oldest, newest });
        }
        if cursor + 1 < oldest {
            return Err(Gap { missed: Some(oldest - cursor - 1), oldest, newest });
        }
        let start = (cursor + 1 - oldest) as usize;
        Ok(self.batch(start, limit.min(self.ring.len() - start)))
    }

    /// The `count` events from place `start` of the ring.
    fn batch(&mut self, start: usize, count: usize) -> Batch {
        if count == 0 {
            return Batch::new([]);
        }
        let first = self.oldest() + start as Id;
        let same = |batch: &&Batch| {
            batch.len() == count && batch.first().is_some_and(|event| event.id == first)
        };
        if let Some(batch) = self.recent.iter().find(same) {
            return batch.clone();
        }
        let batch = Batch::new(self.ring.range(start..start + count).cloned());
        if self.recent.len() == RECENT {
            self.recent.pop_front();
        }
        self.recent.push_back(batch.clone());
        batch
    }
}
