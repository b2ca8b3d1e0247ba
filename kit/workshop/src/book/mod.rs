//! The book: mdBook as a library, and our preprocessor.
//!
//! | file | what it does |
//! |---|---|
//! | `preprocessor.rs` | all chapters, before mdBook renders them |
//! | `chapter.rs` | one chapter |
//! | `front_matter.rs` | what a chapter costs in minutes |
//! | `include.rs` | code from the labs and the solutions |
//! | `fence.rs` | finds our fences and reads the words after their backticks |
//! | `render.rs` | mdBook's HTML, without what editors leave in the source folder |
//! | `destination.rs` | where the book is written to: what may be removed there |
//! | `run.rs`, `wire.rs`, `quiz.rs`, `notes.rs`, `hints.rs`, `answers.rs`, `times.rs`, `measured/` | one kind of fence each |
//! | `problem.rs`, `text.rs`, `html.rs` | messages with file and line; markdown and HTML |

mod answers;
mod chapter;
mod destination;
mod fence;
mod front_matter;
pub mod hints;
mod html;
mod include;
mod measured;
mod notes;
mod preprocessor;
mod problem;
mod quiz;
mod render;
mod run;
mod text;
mod times;
mod wire;

#[cfg(test)]
mod checks;
#[cfg(test)]
mod tests;

pub use front_matter::{FrontMatter, title};
pub use preprocessor::{Prepare, Workshop};
pub use problem::Problems;

use crate::snippets::{self, Prepared, Snippet, State};
use anyhow::{Context, Result, bail, ensure};
use mdbook_driver::MDBook;
use mdbook_driver::config::Config;
use mdbook_preprocessor::Preprocessor;
use std::path::{Path, PathBuf};

/// The preprocessor's name in book.toml. Ours in this process takes the place of the command.
const NAME: &str = "workshop";

/// `cargo workshop build`: the whole book as files, with its snippets and widgets.
pub fn build(root: &Path, mut args: lexopt::Parser) -> Result<()> {
    let mut destination = None;
    while let Some(arg) = args.next()? {
        match arg {
            lexopt::Arg::Long("dest") => destination = Some(PathBuf::from(args.value()?)),
            other => return Err(other.unexpected().into()),
        }
    }
    let mut config = config(root)?;
    if let Some(folder) = destination {
        // What is given on the command line is meant from where the command runs.
        config.build.build_dir = std::path::absolute(folder)?;
        refuse_to_empty_the_source(root, &config)?;
    }
    let destination = root.join(&config.build.build_dir);
    // Before anything is built: that takes minutes.
    destination::may_be_written(root, &destination)?;
    crate::widgets::build(root)?;
    let compiler = snippets::Compiler::new(root)?;
    let workplace = destination::Workplace::enter(root)?;
    config.build.build_dir = workplace.folder().to_owned();
    load(root, config, Box::new(move |snippets| complete(&compiler, snippets)))?.build()?;
    destination::publish(root, workplace.folder(), &destination)?;
    println!("the book is in {}", destination.join("index.html").display());
    Ok(())
}

/// The preprocessor as the stock mdbook calls it: JSON in, JSON out, or `supports RENDERER`.
pub fn preprocess(root: &Path, mut args: lexopt::Parser) -> Result<()> {
    let compiler = snippets::Compiler::new(root)?;
    let workshop = workshop(root, Box::new(move |snippets| complete(&compiler, snippets)));
    match args.next()? {
        None => {}
        Some(lexopt::Arg::Value(word)) if word == "supports" => {
            let renderer = args.value()?.to_string_lossy().into_owned();
            // mdBook asks by exit status.
            std::process::exit(i32::from(!workshop.supports_renderer(&renderer)?));
        }
        Some(other) => return Err(other.unexpected().into()),
    }
    let (context, book) = mdbook_preprocessor::parse_input(std::io::stdin().lock())?;
    refuse_to_empty_the_source(root, &context.config)?;
    // mdBook does it when we are done.
    destination::may_be_emptied(root, &root.join(&context.config.build.build_dir))?;
    crate::widgets::build(root)?;
    let book = workshop.run(&context, book)?;
    serde_json::to_writer(std::io::stdout().lock(), &book).context("mdbook does not listen")
}

/// book.toml, once it is sure that building does no harm.
pub fn config(root: &Path) -> Result<Config> {
    let mut config = Config::from_disk(root.join("book.toml"))?;
    config.update_from_env()?;
    refuse_to_empty_the_source(root, &config)?;
    Ok(config)
}

/// The book with our preprocessor in it.
pub fn load(root: &Path, config: Config, prepare: Box<Prepare>) -> Result<MDBook> {
    refuse_to_empty_the_source(root, &config)?;
    destination::may_be_emptied(root, &root.join(&config.build.build_dir))?;
    let mut book = MDBook::load_with_config(root, config)?;
    book.with_preprocessor(workshop(root, prepare));
    book.with_renderer(render::Html);
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

fn workshop(root: &Path, prepare: Box<Prepare>) -> Workshop {
    Workshop { sources: Box::new(preprocessor::Folder(root.to_owned())), prepare }
}

/// Compiles all snippets; the book isn't complete if one of them fails.
fn complete(compiler: &snippets::Compiler, snippets: &[Snippet]) -> Result<Vec<Prepared>> {
    let prepared = compiler.prepare(snippets)?;
    let failures: Vec<&str> = prepared
        .iter()
        .filter_map(|snippet| match &snippet.state {
            State::Failed(message) => Some(message.as_str()),
            State::Ready | State::Pending => None,
        })
        .collect();
    if !failures.is_empty() {
        bail!("{}", failures.join("\n\n"));
    }
    Ok(prepared)
}
