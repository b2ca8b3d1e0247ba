//! Compiles one program.

use crate::libraries::Libraries;
use crate::toolchain::Toolchain;
use anyhow::Context;
use std::path::Path;
use std::process::Command;
use std::time::Duration;
use std::{fmt, fs, io};
use tools::process::{self, Cancel, Finished};

/// A snippet takes a fifth of a second; one that takes this long never ends.
const DEADLINE: Duration = Duration::from_secs(20);

/// The most memory that rustc gets for a program, in bytes. A snippet takes a third of that, most of
/// it the libraries, which are mapped and not read.
pub const MEMORY_FOR_RUSTC: u64 = 2 << 30;

/// The most memory that a program gets, in bytes. The page has no other way to limit it.
const MEMORY: u32 = 256 << 20;

/// Why there is no program.
#[derive(Debug)]
pub enum CompileError {
    /// The program is at fault: rustc's own message, about a file `snippet.rs`.
    Rejected(String),
    /// Something else is.
    Broken(anyhow::Error),
}

impl fmt::Display for CompileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CompileError::Rejected(message) => f.write_str(message),
            CompileError::Broken(error) => write!(f, "{error:#}"),
        }
    }
}

impl std::error::Error for CompileError {}

impl From<anyhow::Error> for CompileError {
    fn from(error: anyhow::Error) -> CompileError {
        CompileError::Broken(error)
    }
}

/// Compiles a program and hands the file to `keep`; the file is gone afterwards.
///
/// # Errors
/// The program is at fault, or something else: [`CompileError`] tells.
pub fn compile<T>(
    toolchain: &Toolchain,
    libraries: &Libraries,
    program: &str,
    keep: impl FnOnce(&Path) -> io::Result<T>,
) -> Result<T, CompileError> {
    compile_unless(&Cancel::default(), MEMORY_FOR_RUSTC, toolchain, libraries, program, keep)
}

/// As [`compile`], unless it is cancelled, and with rustc's `memory` in bytes.
pub fn compile_unless<T>(
    cancel: &Cancel,
    memory: u64,
    toolchain: &Toolchain,
    libraries: &Libraries,
    program: &str,
    keep: impl FnOnce(&Path) -> io::Result<T>,
) -> Result<T, CompileError> {
    let folder = tempfile::Builder::new()
        .prefix("snippet-")
        .tempdir_in(&libraries.folder)
        .context("no temporary folder")?;
    fs::write(folder.path().join("snippet.rs"), program).context("the program can't be written")?;
    let mut rustc = command(toolchain, libraries, memory);
    rustc.current_dir(folder.path()).args(["snippet.rs", "-o", "program"]);
    let finished =
        process::run_unless(cancel, &mut rustc, DEADLINE).context("rustc does not start")?;
    if finished.stopped {
        let message = format!("error: rustc was stopped after {} s", DEADLINE.as_secs());
        return Err(CompileError::Rejected(message));
    }
    if !finished.status.success() {
        return Err(CompileError::Rejected(why(&finished, memory)));
    }
    Ok(keep(&folder.path().join("program")).context("the compiled program can't be kept")?)
}

/// rustc's own words, and ours where it had no time for any.
fn why(finished: &Finished, memory: u64) -> String {
    let said = finished.stderr.trim_end();
    let memory = memory >> 20;
    let status = finished.status;
    // A signal, which leaves no code: the system's, when memory is short, or rustc's own abort.
    if status.code().is_none() || said.is_empty() {
        let gap = if said.is_empty() { "" } else { "\n\n" };
        return format!(
            "{said}{gap}error: rustc was ended by the system ({status}): perhaps the program needs \
             more memory to compile than the {memory} MiB that a snippet gets"
        );
    }
    finished.stderr.clone()
}

/// The program that is given `memory` bytes of address space at most. Without `unsafe` only a shell
/// can do that; where there is none, or it can't, memory is bounded by time alone.
fn bounded(program: &Path, memory: u64) -> Command {
    if !cfg!(unix) {
        return Command::new(program);
    }
    let mut shell = Command::new("/bin/sh");
    shell.args(["-c", "ulimit -v \"$0\" 2>/dev/null; exec \"$@\"", &(memory >> 10).to_string()]);
    // glibc reserves 64 MiB for each thread else: with many cores that is more than the limit.
    shell.arg(program).env("MALLOC_ARENA_MAX", "2");
    shell
}

/// One setting for the book and for edits. Measured with a 20-line program that uses `feed`:
/// opt-level 0 takes 0.14 s and makes 132 kB, `s` 0.21 s and 124 kB; link-time optimisation would
/// save a fifth of the size and double the time.
fn command(toolchain: &Toolchain, libraries: &Libraries, memory: u64) -> Command {
    let mut rustc = bounded(&toolchain.rustc, memory);
    rustc.args(["--edition", "2024", "--crate-type", "bin", "--crate-name", "snippet"]);
    // Only errors are shown, so a place in a message is an error's place.
    rustc.args(["--cap-lints", "allow", "--color", "never"]);
    // As `cargo run` has it: an overflow panics.
    rustc.args(["-C", "debug-assertions=on", "-C", "strip=symbols"]);
    if let Some(target) = libraries.target {
        rustc.args(["--target", target, "-C", "opt-level=s"]);
        rustc.args(["-C", &format!("link-arg=--max-memory={MEMORY}")]);
    }
    for folder in &libraries.search {
        rustc.arg("-L").arg(format!("dependency={}", folder.display()));
    }
    for (name, file) in &libraries.externs {
        rustc.arg("--extern").arg(format!("{name}={}", file.display()));
    }
    rustc
}
