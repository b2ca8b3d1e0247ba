//! Lab 01: long polling.
//!
//! Don't answer "nothing": keep the question until there is an answer. The client asks for what
//! comes after its cursor, the server answers as soon as there is something, or says after half a
//! minute that there wasn't. Each answer is a whole one, so this gets through proxies that break
//! every stream.
//!
//! | file | what it holds | steps |
//! |---|---|---|
//! | `wire.rs` | the question and the answers as text; no I/O | 1, 4 |
//! | `server.rs` | who waits, for what, and for how long, with actix-web | 2 to 6 |
//! | `client.rs` | the loop: what an answer means, and when to ask again; no I/O | 4, 6 |
//! | `main.rs` | starts it on port 8001; `page.html` is a client for a browser | – |
//!
//! | step | question | what you write |
//! |---|---|---|
//! | 1 frame | Where does one message end? | the question's parameters; the envelope of an answer |
//! | 2 push | How does new data reach the client? | `newer`: wait for a condition |
//! | 3 idle | What happens when nothing happens? | `hold`: a deadline; nobody stores it |
//! | 4 resume | What of the events missed while away? | newcomers, gaps, and the client's cursor |
//! | 5 pressure | What if the client reads slower than the server writes? | a seat for who waits |
//! | 6 goodbye | How does each side learn the other is gone? | the end; when to ask again |
//!
//! `cargo test -p lab-01 step_2` asks the second question. Steps 3 to 6 need at most 1 and 2, not
//! each other.
//!
//! Long polling is described in [RFC 6202].
//!
//! [RFC 6202]: https://www.rfc-editor.org/rfc/rfc6202

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
