//! Servers to compare with, written as the examples of their libraries are: a broadcast channel, a
//! receiver for each subscriber, a text made for each of them. They understand the same requests as
//! the labs' servers and have as many threads. Where their examples have a heartbeat they have one:
//! the events of actix-web-lab and of axum, and the WebSocket of actix-ws. The plain actix-web server
//! has it for streaming, too, for it is the same body.

pub mod actix;
#[cfg(feature = "axum")]
pub mod axum;

use crate::transports::LOG;
use serde::{Deserialize, Serialize};
use std::fmt::Write;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::broadcast;

/// As many as the labs' servers have.
const WORKERS: usize = 2;

/// As the labs' servers, and axum's default.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// A weather report as it is published.
#[derive(Deserialize)]
struct Report {
    readings: Vec<Reading>,
    note: Option<String>,
}

#[derive(Deserialize)]
struct Reading {
    city: String,
    celsius: f32,
}

/// An event as it is sent.
#[derive(Clone, Serialize)]
struct Event {
    id: u64,
    event: &'static str,
    data: String,
}

/// The answer to a publisher.
#[derive(Serialize)]
struct Published {
    id: u64,
}

/// The channel, and the id of the newest event in it.
struct News {
    newest: Mutex<u64>,
    sender: broadcast::Sender<Event>,
}

impl News {
    fn new() -> News {
        News { newest: Mutex::new(0), sender: broadcast::Sender::new(LOG) }
    }

    fn publish(&self, report: &Report) -> Published {
        let mut data = String::new();
        for Reading { city, celsius } in &report.readings {
            let separator = if data.is_empty() { "" } else { "\n" };
            // Writing to a string can't fail.
            let _ = write!(data, "{separator}{city} {celsius:.1}");
        }
        if let Some(note) = &report.note {
            let _ = write!(data, "\n{note}");
        }
        let mut newest = self.newest.lock().unwrap_or_else(PoisonError::into_inner);
        *newest += 1;
        // An error says that nobody listens.
        let _ = self.sender.send(Event { id: *newest, event: "weather", data });
        Published { id: *newest }
    }
}

/// What comes next; a receiver that was too slow goes on with what is left, as examples do.
async fn next(receiver: &mut broadcast::Receiver<Event>) -> Option<Event> {
    loop {
        match receiver.recv().await {
            Ok(event) => return Some(event),
            Err(broadcast::error::RecvError::Lagged(_)) => {}
            Err(broadcast::error::RecvError::Closed) => return None,
        }
    }
}
