//! What every lab's server has and no lab teaches.
//!
//! | file | what it holds |
//! |---|---|
//! | `start.rs` | all of a lab's `main`: the listener, the weather, the end |
//! | `frames.rs` | WebSocket frames that are made once for all members of a room |
//! | `options.rs` | what its arguments and the environment say |
//! | `front.rs` | what stands before the routes: HEAD |
//! | `routes.rs` | `POST /publish`, `GET /stats`, and how errors are told |
#![cfg(not(target_family = "wasm"))]

mod frames;
mod front;
mod options;
mod routes;
mod start;

pub use frames::{Frames, close_frame, text_frame, with_frames};
pub use front::front;
pub use options::{Asked, Options, help};
pub use routes::{errors, problem, routes};
pub use start::{Run, main};
