//! Waits for a change of the log without missing one.

use crate::shared::{Shared, State};
use crate::sleepers::Place;
use std::sync::Arc;
use std::task::{Context, Poll};

/// Somebody who may be asleep, and who counts as a subscriber unless it only waits for the end.
pub(crate) struct Waiter {
    shared: Arc<Shared>,
    counted: bool,
    asleep: Option<Place>,
}

impl Waiter {
    pub fn new(shared: Arc<Shared>, counted: bool) -> Waiter {
        shared.state().subscribers += usize::from(counted);
        Waiter { shared, counted, asleep: None }
    }

    pub fn shared(&self) -> &Shared {
        &self.shared
    }

    /// Looks with `look`; if there is nothing, goes to sleep under the same lock, so that no change
    /// can fall between the look and the sleep.
    pub fn poll<T>(
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
