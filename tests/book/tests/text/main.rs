//! What is checked of each chapter in `book/SUMMARY.md`: `cargo test -p text`. Each check says the
//! file, the line, and what to do.
//!
//! | file | what it checks |
//! |---|---|
//! | `agenda.rs` | the plans of the days add up |
//! | `links.rs` | links within the book arrive, and links to elsewhere have their form |
//! | `rfcs.rs` | a section of an RFC is one that `tests/book/rfcs.toml` lists |
//! | `rust.rs` | each block of Rust is compiled |
//! | `snippets.rs` | each runnable snippet prints what it printed before |
//! | `spelling.rs` | each word is British English, or in `tests/book/words.txt` |
//! | `chapter.rs` | a chapter as these see it |
//!
//! What only a browser can tell is in `tests/browser`.

mod agenda;
mod chapter;
mod links;
mod rfcs;
mod rust;
mod snippets;
mod spelling;
