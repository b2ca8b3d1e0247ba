//! The benchmark's data file. Who writes it says what each number means.

use crate::include::Sources;
use crate::problem::Fault;
use serde::Deserialize;
use std::collections::HashMap;

const FILE: &str = "book/data/transports.json";

/// What is read of the file.
#[derive(Deserialize)]
pub struct Measurements {
    pub made: Made,
    pub subscribers: usize,
    /// What the book calls each transport and each server.
    pub names: HashMap<String, String>,
    /// The first is of a server of the course's own; what has another one is to compare with.
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
    pub transport: String,
    pub server: String,
    /// Is the server one of the course's own?
    #[serde(skip)]
    pub ours: bool,
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

impl Row {
    /// The colour of the row's bars.
    pub fn series(&self) -> usize {
        if self.ours { 0 } else { 3 }
    }
}

impl Measurements {
    /// Reads the file, and puts the names in the places of the words that stand for them.
    pub fn read(sources: &dyn Sources) -> Result<Measurements, Fault> {
        let text = sources.read(FILE).map_err(|error| {
            Fault::new(format!("{FILE}: {error}; a benchmark of the course writes it"))
        })?;
        let mut data: Measurements =
            serde_json::from_str(&text).map_err(|error| Fault::new(format!("{FILE}: {error}")))?;
        let ours = data.rows.first().map(|row| row.server.clone());
        for row in &mut data.rows {
            row.ours = Some(&row.server) == ours.as_ref();
            for word in [&mut row.transport, &mut row.server] {
                let name = data.names.get(word).ok_or_else(|| {
                    Fault::new(format!(
                        "{FILE}: `names` has no `{word}`: write what the book calls it"
                    ))
                })?;
                word.clone_from(name);
            }
        }
        Ok(data)
    }

    /// The rows of the course's own servers, one for each transport.
    pub fn ours(&self) -> impl Iterator<Item = &Row> {
        self.rows.iter().filter(|row| row.ours)
    }
}
