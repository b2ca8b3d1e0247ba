//! A clone of the repository to measure in, so that nobody's files are touched.

use anyhow::{Context, Result};
use std::path::{Path, PathBuf};
use std::process::Command;
use tools::files::remove_folder;
use tools::process::tool;

/// A fresh clone under `target/bench/`, removed when dropped. It holds what is committed.
pub struct Checkout(PathBuf);

impl Checkout {
    pub fn new(root: &Path) -> Result<Checkout> {
        let folder = root.join("target/bench/clone");
        remove(&folder)?;
        let mut git = Command::new("git");
        git.args(["clone", "--quiet", "--depth=1"]).arg(format!("file://{}", root.display()));
        tool(git.arg(&folder))?;
        Ok(Checkout(folder))
    }

    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Checkout {
    fn drop(&mut self) {
        // A folder that stays behind is removed by the next run.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Removes a folder that may not be there.
pub fn remove(folder: &Path) -> Result<()> {
    remove_folder(folder).with_context(|| format!("{} can't be removed", folder.display()))
}

/// Cargo, told to build in `target` and to use only what is on the machine.
pub fn cargo_into(folder: &Path, target: &Path) -> Command {
    let mut cargo = tools::cargo::cargo(folder);
    cargo.env("CARGO_TARGET_DIR", target).env("CARGO_NET_OFFLINE", "true");
    cargo
}
