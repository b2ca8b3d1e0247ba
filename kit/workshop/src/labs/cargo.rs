//! Running cargo, and the test binary that it builds.

use crate::cargo::cargo;
use anyhow::{Context, Result, bail};
use serde::Deserialize;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

/// The most that is kept of what a test run prints, in bytes.
const OUTPUT: usize = 4 << 20;

/// The target folder that `cargo test` of the workshop uses.
pub fn target(root: &Path) -> PathBuf {
    match std::env::var_os("CARGO_TARGET_DIR") {
        Some(folder) => root.join(folder),
        None => root.join("target"),
    }
}

/// What a build made.
pub struct Build {
    /// The test binary.
    pub binary: PathBuf,
    /// The warnings in the package's own code, as rustc prints them.
    pub warnings: Vec<String>,
}

/// A build that failed, with rustc's own words.
#[derive(Debug)]
pub struct Failed(pub String);

/// One line of `--message-format=json`.
#[derive(Deserialize)]
#[serde(tag = "reason")]
enum Message {
    #[serde(rename = "compiler-message")]
    Said { manifest_path: PathBuf, message: Diagnostic },
    #[serde(rename = "compiler-artifact")]
    Made { target: Target, executable: Option<PathBuf> },
    #[serde(other)]
    Other,
}

#[derive(Deserialize)]
struct Diagnostic {
    level: String,
    rendered: Option<String>,
}

#[derive(Deserialize)]
struct Target {
    name: String,
    kind: Vec<String>,
}

/// Builds the test binary `test` of the package in `folder`, into `target`.
///
/// # Errors
/// Cargo can't be run. Code that doesn't compile is the inner error.
pub fn build_test(folder: &Path, target: &Path, test: &str) -> Result<Result<Build, Failed>> {
    let output = cargo(folder)
        .env("CARGO_TARGET_DIR", target)
        .args(["test", "--no-run", "--offline", "--quiet", "--message-format=json"])
        .args(["--test", test])
        .output()
        .context("cargo can't be run")?;
    let (mut binary, mut warnings, mut errors) = (None, Vec::new(), String::new());
    for line in String::from_utf8_lossy(&output.stdout).lines() {
        match serde_json::from_str(line) {
            Ok(Message::Said { manifest_path, message }) => {
                let text = message.rendered.unwrap_or_default();
                match message.level.as_str() {
                    "error" => errors.push_str(&text),
                    "warning" if manifest_path.parent() == Some(folder) => warnings.push(text),
                    _ => {}
                }
            }
            Ok(Message::Made { target, executable: Some(path) })
                if target.name == test && target.kind == ["test"] =>
            {
                binary = Some(path);
            }
            _ => {}
        }
    }
    match binary {
        Some(binary) if output.status.success() => Ok(Ok(Build { binary, warnings })),
        _ if !errors.is_empty() => Ok(Err(Failed(errors))),
        _ => bail!(
            "cargo can't build the tests of {}:\n{}",
            folder.display(),
            String::from_utf8_lossy(&output.stderr).trim_end()
        ),
    }
}

/// How a run of a test binary ended.
pub struct Run {
    /// What it printed, at most the first 4 MiB.
    pub output: String,
    /// Did it have to be stopped at its limit?
    pub stopped: bool,
    /// How long it took.
    pub took: Duration,
}

/// Runs a test binary in its package's folder, as cargo would, for at most `limit`.
pub fn run_test(binary: &Path, package: &Path, args: &[&str], limit: Duration) -> Result<Run> {
    let start = Instant::now();
    let mut child = Command::new(binary)
        .current_dir(package)
        .args(args)
        // As .cargo/config.toml has it: a failing test writes no files, and shows no backtrace.
        .env("INSTA_UPDATE", "no")
        .env("RUST_BACKTRACE", "0")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("{} can't be run", binary.display()))?;
    let (done, ended) = mpsc::channel();
    let stdout = child.stdout.take().context("no output")?;
    let stderr = child.stderr.take().context("no output")?;
    let readers = [read(stdout, done.clone()), read(stderr, done)];
    let stopped = !wait(&ended, start + limit);
    if stopped {
        kill(&mut child);
    }
    child.wait().context("the test binary can't be waited for")?;
    let output = readers.map(|reader| reader.join().unwrap_or_default()).concat();
    let output = String::from_utf8_lossy(&output).into_owned();
    Ok(Run { output, stopped, took: start.elapsed() })
}

/// Waits until both of the child's outputs have ended; false at the deadline.
fn wait(ended: &mpsc::Receiver<()>, deadline: Instant) -> bool {
    (0..2).all(|_| {
        let left = deadline.saturating_duration_since(Instant::now());
        ended.recv_timeout(left).is_ok()
    })
}

fn kill(child: &mut Child) {
    // It may have ended in the meantime, which is as good.
    let _ = child.kill();
}

/// Reads to the end, so that the child is never held up, and keeps the beginning.
fn read(
    mut from: impl Read + Send + 'static,
    done: mpsc::Sender<()>,
) -> std::thread::JoinHandle<Vec<u8>> {
    std::thread::spawn(move || {
        let mut kept = Vec::new();
        // An error ends the output as well.
        let _ = (&mut from).take(OUTPUT as u64).read_to_end(&mut kept);
        let _ = std::io::copy(&mut from, &mut std::io::sink());
        let _ = done.send(());
        kept
    })
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_run_is_stopped_at_its_limit() {
        let (shell, here) = (Path::new("/bin/sh"), Path::new("."));
        let script = ["-c", "echo begun; exec sleep 60"];
        let run = run_test(shell, here, &script, Duration::from_secs(1)).unwrap();
        assert!(run.stopped && run.took < Duration::from_secs(30));
        assert_eq!(run.output, "begun\n");
        let run = run_test(shell, here, &["-c", "echo done"], Duration::from_secs(30)).unwrap();
        assert!(!run.stopped);
        assert_eq!(run.output, "done\n");
    }
}
