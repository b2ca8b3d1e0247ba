//! The book: mdBook as a library, with the workshop's preprocessor in it.
//!
//! | file | what it does |
//! |---|---|
//! | `lib.rs` | builds the book, and never over somebody's files |
//! | `destination.rs` | where the book is written to: what may be removed there |
//! | `render.rs` | mdBook's HTML, without what editors leave in the source folder |
//! | `theme.rs` | the page's template, styles and scripts, which are in `theme/` |
//! | `widgets.rs` | builds the page's custom elements |

mod destination;
mod render;
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
/// Something is wrong in the book, or doesn't build; or the folder holds files of somebody's.
pub fn build(root: &Path, course: &Arc<Course>, destination: Option<&Path>) -> Result<()> {
    let mut config = config(root, course)?;
    if let Some(folder) = destination {
        // What is given on the command line is meant from where the command runs.
        config.build.build_dir = std::path::absolute(folder)?;
        refuse_to_empty_the_source(root, &config)?;
    }
    let destination = root.join(&config.build.build_dir);
    // Before anything is built: that takes minutes.
    destination::may_be_written(root, &destination)?;
    widgets::build(root, course)?;
    let prepare = compiled(root, course)?;
    let workplace = destination::Workplace::enter(root)?;
    config.build.build_dir = workplace.folder().to_owned();
    load(root, course, config, prepare)?.build()?;
    destination::publish(root, workplace.folder(), &destination)?;
    println!("the book is in {}", destination.join("index.html").display());
    Ok(())
}

/// The preprocessor as the stock mdbook calls it: JSON comes in, JSON goes out.
///
/// # Errors
/// As of [`build`]; or mdBook would empty a folder of somebody's.
pub fn preprocess(root: &Path, course: &Arc<Course>) -> Result<()> {
    let workshop = Workshop::new(root, course, compiled(root, course)?);
    let (context, book) = mdbook_preprocessor::parse_input(std::io::stdin().lock())?;
    refuse_to_empty_the_source(root, &context.config)?;
    // mdBook does it when we are done.
    destination::may_be_emptied(root, &root.join(&context.config.build.build_dir))?;
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
/// The book's sources can't be read, or mdBook would empty them, or a folder of somebody's.
pub fn load(
    root: &Path,
    course: &Arc<Course>,
    config: Config,
    prepare: Box<Prepare>,
) -> Result<MDBook> {
    refuse_to_empty_the_source(root, &config)?;
    destination::may_be_emptied(root, &root.join(&config.build.build_dir))?;
    theme::write(root)?;
    let mut book = MDBook::load_with_config(root, config)?;
    book.with_preprocessor(Workshop::new(root, course, prepare));
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

    #[cfg(unix)]
    #[test]
    fn what_an_editor_leaves_in_the_sources_breaks_no_build() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        let write = |name: &str, text: &str| {
            std::fs::create_dir_all(root.join(name).parent().unwrap()).unwrap();
            std::fs::write(root.join(name), text).unwrap();
        };
        write(
            "book.toml",
            "[book]\nsrc = \"book\"\n[build]\nbuild-dir = \"out\"\n[output.html]\nadditional-css = [\"a.css\"]\n",
        );
        write("a.css", "a {}");
        write("book/SUMMARY.md", "[One](one.md)\n");
        write("book/one.md", "# One\n");
        write("book/404.md", "# Nowhere\n");
        write("book/pictures/x.svg", "<svg/>");
        write("book/pictures/#x.svg#", "a draft");
        // Emacs marks a file that is being edited: a link to nowhere.
        let lock = root.join("book/.#one.md");
        std::os::unix::fs::symlink("somebody@somewhere.1:2", lock).unwrap();
        let course = Arc::new(Course::parse("title = 'Tea'").unwrap());
        let config = config(root, &course).unwrap();
        load(root, &course, config, Box::new(|_| Ok(Vec::new()))).unwrap().build().unwrap();
        let out = root.join("out");
        assert!(std::fs::read_to_string(out.join("404.html")).unwrap().contains("Nowhere"));
        assert!(out.join("pictures/x.svg").is_file() && !out.join("pictures/#x.svg#").exists());
        let css = |entry: std::fs::DirEntry| entry.file_name().to_string_lossy().starts_with("a-");
        assert!(out.read_dir().unwrap().any(|entry| css(entry.unwrap())), "additional-css");
    }
}
