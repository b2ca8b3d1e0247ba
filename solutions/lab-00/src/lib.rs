//! Lab 00: the log, and short polling.
//!
//! A page shows the weather. It asks for it every few seconds, and nearly always the answer is
//! "nothing new". This lab builds the log behind all the labs that follow, and finds out how far
//! plain HTTP goes before anything clever.
//!
//! | file | what it holds | steps |
//! |---|---|---|
//! | `log.rs` | the log: events with ids, and what follows a cursor; no I/O | 2, 4, 5 |
//! | `wire.rs` | where an answer ends, which state the client has, what an answer says; no I/O | 1, 3, 5 |
//! | `server.rs` | `GET /latest`, with actix-web | 2 to 4 |
//! | `client.rs` | when to ask again; no I/O | 6 |
//! | `main.rs` | starts it on port 8000; `page.html` shows it in a browser | – |
//!
//! | step | question | what you write |
//! |---|---|---|
//! | 1 frame | Where does one message end? | `body_length`: what the head of an answer says about it |
//! | 2 push | How does new data reach the client? | `publish`; the answer with the newest event |
//! | 3 idle | What happens when nothing happens? | `ETag`, `If-None-Match`, 304 |
//! | 4 resume | What of the events missed while away? | `since`, and how a gap is told |
//! | 5 pressure | What if the client reads slower than the server writes? | `forget`; `next` |
//! | 6 goodbye | How does each side learn the other is gone? | `Pace`: when to ask again |
//!
//! `cargo test -p lab-00 step_1` asks the first question. Steps 3 to 5 need step 2, and nothing
//! else.

pub mod client;
pub mod log;
#[cfg(not(target_family = "wasm"))]
pub mod server;
pub mod wire;

// The contract, which the lab and its solution share. It is a part of this crate when tested, so
// that one compilation gives the verdict.
#[cfg(test)]
extern crate self as lab;
#[cfg(test)]
#[path = "../../../tests/lab_00/mod.rs"]
mod steps;
