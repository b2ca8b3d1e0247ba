//! The command, the servers, and what it says of them.

use harness::{Child, Peer};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

/// The workshop's folder.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A program of the workshop: `workshop`, `solution-03`. All are built together, once.
pub fn program(name: &str) -> PathBuf {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    let folder = BUILT.get_or_init(|| {
        let mut build = Command::new(env!("CARGO"));
        build.args(["build", "--offline", "--quiet", "--package", "workshop"]);
        for number in 0..5 {
            build.arg("--package").arg(format!("solution-0{number}"));
        }
        assert!(build.current_dir(root()).status().expect("cargo runs").success());
        // This test is in `target/debug/deps`.
        let test = std::env::current_exe().expect("a test has a path");
        test.ancestors().nth(2).expect("two folders above it").to_owned()
    });
    folder.join(name)
}

/// How a run of the command ended, and what it said.
pub struct Said {
    pub success: bool,
    pub stdout: String,
    pub stderr: String,
    pub took: Duration,
}

impl Said {
    /// The tests that failed, by their names.
    pub fn failed(&self) -> Vec<&str> {
        self.stdout.lines().filter_map(|line| line.strip_prefix("FAILED  ")).collect()
    }

    /// What it said, without what differs between two runs.
    pub fn text(&self) -> String {
        format!("{}{}", self.stdout, self.stderr)
    }
}

/// `cargo workshop contract LAB …`, one run at a time: its tests measure times.
pub fn contract(words: &[&str]) -> Said {
    static ONE: Mutex<()> = Mutex::new(());
    let _one = ONE.lock().unwrap_or_else(PoisonError::into_inner);
    let mut command = Command::new(program("workshop"));
    let started = Instant::now();
    let output = command.current_dir(root()).arg("contract").args(words).output().expect("it runs");
    Said {
        success: output.status.success(),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        took: started.elapsed(),
    }
}

/// Judges a server that runs already.
pub fn contract_at(lab: &str, peer: &impl Peer) -> Said {
    contract(&[lab, &format!("http://{}", peer.address())])
}

/// A solution's server with the limits of tests, but for these.
pub fn solution(number: &str, limits: &[(&str, &str)]) -> Child {
    let program = program(&format!("solution-{number}")).display().to_string();
    let vars: Vec<_> = limits.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
    Child::start(&[program], &["--port", "0", "--profile", "test"], &vars)
}
