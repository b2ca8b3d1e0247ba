//! Wakes many subscribers in slices.
//!
//! A worker runs its tasks first in, first out. If a publish wakes a thousand subscribers at once,
//! the next publish waits behind all of them, and each of them finds one event to write. Woken in
//! slices, a subscriber finds all that was published meanwhile and writes it in one go: under a
//! backlog that is an order of magnitude less work for each event.

use crate::shared::Shared;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::thread::{self, ThreadId};

/// How many turns the hub lets pass after a slice when news come faster than they are taken: tokio
/// looks for input once in 61 turns, so a publisher that waits for an answer has its next turn.
const REST: u8 = 61;

/// A future that never ends and wakes its thread's subscribers, 32 at a time. Spawn one on each
/// worker; drop it to stop. One hub a thread: a second one takes the first one's place.
pub struct Hub {
    shared: Arc<Shared>,
    thread: Option<ThreadId>,
    /// The last change at the last slice, if that left somebody behind.
    behind: Option<u64>,
    /// How many turns to let pass before the next slice.
    rest: u8,
}

impl Hub {
    pub(crate) fn new(shared: Arc<Shared>) -> Hub {
        Hub { shared, thread: None, behind: None, rest: 0 }
    }

    /// Leaves the thread that the hub served.
    fn leave(&mut self) {
        if let Some(thread) = self.thread.take() {
            let asleep = self.shared.state().sleepers.hub_gone(thread);
            asleep.into_iter().for_each(Waker::wake);
        }
    }
}

impl Future for Hub {
    type Output = std::convert::Infallible;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let here = thread::current().id();
        if self.thread.is_some_and(|thread| thread != here) {
            self.leave();
        }
        self.thread = Some(here);
        if self.rest > 0 {
            self.rest -= 1;
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        let slice = self.shared.state().sleepers.slice(here, context.waker());
        slice.wake.into_iter().for_each(Waker::wake);
        let faster = self.behind.is_some_and(|change| change != slice.change);
        self.behind = slice.more.then_some(slice.change);
        if slice.more {
            // Queues this task behind those it has just woken, and behind whoever publishes.
            self.rest = if faster { REST } else { 0 };
            context.waker().wake_by_ref();
        }
        Poll::Pending
    }
}

impl Drop for Hub {
    fn drop(&mut self) {
        self.leave();
    }
}

impl fmt::Debug for Hub {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hub")
            .field("thread", &self.thread)
            .field("behind", &self.behind.is_some())
            .finish_non_exhaustive()
    }
}
