//! The log's promises.

mod hub;
mod log;
mod mirror;
mod model;
mod orders;
mod reader;
mod text;
mod threads;
mod waking;

use feed::{Batch, Feed};
use std::num::NonZeroUsize;

fn feed(capacity: usize) -> Feed {
    Feed::new(NonZeroUsize::new(capacity).unwrap())
}

fn filled(capacity: usize, events: u64) -> Feed {
    let feed = feed(capacity);
    (0..events).for_each(|number| {
        feed.append("note", format!("note {}", number + 1));
    });
    feed
}

fn ids(batch: &Batch) -> Vec<u64> {
    batch.iter().map(|event| event.id).collect()
}
