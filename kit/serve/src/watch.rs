//! Notices edits.

use super::background::Jobs;
use super::builder::Builder;
use anyhow::{Context, Result};
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

/// What the book is made of, from the workshop's folder: its own files, and what its snippets use.
const SOURCES: [&str; 5] = ["book", "solutions", "tests/snapshots", "kit/feed", "kit/trace"];

/// What is built in the background, and not by a build of the book.
const WIDGETS: &str = "kit/widgets";

/// Builds the book again after each edit, for as long as the watcher lives.
pub fn start(root: &Path, builder: Arc<Builder>, jobs: Jobs) -> Result<RecommendedWatcher> {
    let root = root.canonicalize()?;
    let (edits, edited) = sync_channel(1);
    let mut watcher = watcher(&root, edits, jobs)?;
    for folder in SOURCES.iter().copied().chain([WIDGETS]) {
        let folder = root.join(folder);
        if folder.is_dir() {
            watcher
                .watch(&folder, RecursiveMode::Recursive)
                .with_context(|| format!("edits in {} can't be seen", folder.display()))?;
        }
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

fn watcher(root: &Path, edits: SyncSender<()>, jobs: Jobs) -> Result<RecommendedWatcher> {
    let root = root.to_owned();
    let watcher = notify::recommended_watcher(move |event: notify::Result<Event>| {
        // An error may stand for edits that were missed.
        let changed = |folders: &[&str]| match &event {
            Ok(event) if matches!(event.kind, EventKind::Access(_)) => false,
            Ok(event) => event.paths.iter().any(|path| is_source(&root, path, folders)),
            Err(_) => true,
        };
        // One that waits already stands for all.
        if changed(&SOURCES) {
            let _ = edits.try_send(());
        }
        if changed(&[WIDGETS]) {
            let _ = jobs.try_send(());
        }
    });
    watcher.context("edits can't be watched")
}

/// Is this a source in one of the folders, or book.toml? What we generate is none, nor are editors'
/// own files.
fn is_source(root: &Path, path: &Path, folders: &[&str]) -> bool {
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

    #[test]
    fn what_the_book_is_made_of() {
        let root = Path::new("/workshop");
        let source = |path: &str| is_source(root, &root.join(path), &SOURCES);
        assert!(is_source(root, Path::new("/workshop/kit/widgets/src/view.rs"), &[WIDGETS]));
        for path in [
            "book.toml",
            "kit/feed/src/lib.rs",
            "book/sse.md",
            "book/theme/page.css",
            "solutions/lab-03/src/wire.rs",
        ] {
            assert!(source(path), "{path}");
        }
        for path in [
            "book",
            "Cargo.toml",
            "target/x",
            "kit/widgets/src/view.rs",
            "book/generated/snippets/1.wasm",
            "book/.sse.md.swp",
            "book/sse.md~",
        ] {
            assert!(!source(path), "{path}");
        }
    }
}
