//! `cargo workshop contract`, run as people run it.

mod bad_input;
mod command;
mod python;
mod solutions;
