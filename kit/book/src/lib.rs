//! The book: mdBook as a library, and our preprocessor.
//!
//! | file | what it does |
//! |---|---|
//! | `preprocessor.rs` | all chapters, before mdBook renders them |
//! | `chapter.rs` | one chapter |
//! | `front_matter.rs` | what a chapter costs in minutes |
//! | `include.rs` | code from the labs and the solutions |
//! | `fence.rs` | finds our fences and reads the words after their backticks |
//! | `run.rs`, `wire.rs`, `quiz.rs`, `notes.rs`, `hints.rs`, `answers.rs`, `times.rs`, `measured/` | one kind of fence each |
//! | `problem.rs`, `text.rs`, `html.rs` | messages with file and line; markdown and HTML |
//! | `widgets.rs` | builds the page's custom elements |
//!
//! What is public beside [`build`] and [`preprocess`] is for the server, and for a course's own tests
//! of its text.

mod answers;
mod chapter;
pub mod fence;
pub mod front_matter;
pub mod hints;
mod html;
pub mod include;
mod measured;
mod notes;
mod preprocessor;
pub mod problem;
mod quiz;
mod run;
pub mod text;
mod times;
pub mod widgets;
mod wire;

#[cfg(test)]
mod tests;

pub use preprocessor::{Folder, Prepare, RENDERER, Workshop};

use anyhow::{Context, Result, bail, ensure};
use manifest::Course;
use mdbook_driver::MDBook;
use mdbook_driver::config::Config;
use mdbook_preprocessor::Preprocessor;
use snippets::{Compiler, Prepared, Snippet, State};
use std::path::Path;
use std::sync::Arc;

/// Writes the whole book as files, with its snippets and widgets: into `destination`, else where
/// book.toml says.
///
/// # Errors
/// Something is wrong in the book, or doesn't build; or mdBook would empty a folder of somebody's.
pub fn build(root: &Path, course: &Arc<Course>, destination: Option<&Path>) -> Result<()> {
    let mut config = config(root, course)?;
    if let Some(folder) = destination {
        // What is given on the command line is meant from where the command runs.
        config.build.build_dir = std::path::absolute(folder)?;
        // Before anything is built: that takes minutes.
        refuse_to_empty_the_source(root, &config)?;
        refuse_to_empty_a_stranger(&config.build.build_dir)?;
    }
    widgets::build(root, course)?;
    let book = load(root, course, config, complete(root, course)?)?;
    book.build()?;
    println!("the book is in {}", book.build_dir_for("html").join("index.html").display());
    Ok(())
}

/// The preprocessor as the stock mdbook calls it: JSON comes in, JSON goes out.
///
/// # Errors
/// As of [`build`].
pub fn preprocess(root: &Path, course: &Arc<Course>) -> Result<()> {
    let workshop = workshop(root, course, complete(root, course)?);
    let (context, book) = mdbook_preprocessor::parse_input(std::io::stdin().lock())?;
    refuse_to_empty_the_source(root, &context.config)?;
    widgets::build(root, course)?;
    let book = workshop.run(&context, book)?;
    serde_json::to_writer(std::io::stdout().lock(), &book).context("mdbook does not listen")
}

/// book.toml, once it is sure that building does no harm.
///
/// # Errors
/// It can't be read, it calls the book something else than the course, or mdBook would empty the
/// book's sources.
pub fn config(root: &Path, course: &Course) -> Result<Config> {
    let mut config = Config::from_disk(root.join("book.toml"))?;
    config.update_from_env()?;
    if let Some(title) = &config.book.title {
        ensure!(
            *title == course.title,
            "the title in book.toml is `{title}`, and in {} it is `{}`: write the same in both",
            manifest::FILE,
            course.title
        );
    }
    refuse_to_empty_the_source(root, &config)?;
    Ok(config)
}

/// The book with our preprocessor in it.
///
/// # Errors
/// The book's sources can't be read, or mdBook would empty them.
pub fn load(
    root: &Path,
    course: &Arc<Course>,
    config: Config,
    prepare: Box<Prepare>,
) -> Result<MDBook> {
    refuse_to_empty_the_source(root, &config)?;
    let mut book = MDBook::load_with_config(root, config)?;
    book.with_preprocessor(workshop(root, course, prepare));
    Ok(book)
}

/// mdBook removes everything in its destination before it writes, and the default destination
/// is `book`, which is where the chapters are.
fn refuse_to_empty_the_source(root: &Path, config: &Config) -> Result<()> {
    let source = root.join(&config.book.src);
    let destination = root.join(&config.build.build_dir);
    let full = |path: &Path| path.canonicalize().or_else(|_| std::path::absolute(path));
    ensure!(
        !full(&source)?.starts_with(full(&destination)?),
        "the book would be written to {}, which holds its sources, and mdBook empties that folder \
         first: set `build-dir = \"target/book\"` under [build] in book.toml, or choose another --dest",
        destination.display()
    );
    Ok(())
}

/// A folder named on the command line may be anything: somebody's lab, or all their documents.
fn refuse_to_empty_a_stranger(destination: &Path) -> Result<()> {
    let written_by_mdbook = destination.join(".nojekyll").is_file();
    let empty = || destination.read_dir().is_ok_and(|mut entries| entries.next().is_none());
    ensure!(
        !destination.exists() || written_by_mdbook || empty(),
        "{} is not empty and holds no book, and mdBook would empty it first: choose a new folder",
        destination.display()
    );
    Ok(())
}

fn workshop(root: &Path, course: &Arc<Course>, prepare: Box<Prepare>) -> Workshop {
    let sources = Box::new(Folder(root.to_owned()));
    Workshop { course: Arc::clone(course), sources, prepare }
}

/// Compiles all snippets; the book isn't complete if one of them fails.
fn complete(root: &Path, course: &Course) -> Result<Box<Prepare>> {
    let compiler = Compiler::new(root, &course.snippets)?;
    Ok(Box::new(move |snippets: &[Snippet]| {
        let prepared = compiler.prepare(snippets)?;
        let failed = |snippet: &Prepared| match &snippet.state {
            State::Failed(message) => Some(message.clone()),
            State::Ready | State::Pending => None,
        };
        let failures: Vec<String> = prepared.iter().filter_map(failed).collect();
        if !failures.is_empty() {
            bail!("{}", failures.join("\n\n"));
        }
        Ok(prepared)
    }))
}
