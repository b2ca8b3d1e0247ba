//! The benchmark's data file. `tests/load` writes it and says what each number means.

use super::super::include::Sources;
use super::super::problem::Fault;
use serde::Deserialize;

const FILE: &str = "book/data/transports.json";

/// What is read of the file.
#[derive(Deserialize)]
pub struct Measurements {
    pub made: Made,
    pub subscribers: usize,
    pub rows: Vec<Row>,
}

#[derive(Deserialize)]
pub struct Made {
    pub date: String,
    pub command: String,
    pub machine: String,
}

/// One transport of one server.
#[derive(Deserialize)]
pub struct Row {
    pub transport: Transport,
    pub server: Server,
    pub memory_bytes: f64,
    pub open: Option<Open>,
    pub bytes: Bytes,
    pub paced: Paced,
    pub one_publisher: Option<Load>,
    pub sixteen_publishers: Option<Load>,
}

/// Bytes to open a subscription.
#[derive(Deserialize)]
pub struct Open {
    pub up: f64,
    pub down: f64,
}

/// Bytes for each delivery.
#[derive(Deserialize)]
pub struct Bytes {
    pub up: f64,
    pub heads: f64,
    pub framing: f64,
    pub payload: f64,
}

#[derive(Deserialize)]
pub struct Paced {
    pub pace_ms: f64,
    pub p50_ms: f64,
    pub p99_ms: f64,
    pub load: Load,
}

#[derive(Deserialize)]
pub struct Load {
    /// For each delivery.
    pub cpu_us: f64,
    pub events_a_read: f64,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Transport {
    ShortPolling,
    LongPolling,
    Streaming,
    Sse,
    WebSocket,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Server {
    Workshop,
    Actix,
    Axum,
}

impl Transport {
    /// As in the book's text.
    pub fn name(self) -> &'static str {
        match self {
            Transport::ShortPolling => "Short polling",
            Transport::LongPolling => "Long polling",
            Transport::Streaming => "HTTP streaming",
            Transport::Sse => "Server-sent events",
            Transport::WebSocket => "WebSocket",
        }
    }
}

impl Server {
    /// As in the book's text.
    pub fn name(self) -> &'static str {
        match self {
            Server::Workshop => "the lab's solution",
            Server::Actix => "plain actix-web",
            Server::Axum => "plain axum",
        }
    }

    /// The colour of its bars.
    pub fn series(self) -> usize {
        match self {
            Server::Workshop => 0,
            Server::Actix | Server::Axum => 3,
        }
    }
}

impl Measurements {
    pub fn read(sources: &dyn Sources) -> Result<Measurements, Fault> {
        let text = sources.read(FILE).map_err(|error| {
            Fault::new(format!("{FILE}: {error}; `cargo workshop bench transports` writes it"))
        })?;
        serde_json::from_str(&text).map_err(|error| Fault::new(format!("{FILE}: {error}")))
    }

    /// The rows of the workshop's own servers, one for each transport.
    pub fn ours(&self) -> impl Iterator<Item = &Row> {
        self.rows.iter().filter(|row| row.server == Server::Workshop)
    }
}
