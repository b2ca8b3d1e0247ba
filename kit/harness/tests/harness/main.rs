//! The harness, tested: what it does on the wire, and what it says.

#[cfg(unix)]
mod child;
mod client;
mod common;
mod messages;
mod printed;
mod relay;
mod websocket;
