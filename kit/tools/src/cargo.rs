//! Cargo, as a command.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

/// Cargo may download, wait for another cargo and compile on a slow machine.
pub const DEADLINE: Duration = Duration::from_secs(15 * 60);

/// The cargo that started us, else the one in the path; without input.
pub fn cargo(folder: &Path) -> Command {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(folder).stdin(Stdio::null());
    cargo
}
