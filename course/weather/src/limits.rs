//! How much, and how long.

use serde::{Deserialize, Serialize};
use std::num::NonZeroUsize;
use std::time::Duration;

/// What a lab's server may spend. A value in tests; from `--profile` or `WORKSHOP_*` variables when
/// started by hand; never from a query or a header.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Events that the log keeps.
    pub capacity: NonZeroUsize,
    /// Events in one answer or one write.
    pub batch: usize,
    /// Silence after which a stream sends a heartbeat.
    #[serde(with = "millis")]
    pub heartbeat: Duration,
    /// How long a stream may last (lab 02).
    #[serde(with = "millis")]
    pub stream: Duration,
    /// Clients that may wait at the same time.
    pub waiting: usize,
    /// How long a client should wait before it reconnects (lab 03).
    #[serde(with = "millis")]
    pub retry: Duration,
    /// Bytes in one message from a client (lab 04).
    pub message: usize,
    /// How long a ping may stay unanswered (lab 04).
    #[serde(with = "millis")]
    pub pong: Duration,
}

impl Limits {
    /// For people.
    pub const NORMAL: Limits = Limits {
        capacity: NonZeroUsize::new(1024).unwrap(),
        batch: 100,
        heartbeat: Duration::from_secs(15),
        stream: Duration::from_secs(60),
        waiting: 1000,
        retry: Duration::from_secs(3),
        message: 4 * 1024,
        pong: Duration::from_secs(10),
    };

    /// For tests: small and quick.
    pub const TEST: Limits = Limits {
        capacity: NonZeroUsize::new(4).unwrap(),
        batch: 4,
        heartbeat: Duration::from_millis(200),
        stream: Duration::from_secs(2),
        waiting: 4,
        retry: Duration::from_millis(300),
        message: 1024,
        pong: Duration::from_millis(400),
    };
}

/// As whole milliseconds, which any language can write.
mod millis {
    use serde::{Deserialize, Deserializer, Serializer};
    use std::time::Duration;

    pub fn serialize<S: Serializer>(value: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(value.as_millis() as u64)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
        u64::deserialize(deserializer).map(Duration::from_millis)
    }
}
