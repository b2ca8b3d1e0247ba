//! Cargo, as a command.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The cargo that started us, else the one in the path; without input.
pub fn cargo(folder: &Path) -> Command {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(folder).stdin(Stdio::null());
    cargo
}

/// The target folder that `cargo test` of the workshop uses.
pub fn target(root: &Path) -> PathBuf {
    match std::env::var_os("CARGO_TARGET_DIR") {
        Some(folder) => root.join(folder),
        None => root.join("target"),
    }
}
