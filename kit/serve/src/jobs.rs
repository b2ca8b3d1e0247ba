//! How one asks for what is built in the background.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

/// Says that snippets must be compiled. One message waiting is enough: it stands for all.
pub type Jobs = SyncSender<()>;

/// A channel for one waiting message.
pub fn channel() -> (Jobs, Receiver<()>) {
    sync_channel(1)
}
