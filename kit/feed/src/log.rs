//! The ring of events. No waiting here: ids, `since` and gaps only.

use crate::batch::Entry;
use crate::event::{Event, Gap, Id};
use std::collections::VecDeque;
use std::num::NonZeroUsize;
use std::sync::Arc;

/// The last `capacity` events, with ids that count up from 1 without holes.
pub(crate) struct Log {
    ring: VecDeque<Arc<Entry>>,
    capacity: NonZeroUsize,
    newest: Id,
}

impl Log {
    pub fn new(capacity: NonZeroUsize) -> Log {
        Log { ring: VecDeque::new(), capacity, newest: 0 }
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
    pub fn since(&self, cursor: Id, limit: usize) -> Result<Vec<Arc<Entry>>, Gap> {
        let (oldest, newest) = (self.oldest(), self.newest);
        if cursor > newest {
            return Err(Gap { missed: None, oldest, newest });
        }
        if cursor + 1 < oldest {
            return Err(Gap { missed: Some(oldest - cursor - 1), oldest, newest });
        }
        let start = (cursor + 1 - oldest) as usize;
        Ok(self.ring.iter().skip(start).take(limit).cloned().collect())
    }
}
