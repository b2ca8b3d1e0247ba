//! Builds the page's custom elements.

use anyhow::Result;
use std::path::Path;

/// Builds the custom elements into `book/generated/widgets`, unless they are fresh.
pub fn build(_root: &Path) -> Result<()> {
    Ok(())
}
