//! Builds a lab's tests with cargo, and runs the test binary.

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};
use tools::cargo::cargo;
use tools::process::{self, DEADLINE};

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
    kind: Vec<String>,
}

/// Builds the step tests of the package in `folder`, which are its library's, into `target`.
///
/// # Errors
/// Cargo can't be run. Code that doesn't compile is the inner error.
pub fn build_test(folder: &Path, target: &Path) -> Result<Result<Build, Failed>> {
    let mut build = cargo(folder);
    build.env("CARGO_TARGET_DIR", target);
    build.args(["test", "--no-run", "--offline", "--quiet", "--message-format=json"]);
    let output = process::run(build.arg("--lib"), DEADLINE).context("cargo can't be run")?;
    ensure!(!output.stopped, "cargo was stopped after {} s", DEADLINE.as_secs());
    let (mut binary, mut warnings, mut errors) = (None, Vec::new(), String::new());
    for line in output.stdout.lines() {
        match serde_json::from_str(line) {
            Ok(Message::Said { manifest_path, message }) => {
                let text = message.rendered.unwrap_or_default();
                match message.level.as_str() {
                    "error" => errors.push_str(&text),
                    "warning" if manifest_path.parent() == Some(folder) => warnings.push(text),
                    _ => {}
                }
            }
            Ok(Message::Made { target, executable: Some(path) }) if target.kind == ["lib"] => {
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
            output.stderr.trim_end()
        ),
    }
}

/// How a run of a test binary ended.
pub struct Run {
    /// What it printed: stdout, then stderr.
    pub output: String,
    /// Did it have to be stopped at its limit?
    pub stopped: bool,
    /// How long it took.
    pub took: Duration,
}

/// Runs a test binary in its package's folder, as cargo would, for at most `limit`.
pub fn run_test(binary: &Path, package: &Path, args: &[&str], limit: Duration) -> Result<Run> {
    run_test_with(binary, package, args, &[], limit)
}

/// Runs a test binary as [`run_test`] does, with these environment variables.
pub fn run_test_with(
    binary: &Path,
    package: &Path,
    args: &[&str],
    variables: &[(&str, String)],
    limit: Duration,
) -> Result<Run> {
    let start = Instant::now();
    let mut test = Command::new(binary);
    // As .cargo/config.toml has it: a failing test writes no files, and shows no backtrace.
    test.env("INSTA_UPDATE", "no").env("RUST_BACKTRACE", "0");
    test.envs(variables.iter().map(|(name, value)| (name, value)));
    let finished = process::run(test.current_dir(package).args(args), limit)
        .with_context(|| format!("{} can't be run", binary.display()))?;
    let output = finished.stdout + &finished.stderr;
    Ok(Run { output, stopped: finished.stopped, took: start.elapsed() })
}
