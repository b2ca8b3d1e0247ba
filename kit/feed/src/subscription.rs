//! A cursor that waits.

use crate::batch::Batch;
use crate::cursor::Cursor;
use crate::event::{End, Gap, Id};
use crate::log::Log;
use crate::shared::Shared;
use crate::waiter::Waiter;
use futures_core::Stream;
use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

/// Where a subscriber starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// With the newest event, then what comes: a newcomer.
    Newest,
    /// After the event with this id: someone who comes back to a log of generation 0.
    After(Id),
    /// After this cursor: someone who comes back to a log of any generation.
    At(Cursor),
    /// A cursor that nobody can read: told as a gap, then all that is kept.
    Lost,
}

/// What a subscriber receives.
#[derive(Debug)]
pub enum Delivery {
    /// The next events.
    Events(Batch),
    /// Events were missed; these are the oldest kept after them. Both were taken at one moment, so
    /// a fast publisher can't come between the two. When the log's generation changes, the number
    /// missed isn't known, and all that is kept follows.
    Gap(Gap, Batch),
    /// Nothing will come any more.
    End(End),
}

/// Only a cursor. A slow one costs no memory; dropping it unsubscribes.
///
/// Also a [`Stream`] of deliveries.
pub struct Subscription {
    waiter: Waiter,
    /// `None` for a lost one.
    cursor: Option<Cursor>,
    at_most: usize,
    until: Option<Pin<Box<dyn Future<Output = ()> + Send>>>,
    over: bool,
}

impl Subscription {
    pub(crate) fn new(shared: Arc<Shared>, start: Start) -> Subscription {
        let cursor = match start {
            Start::Newest => Some(shared.state().log.before_newest()),
            Start::After(id) => Some(Cursor::from(id)),
            Start::At(cursor) => Some(cursor),
            Start::Lost => None,
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
        self.cursor.map_or(0, |cursor| cursor.id)
    }

    /// The [`cursor`](Subscription::cursor) with its generation; `None` if it was [`Start::Lost`]
    /// and the gap wasn't delivered yet.
    pub fn position(&self) -> Option<Cursor> {
        self.cursor
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
        self.waiter.poll(context, |state| match take(&mut state.log, cursor, at_most) {
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
fn take(
    log: &mut Log,
    cursor: &mut Option<Cursor>,
    at_most: usize,
) -> Option<(Option<Gap>, Batch)> {
    let end = log.end();
    if *cursor == Some(end) {
        return None;
    }
    let found = match *cursor {
        Some(cursor) => log.since(cursor, at_most),
        None => Err(log.all_missed()),
    };
    let (gap, batch) = match found {
        Ok(batch) => (None, batch),
        Err(gap) => {
            let before = Cursor { id: gap.oldest - 1, ..end };
            *cursor = Some(before);
            (Some(gap), log.since(before, at_most).ok()?)
        }
    };
    if let Some(last) = batch.last() {
        *cursor = Some(Cursor { id: last.id, ..end });
    }
    Some((gap, batch))
}

impl Stream for Subscription {
    type Item = Delivery;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Delivery>> {
        self.poll_delivery(context)
    }
}

impl fmt::Debug for Subscription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut output = f.debug_struct("Subscription");
        match self.cursor {
            Some(cursor) => output.field("cursor", &format_args!("{cursor}")),
            None => output.field("cursor", &format_args!("lost")),
        };
        output.field("over", &self.over).finish_non_exhaustive()
    }
}
