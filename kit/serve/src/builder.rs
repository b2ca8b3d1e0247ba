//! Builds the book for reading, and again after an edit.

use crate::jobs::Jobs;
use crate::live::{Live, Part};
use crate::parts::Parts;
use crate::site::Site;
use anyhow::{Result, anyhow};
use manifest::Course;
use preprocessor::problem::Problems;
use snippets::{Compiler, Snippet, State};
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use tools::lock::lock;

/// Builds into the folder that nobody reads, and then swaps.
pub struct Builder {
    root: PathBuf,
    course: Arc<Course>,
    site: Arc<Site>,
    live: Arc<Live>,
    compiler: Arc<Compiler>,
    jobs: Jobs,
    seen: Mutex<Seen>,
    /// One build at a time: the watcher and the background both ask for builds.
    turn: Mutex<()>,
}

/// What a build came across.
#[derive(Default)]
struct Seen {
    snippets: Vec<Snippet>,
    states: Vec<State>,
}

impl Builder {
    /// A builder that asks for snippets through `jobs`.
    pub fn new(root: &Path, parts: &Parts, jobs: Jobs) -> Arc<Builder> {
        Arc::new(Builder {
            root: root.to_owned(),
            course: Arc::clone(&parts.course),
            site: Arc::clone(&parts.site),
            live: Arc::clone(&parts.live),
            compiler: Arc::clone(&parts.compiler),
            jobs,
            seen: Mutex::default(),
            turn: Mutex::default(),
        })
    }

    /// Builds the book and tells the open pages, or says what is wrong, leaves the last one up, and
    /// returns false.
    pub fn build(&self) -> bool {
        let _turn = lock(&self.turn);
        let built = match caught(|| self.write()) {
            // mdBook copies what is generated, too; a file that was replaced under its hands is no
            // fault of the book's.
            Err(error) if !error.is::<Problems>() => caught(|| self.write()),
            other => other,
        };
        match built {
            Ok(seen) => {
                let pending = seen.states.contains(&State::Pending);
                let ready = seen.states.iter().all(|state| *state == State::Ready);
                *lock(&self.seen) = seen;
                self.site.swap();
                self.live.fixed(Part::Book);
                self.live.reload();
                if pending {
                    // One that waits already will see these snippets too.
                    let _ = self.jobs.try_send(());
                } else if ready {
                    self.live.fixed(Part::Snippets);
                }
                true
            }
            Err(error) => {
                let text = format!("{error:#}");
                eprintln!("error: {text}");
                self.live.error(Part::Book, &text);
                false
            }
        }
    }

    /// The snippets of the last good book: their files are the ones that the open pages run.
    pub fn snippets(&self) -> Vec<Snippet> {
        lock(&self.seen).snippets.clone()
    }

    /// Writes the book into the spare folder.
    fn write(&self) -> Result<Seen> {
        let mut config = book::config(&self.root, &self.course)?;
        config.build.build_dir = self.site.spare().to_owned();
        // The template's word for "this page can reload itself, and more".
        config.set("output.html.live-reload-endpoint", "-/live")?;
        let found = Arc::<Mutex<Seen>>::default();
        let seen = Arc::clone(&found);
        let compiler = Arc::clone(&self.compiler);
        let look = move |snippets: &[Snippet]| {
            let looked = compiler.look(snippets)?;
            let states = looked.iter().map(|snippet| snippet.state.clone()).collect();
            *lock(&seen) = Seen { snippets: snippets.to_vec(), states };
            Ok(looked)
        };
        book::load(&self.root, &self.course, config, Box::new(look))?.build()?;
        let seen = mem::take(&mut *lock(&found));
        Ok(seen)
    }
}

/// Makes a panic an error, so that the next edit is built again: the thread that watches lives on.
fn caught<T>(build: impl FnOnce() -> Result<T>) -> Result<T> {
    // What a panic leaves half written is the folder that nobody reads.
    catch_unwind(AssertUnwindSafe(build)).unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().map(String::as_str);
        let text = text.or(panic.downcast_ref::<&str>().copied()).unwrap_or("no reason given");
        Err(anyhow!(
            "building the book panicked, which is a fault of the program and not of the text: \
             {text}\nThe terminal shows where; until it is mended, undo the last edit"
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_an_error_that_says_why() {
        let panics: [fn() -> Result<()>; 2] =
            [|| panic!("no such page"), || panic!("page {} of {}", 3, 2)];
        let texts = panics.map(|panics| caught(panics).unwrap_err().to_string());
        assert!(texts[0].contains("text: no such page"), "{texts:?}");
        assert!(texts[1].contains("text: page 3 of 2"), "{texts:?}");
        assert_eq!(caught(|| Ok(1)).unwrap(), 1);
    }
}
