//! Runs a lab's server and talks raw bytes to it, for tests that teach.
//!
//! A test states its rule, and does something; the harness waits, compares and explains:
//!
//! ```no_run
//! # mod lab { pub mod server {
//! #     use {actix_web::dev, feed::*, std::{io, net}};
//! #     pub fn run(_: net::TcpListener, _: Feed, _: Limits) -> io::Result<dev::Server> { todo!() }
//! # } }
//! use harness::{Client, Lab, Rule, Server};
//!
//! const LAB: Lab = Lab { number: "03", chapter: "SSE" };
//!
//! fn step_2_push_the_head_makes_it_an_event_stream() {
//!     let rule = Rule {
//!         step: 2,
//!         place: "server.rs, `live_data`",
//!         text: "the media type is text/event-stream",
//!         source: "HTML Living Standard §9.2.3",
//!         cost: "EventSource: readyState 2 (CLOSED). It will never try again.",
//!     };
//!     LAB.check(rule, || {
//!         let server = Server::start(lab::server::run);
//!         let mut client = Client::connect(&server);
//!         client.get("/api/v1/live-data", &[]);
//!         let head = client.head();
//!         head.expect_status(200);
//!         head.expect_field("content-type", "text/event-stream", |it| it == "text/event-stream");
//!     });
//! }
//! ```
//!
//! Every wait ends: after [`at_once`] or what [`Client::patient`] says, and after [`in_all`] for
//! the whole test. `WORKSHOP_PATIENCE=3` triples both, for a machine under load.
//!
//! | file | what it holds |
//! |---|---|
//! | `rule.rs` | a test's rule, and the run of its body |
//! | `failure.rs`, `show.rs` | what a failing test says |
//! | `hex.rs` | the same for bytes that aren't text |
//! | `panics.rs` | panics, kept for those messages |
//! | `server.rs`, `stats.rs` | a lab's server, and the two requests that all labs answer alike |
//! | `client.rs`, `client/answer.rs` | the raw client: sending, reading, waiting |
//! | `client/websocket.rs` | the same client once the connection is a WebSocket |
//! | `http.rs` | heads and chunks, read strictly |
//! | `gzip.rs` | compressed bodies, read as they come |
//! | `publisher.rs` | somebody who publishes while a reader reads |
//! | `relay.rs` | something in the middle that breaks things on purpose |
//! | `snapshot.rs` | transcripts that are kept |
//! | `wait.rs` | how long a test waits |

mod client;
mod failure;
mod gzip;
mod hex;
mod http;
mod panics;
mod publisher;
mod relay;
mod rule;
mod server;
mod show;
mod snapshot;
mod stats;
mod wait;

pub use client::websocket::{Frame, HANDSHAKE, frame};
pub use client::{Client, Ended};
pub use failure::{Failure, expect, expect_bytes, expect_eq};
pub use gzip::unzip;
pub use hex::{expect_hex, hex};
pub use host::Run;
pub use http::{Head, find};
pub use panics::{calling, calling_at_the_cost};
pub use publisher::Publisher;
pub use relay::{Fault, Relay};
pub use rule::{Lab, Rule, costing, under};
pub use server::{Peer, Server};
pub use snapshot::snapshot;
pub use stats::{Stats, publish, stats};
pub use wait::{at_once, in_all, wait_until};
