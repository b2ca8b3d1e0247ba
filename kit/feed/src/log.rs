//! The ring of events. No waiting here: ids, `since` and gaps only.

use crate::batch::{Batch, Entry};
use crate::cursor::{Cursor, Generation};
use crate::event::{Event, Gap, Id};
use crate::mirror::{Refused, Snapshot, follows};
use std::collections::VecDeque;
use std::num::NonZeroUsize;
use std::sync::Arc;

/// How many batches are remembered for the next who wants the same: a few for each worker, since
/// those who are far behind take several in a row.
const RECENT: usize = 8;

/// The last `capacity` events. Ids go up by one; only where they come from elsewhere, they may have
/// holes.
pub(crate) struct Log {
    generation: Generation,
    ring: VecDeque<Arc<Entry>>,
    capacity: NonZeroUsize,
    newest: Id,
    recent: VecDeque<Batch>,
}

impl Log {
    pub fn new(capacity: NonZeroUsize) -> Log {
        Log { generation: 0, ring: VecDeque::new(), capacity, newest: 0, recent: VecDeque::new() }
    }

    pub fn newest(&self) -> Id {
        self.newest
    }

    /// One more than `newest` when nothing is kept.
    pub fn oldest(&self) -> Id {
        self.ring.front().map_or(self.newest + 1, |entry| entry.id())
    }

    /// The cursor of whoever has everything.
    pub fn end(&self) -> Cursor {
        Cursor { generation: self.generation, id: self.newest }
    }

    /// The cursor of whoever has everything but the newest event, if that is kept.
    pub fn before_newest(&self) -> Cursor {
        let newest_is_kept = self.ring.back().is_some_and(|entry| entry.id() == self.newest);
        Cursor { id: self.newest - Id::from(newest_is_kept), ..self.end() }
    }

    pub fn append(&mut self, event: impl FnOnce(Id) -> Event) -> Id {
        self.push(event(self.newest + 1));
        self.newest
    }

    /// Appends an event that has its id from elsewhere.
    pub fn mirror(&mut self, generation: Generation, event: Event) -> Result<(), Refused> {
        if generation != self.generation {
            return Err(Refused::Foreign { generation, ours: self.generation });
        }
        follows(self.newest, event.id)?;
        self.push(event);
        Ok(())
    }

    /// Takes the place of what is here, all or nothing.
    pub fn restore(&mut self, snapshot: Snapshot) -> Result<(), Refused> {
        let Snapshot { generation, newest, events } = snapshot;
        let mut last = 0;
        for event in &events {
            follows(last, event.id)?;
            last = event.id;
        }
        let newest = newest.max(last);
        if newest > Refused::MAX_ID {
            return Err(Refused::TooGreat { id: newest });
        }
        if generation == self.generation && newest < self.newest {
            return Err(Refused::Behind { id: newest, newest: self.newest });
        }
        let forgotten = events.len().saturating_sub(self.capacity.get());
        let kept = events.into_iter().skip(forgotten);
        self.ring = kept.map(|event| Arc::new(Entry::new(event))).collect();
        (self.generation, self.newest) = (generation, newest);
        self.recent.clear();
        Ok(())
    }

    fn push(&mut self, event: Event) {
        self.newest = event.id;
        if self.ring.len() == self.capacity.get() {
            self.ring.pop_front();
        }
        self.ring.push_back(Arc::new(Entry::new(event)));
    }

    /// The events after `cursor` up to the next hole, oldest first, at most `limit` of them.
    pub fn since(&mut self, cursor: Cursor, limit: usize) -> Result<Batch, Gap> {
        if cursor.generation != self.generation || cursor.id > self.newest {
            return Err(self.all_missed());
        }
        let start = self.place_after(cursor.id);
        let next = self.ring.get(start).map_or(self.newest + 1, |entry| entry.id());
        match next - cursor.id - 1 {
            0 => Ok(self.batch(start, limit)),
            missed => Err(Gap { missed: Some(missed), oldest: next, newest: self.newest }),
        }
    }

    /// What somebody has missed who knows nothing of this log.
    pub fn all_missed(&self) -> Gap {
        Gap { missed: None, oldest: self.oldest(), newest: self.newest }
    }

    /// Where in the ring the first event after `id` is; the ring's length if there is none.
    fn place_after(&self, id: Id) -> usize {
        // Where no hole follows, an event is as far from the ring's end as from the newest id.
        let behind = usize::try_from(self.newest.saturating_sub(id)).unwrap_or(usize::MAX);
        let guess = self.ring.len().saturating_sub(behind);
        match self.ring.get(guess) {
            Some(entry) if entry.id() == id + 1 => guess,
            _ => self.ring.partition_point(|entry| entry.id() <= id),
        }
    }

    /// The events from place `start` of the ring up to the next hole, at most `limit` of them.
    fn batch(&mut self, start: usize, limit: usize) -> Batch {
        let count = self.count_to_hole(start, limit.min(self.ring.len() - start));
        if count == 0 {
            return Batch::new(self.generation, []);
        }
        let first = self.ring[start].id();
        let same = |batch: &&Batch| {
            batch.len() == count && batch.first().is_some_and(|event| event.id == first)
        };
        if let Some(batch) = self.recent.iter().find(same) {
            return batch.clone();
        }
        let batch = Batch::new(self.generation, self.ring.range(start..start + count).cloned());
        if self.recent.len() == RECENT {
            self.recent.pop_front();
        }
        self.recent.push_back(batch.clone());
        batch
    }

    /// How many of the `count` events from place `start` have consecutive ids.
    fn count_to_hole(&self, start: usize, count: usize) -> usize {
        let range = || self.ring.range(start..start + count).map(|entry| entry.id());
        let (Some(first), Some(last)) = (range().next(), range().next_back()) else { return 0 };
        match last - first == count as Id - 1 {
            true => count,
            false => range().zip(first..).take_while(|(id, dense)| id == dense).count(),
        }
    }
}
