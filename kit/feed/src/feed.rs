//! One log for all workers, and who waits for it.

use crate::batch::{Batch, lock};
use crate::event::{End, Event, Gap, Id};
use crate::hub::{Hub, Sleepers};
use crate::log::Log;
use crate::subscription::{Newest, Start, Subscription};
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::Waker;

/// An append-only log of the last events. Clones are handles to the same log.
#[derive(Clone)]
pub struct Feed {
    shared: Arc<Shared>,
}

pub(crate) struct Shared {
    state: Mutex<State>,
}

pub(crate) struct State {
    pub log: Log,
    pub ended: Option<End>,
    pub subscribers: usize,
    pub sleepers: Sleepers,
}

impl Shared {
    pub fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }

    /// Wakes outside the lock: a waker may run code that asks for it again.
    fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let (result, wake): (T, Vec<Waker>) = {
            let mut state = self.state();
            let result = change(&mut state);
            (result, state.sleepers.changed())
        };
        wake.into_iter().for_each(Waker::wake);
        result
    }
}

impl Feed {
    /// An empty log that keeps the last `capacity` events.
    pub fn new(capacity: NonZeroUsize) -> Feed {
        let state = State {
            log: Log::new(capacity),
            ended: None,
            subscribers: 0,
            sleepers: Sleepers::default(),
        };
        Feed { shared: Arc::new(Shared { state: Mutex::new(state) }) }
    }

    /// Appends an event of any kind and returns its id. Never waits for a reader.
    pub fn append(&self, event: &'static str, data: impl Into<Arc<str>>) -> Id {
        let data = data.into();
        self.shared.change(|state| state.log.append(|id| Event::new(id, event, data)))
    }

    /// The events after `cursor`, oldest first, at most `limit`.
    ///
    /// # Errors
    /// The gap, when events after `cursor` were forgotten or `cursor` was never in this log.
    pub fn since(&self, cursor: Id, limit: usize) -> Result<Batch, Gap> {
        self.shared.state().log.since(cursor, limit)
    }

    /// The id of the oldest event kept; one more than [`newest_id`](Feed::newest_id) when empty.
    pub fn oldest_id(&self) -> Id {
        self.shared.state().log.oldest()
    }

    /// The id of the newest event; 0 when nothing was published yet.
    pub fn newest_id(&self) -> Id {
        self.shared.state().log.newest()
    }

    /// The newest id as something to wait for. A state, not a signal: it can't be missed.
    pub fn newest(&self) -> Newest {
        Newest::new(self.shared.clone(), true)
    }

    /// A cursor that waits for what comes after it.
    pub fn subscribe(&self, start: Start) -> Subscription {
        Subscription::new(self.shared.clone(), start)
    }

    /// How many subscriptions and [`newest`](Feed::newest) handles are alive.
    pub fn subscribers(&self) -> usize {
        self.shared.state().subscribers
    }

    /// Ends all subscriptions once they have read what is there. The first reason stays.
    pub fn end(&self, why: End) {
        self.shared.change(|state| {
            state.ended.get_or_insert(why);
        });
    }

    /// Waits until somebody calls [`end`](Feed::end).
    pub async fn ended(&self) -> End {
        Newest::new(self.shared.clone(), false).ended().await
    }

    /// Whether the feed was ended for good.
    pub fn finished(&self) -> bool {
        self.shared.state().ended == Some(End::Finished)
    }

    /// Wakes this thread's subscribers in slices instead of all at once: spawn one on each worker.
    /// Without it everything works, only slower under a backlog. See [`Hub`].
    pub fn hub(&self) -> Hub {
        Hub::new(self.shared.clone())
    }
}
