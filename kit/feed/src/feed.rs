//! One log for all workers, and who waits for it.

use crate::batch::Batch;
use crate::cursor::{Cursor, Generation};
use crate::event::{End, Event, Gap, Id};
use crate::hub::Hub;
use crate::mirror::{Refused, Snapshot};
use crate::newest::Newest;
use crate::shared::Shared;
use crate::subscription::{Start, Subscription};
use std::fmt;
use std::num::NonZeroUsize;
use std::sync::Arc;

/// An append-only log of the last events. Clones are handles to the same log.
#[derive(Clone)]
pub struct Feed {
    shared: Arc<Shared>,
}

impl Feed {
    /// An empty log that keeps the last `capacity` events. Its generation is 0.
    pub fn new(capacity: NonZeroUsize) -> Feed {
        Feed { shared: Arc::new(Shared::new(capacity)) }
    }

    /// Appends an event of any kind and returns its id. Never waits for a reader.
    pub fn append(&self, event: &'static str, data: impl Into<Arc<str>>) -> Id {
        let data = data.into();
        self.shared.change(|state| state.log.append(|id| Event::new(id, event, data)))
    }

    /// Takes over all that another log has kept, in the place of what is here: at the start from a
    /// store, later when the other log has become another one. Then [`mirror`](Feed::mirror) follows
    /// it, or [`append`](Feed::append) goes on.
    ///
    /// Subscribers keep their cursors. If the generation is a new one, each is told a gap of which
    /// nobody knows the size, and then gets all that is kept.
    ///
    /// ```
    /// use feed::{Delivery, Event, Feed, Refused, Snapshot, Start};
    /// # use std::{pin::pin, task::{Context, Poll, Waker}};
    ///
    /// let feed = Feed::new(std::num::NonZeroUsize::new(4).unwrap());
    /// // The store has forgotten the events 1 to 4.
    /// let events = vec![Event::new(5, "note", "Tea?"), Event::new(6, "note", "Yes.")];
    /// feed.restore(Snapshot { generation: 3, newest: 6, events })?;
    /// // The events 7 and 8 were lost on the way. Whoever has 6 is told so.
    /// feed.mirror(3, Event::new(9, "note", "The kettle is on."))?;
    ///
    /// let mut subscription = feed.subscribe(Start::At("3-6".parse().unwrap()));
    /// # let mut next = pin!(subscription.next());
    /// # let Poll::Ready(next) = next.as_mut().poll(&mut Context::from_waker(Waker::noop())) else {
    /// #     panic!("nothing there");
    /// # };
    /// # /*
    /// let next = subscription.next().await;
    /// # */
    /// let Some(Delivery::Gap(gap, batch)) = next else { panic!("no gap") };
    /// assert_eq!((gap.missed, batch.first().unwrap().id), (Some(2), 9));
    /// # Ok::<(), Refused>(())
    /// ```
    ///
    /// # Errors
    /// When the ids don't go up, are too great, or end before the newest here although the
    /// generation is the same: then the other log has lost events and needs a new generation.
    /// Nothing has changed here.
    pub fn restore(&self, snapshot: Snapshot) -> Result<(), Refused> {
        self.shared.try_change(|state| state.log.restore(snapshot))
    }

    /// Appends an event that got its id elsewhere, in the log of this generation. Ids that are left
    /// out are a gap, of which subscribers are told in order.
    ///
    /// # Errors
    /// When the id doesn't come after the newest, is too great, or belongs to another generation.
    /// Nothing has changed here.
    pub fn mirror(&self, generation: Generation, event: Event) -> Result<(), Refused> {
        self.shared.try_change(|state| state.log.mirror(generation, event))
    }

    /// The events after `cursor`, oldest first, at most `limit`. A log of another generation than 0
    /// never had this cursor: [subscribe](Feed::subscribe) at a [`Cursor`] instead.
    ///
    /// # Errors
    /// The gap, when events after `cursor` are missing or `cursor` was never in this log.
    pub fn since(&self, cursor: Id, limit: usize) -> Result<Batch, Gap> {
        self.shared.state().log.since(Cursor::from(cursor), limit)
    }

    /// The id of the oldest event kept; one more than [`newest_id`](Feed::newest_id) when empty.
    pub fn oldest_id(&self) -> Id {
        self.shared.state().log.oldest()
    }

    /// The id of the newest event; 0 when nothing was published yet.
    pub fn newest_id(&self) -> Id {
        self.shared.state().log.newest()
    }

    /// The newest event's id, with the log's generation: the place from which to follow the log that
    /// this one mirrors.
    pub fn newest_cursor(&self) -> Cursor {
        self.shared.state().log.end()
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

impl fmt::Debug for Feed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.shared.debug("Feed", f)
    }
}
