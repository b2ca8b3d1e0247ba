//! The book: mdBook as a library, with the workshop's preprocessor in it.
//!
//! | file | what it does |
//! |---|---|
//! | `lib.rs` | builds the book, and never over somebody's files |
//! | `theme.rs` | the page's template, styles and scripts, which are in `theme/` |
//! | `widgets.rs` | builds the page's custom elements |

pub mod theme;
pub mod widgets;

use anyhow::{Context, Result, ensure};
use manifest::Course;
use mdbook_driver::MDBook;
use mdbook_driver::config::Config;
use mdbook_preprocessor::Preprocessor;
use preprocessor::{Prepare, Workshop, compiled};
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
    let book = load(root, course, config, compiled(root, course)?)?;
    book.build()?;
    println!("the book is in {}", book.build_dir_for("html").join("index.html").display());
    Ok(())
}

/// The preprocessor as the stock mdbook calls it: JSON comes in, JSON goes out.
///
/// # Errors
/// As of [`build`].
pub fn preprocess(root: &Path, course: &Arc<Course>) -> Result<()> {
    let workshop = Workshop::new(root, course, compiled(root, course)?);
    let (context, book) = mdbook_preprocessor::parse_input(std::io::stdin().lock())?;
    refuse_to_empty_the_source(root, &context.config)?;
    theme::write(root)?;
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
    theme::write(root)?;
    let mut book = MDBook::load_with_config(root, config)?;
    book.with_preprocessor(Workshop::new(root, course, prepare));
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mdbook_may_not_empty_the_sources_nor_call_the_course_something_else() {
        let course = Course::parse("title = 'Tea'").unwrap();
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("book")).unwrap();
        let refuse = |build: &str| {
            let toml = format!("[book]\nsrc = \"book\"\n[build]\nbuild-dir = \"{build}\"\n");
            std::fs::write(folder.path().join("book.toml"), toml).unwrap();
            config(folder.path(), &course).err().map(|error| error.to_string())
        };
        for build in ["book", "./book", ".", "book/../book"] {
            let message = refuse(build).unwrap_or_else(|| panic!("{build} was taken"));
            assert!(message.contains("set `build-dir = \"target/book\"`"), "{message}");
        }
        assert_eq!(refuse("target/book"), None);
        let toml = "[book]\ntitle = \"Coffee\"\n[build]\nbuild-dir = \"target/book\"\n";
        std::fs::write(folder.path().join("book.toml"), toml).unwrap();
        assert_eq!(
            config(folder.path(), &course).unwrap_err().to_string(),
            "the title in book.toml is `Coffee`, and in workshop.toml it is `Tea`: write the same in both"
        );
    }

    #[test]
    fn a_folder_that_holds_something_else_is_not_emptied() {
        let folder = tempfile::tempdir().unwrap();
        let refuse = |name: &str| refuse_to_empty_a_stranger(&folder.path().join(name)).is_err();
        let write = |name: &str| std::fs::write(folder.path().join(name), "").unwrap();
        assert!(!refuse("new"));
        std::fs::create_dir(folder.path().join("dest")).unwrap();
        assert!(!refuse("dest"));
        write("dest/thesis.txt");
        assert!(refuse("dest") && refuse("dest/thesis.txt"));
        write("dest/.nojekyll");
        assert!(!refuse("dest"));
    }
}
