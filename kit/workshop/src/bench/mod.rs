//! Measurements that anyone can repeat.

use anyhow::Result;
use std::path::Path;

pub fn run(_root: &Path, _args: lexopt::Parser) -> Result<()> {
    anyhow::bail!("not built yet")
}

pub fn soak(_root: &Path, _args: lexopt::Parser) -> Result<()> {
    anyhow::bail!("not built yet")
}
