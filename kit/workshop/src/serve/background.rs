//! What is built after the page is up, one after another on a thread of its own: the machine has
//! other things to do, and cargo would make them wait for each other anyway.

use super::Parts;
use super::builder::Builder;
use super::live::{Live, Part};
use super::reference::Reference;
use crate::cargo::cargo;
use crate::snippets::{Compiler, State};
use anyhow::Result;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

/// Says that snippets must be compiled. One message waiting is enough: it stands for all.
pub type Jobs = SyncSender<()>;

/// A channel for one waiting message.
pub fn channel() -> (Jobs, Receiver<()>) {
    sync_channel(1)
}

/// What the thread works with.
pub struct Background {
    root: PathBuf,
    live: Arc<Live>,
    compiler: Arc<Compiler>,
    reference: Arc<Reference>,
    builder: Arc<Builder>,
}

impl Background {
    /// Nothing happens before [`Background::run`].
    pub fn new(root: &Path, parts: &Parts, builder: Arc<Builder>) -> Background {
        Background {
            root: root.to_owned(),
            live: Arc::clone(&parts.live),
            compiler: Arc::clone(&parts.compiler),
            reference: Arc::clone(&parts.reference),
            builder,
        }
    }

    /// Builds everything once, and snippets again whenever they are `wanted`.
    pub fn run(&self, wanted: Receiver<()>) {
        // Snippets first: the first page has one, and the widgets' tools take a minute.
        self.snippets();
        self.widgets();
        self.reference();
        self.fetch();
        while wanted.recv().is_ok() {
            self.snippets();
            // What changed for the snippets, such as a solution, may have changed for these.
            self.widgets();
            self.reference();
        }
    }

    fn widgets(&self) {
        match crate::widgets::build(&self.root) {
            Ok(()) => {
                self.live.fixed(Part::Widgets);
                self.live.ready(Part::Widgets);
            }
            Err(error) => {
                self.report(Part::Widgets, &format!("the widgets can't be built: {error:#}"))
            }
        }
    }

    fn reference(&self) {
        match self.reference.build() {
            Ok(()) => self.live.fixed(Part::Reference),
            Err(error) => {
                let text = format!("the reference server can't be built: {error}");
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

    /// Later labs and WebAssembly need crates that this build didn't. Fetched once, they are there
    /// when the network isn't.
    fn fetch(&self) {
        let marker = self.root.join("target/workshop/fetched");
        let lock = self.root.join("Cargo.lock");
        if is_newer(&marker, &lock).unwrap_or(false) {
            return;
        }
        let fetched = cargo(&self.root).args(["fetch", "--locked"]).output();
        match fetched {
            Ok(output) if output.status.success() => {
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
}

fn is_newer(file: &Path, than: &Path) -> Result<bool> {
    Ok(fs::metadata(file)?.modified()? >= fs::metadata(than)?.modified()?)
}
