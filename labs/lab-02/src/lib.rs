//! Lab 02: HTTP streaming.
//!
//! The answer to one `GET` that doesn't end: each report is written to it as it comes. Then what
//! nobody mentions: a chunk is no message, a body that ends isn't a stream that is finished, and a
//! reader may fall behind.
//!
//! | file | what it holds | steps |
//! |---|---|---|
//! | `wire.rs` | the messages: an event to a line of JSON, and bytes back to events; no I/O | 1 |
//! | `server.rs` | the stream, with actix-web | 2 to 6 |
//! | `client.rs` | where a reader is, and how its stream ended; no I/O | 4, 6 |
//! | `chunks.rs` | the body: HTTP/1.1's chunks back to bytes; no I/O | 6 |
//! | `library.rs` | the stream once more, with `actix_web_lab::respond::NdJson` | – |
//! | `main.rs` | starts it on port 8002; `page.html` shows it in a browser | – |
//!
//! | step | question | what you write |
//! |---|---|---|
//! | 1 frame | Where does one message end? | `encode`; the reader's lines |
//! | 2 push | How does new data reach the client? | the head, the events |
//! | 3 idle | What happens when nothing happens? | an empty line as a heartbeat |
//! | 4 resume | What of the events missed while away? | `since`; the client's cursor |
//! | 5 pressure | What if the client reads slower than the server writes? | a reset; 503 |
//! | 6 goodbye | How does each side learn the other is gone? | the limit, the last line; the heads of chunks |
//!
//! `cargo test -p lab-02 step_1` asks the first question. Steps 3 to 6 need at most 1 and 2, not each other.
//!
//! The lines are [NDJSON]; the chunks are section 7.1 of [RFC 9112].
//!
//! [NDJSON]: https://github.com/ndjson/ndjson-spec
//! [RFC 9112]: https://www.rfc-editor.org/rfc/rfc9112#section-7.1

pub mod chunks;
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
#[path = "../../../tests/lab_02/mod.rs"]
mod steps;
