//! The harness, tested: what it does on the wire, and what it says.

mod client;
mod common;
mod messages;
mod printed;
mod relay;
mod websocket;
