//! A cursor that waits.

use crate::batch::Batch;
use crate::event::{End, Gap, Id};
use crate::feed::{Shared, State};
use crate::hub::Place;
use futures_core::Stream;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

/// Where a subscriber starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// With the newest event, then what comes: a newcomer.
    Newest,
    /// After the event with this id: the cursor of someone who comes back.
    After(Id),
    /// A cursor that nobody can read: told as a gap, then all that is kept.
    Lost,
}

/// What a subscriber receives.
#[derive(Debug)]
pub enum Delivery {
    /// The next events.
    Events(Batch),
    /// Events were missed; these are the oldest still kept. Both were taken at one moment, so a
    /// fast publisher can't come between the two.
    Gap(Gap, Batch),
    /// Nothing will come any more.
    End(End),
}

/// Only a cursor. A slow one costs no memory; dropping it unsubscribes.
///
/// Also a [`Stream`] of deliveries.
pub struct Subscription {
    waiter: Waiter,
    cursor: Cursor,
    at_most: usize,
    until: Option<Pin<Box<dyn Future<Output = ()> + Send>>>,
    over: bool,
}

enum Cursor {
    At(Id),
    Lost,
}

impl Subscription {
    pub(crate) fn new(shared: Arc<Shared>, start: Start) -> Subscription {
        let cursor = match start {
            Start::Newest => Cursor::At(shared.state().log.newest().saturating_sub(1)),
            Start::After(id) => Cursor::At(id),
            Start::Lost => Cursor::Lost,
        };
        let waiter = Waiter::new(shared, true);
        Subscription { waiter, cursor, at_most: usize::MAX, until: None, over: false }
    }

    /// At most `events` in one delivery, so that a long backlog comes in pieces.
    pub fn at_most(self, events: usize) -> Subscription {
        Subscription { at_most: events.max(1), ..self }
    }

    /// Ends with [`End::Limit`] when `deadline` resolves. The timer is the caller's, so that this
    /// crate needs no clock: `subscription.until(tokio::time::sleep(limit))`.
    pub fn until(self, deadline: impl Future<Output = ()> + Send + 'static) -> Subscription {
        Subscription { until: Some(Box::pin(deadline)), ..self }
    }

    /// The id of the last event delivered; 0 if there was none, or if the cursor was
    /// [`Start::Lost`] and the gap wasn't delivered yet.
    pub fn cursor(&self) -> Id {
        match self.cursor {
            Cursor::At(id) => id,
            Cursor::Lost => 0,
        }
    }

    /// What comes next, or `None` after an [`End`]. Cancel-safe: a cancelled call took nothing.
    pub async fn next(&mut self) -> Option<Delivery> {
        poll_fn(|context| self.poll_delivery(context)).await
    }

    fn poll_delivery(&mut self, context: &mut Context<'_>) -> Poll<Option<Delivery>> {
        if self.over {
            return Poll::Ready(None);
        }
        if let Some(deadline) = &mut self.until
            && deadline.as_mut().poll(context).is_ready()
        {
            self.over = true;
            return Poll::Ready(Some(Delivery::End(End::Limit)));
        }
        let (cursor, at_most, over) = (&mut self.cursor, self.at_most, &mut self.over);
        self.waiter.poll(context, |state| match take(state, cursor, at_most) {
            Some((Some(gap), batch)) => Some(Some(Delivery::Gap(gap, batch))),
            Some((None, batch)) => Some(Some(Delivery::Events(batch))),
            None => state.ended.map(|why| {
                *over = true;
                Some(Delivery::End(why))
            }),
        })
    }
}

/// What there is for this cursor, with the gap before it if there is one. Moves the cursor.
fn take(state: &mut State, cursor: &mut Cursor, at_most: usize) -> Option<(Option<Gap>, Batch)> {
    let (oldest, newest) = (state.log.oldest(), state.log.newest());
    let found = match *cursor {
        Cursor::At(id) if id == newest => return None,
        Cursor::At(id) => state.log.since(id, at_most).map(|batch| (id, batch)),
        Cursor::Lost => Err(Gap { missed: None, oldest, newest }),
    };
    let (gap, before, batch) = match found {
        Ok((id, batch)) => (None, id, batch),
        Err(gap) => (Some(gap), oldest - 1, state.log.since(oldest - 1, at_most).ok()?),
    };
    *cursor = Cursor::At(before + batch.len() as Id);
    (gap.is_some() || !batch.is_empty()).then_some((gap, batch))
}

impl Stream for Subscription {
    type Item = Delivery;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Delivery>> {
        self.poll_delivery(context)
    }
}

/// The newest id, and ways to wait for a condition on it.
pub struct Newest {
    waiter: Waiter,
}

impl Newest {
    pub(crate) fn new(shared: Arc<Shared>, counted: bool) -> Newest {
        Newest { waiter: Waiter::new(shared, counted) }
    }

    /// Waits until `condition` holds for the newest id, and returns that id. Answers at once if it
    /// holds already. Cancel-safe.
    pub async fn wait_for(&mut self, mut condition: impl FnMut(Id) -> bool) -> Id {
        poll_fn(|context| {
            self.waiter.poll(context, |state| {
                let newest = state.log.newest();
                condition(newest).then_some(newest)
            })
        })
        .await
    }

    /// Waits until the feed is ended. Cancel-safe.
    pub async fn ended(&mut self) -> End {
        poll_fn(|context| self.waiter.poll(context, |state| state.ended)).await
    }
}

/// Somebody who may be asleep, and who counts as a subscriber unless it only waits for the end.
struct Waiter {
    shared: Arc<Shared>,
    counted: bool,
    asleep: Option<Place>,
}

impl Waiter {
    fn new(shared: Arc<Shared>, counted: bool) -> Waiter {
        shared.state().subscribers += usize::from(counted);
        Waiter { shared, counted, asleep: None }
    }

    /// Looks with `look`; if there is nothing, goes to sleep under the same lock, so that no change
    /// can fall between the look and the sleep.
    fn poll<T>(
        &mut self,
        context: &mut Context<'_>,
        look: impl FnOnce(&mut State) -> Option<T>,
    ) -> Poll<T> {
        let _old_waker; // dropped after the lock: a waker's drop may run code that asks for it
        let mut state = self.shared.state();
        _old_waker = self.asleep.take().and_then(|place| state.sleepers.remove(place));
        match look(&mut state) {
            Some(found) => Poll::Ready(found),
            None => {
                self.asleep = Some(state.sleepers.add(context.waker().clone()));
                Poll::Pending
            }
        }
    }
}

impl Drop for Waiter {
    fn drop(&mut self) {
        let _old_waker; // as in `poll`
        let mut state = self.shared.state();
        state.subscribers -= usize::from(self.counted);
        _old_waker = self.asleep.take().and_then(|place| state.sleepers.remove(place));
    }
}
