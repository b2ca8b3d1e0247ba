//! Runs a lab's server and talks raw bytes to it, for tests that teach.

mod client;
mod failure;
mod http;
mod panics;
mod relay;
mod rule;
mod server;
mod show;
mod snapshot;
mod stats;
mod wait;

pub use client::{Client, Ended};
pub use failure::{Failure, expect, expect_bytes, expect_eq};
pub use http::Head;
pub use relay::{Fault, Relay};
pub use rule::{Lab, Rule};
pub use server::{Peer, Run, Server};
pub use stats::{Stats, publish, stats};
pub use wait::{at_once, in_all, wait_until};
