//! The newest id, to wait for.

use crate::event::{End, Id};
use crate::shared::Shared;
use crate::waiter::Waiter;
use std::fmt;
use std::future::poll_fn;
use std::sync::Arc;

/// The newest id, and ways to wait for a condition on it.
///
/// A log that is [restored](crate::Feed::restore) as another generation may have a smaller newest
/// id than before.
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

impl fmt::Debug for Newest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.waiter.shared().debug("Newest", f)
    }
}
