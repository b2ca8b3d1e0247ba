//! The labs: what attendees edit, made from the solutions, and the help that they can ask for.
//!
//! | file | what it does |
//! |---|---|
//! | `source.rs`, `source/` | reads a solution's file with its markers |
//! | `starter.rs` | the starter, made from the solution |
//! | `fill.rs` | fills the holes in a file that an attendee has edited |
//! | `edit.rs` | `solve` and `reset`: they replace what an attendee wrote, and keep it |
//! | `generate.rs` | `starter`: writes labs/ from solutions/ |
//! | `build.rs` | builds a lab's tests, and runs them |
//! | `outcome.rs` | what a test run said |
//! | `contract.rs` | a lab's tests, against a server in any language |
//! | `verify/` | starters fail as they should, solutions pass, and no wrong answer does |

pub mod build;
mod contract;
mod edit;
mod fill;
mod generate;
pub mod outcome;
pub mod source;
pub mod starter;
#[cfg(test)]
mod tea;
mod verify;

pub use contract::run as contract;
pub use edit::{reset, solve};
pub use generate::run as generate;
pub use verify::run as verify;
