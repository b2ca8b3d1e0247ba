//! What every lab's server has and no lab teaches.
//!
//! | file | what it holds |
//! |---|---|
//! | `start.rs` | all of a lab's `main`: the listener, the weather, the end |
//! | `options.rs` | what its arguments and the environment say |
//! | `routes.rs` | `POST /publish`, `GET /stats`, and how errors are told |
#![cfg(not(target_family = "wasm"))]

mod options;
mod routes;
mod start;

pub use options::Options;
pub use routes::{errors, problem, routes};
pub use start::{Run, main};
