//! What the transports cost, and what clients leave behind: builds the servers and the crate `load`
//! optimised, in a profile of their own, and runs its program.

use super::machine;
use crate::cargo::cargo;
use crate::labs::build::target;
use anyhow::{Context, Result, ensure};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Where the book's comparison comes from.
const DATA: &str = "book/data/transports.json";

/// `cargo workshop bench transports`: every transport of every server. Writes the data file.
///
/// # Errors
/// A limit was missed; the data file is written nevertheless.
pub fn run(root: &Path) -> Result<()> {
    let machine = machine::describe();
    build(root, &["--features", "load/axum"])?;
    let mut load = Command::new(program(root));
    load.args(["transports", "--machine", &machine, "--out"]).arg(root.join(DATA));
    finish(&mut load)
}

/// `cargo workshop load [churn|stall] [LAB …]`: ten thousand clients that come and go, and a hundred
/// of a thousand that stop reading.
///
/// # Errors
/// A server left something behind, or a limit was missed.
pub fn load(root: &Path, mut args: lexopt::Parser) -> Result<()> {
    let mut words: Vec<_> = args.raw_args()?.collect();
    let mut names = vec!["churn", "stall"];
    if words.first().is_some_and(|word| names.iter().any(|name| word == name)) {
        let only = words.remove(0);
        names.retain(|name| only == *name);
    }
    println!("{}", machine::describe());
    build(root, &[])?;
    for name in names {
        finish(Command::new(program(root)).arg(name).args(&words))?;
    }
    Ok(())
}

/// The solutions and the program, side by side.
fn build(root: &Path, features: &[&str]) -> Result<()> {
    let mut build = cargo(root);
    build.args(["build", "--profile", "load", "--package", "load"]).args(features);
    for lab in ["00", "01", "02", "03", "04"] {
        build.args(["--package", &format!("solution-{lab}")]);
    }
    finish(&mut build)
}

fn program(root: &Path) -> PathBuf {
    target(root).join("load").join(format!("load{}", std::env::consts::EXE_SUFFIX))
}

fn finish(command: &mut Command) -> Result<()> {
    let status =
        command.status().with_context(|| format!("{:?} can't be run", command.get_program()))?;
    ensure!(status.success(), "{:?} failed", command.get_program());
    Ok(())
}
