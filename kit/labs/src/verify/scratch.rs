//! A copy of the workspace in which verify edits, so that nobody's files are touched.

use crate::outcome::{self, Outcome};
use crate::{build, starter};
use anyhow::{Context, Result, ensure};
use manifest::Lab;
use serde::Deserialize;
use std::collections::BTreeSet;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tools::cargo::target;
use tools::files;

/// The longest that one run of a lab's tests may take. Every wait in the tests has a deadline of
/// its own, so this is only for code that spins.
const LIMIT: Duration = Duration::from_secs(60);

/// What the workspace's members need beside their folders. A workshop may lack some.
const PARTS: [&str; 5] =
    ["Cargo.toml", "Cargo.lock", "rust-toolchain.toml", "workshop.toml", "tests"];

/// Where the starters are. They are made, and not copied.
const LABS: &str = "labs";

/// How the names of the programs begin that are built.
const KEPT: &str = "kept-";

/// The copy. It is kept between runs and only brought up to date, so that cargo builds only what
/// changed; dependencies are shared with `cargo test` by the target folder.
pub struct Scratch {
    folder: PathBuf,
    target: PathBuf,
    /// How long one run of a lab's tests may take.
    pub limit: Duration,
    /// How many tests were built.
    built: AtomicUsize,
    /// Two who edit one copy would spoil each other's verdict.
    _lock: Lock,
}

/// The right to edit a copy.
#[derive(Debug)]
struct Lock(File);

impl Drop for Lock {
    fn drop(&mut self) {
        // Closing alone isn't enough: a program that another thread is just starting has the file,
        // too, for a moment.
        let _ = self.0.unlock();
    }
}

/// Tests that are built. The program is removed with this.
pub struct Binary {
    path: PathBuf,
    /// The package's folder, in which they run.
    folder: PathBuf,
    /// The tests that it has.
    tests: BTreeSet<String>,
    /// How long they may run.
    limit: Duration,
    /// What rustc said of the package's own code.
    pub warnings: Vec<String>,
}

impl Binary {
    /// Runs the tests whose name has `filter` in it, with these environment variables.
    pub fn run(&self, filter: &str, variables: &[(&str, String)]) -> Result<Outcome> {
        let run = build::run_test_with(&self.path, &self.folder, &[filter], variables, self.limit)?;
        let all = self.tests.iter().filter(|test| test.contains(filter)).cloned().collect();
        Ok(Outcome::parse(&all, &run.output, run.stopped))
    }
}

impl Drop for Binary {
    fn drop(&mut self) {
        // If it stays, it only takes up space, until the next run begins.
        let _ = std::fs::remove_file(&self.path);
    }
}

impl Scratch {
    /// Copies the workspace at `root`, with pristine starters of all labs.
    pub fn new(root: &Path, labs: &[Lab]) -> Result<Scratch> {
        let target = target(root);
        let folder = target.join("verify");
        let lock = lock(&folder)?;
        let parts = PARTS.into_iter().map(str::to_owned).chain(members(root)?);
        for part in parts.filter(|part| root.join(part).exists()) {
            mirror(&root.join(&part), &folder.join(&part))?;
        }
        rename(&folder.join("Cargo.toml"))?;
        remove_kept(&folder)?;
        let scratch =
            Scratch { folder, target, limit: LIMIT, built: AtomicUsize::new(0), _lock: lock };
        for lab in labs {
            scratch.set(&lab.folder(), &starter::starter(root, lab)?)?;
        }
        Ok(scratch)
    }

    /// The place of something in the copy.
    pub fn path(&self, inside: &str) -> PathBuf {
        self.folder.join(inside)
    }

    /// Makes a folder of the copy hold these files and no others.
    pub fn set(&self, inside: &str, new: &starter::Files) -> Result<()> {
        let folder = self.path(inside);
        for (path, text) in new {
            files::update(&folder.join(path), text)?;
        }
        for path in files::list(&folder)? {
            if !new.contains_key(&path) {
                std::fs::remove_file(folder.join(path))?;
            }
        }
        Ok(())
    }

    /// Makes a folder of the copy as it is in the workspace at `root` again.
    pub fn copy(&self, root: &Path, inside: &str) -> Result<()> {
        mirror(&root.join(inside), &self.path(inside))
    }

    /// Builds the tests of the package in a folder, and puts them where the next build leaves them
    /// alone. The inner error says that they don't compile, and rustc's words.
    pub fn build(&self, inside: &str) -> Result<Result<Binary, String>> {
        let folder = self.path(inside);
        let built = match build::build_test(&folder, &self.target)? {
            Ok(built) => built,
            Err(build::Failed(errors)) => return Ok(Err(format!("it doesn't compile:\n{errors}"))),
        };
        let number = self.built.fetch_add(1, Ordering::Relaxed);
        let path = self.path(&format!("{KEPT}{number}{}", std::env::consts::EXE_SUFFIX));
        take(&built.binary, &path)?;
        let limit = self.limit;
        let mut binary =
            Binary { path, folder, tests: BTreeSet::new(), limit, warnings: built.warnings };
        let list = build::run_test(&binary.path, &binary.folder, &["--list"], binary.limit)?;
        binary.tests = outcome::list(&list.output);
        Ok(Ok(binary))
    }
}

/// The folders that hold the workspace's members, as in `solutions` for `solutions/*`.
fn members(root: &Path) -> Result<Vec<String>> {
    #[derive(Deserialize)]
    struct Manifest {
        workspace: Workspace,
    }
    #[derive(Deserialize)]
    struct Workspace {
        members: Vec<String>,
    }
    let text = files::read(&root.join("Cargo.toml"))?.unwrap_or_default();
    let manifest: Manifest = toml::from_str(&text).context("Cargo.toml")?;
    let first = |member: &String| member.split('/').next().unwrap_or_default().to_owned();
    let mut folders: Vec<_> = manifest.workspace.members.iter().map(first).collect();
    folders.sort();
    folders.dedup();
    folders.retain(|folder| folder != LABS && !PARTS.contains(&folder.as_str()));
    Ok(folders)
}

/// Moves a program. A copy would be a file that we write: a program that another thread is just
/// starting has it open, too, for a moment, and the system runs no file that is open for writing.
fn take(program: &Path, to: &Path) -> Result<()> {
    std::fs::rename(program, to).with_context(|| format!("{} can't be moved", program.display()))
}

/// Removes the programs of a run that didn't end by itself.
fn remove_kept(folder: &Path) -> Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_name().to_string_lossy().starts_with(KEPT) {
            std::fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

/// The right to edit the copy in `folder`, until it is dropped.
fn lock(folder: &Path) -> Result<Lock> {
    std::fs::create_dir_all(folder)?;
    let file = File::create(folder.join("lock"))?;
    file.try_lock().with_context(
        || "another `cargo workshop verify` works in this target folder: wait until it is done",
    )?;
    Ok(Lock(file))
}

/// Gives the copy's packages a version of their own. Cargo knows a package by its name, its version
/// and its place *inside* the workspace: with the same version it would take a wrong answer's library
/// for the solution's in the next `cargo test`, since both are in one target folder.
fn rename(manifest: &Path) -> Result<()> {
    const VERSION: &str = "[workspace.package]\nversion = \"";
    let text = files::read(manifest)?.unwrap_or_default();
    ensure!(
        text.contains(VERSION),
        "Cargo.toml has no `[workspace.package]` that begins by `version`"
    );
    files::write(manifest, text.replacen(VERSION, &format!("{VERSION}0.0.0-verify."), 1))
}

/// Makes `to` the same as `from`: a file, or a folder with all below it. What is the same already
/// keeps its time.
fn mirror(from: &Path, to: &Path) -> Result<()> {
    if from.is_file() {
        let new =
            std::fs::read(from).with_context(|| format!("{} can't be read", from.display()))?;
        // The copy has LF on every system, as the wrong answers' edits expect it.
        return match str::from_utf8(&new) {
            Ok(text) => files::update(to, files::with_lf(text).as_bytes()).map(drop),
            Err(_) => files::update(to, &new).map(drop),
        };
    }
    let paths = files::list(from)?;
    for path in &paths {
        mirror(&from.join(path), &to.join(path))?;
    }
    let old = if to.is_dir() { files::list(to)? } else { Vec::new() };
    for path in old.iter().filter(|path| !paths.contains(path)) {
        std::fs::remove_file(to.join(path))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{lock, members, take};

    #[test]
    fn all_members_are_copied_but_the_labs() {
        let folder = tempfile::tempdir().unwrap();
        let text = "[workspace]\nmembers = ['kettle', 'solutions/*', 'labs/*', 'tests/a', 'cups/b', 'cups/c']";
        std::fs::write(folder.path().join("Cargo.toml"), text).unwrap();
        assert_eq!(members(folder.path()).unwrap(), ["cups", "kettle", "solutions"]);
    }

    #[test]
    fn one_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let first = lock(folder.path()).unwrap();
        let second = lock(folder.path()).unwrap_err();
        assert!(second.to_string().contains("wait until it is done"), "{second}");
        drop(first);
        lock(folder.path()).unwrap();
    }

    #[test]
    fn whoever_else_has_the_file_does_not_hold_the_lock() {
        let folder = tempfile::tempdir().unwrap();
        let first = lock(folder.path()).unwrap();
        let _inherited = first.0.try_clone().unwrap();
        drop(first);
        lock(folder.path()).unwrap();
    }

    #[cfg(unix)]
    #[test]
    fn what_was_taken_runs_at_once_while_others_start_programs() {
        use std::process::Command;
        use std::sync::atomic::{AtomicBool, Ordering};

        let folder = tempfile::tempdir().unwrap();
        let (built, kept) = (folder.path().join("built"), folder.path().join("kept"));
        let done = AtomicBool::new(false);
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    while !done.load(Ordering::Relaxed) {
                        Command::new("true").status().unwrap();
                    }
                });
            }
            let ran: Vec<_> = (0..200)
                .map(|_| {
                    // Another program makes it, as a linker does.
                    let copied = Command::new("cp").arg("/bin/sh").arg(&built).status().unwrap();
                    assert!(copied.success());
                    take(&built, &kept).unwrap();
                    Command::new(&kept).args(["-c", "true"]).status().map(|it| it.success())
                })
                .collect();
            done.store(true, Ordering::Relaxed);
            assert!(ran.iter().all(|ran| matches!(ran, Ok(true))), "{ran:?}");
        });
    }
}
