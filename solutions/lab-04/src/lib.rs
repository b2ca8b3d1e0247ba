//! Lab 04: WebSocket.
//!
//! After one HTTP handshake the connection carries messages both ways, each with its own borders,
//! pings and a goodbye. In return it gives up what HTTP did: resuming, status codes, caching, and
//! the browser's guard against foreign pages. This lab speaks the protocol by hand, and then runs a
//! chat on the library `actix-ws`. A room is a feed, and a message is an event in it.
//!
//! | file | what it holds | steps |
//! |---|---|---|
//! | `wire.rs` | the protocol: the handshake's answer, frames, the goodbye; no I/O | 1, 2, 6 |
//! | `message.rs` | from frames to messages; no I/O | 1 |
//! | `server.rs` | the chat: who may come in, and what goes out; with actix-web and actix-ws | 2, 4 to 6 |
//! | `listen.rs` | what comes in | 2, 3, 5, 6 |
//! | `client.rs` | whether the other side is alive, when and where to come back; no I/O | 3, 4 |
//! | `chat.rs` | what the messages say: JSON | – |
//! | `rooms.rs` | the rooms, by name | 5 |
//! | `member.rs` | somebody in a room, from coming in to the goodbye | – |
//! | `bound.rs` | refuses a frame by its head | – |
//! | `echo.rs` | says back what it hears, for the Autobahn test suite | – |
//! | `by_hand.rs` | the same on `wire.rs` and `message.rs` alone; a program of its own | – |
//! | `main.rs` | starts it on port 8004; `page.html` shows it in a browser | – |
//!
//! | step | question | what you write |
//! |---|---|---|
//! | 1 frame | Where does one message end? | `encode`, `apply_mask`, `decode_head`; then `Assembler::push` |
//! | 2 push | How does new data reach the client? | the handshake; the messages, both ways |
//! | 3 idle | What happens when nothing happens? | pings, pongs and their deadline |
//! | 4 resume | What of the events missed while away? | `since`; the client's cursor and back-off |
//! | 5 pressure | What if the client reads slower than the server writes? | a reset; limits; close codes |
//! | 6 goodbye | How does each side learn the other is gone? | close frames, and who hangs up |
//!
//! `cargo test -p lab-04 step_1` asks the first question; `step_1_frame_head` its first half. Steps
//! 3 to 6 need step 2 at most, not each other.
//!
//! The protocol is [RFC 6455].
//!
//! [RFC 6455]: https://www.rfc-editor.org/rfc/rfc6455

#[cfg(not(target_family = "wasm"))]
mod bound;
pub mod chat;
pub mod client;
#[cfg(not(target_family = "wasm"))]
mod echo;
#[cfg(not(target_family = "wasm"))]
mod listen;
#[cfg(not(target_family = "wasm"))]
mod member;
pub mod message;
#[cfg(not(target_family = "wasm"))]
mod rooms;
#[cfg(not(target_family = "wasm"))]
pub mod server;
pub mod wire;

// The contract, which the lab and its solution share. It is a part of this crate when tested, so
// that one compilation gives the verdict.
#[cfg(test)]
extern crate self as lab;
#[cfg(test)]
#[path = "../../../tests/lab_04/mod.rs"]
mod steps;
