//! Commands and benchmarks of the course: programs of its workspace, built and run.

use crate::machine;
use anyhow::{Context, Result, ensure};
use manifest::{Course, Program};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;
use tools::cargo::{cargo, target};

/// What stands for the machine in a program's arguments.
const MACHINE: &str = "{machine}";

/// Builds a program and runs it with `words` after its own arguments.
///
/// # Errors
/// It doesn't build, or it fails. Both have said why.
pub fn run(
    root: &Path,
    course: &Course,
    program: &Program,
    words: impl Iterator<Item = OsString>,
) -> Result<()> {
    // Before the build, which keeps all cores busy.
    let machine = machine::describe();
    let mut build = cargo(root);
    build.args(["build", "--package", &program.package]);
    if let Some(profile) = &program.profile {
        build.args(["--profile", profile]);
    }
    for feature in &program.features {
        build.args(["--features", &format!("{}/{feature}", program.package)]);
    }
    if program.solutions {
        build.args(course.labs.iter().flat_map(|lab| ["--package".to_owned(), lab.package()]));
    }
    finish(&mut build)?;
    let mut built = Command::new(path(root, program));
    built.current_dir(root);
    finish(built.args(program.args.iter().map(|word| word.replace(MACHINE, &machine))).args(words))
}

/// Where cargo puts the program.
fn path(root: &Path, program: &Program) -> PathBuf {
    // Cargo's name for the profile `dev` is older than profiles.
    let folder = match program.profile.as_deref() {
        None | Some("dev" | "test") => "debug",
        Some("bench") => "release",
        Some(other) => other,
    };
    let name = format!("{}{}", program.package, std::env::consts::EXE_SUFFIX);
    target(root).join(folder).join(name)
}

fn finish(command: &mut Command) -> Result<()> {
    let status =
        command.status().with_context(|| format!("{:?} can't be run", command.get_program()))?;
    ensure!(status.success(), "{:?} failed", command.get_program());
    Ok(())
}
