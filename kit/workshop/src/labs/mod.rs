//! The labs: what attendees edit, made from the solutions, and the help that they can ask for.

mod files;
mod lab;
pub mod source;
pub mod starter;

pub use lab::Lab;

use anyhow::Result;
use std::path::Path;

pub fn hint(_root: &Path, _args: lexopt::Parser) -> Result<()> {
    anyhow::bail!("not built yet")
}

pub fn solve(_root: &Path, _args: lexopt::Parser) -> Result<()> {
    anyhow::bail!("not built yet")
}

pub fn reset(_root: &Path, _args: lexopt::Parser) -> Result<()> {
    anyhow::bail!("not built yet")
}

pub fn starter(_root: &Path, _args: lexopt::Parser) -> Result<()> {
    anyhow::bail!("not built yet")
}

pub fn verify(_root: &Path, _args: lexopt::Parser) -> Result<()> {
    anyhow::bail!("not built yet")
}
