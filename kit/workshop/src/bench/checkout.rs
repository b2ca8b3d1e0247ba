//! A clone of the repository to measure in, so that nobody's files are touched.

use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A fresh clone under `target/bench/`, removed when dropped. It holds what is committed.
pub struct Clone(PathBuf);

impl Clone {
    pub fn new(root: &Path) -> Result<Clone> {
        let folder = root.join("target/bench/clone");
        remove(&folder)?;
        let mut git = Command::new("git");
        git.args(["clone", "--quiet", "--depth=1"]).arg(format!("file://{}", root.display()));
        run(git.arg(&folder))?;
        Ok(Clone(folder))
    }

    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Clone {
    fn drop(&mut self) {
        // A folder that stays behind is removed by the next run.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Removes a folder that may not be there.
pub fn remove(folder: &Path) -> Result<()> {
    match std::fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("{} can't be removed", folder.display()))
        }
        _ => Ok(()),
    }
}

/// Runs a command to its end; what it says shows only when it fails.
pub fn run(command: &mut Command) -> Result<()> {
    let output = command
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("{:?} can't be run", command.get_program()))?;
    if !output.status.success() {
        bail!("{command:?} failed:\n{}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(())
}

/// Cargo, told to build in `target` and to use only what is on the machine.
pub fn cargo(folder: &Path, target: &Path) -> Command {
    let mut cargo = crate::cargo::cargo(folder);
    cargo.env("CARGO_TARGET_DIR", target).env("CARGO_NET_OFFLINE", "true");
    cargo
}
