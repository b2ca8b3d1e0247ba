//! The data file of the benchmark, `book/data/transports.json`, and its limits.
//!
//! ```json
//! {
//!   "made": { "date": "2026-11-24", "command": "cargo workshop bench transports",
//!             "machine": "…, 2 cores, linux x86_64, rustc 1.95.0 (…), load 0.31", "seconds": 300 },
//!   "subscribers": 1000,
//!   "names": { "sse": "Server-sent events", … },   // what the book calls transports and servers
//!   "rows": [ {
//!     "transport": "sse",        // short-polling, long-polling, streaming, sse, web-socket
//!     "server": "workshop",      // the lab's solution; or a peer: actix, axum
//!     "memory_bytes": 11950,     // resident memory of the server for each subscriber
//!     "open": { "up": 63.0, "down": 201.0 },   // bytes to open a subscription; null: nothing to open
//!     "bytes": { "up": 0.0, "heads": 0.0, "framing": 49.0, "payload": 34.0 }, // for each delivery
//!     "paced": { "pace_ms": 100.0, "p50_ms": 6.1, "p99_ms": 11.8, "load": {
//!       "events": 100, "deliveries": 100000, "seconds": 10.0,
//!       "cpu_us": 9.5,           // the server's processor time for each delivery
//!       "events_a_read": 1.0,    // how many events a subscriber found at once
//!       "lost": 0, "doubled": 0, "disordered": 0 } },
//!     "one_publisher": { … },    // like "load"; null for short polling
//!     "sixteen_publishers": { … }
//!   } ]
//! }
//! ```
//!
//! A delivery is one event received by one subscriber. `payload` is the text of the report, three
//! lines; `heads` are the heads of HTTP answers and `framing` is all else that comes down, so the
//! JSON of a poll's answer, a chunk's size, `data: `. TCP's own bytes aren't counted. `up` is as
//! small as a client can be; a browser sends 400 to 600 bytes more with each request.
//!
//! Paced: one event every `pace_ms`. One publisher: it sends the next event after the answer to the
//! last, as fast as the server answers. Sixteen publishers: sixteen of these at once. These two are
//! run several times; `cpu_us`, `seconds` and `events_a_read` are those of the median run,
//! `events` and `deliveries` are of one run, mistakes are of all.

use crate::ledger::Mistakes;
use crate::transport::Transport;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt::Write;

/// How much two runs of one server differ at a paced load: each delivery is a write of its own
/// there, and that costs what it costs, whoever does it.
const NOISE: f64 = 1.05;

/// What a lab's subscriber may take of memory, against one of the plain actix-web server. The buffers
/// of actix-web are most of both, and the resident memory of one server differs by some percent from
/// run to run. The plain server has a heartbeat, but no end of a stream and no compression; each of
/// them keeps a timer or a state for each subscriber.
const MORE_THAN_PLAIN: f64 = 1.08;

/// The whole file.
#[derive(Debug, Serialize, Deserialize)]
pub struct Report {
    /// When, how and on what it was made.
    pub made: Made,
    /// How many subscribers each server had.
    pub subscribers: usize,
    /// What the book calls each transport and each server.
    pub names: BTreeMap<String, String>,
    /// One for each transport of each server. The first is of a lab's solution.
    pub rows: Vec<Row>,
}

/// What the book calls each transport and each server.
pub fn names() -> BTreeMap<String, String> {
    let names = [
        ("short-polling", "Short polling"),
        ("long-polling", "Long polling"),
        ("streaming", "HTTP streaming"),
        ("sse", "Server-sent events"),
        ("web-socket", "WebSocket"),
        ("workshop", "the lab's solution"),
        ("actix", "plain actix-web"),
        ("axum", "plain axum"),
    ];
    names.map(|(word, name)| (word.to_owned(), name.to_owned())).into()
}

/// When, how and on what a report was made.
#[derive(Debug, Serialize, Deserialize)]
pub struct Made {
    /// The day, as 2026-11-24.
    pub date: String,
    /// What to type to make another.
    pub command: String,
    /// Processor, cores, system, compiler, load before.
    pub machine: String,
    /// How long it took.
    pub seconds: f64,
}

/// One transport of one server.
#[derive(Debug, Serialize, Deserialize)]
pub struct Row {
    /// How news came.
    pub transport: Transport,
    /// Whose server it was.
    pub server: Who,
    /// Resident memory of the server for each subscriber.
    pub memory_bytes: u64,
    /// Bytes to open a subscription.
    pub open: Option<Open>,
    /// Bytes for each delivery at the paced load.
    pub bytes: Bytes,
    /// One event after the other, with time between.
    pub paced: Paced,
    /// A publisher that sends the next event after the answer to the last.
    pub one_publisher: Option<Load>,
    /// Sixteen of these.
    pub sixteen_publishers: Option<Load>,
}

/// Whose server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Who {
    /// The lab's solution.
    Workshop,
    /// A plain actix-web server.
    Actix,
    /// An axum server.
    Axum,
}

/// Bytes to open a subscription.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Open {
    /// The request.
    pub up: f64,
    /// The head of the answer, and what comes before the first event.
    pub down: f64,
}

/// Bytes for each delivery.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Bytes {
    /// What the client sent.
    pub up: f64,
    /// Heads of answers.
    pub heads: f64,
    /// All else that isn't payload.
    pub framing: f64,
    /// The event's text.
    pub payload: f64,
}

/// The paced load.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Paced {
    /// An event so often.
    pub pace_ms: f64,
    /// From the publisher's send to a subscriber's receipt: half of all deliveries took longer.
    pub p50_ms: f64,
    /// One in a hundred took longer.
    pub p99_ms: f64,
    /// What it cost.
    pub load: Load,
}

/// What a load cost.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub struct Load {
    /// Events published.
    pub events: u64,
    /// Events received, by all subscribers together.
    pub deliveries: u64,
    /// From the first event sent to the last received.
    pub seconds: f64,
    /// The server's processor time for each delivery, in microseconds.
    pub cpu_us: f64,
    /// How many events a subscriber found at once: at most what the server wrote at once.
    pub events_a_read: f64,
    /// What was lost or out of order.
    #[serde(flatten)]
    pub mistakes: Mistakes,
}

impl Row {
    fn loads(&self) -> impl Iterator<Item = (&'static str, &Load)> {
        let paced = Some(("paced", &self.paced.load));
        let one = self.one_publisher.as_ref().map(|load| ("one publisher", load));
        let sixteen = self.sixteen_publishers.as_ref().map(|load| ("sixteen publishers", load));
        [paced, one, sixteen].into_iter().flatten()
    }
}

impl Report {
    /// The limits that were missed, a sentence for each.
    pub fn missed(&self) -> Vec<String> {
        let mut missed = Vec::new();
        for ours in self.rows.iter().filter(|row| row.server == Who::Workshop) {
            let transport = ours.transport.name();
            for (load, it) in ours.loads() {
                if it.mistakes != Mistakes::default() {
                    missed.push(format!(
                        "{transport}, {load}: {} lost, {} doubled, {} out of order",
                        it.mistakes.lost, it.mistakes.doubled, it.mistakes.disordered
                    ));
                }
            }
            let peer = |who| {
                self.rows.iter().find(|row| row.transport == ours.transport && row.server == who)
            };
            for (who, share_of_busy, more) in
                [(Who::Actix, 0.2, MORE_THAN_PLAIN), (Who::Axum, 1.0, 1.0)]
            {
                let Some(peer) = peer(who) else { continue };
                if ours.memory_bytes as f64 >= peer.memory_bytes as f64 * more {
                    missed.push(format!(
                        "{transport}: {} bytes of memory for each subscriber, {who:?} {}",
                        ours.memory_bytes, peer.memory_bytes
                    ));
                }
                for ((load, ours), (_, theirs)) in ours.loads().zip(peer.loads()) {
                    let share = match (load, who) {
                        ("paced", Who::Axum) => continue,
                        ("paced", _) => NOISE,
                        _ => share_of_busy,
                    };
                    if ours.cpu_us > theirs.cpu_us * share {
                        missed.push(format!(
                            "{transport}, {load}: {:.2} µs for each delivery, more than {share} of \
                             {who:?}'s {:.2} µs",
                            ours.cpu_us, theirs.cpu_us
                        ));
                    }
                }
            }
        }
        missed
    }

    /// For a terminal.
    pub fn table(&self) -> String {
        let mut table = format!(
            "{:<15}{:<9} {:>6} {:>6} {:>7} {:>7} {:>8} {:>8} {:>7} {:>12} {:>12}\n",
            "transport",
            "server",
            "up B",
            "head B",
            "frame B",
            "p50 ms",
            "p99 ms",
            "KiB/sub",
            "µs",
            "µs one",
            "µs sixteen"
        );
        for row in &self.rows {
            let busy = |load: Option<Load>| match load {
                Some(load) => format!("{:.2} ({:.1})", load.cpu_us, load.events_a_read),
                None => "-".to_owned(),
            };
            // Writing to a string can't fail.
            let _ = writeln!(
                table,
                "{:<15}{:<9} {:>6.1} {:>6.1} {:>7.1} {:>7.2} {:>8.2} {:>8.1} {:>7.2} {:>12} {:>12}",
                row.transport.name(),
                format!("{:?}", row.server).to_lowercase(),
                row.bytes.up,
                row.bytes.heads,
                row.bytes.framing,
                row.paced.p50_ms,
                row.paced.p99_ms,
                row.memory_bytes as f64 / 1024.0,
                row.paced.load.cpu_us,
                busy(row.one_publisher),
                busy(row.sixteen_publishers)
            );
        }
        table + "µs: the server's processor time for each delivery; in brackets events a read\n"
    }
}
