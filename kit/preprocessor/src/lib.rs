//! The workshop's preprocessor for mdBook. What a chapter may hold besides mdBook's own, the crate's
//! files show, a fence each.
//!
//! As a program that the stock mdbook calls, without the rest of the workshop's command:
//!
//! ```no_run
//! use mdbook_preprocessor::Preprocessor;
//! use std::sync::Arc;
//!
//! # fn main() -> anyhow::Result<()> {
//! let root = std::env::current_dir()?; // mdBook runs it in the book's folder
//! let course = Arc::new(manifest::load(&root)?);
//! let prepare = preprocessor::compiled(&root, &course)?;
//! let (context, book) = mdbook_preprocessor::parse_input(std::io::stdin().lock())?;
//! let book = preprocessor::Workshop::new(&root, &course, prepare).run(&context, book)?;
//! serde_json::to_writer(std::io::stdout().lock(), &book)?;
//! # Ok(())
//! # }
//! ```
//!
//! | file | what it does |
//! |---|---|
//! | `workshop.rs` | all chapters, before mdBook renders them |
//! | `chapter.rs` | one chapter |
//! | `front_matter.rs` | what a chapter costs in minutes |
//! | `include.rs` | code from the labs and the solutions |
//! | `fence.rs` | finds our fences and reads the words after their backticks |
//! | `run.rs`, `wire.rs`, `quiz.rs`, `notes.rs`, `hints.rs`, `answers.rs`, `times.rs`, `measured/` | one kind of fence each |
//! | `problem.rs`, `text.rs`, `html.rs` | messages with file and line; markdown and HTML |
//!
//! What is public beside [`Workshop`] is for a course's own tests of its text.

mod answers;
mod chapter;
pub mod fence;
pub mod front_matter;
pub mod hints;
mod html;
pub mod include;
mod measured;
mod notes;
pub mod problem;
mod quiz;
mod run;
pub mod text;
mod times;
mod wire;
mod workshop;

#[cfg(test)]
mod tests;

pub use workshop::{Folder, Prepare, RENDERER, Workshop, compiled};
