//! The two requests that every lab's server answers the same way.

use crate::client::Client;
use crate::failure::Failure;
use crate::server::Peer;
use feed::Id;
use serde::Deserialize;
use weather::{Limits, Report};

/// What `GET /stats` answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub struct Stats {
    /// The newest event's id; 0 when there is none.
    pub newest: Id,
    /// The oldest event's id.
    pub oldest: Id,
    /// Clients that wait or stream.
    pub subscribers: usize,
    /// What the server was started with.
    pub limits: Limits,
}

#[derive(Deserialize)]
struct Published {
    id: Id,
}

/// Asks for `/stats` on a connection of its own.
#[track_caller]
pub fn stats(peer: &impl Peer) -> Stats {
    let mut client = Client::connect(peer);
    client.get("/stats", &[("Connection", "close")]);
    client.head().expect_status(200);
    let body = client.rest();
    match serde_json::from_slice(&body) {
        Ok(stats) => stats,
        Err(error) => Failure::new("GET /stats was answered with a body")
            .seen(&body)
            .said(error.to_string())
            .expected("JSON with newest, oldest, subscribers, limits")
            .raise(),
    }
}

/// Publishes a report by `POST /publish` on a connection of its own, and returns its id.
#[track_caller]
pub fn publish(peer: &impl Peer, report: &Report) -> Id {
    let json = serde_json::to_vec(report).expect("a report is plain data");
    let mut client = Client::connect(peer);
    let fields = [("Content-Type", "application/json"), ("Connection", "close")];
    client.request("POST", "/publish", &fields, &json);
    client.head().expect_status(201);
    let body = client.rest();
    match serde_json::from_slice::<Published>(&body) {
        Ok(published) => published.id,
        Err(error) => Failure::new("POST /publish was answered with a body")
            .seen(&body)
            .said(error.to_string())
            .expected("{\"id\":9}")
            .raise(),
    }
}
