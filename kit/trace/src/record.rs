//! The raw capture: what was read and written, in order.

use std::time::Duration;

/// Which way something went, seen from the client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    /// From the client to the server.
    Sent,
    /// From the server to the client.
    Received,
}

/// What was on the wire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// The bytes of one read or write.
    Bytes(Vec<u8>),
    /// A polite end: this side sends no more (TCP's FIN).
    Fin,
    /// A rude end: both ways are gone at once (TCP's RST).
    Reset,
}

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Time since the start of the trace.
    pub at: Duration,
    /// Which way it went.
    pub direction: Direction,
    /// What it was.
    pub what: What,
}

/// All that happened on one connection, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trace {
    records: Vec<Record>,
}

impl Trace {
    /// Appends a record. Reads that follow each other stay apart, each with its own time.
    pub fn push(&mut self, at: Duration, direction: Direction, what: What) {
        self.records.push(Record { at, direction, what });
    }

    /// Everything, in the order in which it was pushed.
    pub fn records(&self) -> &[Record] {
        &self.records
    }

    /// All bytes that went one way, joined.
    pub fn bytes(&self, direction: Direction) -> Vec<u8> {
        let mut all = Vec::new();
        for record in self.records.iter().filter(|record| record.direction == direction) {
            if let What::Bytes(bytes) = &record.what {
                all.extend_from_slice(bytes);
            }
        }
        all
    }
}
