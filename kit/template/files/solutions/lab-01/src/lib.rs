//! Lab 01: a store that is spoken to in lines.
//!
//! A client keeps texts under keys, over one TCP connection. TCP carries bytes and nothing else:
//! where a message ends, and which answer belongs to which question, is for these files to say.
//!
//! | file | what it holds | steps |
//! |---|---|---|
//! | `wire.rs` | requests and answers as lines, bytes back to lines; no I/O | 1 |
//! | `server.rs` | the store, and the server around it | 2 |
//! | `client.rs` | which answer belongs to which question; no I/O | 2 |
//! | `main.rs` | starts the server on port 7001 | – |
//!
//! | step | question | what you write |
//! |---|---|---|
//! | 1 line | Where does one message end? | `escape`, `Lines::push` |
//! | 2 order | Which answer belongs to which question? | `answers`, `Client::question` |
//!
//! `cargo test -p solution-01 step_1` asks the first question.

pub mod client;
#[cfg(not(target_family = "wasm"))]
pub mod server;
pub mod wire;

// The contract, which the lab and its solution share. It is a part of this crate when tested, so
// that one compilation gives the verdict.
#[cfg(test)]
extern crate self as lab;
#[cfg(test)]
#[path = "../../../tests/lab_01/mod.rs"]
mod steps;
