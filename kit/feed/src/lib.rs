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
//! A log may also [restore](Feed::restore) and [mirror](Feed::mirror) another one that lives longer,
//! in a store or on another machine. Its ids then come from there.
//!
//! | file | what it holds |
//! |---|---|
//! | `object.rs` | what comes from outside is an object |
//! | `event.rs` | an event, a gap, an end |
//! | `cursor.rs` | a place in a log, and which log |
//! | `lock.rs` | a lock that a panic doesn't spoil |
//! | `batch.rs` | several events, each encoded once for each transport |
//! | `mirror.rs` | what comes from another log |
//! | `log.rs` | the ring of events: ids, `since`, gaps |
//! | `sleepers.rs` | who is asleep, and whom to wake |
//! | `shared.rs` | the log and its sleepers, under one lock |
//! | `waiter.rs` | waits for a change without missing one |
//! | `newest.rs` | the newest id, to wait for |
//! | `subscription.rs` | a cursor that waits |
//! | `hub.rs` | wakes many subscribers in slices |
//! | `feed.rs` | [`Feed`]: all of it, for all workers |
//! | `pace.rs` | when a client that polls asks again |
//!
//! Each uses only those above it. No async runtime is needed, so the crate also builds for
//! WebAssembly.

mod batch;
mod cursor;
mod event;
mod feed;
mod hub;
mod lock;
mod log;
mod mirror;
mod newest;
mod object;
mod pace;
mod shared;
mod sleepers;
mod subscription;
mod waiter;

pub use batch::Batch;
pub use cursor::{BadCursor, Cursor, Generation};
pub use event::{End, Event, Gap, Id};
pub use feed::Feed;
pub use hub::Hub;
pub use mirror::{Refused, Snapshot};
pub use newest::Newest;
pub use pace::{Outcome, Pace};
pub use subscription::{Delivery, Start, Subscription};
