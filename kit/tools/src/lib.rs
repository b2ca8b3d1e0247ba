//! What the parts of the workshop's command share.
//!
//! | file | what it does |
//! |---|---|
//! | `cargo.rs` | cargo, as a command |
//! | `files.rs` | reads and writes folders of text |
//! | `lock.rs` | locks that outlive a panic |
//! | `process.rs` | runs a command with a deadline and bounded output |
//! | `progress.rs` | one line that says how far a long command is |

pub mod cargo;
pub mod files;
pub mod lock;
pub mod process;
pub mod progress;
