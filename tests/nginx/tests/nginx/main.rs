//! What the chapter "In production" says about nginx, tried with the real one.
//!
//! | file | what it holds |
//! |---|---|
//! | `nginx.rs` | starts nginx with a configuration of this folder |
//! | `origin.rs` | a server behind it that says what the test tells it, byte by byte |
//! | `held_back.rs` | what buffers and compression do to a stream |
//! | `stream.rs` | lab 03 behind nginx: silence, cursors, goodbyes |
//! | `upgrade.rs` | WebSocket's handshake |
//! | `labs.rs` | the other labs behind nginx |
//! | `log.rs` | what is written down about a request |

#![cfg(unix)] // signals stop nginx and reload it

mod held_back;
mod labs;
mod log;
mod nginx;
mod origin;
mod stream;
mod upgrade;
