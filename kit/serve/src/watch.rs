//! Notices edits.

use crate::builder::Builder;
use crate::jobs::Jobs;
use anyhow::{Context, Result};
use book::theme;
use manifest::Course;
use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher};
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

/// An editor saves in several steps; a build begins when it has been quiet for this long,
const QUIET: Duration = Duration::from_millis(50);
/// or after this long, if it never is.
const AT_MOST: Duration = Duration::from_millis(500);

/// What every book is made of, from the workshop's folder.
const SOURCES: [&str; 3] = ["book", "solutions", "tests/snapshots"];

/// The folders in which edits count.
struct Folders {
    /// What the book is made of: its own files, and what its snippets use.
    book: Vec<String>,
    /// What is built in the background, and not by a build of the book.
    widgets: Vec<String>,
}

impl Folders {
    fn of(course: &Course) -> Folders {
        let crates = course.snippets.iter().map(|library| library.folder.clone());
        Folders {
            book: SOURCES.map(str::to_owned).into_iter().chain(crates).collect(),
            widgets: course.widgets.iter().flat_map(|widgets| widgets.folders.clone()).collect(),
        }
    }
}

/// Builds the book again after each edit, for as long as the watcher lives.
pub fn start(
    root: &Path,
    course: &Course,
    builder: Arc<Builder>,
    jobs: Jobs,
) -> Result<RecommendedWatcher> {
    let root = root.canonicalize()?;
    let mut folders = Folders::of(course);
    // Whoever works on the kit itself sees an edit of the page's styles at once, too.
    let theme = theme::source().canonicalize().unwrap_or_default();
    folders.book.extend(theme.strip_prefix(&root).ok().map(|path| path.to_string_lossy().into()));
    let watched: Vec<_> =
        folders.book.iter().chain(&folders.widgets).map(|folder| root.join(folder)).collect();
    let (edits, edited) = sync_channel(1);
    let mut watcher = watcher(&root, folders, edits, jobs)?;
    for folder in watched.into_iter().filter(|folder| folder.is_dir()) {
        watcher
            .watch(&folder, RecursiveMode::Recursive)
            .with_context(|| format!("edits in {} can't be seen", folder.display()))?;
    }
    // For book.toml: editors replace a file, so the folder is watched and not the file.
    watcher.watch(&root, RecursiveMode::NonRecursive)?;
    thread::spawn(move || {
        while edited.recv().is_ok() {
            wait_until_quiet(&edited);
            let start = Instant::now();
            if builder.build() {
                println!("The book is built again, in {} ms", start.elapsed().as_millis());
            }
        }
    });
    Ok(watcher)
}

fn watcher(
    root: &Path,
    folders: Folders,
    edits: SyncSender<()>,
    jobs: Jobs,
) -> Result<RecommendedWatcher> {
    let root = root.to_owned();
    let watcher = notify::recommended_watcher(move |event: notify::Result<Event>| {
        // An error may stand for edits that were missed.
        let changed = |folders: &[String]| match &event {
            Ok(event) if matches!(event.kind, EventKind::Access(_)) => false,
            Ok(event) => event.paths.iter().any(|path| is_source(&root, path, folders)),
            Err(_) => true,
        };
        // One that waits already stands for all.
        if changed(&folders.book) {
            let _ = edits.try_send(());
        }
        if changed(&folders.widgets) {
            let _ = jobs.try_send(());
        }
    });
    watcher.context("edits can't be watched")
}

/// Is this a source in one of the folders, or book.toml? What we generate is none, nor are editors'
/// own files.
fn is_source(root: &Path, path: &Path, folders: &[String]) -> bool {
    let Ok(path) = path.strip_prefix(root) else { return false };
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let own = name.starts_with('.') || name.ends_with('~') || name.starts_with('#');
    let wanted = path == Path::new("book.toml")
        || folders.iter().any(|folder| path.starts_with(folder) && path != Path::new(folder));
    wanted && !own && !path.starts_with("book/generated")
}

fn wait_until_quiet(edited: &Receiver<()>) {
    let end = Instant::now() + AT_MOST;
    while Instant::now() < end && edited.recv_timeout(QUIET).is_ok() {}
}

#[cfg(test)]
mod tests {
    use super::*;

    const COURSE: &str = "\
title = 'Tea'
widgets = { package = 'cups', folders = ['course/cups'] }
[[snippet]]
package = 'tea'
folder = 'course/tea'
";

    #[test]
    fn what_the_book_is_made_of() {
        let root = Path::new("/workshop");
        let folders = Folders::of(&Course::parse(COURSE).unwrap());
        let source = |path: &str| is_source(root, &root.join(path), &folders.book);
        let cup = root.join("course/cups/src/view.rs");
        assert!(is_source(root, &cup, &folders.widgets) && !source("course/cups/src/view.rs"));
        for path in [
            "book.toml",
            "course/tea/src/lib.rs",
            "book/tea.md",
            "book/data/tea.json",
            "solutions/lab-42/src/wire.rs",
        ] {
            assert!(source(path), "{path}");
        }
        for path in [
            "book",
            "Cargo.toml",
            "target/x",
            "book/generated/snippets/1.wasm",
            "book/.tea.md.swp",
            "book/tea.md~",
        ] {
            assert!(!source(path), "{path}");
        }
    }
}
