//! The step tests many times over, on busy cores.

use anyhow::Result;
use std::path::Path;

/// `cargo workshop soak [LAB] [--times N]`
pub fn soak(_root: &Path, _args: lexopt::Parser) -> Result<()> {
    anyhow::bail!("not built yet")
}
