//! Talks raw bytes to a server and explains what it sees, for tests that teach.
//!
//! It knows no server, no lab and no protocol above HTTP and WebSocket frames: a course brings these.
//!
//! A test states its rule, and does something; the harness waits, compares and explains:
//!
//! ```no_run
//! use harness::{Client, Lab, Rule};
//! use std::net::SocketAddr;
//!
//! const LAB: Lab = Lab { number: "42", chapter: "tea" };
//!
//! fn step_2_steep_the_head_says_what_is_in_the_pot(server: SocketAddr) {
//!     let rule = Rule {
//!         place: "pot.rs, `pour`",
//!         text: "the media type is text/plain",
//!         source: "RFC 9110 §8.3.1",
//!         cost: "The guest expects coffee.",
//!     };
//!     LAB.check(rule, move || {
//!         let mut client = Client::connect(&server);
//!         client.get("/pot", &[]);
//!         let head = client.head();
//!         head.expect_status(200);
//!         head.expect_field("content-type", "text/plain", |it| it == "text/plain");
//!     });
//! }
//! ```
//!
//! Every wait ends: after [`at_once`] or what [`Client::patient`] says, and after [`in_all`] for
//! the whole test. `WORKSHOP_PATIENCE=3` triples both, for a machine under load.
//!
//! | file | what it holds |
//! |---|---|
//! | `rule.rs`, `course.rs` | a test's rule, and the question that its step answers |
//! | `check.rs` | the run of a test's body |
//! | `failure.rs`, `show.rs` | what a failing test says |
//! | `hex.rs` | the same for bytes that aren't text |
//! | `panics.rs` | panics, kept for those messages |
//! | `peer.rs` | something to connect to |
//! | `target.rs` | which server is judged |
//! | `child.rs`, `answers.rs` | a server as a child process; whether one answers at all |
//! | `client.rs`, `client/answer.rs` | the raw client: sending, reading, waiting |
//! | `client/websocket.rs` | the same client once the connection is a WebSocket |
//! | `http.rs` | what a test expects of a head |
//! | `gzip.rs` | compressed bodies, read as they come |
//! | `publisher.rs` | somebody who publishes while a reader reads |
//! | `random.rs` | generated input, from a seed |
//! | `relay.rs` | something in the middle that breaks things on purpose |
//! | `snapshot.rs` | transcripts that are kept |
//! | `testing.rs` | tests of tests: what a failing one says |
//! | `wait.rs` | how long a test waits |

mod answers;
mod check;
mod child;
mod client;
mod course;
mod failure;
mod gzip;
mod hex;
mod http;
mod panics;
mod peer;
mod publisher;
mod random;
mod relay;
mod rule;
mod show;
mod snapshot;
mod target;
mod testing;
mod wait;

pub use answers::{NoAnswer, answers};
pub use check::{NOT_JUDGED, not_judged, refuse};
pub use child::Child;
pub use client::websocket::{Frame, HANDSHAKE, frame};
pub use client::{Client, Ended};
pub use failure::{Failure, expect, expect_bytes, expect_eq};
pub use gzip::unzip;
pub use hex::{expect_hex, hex};
pub use http::{Head, find};
pub use panics::{ServerId, calling, calling_at_the_cost, file_panics_of_servers};
pub use peer::Peer;
pub use publisher::Publisher;
pub use random::Random;
pub use relay::{Fault, Relay};
pub use rule::{Lab, Rule, costing, has_server, under, uses_a_server};
pub use snapshot::snapshot;
pub use target::Judged;
pub use wait::{Wait, at_once, in_all, seconds, wait_until};
