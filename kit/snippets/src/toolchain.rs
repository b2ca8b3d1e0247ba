//! The compiler and its targets.

use anyhow::{Context, Result};
use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;
use tools::process::tool;

/// The compiler, found once: rustup's proxy costs more than a small program's compilation.
#[derive(Debug)]
pub struct Toolchain {
    /// The real rustc.
    pub rustc: PathBuf,
    /// What `rustc -vV` says.
    pub(crate) version: String,
    sysroot: PathBuf,
}

impl Toolchain {
    /// The toolchain that `rust-toolchain.toml` in this folder names.
    pub fn find(root: &Path) -> Result<Toolchain> {
        let sysroot = tool(Command::new("rustc").args(["--print", "sysroot"]).current_dir(root))?;
        Toolchain::in_sysroot(PathBuf::from(sysroot.stdout.trim()))
    }

    /// The one in a folder, as `rustc --print sysroot` names it.
    ///
    /// # Errors
    /// There is none.
    pub fn in_sysroot(sysroot: PathBuf) -> Result<Toolchain> {
        let rustc = sysroot.join("bin").join("rustc").with_extension(env::consts::EXE_EXTENSION);
        let version = tool(Command::new(&rustc).arg("-vV"))?.stdout;
        Ok(Toolchain { rustc, version, sysroot })
    }

    /// Has rustup add the target if it is missing.
    pub fn need(&self, root: &Path, target: &str) -> Result<()> {
        if self.sysroot.join("lib/rustlib").join(target).is_dir() {
            return Ok(());
        }
        eprintln!("adding the compiler's target {target} …");
        let mut rustup = Command::new("rustup");
        tool(rustup.args(["target", "add", target]).current_dir(root)).map(drop).with_context(
            || format!("the page needs {target}; run `rustup target add {target}` when online"),
        )
    }
}
