//! What is built after the page is up, one after another on a thread of its own: the machine has
//! other things to do, and cargo would make them wait for each other anyway.

use crate::builder::Builder;
use crate::live::{Live, Part};
use crate::parts::Parts;
use crate::reference::References;
use anyhow::Result;
use manifest::Course;
use snippets::{Compiler, State};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::Receiver;
use std::thread;
use std::time::Duration;
use tools::cargo::cargo;
use tools::process;

/// How long downloading may take: the network of a room full of people is slow.
const FETCH: Duration = Duration::from_secs(10 * 60);

/// What the thread works with.
pub struct Background {
    root: PathBuf,
    course: Arc<Course>,
    live: Arc<Live>,
    compiler: Arc<Compiler>,
    references: Arc<References>,
    builder: Arc<Builder>,
}

impl Background {
    /// Nothing happens before [`Background::run`].
    pub fn new(root: &Path, parts: &Parts, builder: Arc<Builder>) -> Background {
        Background {
            root: root.to_owned(),
            course: Arc::clone(&parts.course),
            live: Arc::clone(&parts.live),
            compiler: Arc::clone(&parts.compiler),
            references: Arc::clone(&parts.references),
            builder,
        }
    }

    /// Builds everything, and again whenever snippets are `wanted`: what changed for them, such as
    /// a solution, may have changed for the rest.
    pub fn run(&self, wanted: Receiver<()>) {
        self.round(&wanted);
        // Last, since cargo does one thing at a time; aside, so that an edit needn't wait for it.
        let root = self.root.clone();
        thread::spawn(move || fetch(&root));
        while wanted.recv().is_ok() {
            self.round(&wanted);
        }
    }

    /// Every stage once. An edit in the meantime begins again: what is fresh takes no time.
    fn round(&self, wanted: &Receiver<()>) {
        // Snippets first: the first page has one, and the widgets' tools take a minute.
        const STAGES: [fn(&Background); 3] =
            [Background::snippets, Background::widgets, Background::references];
        in_order(&STAGES, wanted, |stage| stage(self));
    }

    fn widgets(&self) {
        match book::widgets::build(&self.root, &self.course) {
            Ok(()) => {
                self.live.fixed(Part::Widgets);
                self.live.ready(Part::Widgets);
            }
            Err(error) => {
                self.report(Part::Widgets, &format!("the widgets can't be built: {error:#}"))
            }
        }
    }

    fn references(&self) {
        match self.references.build() {
            Ok(()) => self.live.fixed(Part::Reference),
            Err(errors) => {
                let errors: Vec<String> = errors.iter().map(ToString::to_string).collect();
                let text = format!("a reference server can't be built: {}", errors.join("\n\n"));
                self.report(Part::Reference, &text);
            }
        }
    }

    fn snippets(&self) {
        let snippets = self.builder.snippets();
        if snippets.is_empty() {
            // No good book yet: compiling nothing would remove what is compiled.
            return;
        }
        match self.compiler.prepare(&snippets) {
            Ok(prepared) => {
                let failures: Vec<String> = prepared
                    .into_iter()
                    .filter_map(|snippet| match snippet.state {
                        State::Failed(message) => Some(message),
                        State::Ready | State::Pending => None,
                    })
                    .collect();
                if failures.is_empty() {
                    self.live.fixed(Part::Snippets);
                } else {
                    self.report(Part::Snippets, &failures.join("\n\n"));
                    // Now the page can show each message where its snippet is.
                    self.builder.build();
                }
                self.live.ready(Part::Snippets);
            }
            Err(error) => self.report(Part::Snippets, &format!("{error:#}")),
        }
    }

    fn report(&self, part: Part, text: &str) {
        eprintln!("error: {text}");
        self.live.error(part, text);
    }
}

/// Does one after another, from the first again when something was `wanted` in the meantime.
fn in_order<T>(stages: &[T], wanted: &Receiver<()>, mut act: impl FnMut(&T)) {
    let mut left = stages.iter();
    while let Some(stage) = left.next() {
        act(stage);
        if wanted.try_recv().is_ok() {
            left = stages.iter();
        }
    }
}

/// Later labs and WebAssembly need crates that this build didn't. Fetched once, they are there
/// when the network isn't.
fn fetch(root: &Path) {
    let marker = root.join("target/workshop/fetched");
    if is_newer(&marker, &root.join("Cargo.lock")).unwrap_or(false) {
        return;
    }
    match process::run(cargo(root).args(["fetch", "--locked"]), FETCH) {
        Ok(fetched) if fetched.status.success() => {
            println!("Everything is downloaded: from now on the workshop needs no network");
            // Without the marker the next start only asks again.
            let _ = fs::write(marker, "");
        }
        Ok(_) | Err(_) => eprintln!(
            "note: not everything could be downloaded for later labs: \
             run `cargo fetch --locked` when online"
        ),
    }
}

fn is_newer(file: &Path, than: &Path) -> Result<bool> {
    Ok(fs::metadata(file)?.modified()? >= fs::metadata(than)?.modified()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jobs::channel;

    #[test]
    fn an_edit_is_taken_between_two_stages() {
        let (jobs, wanted) = channel();
        let mut done = Vec::new();
        in_order(&["snippets", "widgets", "reference"], &wanted, |stage| {
            if done == ["snippets"] {
                // Two edits while the widgets are built.
                jobs.try_send(()).unwrap();
                jobs.try_send(()).unwrap_err();
            }
            done.push(*stage);
        });
        assert_eq!(done, ["snippets", "widgets", "snippets", "widgets", "reference"]);
    }
}
