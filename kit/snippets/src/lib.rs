//! Runnable snippets: the book's `rust,run` fences, compiled to WebAssembly.
//!
//! | file | what it does |
//! |---|---|
//! | `lib.rs` | [`Compiler`]: what is compiled, what is missing, the files under `book/generated/` |
//! | `program.rs` | a fence's text as a program |
//! | `rustc.rs` | compiles one program |
//! | `libraries.rs` | builds the crates that a snippet may use |
//! | `scratch.rs` | where programs are compiled |
//! | `toolchain.rs` | the compiler and its targets |
//!
//! A snippet's file is named after everything that goes into it: its text, the libraries' sources
//! and the compiler. So a page can name the file before it exists, what didn't change is never
//! compiled again, and a browser may keep a file for ever.

mod libraries;
mod program;
mod rustc;
mod scratch;
mod toolchain;

use anyhow::{Context, Result};
use manifest::Library;
use scratch::Scratch;
use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::{fs, io, thread};
use tools::lock::lock;
use tools::process::Cancel;

pub use libraries::Libraries;
pub use program::Snippet;
pub use rustc::{CompileError, compile};
pub use toolchain::Toolchain;

/// Where the compiled snippets are, from the book's source folder and from the site's root.
const FOLDER: &str = "generated/snippets";

/// A snippet and its file.
#[derive(Clone, Debug, PartialEq)]
pub struct Prepared {
    /// The snippet's name.
    pub name: String,
    /// Its file from the site's root: `generated/snippets/HASH.wasm`.
    pub url: String,
    /// Whether that file is there.
    pub state: State,
}

/// How far a snippet is.
#[derive(Clone, Debug, PartialEq)]
pub enum State {
    /// The file is there.
    Ready,
    /// Nobody compiled it yet.
    Pending,
    /// It doesn't compile: `book/FILE.md:LINE`, and rustc's message with the chapter's line numbers.
    Failed(String),
}

/// Compiles snippets. One for each process: it remembers the libraries that it built and the
/// snippets that failed. All methods block; from async code call them on a blocking thread.
#[derive(Debug)]
pub struct Compiler {
    root: PathBuf,
    /// The book's source folder, where `generated/` is.
    book: PathBuf,
    toolchain: Toolchain,
    /// The crates that snippets may use.
    crates: Vec<Library>,
    /// The libraries, and the fingerprint of the sources that they were built from.
    libraries: Mutex<Option<(u64, Arc<Libraries>)>>,
    failures: Mutex<HashMap<Snippet, Prepared>>,
    scratch: Mutex<Option<Scratch>>,
}

impl Compiler {
    /// For the workshop in this folder, whose snippets may use `crates`. Asks rustc who it is (some
    /// 50 ms), and compiles nothing.
    ///
    /// # Errors
    /// There is no rustc.
    pub fn new(root: &Path, crates: &[Library]) -> Result<Compiler> {
        Ok(Compiler::with_toolchain(root, crates, Toolchain::find(root)?))
    }

    /// As [`Compiler::new`], by a compiler that is chosen.
    pub fn with_toolchain(root: &Path, crates: &[Library], toolchain: Toolchain) -> Compiler {
        Compiler {
            root: root.to_owned(),
            book: root.join("book"),
            toolchain,
            crates: crates.to_owned(),
            libraries: Mutex::default(),
            failures: Mutex::default(),
            scratch: Mutex::default(),
        }
    }

    /// Removes what is compiled right now. For the end of the program, when the commands that
    /// compile are killed and those who wait for them have no time to clear up.
    pub fn close(&self) {
        drop(lock(&self.scratch).take());
    }

    /// Names every snippet's file and says whether it is there, without compiling: a few
    /// milliseconds.
    pub fn look(&self, snippets: &[Snippet]) -> Result<Vec<Prepared>> {
        let libraries = libraries::fingerprint(&self.root, &self.toolchain, &self.crates)?;
        let failures = lock(&self.failures);
        let prepared = snippets.iter().map(|snippet| {
            let mut hasher = DefaultHasher::new();
            (libraries, snippet.program()).hash(&mut hasher);
            let url = format!("{FOLDER}/{:016x}.wasm", hasher.finish());
            let state = match failures.get(snippet) {
                _ if self.file(&url).is_file() => State::Ready,
                Some(failed) if failed.url == url => failed.state.clone(),
                _ => State::Pending,
            };
            Prepared { name: snippet.name.clone(), url, state }
        });
        Ok(prepared.collect())
    }

    /// Compiles the snippets whose files are missing; none is [`State::Pending`] afterwards.
    /// Takes all snippets of the book: if none fails, files of no snippet in the list are removed.
    ///
    /// Fails if the libraries or a tool are at fault; a snippet that doesn't compile is no failure
    /// of this method, but [`State::Failed`].
    pub fn prepare(&self, snippets: &[Snippet]) -> Result<Vec<Prepared>> {
        let mut prepared = self.look(snippets)?;
        fs::create_dir_all(self.file(FOLDER)).with_context(|| format!("{FOLDER} can't be made"))?;
        let mut missing: Vec<(&Snippet, &mut Prepared)> =
            snippets.iter().zip(&mut prepared).filter(|(_, p)| p.state != State::Ready).collect();
        if !missing.is_empty() {
            self.compile_all(&mut missing)?;
        }
        let failures: HashMap<Snippet, Prepared> = snippets
            .iter()
            .cloned()
            .zip(prepared.clone())
            .filter(|(_, prepared)| prepared.state != State::Ready)
            .collect();
        if failures.is_empty() {
            self.sweep(&prepared)?;
        }
        *lock(&self.failures) = failures;
        Ok(prepared)
    }

    /// Compiles a reader's edit of a snippet: a whole program, no hidden lines. Stops when it is
    /// cancelled.
    ///
    /// rustc reads what the program includes, as it does for any program. So serve this only to the
    /// reader's own page.
    pub fn compile(&self, source: &str, cancel: &Cancel) -> Result<Vec<u8>, CompileError> {
        let libraries = self.libraries()?;
        let keep = |file: &Path| fs::read(file);
        rustc::compile_unless(
            cancel,
            rustc::MEMORY_FOR_RUSTC,
            &self.toolchain,
            &libraries,
            source,
            keep,
        )
    }

    /// Compiles on all cores: each thread takes an equal share.
    fn compile_all(&self, missing: &mut [(&Snippet, &mut Prepared)]) -> Result<()> {
        let libraries = &*self.libraries()?;
        let threads = thread::available_parallelism().map_or(1, |n| n.get());
        let share = missing.len().div_ceil(threads);
        let compile = |share: &mut [(&Snippet, &mut Prepared)]| -> Result<()> {
            for (snippet, prepared) in share {
                prepared.state = self.compile_one(libraries, snippet, &prepared.url)?;
            }
            Ok(())
        };
        thread::scope(|scope| {
            let workers: Vec<_> =
                missing.chunks_mut(share).map(|share| scope.spawn(|| compile(share))).collect();
            workers.into_iter().try_for_each(|worker| worker.join().expect("it doesn't panic"))
        })
    }

    fn compile_one(&self, libraries: &Libraries, snippet: &Snippet, url: &str) -> Result<State> {
        let compile = |program: String, keep: &dyn Fn(&Path) -> io::Result<()>| match rustc::compile(
            &self.toolchain,
            libraries,
            &program,
            keep,
        ) {
            Ok(()) => Ok(None),
            Err(CompileError::Rejected(message)) => Ok(Some(message)),
            Err(CompileError::Broken(error)) => Err(error),
        };
        let keep = |compiled: &Path| move_file(compiled, &self.file(url));
        let Some(message) = compile(snippet.program(), &keep)? else { return Ok(State::Ready) };
        // Once more with the chapter's line numbers: rustc counts them best.
        let placed = compile(snippet.program_at_its_line(), &|_| Ok(()))?;
        Ok(State::Failed(snippet.failure(&placed.unwrap_or(message))))
    }

    /// The libraries as their sources are now.
    fn libraries(&self) -> Result<Arc<Libraries>> {
        let now = libraries::fingerprint(&self.root, &self.toolchain, &self.crates)?;
        let mut built = lock(&self.libraries);
        if let Some((then, libraries)) = &*built
            && *then == now
        {
            return Ok(Arc::clone(libraries));
        }
        let mut libraries = Libraries::for_wasm(&self.root, &self.toolchain, &self.crates)?;
        libraries.folder = self.scratch(&libraries.folder)?;
        let libraries = Arc::new(libraries);
        *built = Some((now, Arc::clone(&libraries)));
        Ok(libraries)
    }

    /// Where programs are compiled.
    fn scratch(&self, parent: &Path) -> Result<PathBuf> {
        let mut scratch = lock(&self.scratch);
        let scratch = match &mut *scratch {
            Some(scratch) => scratch,
            none => none.insert(Scratch::new(parent)?),
        };
        Ok(scratch.path().to_owned())
    }

    /// Removes the files that no snippet has any more.
    fn sweep(&self, prepared: &[Prepared]) -> Result<()> {
        let wanted: HashSet<PathBuf> = prepared.iter().map(|p| self.file(&p.url)).collect();
        for entry in fs::read_dir(self.file(FOLDER))? {
            let path = entry?.path();
            if path.extension().is_some_and(|e| e == "wasm") && !wanted.contains(&path) {
                fs::remove_file(&path).with_context(|| path.display().to_string())?;
            }
        }
        Ok(())
    }

    fn file(&self, url: &str) -> PathBuf {
        self.book.join(url)
    }
}

/// Moves a finished file to its place in one step, so that nobody reads half of it; copies it only
/// where `target` is a link to another file system.
fn move_file(from: &Path, to: &Path) -> io::Result<()> {
    fs::rename(from, to).or_else(|_| fs::copy(from, to).map(drop))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::Command;
    use std::time::Duration;
    use tools::process;

    fn root() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
    }

    fn compiler(book: &Path) -> Compiler {
        let feed = Library { package: "feed".to_owned(), folder: "kit/feed".to_owned() };
        Compiler { book: book.to_owned(), ..Compiler::new(&root(), &[feed]).unwrap() }
    }

    fn snippet(name: &str, source: &str) -> Snippet {
        Snippet { name: name.into(), source: source.into(), file: "book/a.md".into(), line: 40 }
    }

    fn files(book: &Path) -> Vec<String> {
        let names = fs::read_dir(book.join(FOLDER)).unwrap();
        names.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }

    #[test]
    fn a_snippet_is_compiled_once_and_its_old_file_goes() {
        let book = tempfile::tempdir().unwrap();
        let compiler = compiler(book.path());
        let source = "# use feed::Feed;\nfn main() { Feed::new(8.try_into().unwrap()).append(\"tea\", \"hot\"); }";
        let first = [snippet("a", source)];
        assert_eq!(compiler.look(&first).unwrap()[0].state, State::Pending);

        let prepared = compiler.prepare(&first).unwrap();
        assert_eq!(prepared[0].state, State::Ready);
        let wasm = fs::read(book.path().join(&prepared[0].url)).unwrap();
        assert!(wasm.starts_with(b"\0asm"));
        assert!(wasm.len() < 200_000, "{} bytes", wasm.len());

        // Moving in the chapter changes nothing.
        let [first] = first;
        let moved = Snippet { line: 50, ..first };
        assert_eq!(compiler.look(&[moved]).unwrap(), prepared);

        compiler.prepare(&[snippet("a", "fn main() {}")]).unwrap();
        assert_eq!(files(book.path()).len(), 1);
        assert!(!book.path().join(&prepared[0].url).exists());
    }

    #[test]
    fn a_failure_names_the_line_in_the_chapter_and_keeps_the_old_files() {
        let book = tempfile::tempdir().unwrap();
        let compiler = compiler(book.path());
        compiler.prepare(&[snippet("good", "fn main() {}")]).unwrap();

        let bad = [snippet("bad", "# fn main() {\nlet unused = 1;\nlet word: u32 = \"one\";\n# }")];
        let prepared = compiler.prepare(&bad).unwrap();
        let State::Failed(message) = &prepared[0].state else { panic!("{prepared:?}") };
        assert!(
            message.starts_with("book/a.md:43: the snippet `bad` does not compile"),
            "{message}"
        );
        assert!(message.contains("43 | let word: u32 = \"one\";"), "{message}");
        assert_eq!(compiler.look(&bad).unwrap(), prepared);
        assert_eq!(files(book.path()).len(), 1);
    }

    #[test]
    fn an_edit_is_compiled_or_refused_in_rustcs_words() {
        let book = tempfile::tempdir().unwrap();
        let compiler = compiler(book.path());
        let compile = |program: &str| compiler.compile(program, &Cancel::default());
        assert!(compile("fn main() {}").unwrap().starts_with(b"\0asm"));
        let message = |program: &str| compile(program).unwrap_err().to_string();
        let wrong = message("fn main() {\n    wrong();\n}");
        assert!(wrong.starts_with("error[E0425]: cannot find function `wrong`"), "{wrong}");
        assert!(wrong.contains("--> snippet.rs:2:5"), "{wrong}");
        let scratch = lock(&compiler.scratch).as_ref().unwrap().path().to_owned();
        assert!(scratch.exists());
        compiler.close();
        assert!(!scratch.exists());
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_compile_is_bounded_in_memory_and_says_so() {
        let book = tempfile::tempdir().unwrap();
        let compiler = compiler(book.path());
        let libraries = compiler.libraries().unwrap();
        let compile = |mebibytes: u64| {
            let program = "fn main() { println!(\"{}\", String::from(\"hello\")); }";
            let (tools, keep) = (&compiler.toolchain, |_: &Path| Ok(()));
            let cancel = Cancel::default();
            rustc::compile_unless(&cancel, mebibytes << 20, tools, &libraries, program, keep)
        };
        // The program is an ordinary one; what it gets is less than rustc itself needs.
        let message = compile(48).unwrap_err().to_string();
        assert!(!message.trim().is_empty());
        assert!(message.contains("memory") || message.contains("shared object"), "{message}");
        compile(2 << 10).unwrap();
    }

    #[test]
    fn a_program_that_never_ends_is_stopped() {
        let root = root();
        let toolchain = Toolchain::find(&root).unwrap();
        let libraries = Libraries::for_host(&root, &[]).unwrap();
        let program = "fn main() { loop { println!(\"again\"); } }";
        let stop = |file: &Path| process::run(&mut Command::new(file), Duration::from_millis(300));
        let finished = compile(&toolchain, &libraries, program, stop).unwrap();
        assert!(finished.stopped);
    }
}
