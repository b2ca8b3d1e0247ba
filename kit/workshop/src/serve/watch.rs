//! Notices edits.

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

/// What the book is made of, from the workshop's folder.
const SOURCES: [&str; 3] = ["book", "solutions", "tests/snapshots"];

/// Builds the book again after each edit, for as long as the watcher lives.
pub fn start(root: &Path, builder: Arc<Builder>) -> Result<RecommendedWatcher> {
    let root = root.canonicalize()?;
    let (edits, edited) = sync_channel(1);
    let mut watcher = watcher(&root, edits)?;
    for folder in SOURCES {
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

fn watcher(root: &Path, edits: SyncSender<()>) -> Result<RecommendedWatcher> {
    let root = root.to_owned();
    let watcher = notify::recommended_watcher(move |event: notify::Result<Event>| {
        // An error may stand for edits that were missed.
        let matters = event.map_or(true, |event| {
            !matches!(event.kind, EventKind::Access(_))
                && event.paths.iter().any(|path| is_source(&root, path))
        });
        if matters {
            // One that waits already stands for all.
            let _ = edits.try_send(());
        }
    });
    watcher.context("edits can't be watched")
}

/// Is this a file that the book is made of? What we generate is none, nor are editors' own files.
fn is_source(root: &Path, path: &Path) -> bool {
    let Ok(path) = path.strip_prefix(root) else { return false };
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let own = name.starts_with('.') || name.ends_with('~') || name.starts_with('#');
    let wanted = path == Path::new("book.toml")
        || SOURCES.iter().any(|folder| path.starts_with(folder) && path != Path::new(folder));
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
        let source = |path: &str| is_source(root, &root.join(path));
        for path in
            ["book.toml", "book/sse.md", "book/theme/page.css", "solutions/lab-03/src/wire.rs"]
        {
            assert!(source(path), "{path}");
        }
        for path in [
            "book",
            "Cargo.toml",
            "target/x",
            "book/generated/snippets/1.wasm",
            "book/.sse.md.swp",
            "book/sse.md~",
        ] {
            assert!(!source(path), "{path}");
        }
    }
}
