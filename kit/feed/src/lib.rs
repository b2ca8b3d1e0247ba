//! An append-only log of events with ids, read through cursors.
//!
//! Every transport is a way to move a cursor through this log: long polling's
//! `?since=`, SSE's `Last-Event-ID`, a WebSocket's `?since=`. A subscriber is only a cursor, so a
//! slow one costs no memory, and one that comes back says where it was.
//!
//! ```
//! use feed::Feed;
//! use std::num::NonZeroUsize;
//!
//! let feed = Feed::new(NonZeroUsize::new(4).unwrap());
//! let id = feed.append("note", "The kettle is on.");
//! assert_eq!(id, 1);
//! assert_eq!(feed.since(0, 10).unwrap().first().unwrap().data.as_ref(), "The kettle is on.");
//! ```
//!
//! | file | what it holds |
//! |---|---|
//! | `event.rs` | an event, a gap, an end |
//! | `batch.rs` | several events, each encoded once for each transport |
//! | `log.rs` | the ring of events: ids, `since`, gaps |
//! | `lib.rs`'s [`Feed`] in `feed.rs` | the log, shared by all workers, and who waits for it |
//! | `subscription.rs` | a cursor that waits |
//! | `hub.rs` | wakes many subscribers in slices |
//! | `pace.rs` | when a client that polls asks again |
//!
//! No async runtime is needed, so the crate also builds for WebAssembly.

mod batch;
mod event;
mod feed;
mod hub;
mod log;
mod pace;
mod subscription;

pub use batch::Batch;
pub use event::{End, Event, Gap, Id};
pub use feed::Feed;
pub use hub::Hub;
pub use pace::{Outcome, Pace};
pub use subscription::{Delivery, Newest, Start, Subscription};
