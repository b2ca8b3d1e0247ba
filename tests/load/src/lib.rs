//! A thousand subscribers on one machine.
//!
//! `cargo workshop bench transports` measures what each transport costs and writes
//! `book/data/transports.json`; `cargo workshop load` connects and disconnects, and stops reading,
//! and fails when a server leaves something behind. Both run this crate's program, `load`, against
//! servers in processes of their own: the labs' solutions and two peers.
//!
//! | file | what it holds |
//! |---|---|
//! | `transport.rs` | the five transports, as a client asks for them |
//! | `decode/` | what a client makes of the bytes |
//! | `ledger.rs` | what one subscriber received, in which order |
//! | `board.rs` | what all received together |
//! | `subscribers.rs`, `publisher.rs` | the clients |
//! | `server.rs` | a server's process: processor time, memory, descriptors |
//! | `peer/` | servers to compare with |
//! | `transports.rs`, `report.rs` | the benchmark, its data file and its limits |
//! | `churn.rs`, `stall.rs` | the loads |

pub mod board;
pub mod churn;
pub mod decode;
pub mod ledger;
pub mod peer;
pub mod publisher;
pub mod report;
pub mod server;
pub mod stall;
pub mod subscribers;
pub mod transport;
pub mod transports;
