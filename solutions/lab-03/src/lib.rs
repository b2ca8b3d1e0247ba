//! Lab 03: server-sent events.
//!
//! Every browser has a client for a stream of events: `new EventSource("/api/v1/live-data")`. It
//! parses, remembers the last id, and reconnects by itself. It asks for a format in return, and it
//! is easily silenced for good: by a wrong status, by a wrong type, by a missing empty line. This
//! lab speaks that format in both directions, first by hand and then with a library.
//!
//! | file | what it holds | steps |
//! |---|---|---|
//! | `wire.rs` | the format: an event to text, and bytes back to messages; no I/O | 1, 2, 4, 6 |
//! | `server.rs` | the stream, with actix-web | 2 to 6 |
//! | `client.rs` | when to read, when to come back, when to stop; no I/O | 6 |
//! | `library.rs` | the stream once more, with `actix_web_lab::sse` | – |
//! | `main.rs` | starts it on port 8003; `page.html` shows it in a browser | – |
//!
//! | step | question | what you write |
//! |---|---|---|
//! | 1 frame | Where does one message end? | `encode`; the parser's lines and its `data` |
//! | 2 push | How does new data reach the client? | the head, the events; the parser's `event` |
//! | 3 idle | What happens when nothing happens? | a comment as a heartbeat |
//! | 4 resume | What of the events missed while away? | `Last-Event-ID`; the parser's `id` |
//! | 5 pressure | What if the client reads slower than the server writes? | a reset; "come back later" |
//! | 6 goodbye | How does each side learn the other is gone? | the ends; the parser's `retry`; the client |
//!
//! `cargo test -p lab-03 step_1` asks the first question; `step_6_goodbye_server` half of the last.
//! Steps 3 to 6 need at most 1 and 2, not each other.
//!
//! The format and the client's rules are section 9.2 of the [HTML standard].
//!
//! [HTML standard]: https://html.spec.whatwg.org/multipage/server-sent-events.html

pub mod client;
#[cfg(not(target_family = "wasm"))]
mod library;
#[cfg(not(target_family = "wasm"))]
pub mod server;
pub mod wire;

// The contract, which the lab and its solution share. It is a part of this crate when tested, so
// that one compilation gives the verdict.
#[cfg(test)]
extern crate self as lab;
#[cfg(test)]
#[path = "../../../tests/lab_03/mod.rs"]
mod steps;
