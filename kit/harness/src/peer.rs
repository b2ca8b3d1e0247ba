//! Something to connect to.

use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

/// Something that a [`Client`](crate::Client) connects to.
pub trait Peer {
    /// Where it listens.
    fn address(&self) -> SocketAddr;

    /// After how long a silence it cut a connection, once it has: only proxies do.
    fn cut(&self) -> Arc<OnceLock<Duration>> {
        Arc::default()
    }
}

impl Peer for SocketAddr {
    fn address(&self) -> SocketAddr {
        *self
    }
}
