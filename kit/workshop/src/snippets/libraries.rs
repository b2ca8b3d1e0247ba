//! Builds the crates that a snippet may use, once, with cargo.

use crate::cargo::{DEADLINE, cargo};
use crate::process::{self, Finished};
use anyhow::{Context, Result, bail};
use serde::Deserialize;
use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

/// The crates that a snippet may `use`: package, and the folder of its sources.
pub const LIBRARIES: &[(&str, &str)] = &[
    ("feed", "kit/feed"),
    ("trace", "kit/trace"),
    ("weather", "course/weather"),
    ("solution-00", "solutions/lab-00"),
    ("solution-01", "solutions/lab-01"),
    ("solution-02", "solutions/lab-02"),
    ("solution-03", "solutions/lab-03"),
    ("solution-04", "solutions/lab-04"),
];

/// What snippets are compiled for: a command-line program, without a browser in it.
const WASM: &str = "wasm32-wasip1";

/// The compiler, found once: rustup's proxy costs more than a small program's compilation.
#[derive(Debug)]
pub struct Toolchain {
    /// The real rustc.
    pub rustc: PathBuf,
    /// What `rustc -vV` says.
    version: String,
    sysroot: PathBuf,
}

impl Toolchain {
    /// The toolchain that `rust-toolchain.toml` in this folder names.
    pub fn find(root: &Path) -> Result<Toolchain> {
        let sysroot = tool(Command::new("rustc").args(["--print", "sysroot"]).current_dir(root))?;
        let sysroot = PathBuf::from(sysroot.stdout.trim());
        let rustc = sysroot.join("bin").join("rustc").with_extension(env::consts::EXE_EXTENSION);
        let version = tool(Command::new(&rustc).arg("-vV"))?.stdout;
        Ok(Toolchain { rustc, version, sysroot })
    }

    #[cfg(all(test, unix))]
    pub fn fake(rustc: PathBuf) -> Toolchain {
        Toolchain { rustc, version: String::new(), sysroot: PathBuf::new() }
    }

    /// Has rustup add the target if it is missing.
    pub fn need(&self, root: &Path, target: &str) -> Result<()> {
        if self.sysroot.join("lib/rustlib").join(target).is_dir() {
            return Ok(());
        }
        eprintln!("adding the compiler's target {target} …");
        let mut rustup = Command::new("rustup");
        tool(rustup.args(["target", "add", target]).current_dir(root)).map(drop).with_context(
            || format!("the page needs {target}; run `rustup target add {target}` when online"),
        )
    }
}

/// The libraries, ready for rustc.
#[derive(Debug)]
pub struct Libraries {
    /// What they are built for; `None`: this machine.
    pub target: Option<&'static str>,
    /// Each crate's name and file.
    pub externs: Vec<(String, PathBuf)>,
    /// Where their dependencies are.
    pub search: BTreeSet<PathBuf>,
    /// A folder on the same file system, for temporary files.
    pub folder: PathBuf,
}

impl Libraries {
    /// For the page. In a target folder of its own: in `target/` the build would wait for every
    /// other one.
    pub fn for_wasm(root: &Path, toolchain: &Toolchain) -> Result<Libraries> {
        toolchain.need(root, WASM)?;
        let folder = root.join("target/wasm");
        if !folder.join(WASM).is_dir() {
            eprintln!("building the libraries of the book's snippets, for the first time …");
        }
        let mut cargo = build(root);
        cargo.args(["--profile", "snippet", "--target", WASM, "--target-dir"]).arg(&folder);
        Libraries::build(cargo, Some(WASM), folder)
    }

    /// For this machine, where the tests run.
    #[cfg(test)]
    pub fn for_host(root: &Path) -> Result<Libraries> {
        Libraries::build(build(root), None, root.join("target"))
    }

    fn build(mut cargo: Command, target: Option<&'static str>, folder: PathBuf) -> Result<Self> {
        fs::create_dir_all(&folder).with_context(|| folder.display().to_string())?;
        let built = tool(&mut cargo).context("the snippets' libraries don't build")?;
        let mut libraries =
            Libraries { target, externs: Vec::new(), search: BTreeSet::new(), folder };
        for line in built.stdout.lines() {
            // Other messages have other fields, and are of no interest.
            let Ok(Message { target, filenames }) = serde_json::from_str(line) else { continue };
            for file in filenames {
                // Cargo lists a workspace crate's rlib without `deps`, its metadata within.
                libraries.search.extend(file.parent().map(Path::to_owned));
                let package =
                    LIBRARIES.iter().find(|(name, _)| name.replace('-', "_") == target.name);
                if package.is_some() && file.extension().is_some_and(|e| e == "rlib") {
                    libraries.externs.push((target.name.clone(), file));
                }
            }
        }
        if libraries.externs.len() != LIBRARIES.len() {
            bail!("cargo built {:?} of {LIBRARIES:?}", libraries.externs);
        }
        Ok(libraries)
    }
}

/// The lines of cargo's `--message-format=json` that are read here.
#[derive(Deserialize)]
struct Message {
    target: Target,
    filenames: Vec<PathBuf>,
}

#[derive(Deserialize)]
struct Target {
    name: String,
}

/// Changes with everything that a snippet is compiled from, other than its own text. Tells in a few
/// milliseconds what cargo would tell in a few hundred.
pub fn fingerprint(root: &Path, toolchain: &Toolchain) -> Result<u64> {
    // Not stable over Rust's releases, and need not be: the release is part of it.
    let mut hasher = DefaultHasher::new();
    toolchain.version.hash(&mut hasher);
    // How a program is compiled, as this command was built.
    include_str!("rustc.rs").hash(&mut hasher);
    let mut files = vec![root.join("Cargo.toml"), root.join("Cargo.lock")];
    for (_, folder) in LIBRARIES {
        files.push(root.join(folder).join("Cargo.toml"));
        sources(&root.join(folder).join("src"), &mut files)?;
    }
    files.sort();
    for file in files {
        file.strip_prefix(root).unwrap_or(&file).hash(&mut hasher);
        fs::read(&file).with_context(|| file.display().to_string())?.hash(&mut hasher);
    }
    Ok(hasher.finish())
}

fn sources(folder: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    for entry in fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let path = entry?.path();
        // An editor's lock is a link to nowhere.
        let is_hidden =
            path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
        if path.is_dir() {
            sources(&path, files)?;
        } else if !is_hidden && path.extension().is_some_and(|e| e == "rs") {
            files.push(path);
        }
    }
    Ok(())
}

fn build(root: &Path) -> Command {
    let mut cargo = cargo(root);
    cargo.args(["build", "--quiet", "--lib", "--message-format=json-render-diagnostics"]);
    cargo.args(LIBRARIES.iter().flat_map(|(package, _)| ["--package", package]));
    cargo
}

/// Runs a tool that must succeed.
pub fn tool(command: &mut Command) -> Result<Finished> {
    let name = command.get_program().to_string_lossy().into_owned();
    let finished = process::run(command, DEADLINE).with_context(|| format!("`{name}`"))?;
    if finished.stopped {
        bail!("`{name}` was stopped after {} s", DEADLINE.as_secs());
    }
    if !finished.status.success() {
        bail!("`{name}` failed:\n{}", finished.stderr.trim_end());
    }
    Ok(finished)
}
