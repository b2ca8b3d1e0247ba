//! Notices edits: by the system's events, and by looking where none come.
//!
//! There are no events from network drives, from Windows' folders in WSL and from folders that a
//! container shares, and none from a folder that was put in the place of a watched one. So all is
//! also looked at from time to time; when that finds an edit, it is done more often from then on.

use crate::builder::Builder;
use crate::jobs::Jobs;
use crate::scan::Scan;
use anyhow::Result;
use book::theme;
use manifest::Course;
use notify::event::ModifyKind;
use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

/// An editor saves in several steps; a build begins when it has been quiet for this long,
const QUIET: Duration = Duration::from_millis(50);
/// or after this long, if it never is.
const AT_MOST: Duration = Duration::from_millis(500);

/// How often all is looked at where events come: they may stop,
const SELDOM: Duration = Duration::from_secs(2);
/// and where none do.
const OFTEN: Duration = Duration::from_millis(500);
/// Looking takes a twentieth of the time at most, however slow the drive is.
const SHARE: u32 = 20;

/// What every book is made of, from the workshop's folder.
const SOURCES: [&str; 4] = ["book", "solutions", "tests/snapshots", BOOK];

/// Editors replace a file, so its folder is watched and not the file.
const BOOK: &str = "book.toml";

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

/// How edits are noticed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum By {
    /// Events, and looking from time to time.
    Events,
    /// Looking alone.
    Looking,
    /// Events that never come.
    #[cfg(test)]
    Silence,
}

/// Watches until it is dropped.
pub struct Watch(Arc<AtomicBool>);

impl Drop for Watch {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Builds the book again after each edit.
pub fn start(
    root: &Path,
    course: &Course,
    builder: Arc<Builder>,
    jobs: Jobs,
    by: By,
) -> Result<Watch> {
    let root = root.canonicalize()?;
    let mut folders = Folders::of(course);
    // Whoever works on the kit itself sees an edit of the page's styles at once, too.
    let theme = theme::source().canonicalize().unwrap_or_default();
    folders.book.extend(theme.strip_prefix(&root).ok().map(|path| path.to_string_lossy().into()));
    let (edits, edited) = sync_channel(1);
    let stop = Arc::new(AtomicBool::new(false));
    let watch = Watch(Arc::clone(&stop));
    let folders = Arc::new(folders);
    let mut eyes = Eyes {
        root,
        folders,
        edits,
        jobs,
        by,
        watcher: None,
        every: SELDOM,
        last: Seen::default(),
    };
    eyes.open();
    thread::spawn(move || {
        while !stop.load(Ordering::Relaxed) {
            if eyes.wait_for_an_edit(&edited) {
                let start = Instant::now();
                if builder.build() {
                    println!("The book is built again, in {} ms", start.elapsed().as_millis());
                }
            }
        }
    });
    Ok(watch)
}

struct Eyes {
    root: PathBuf,
    folders: Arc<Folders>,
    edits: SyncSender<()>,
    jobs: Jobs,
    by: By,
    /// Tells of edits through `edits` and `jobs`.
    watcher: Option<Box<dyn Watcher + Send>>,
    every: Duration,
    last: Seen,
}

/// What there was when it was looked at last.
#[derive(Default)]
struct Seen {
    book: Scan,
    widgets: Scan,
}

impl Eyes {
    /// Begins to watch, and says so if there will be no events.
    fn open(&mut self) {
        self.watcher = None;
        if self.by != By::Looking {
            match self.watch() {
                Ok(watcher) => self.watcher = Some(watcher),
                Err(error) => {
                    println!("note: {}", why(&error));
                    self.by = By::Looking;
                }
            }
        }
        if self.by == By::Looking {
            self.every = OFTEN;
            println!("Edits are looked for every {} ms", OFTEN.as_millis());
        }
        self.last = self.look();
    }

    fn watch(&self) -> notify::Result<Box<dyn Watcher + Send>> {
        let mut watcher = self.watcher()?;
        for folder in self.folders.book.iter().chain(&self.folders.widgets) {
            let folder = self.root.join(folder);
            if folder.is_dir() {
                watcher.watch(&folder, RecursiveMode::Recursive)?;
            }
        }
        watcher.watch(&self.root, RecursiveMode::NonRecursive)?;
        Ok(watcher)
    }

    fn watcher(&self) -> notify::Result<Box<dyn Watcher + Send>> {
        #[cfg(test)]
        if self.by == By::Silence {
            return Ok(Box::new(notify::NullWatcher));
        }
        let (root, folders) = (self.root.clone(), Arc::clone(&self.folders));
        let (edits, jobs) = (self.edits.clone(), self.jobs.clone());
        let tell = move |event: notify::Result<Event>| {
            // An error may stand for edits that were missed.
            let changed = |places: &[String]| match &event {
                Ok(event) if matches!(event.kind, EventKind::Access(_)) => false,
                Ok(event) => event.paths.iter().any(|path| is_source(&root, path, places)),
                Err(_) => true,
            };
            let moved = |event: &Event| {
                matches!(
                    event.kind,
                    EventKind::Create(_)
                        | EventKind::Remove(_)
                        | EventKind::Modify(ModifyKind::Name(_))
                ) && event
                    .paths
                    .iter()
                    .any(|path| folders.book.iter().any(|place| *path == root.join(place)))
            };
            // One that waits already stands for all.
            if changed(&folders.book) || event.as_ref().is_ok_and(moved) {
                let _ = edits.try_send(());
            }
            if changed(&folders.widgets) {
                let _ = jobs.try_send(());
            }
        };
        Ok(Box::new(RecommendedWatcher::new(tell, notify::Config::default())?))
    }

    /// Whether the book must be built; false when there was nothing for a while.
    fn wait_for_an_edit(&mut self, edited: &Receiver<()>) -> bool {
        match edited.recv_timeout(self.every) {
            Ok(()) => {
                wait_until_quiet(edited);
                let now = self.look();
                if now.widgets != self.last.widgets {
                    let _ = self.jobs.try_send(());
                }
                self.see(now);
                true
            }
            Err(RecvTimeoutError::Timeout) => {
                let start = Instant::now();
                let now = self.look();
                let usual = if self.by == By::Looking { OFTEN } else { SELDOM };
                self.every = usual.max(start.elapsed() * SHARE);
                let (book, widgets) =
                    (now.book != self.last.book, now.widgets != self.last.widgets);
                let events = edited.recv_timeout(if book { QUIET } else { Duration::ZERO }).is_ok();
                if book {
                    wait_until_quiet(edited);
                }
                let replaced = self.see(now);
                if book && !events && !replaced && self.by != By::Looking {
                    self.by = By::Looking;
                    self.every = OFTEN;
                    println!(
                        "note: the system tells of no edits here, as on network drives and in shared \
                         folders: they are looked for every {} ms",
                        OFTEN.as_millis()
                    );
                }
                if widgets {
                    let _ = self.jobs.try_send(());
                }
                book || events
            }
            // We hold the other end.
            Err(RecvTimeoutError::Disconnected) => false,
        }
    }

    /// Remembers what there is before it is built; an edit during the build shows afterwards.
    /// Watches anew where a folder was replaced, and says whether one was.
    fn see(&mut self, now: Seen) -> bool {
        let folders = |seen: &Seen| [seen.book.folders.clone(), seen.widgets.folders.clone()];
        let replaced = self.watcher.is_some() && folders(&now) != folders(&self.last);
        if replaced {
            // Looks again, after watching: nothing is missed between the two.
            self.open();
        } else {
            self.last = now;
        }
        replaced
    }

    fn look(&self) -> Seen {
        let look = |places: &[String]| {
            Scan::of(&self.root, places, |path| is_source(&self.root, path, places))
        };
        // A file that is replaced is another one, as it should be; its folder is the same.
        let mut seen =
            Seen { book: look(&self.folders.book), widgets: look(&self.folders.widgets) };
        seen.book.folders.remove(&self.root.join(BOOK));
        seen
    }
}

/// Why there are no events, and what could be done.
fn why(error: &notify::Error) -> String {
    let limit = |name: &str, value: &str| {
        format!(
            "edits can't be watched, since the system's limit {name} is used up, as by editors; \
             `sudo sysctl {name}={value}` raises it"
        )
    };
    // EMFILE: what a process, or a user, may have open.
    const TOO_MANY: i32 = 24;
    match &error.kind {
        notify::ErrorKind::MaxFilesWatch => limit("fs.inotify.max_user_watches", "524288"),
        notify::ErrorKind::Io(io)
            if cfg!(target_os = "linux") && io.raw_os_error() == Some(TOO_MANY) =>
        {
            limit("fs.inotify.max_user_instances", "1024")
        }
        _ => format!("edits can't be watched: {error}"),
    }
}

/// Is this a source in one of the folders, or book.toml? What we generate is none, nor are editors'
/// own files.
fn is_source(root: &Path, path: &Path, folders: &[String]) -> bool {
    let Ok(path) = path.strip_prefix(root) else { return false };
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let own = name.starts_with('.') || name.ends_with('~') || name.starts_with('#');
    let wanted = folders
        .iter()
        .any(|folder| path.starts_with(folder) && (path != Path::new(folder) || *folder == BOOK));
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
    fn a_limit_is_named_with_what_raises_it() {
        let watches = notify::Error::new(notify::ErrorKind::MaxFilesWatch);
        assert!(why(&watches).contains("`sudo sysctl fs.inotify.max_user_watches=524288`"));
        let instances = notify::Error::io(std::io::Error::from_raw_os_error(24));
        let named = why(&instances).contains("fs.inotify.max_user_instances");
        assert_eq!(named, cfg!(target_os = "linux"), "{}", why(&instances));
        assert!(why(&notify::Error::path_not_found()).starts_with("edits can't be watched: "));
    }

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
