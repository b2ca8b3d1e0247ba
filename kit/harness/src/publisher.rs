//! A publisher beside a reader.

use std::sync::mpsc::{self, Sender};
use std::thread;

/// How many events the publisher is ahead of the reader: fewer than the smallest log keeps.
const AHEAD: usize = 4;

/// Publishes from another thread while a reader reads, connects and connects again: a few events
/// ahead of what it has seen, so that one is always just coming and none has left the log.
///
/// It rests while the reader has seen nothing new, and ends when it is dropped.
pub struct Publisher {
    seen: Sender<()>,
}

impl Publisher {
    /// Starts it. Each call of `publish` publishes one event.
    pub fn start(publish: impl Fn() + Send + 'static) -> Publisher {
        let (seen, sees) = mpsc::channel();
        thread::spawn(move || {
            (0..AHEAD).for_each(|_| publish());
            sees.into_iter().for_each(|()| publish());
        });
        Publisher { seen }
    }

    /// Tells it that the reader has seen one more event.
    pub fn seen(&self) {
        // It ends before us only if it panicked, and then the reader waits for an event in vain.
        let _ = self.seen.send(());
    }
}

#[cfg(test)]
mod tests {
    use super::Publisher;
    use crate::{at_once, wait_until};
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[test]
    fn it_stays_ahead_and_ends() {
        let published = Arc::new(AtomicUsize::new(0));
        let count = published.clone();
        let publisher = Publisher::start(move || {
            count.fetch_add(1, Ordering::SeqCst);
        });
        let reaches = |many| {
            wait_until(at_once(), "events", || published.load(Ordering::SeqCst) == many);
        };
        reaches(4);
        publisher.seen();
        publisher.seen();
        reaches(6);
        drop(publisher);
        wait_until(at_once(), "the end", || Arc::strong_count(&published) == 1);
        reaches(6);
    }
}
