//! The book: mdBook as a library, and our preprocessor.

use anyhow::Result;
use std::path::Path;

pub fn build(_root: &Path, _args: lexopt::Parser) -> Result<()> {
    anyhow::bail!("not built yet")
}

pub fn preprocess(_root: &Path, _args: lexopt::Parser) -> Result<()> {
    anyhow::bail!("not built yet")
}
