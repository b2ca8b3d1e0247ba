//! Builds the crates that a snippet may use, once, with cargo.

use crate::toolchain::Toolchain;
use anyhow::{Context, Result, bail};
use manifest::Library;
use serde::Deserialize;
use std::collections::BTreeSet;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;
use tools::cargo::cargo;
use tools::process::tool;

/// What snippets are compiled for: a command-line program, without a browser in it.
const WASM: &str = "wasm32-wasip1";

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
    ///
    /// # Errors
    /// The target can't be added, or one of the crates doesn't build.
    pub fn for_wasm(root: &Path, toolchain: &Toolchain, crates: &[Library]) -> Result<Libraries> {
        toolchain.need(root, WASM)?;
        let folder = root.join("target/wasm");
        if !folder.join(WASM).is_dir() {
            eprintln!("building the libraries of the book's snippets, for the first time …");
        }
        let mut cargo = build(root, crates);
        cargo.args(["--profile", "snippet", "--target", WASM, "--target-dir"]).arg(&folder);
        Libraries::build(cargo, crates, Some(WASM), folder)
    }

    /// For this machine, where tests run.
    ///
    /// # Errors
    /// One of the crates doesn't build.
    pub fn for_host(root: &Path, crates: &[Library]) -> Result<Libraries> {
        Libraries::build(build(root, crates), crates, None, root.join("target"))
    }

    fn build(
        mut cargo: Command,
        crates: &[Library],
        target: Option<&'static str>,
        folder: PathBuf,
    ) -> Result<Self> {
        fs::create_dir_all(&folder).with_context(|| folder.display().to_string())?;
        let mut libraries =
            Libraries { target, externs: Vec::new(), search: BTreeSet::new(), folder };
        if crates.is_empty() {
            return Ok(libraries);
        }
        let built = tool(&mut cargo).context("the snippets' libraries don't build")?;
        for line in built.stdout.lines() {
            // Other messages have other fields, and are of no interest.
            let Ok(Message { target, filenames }) = serde_json::from_str(line) else { continue };
            for file in filenames {
                // Cargo lists a workspace crate's rlib without `deps`, its metadata within.
                libraries.search.extend(file.parent().map(Path::to_owned));
                let wanted =
                    crates.iter().any(|library| library.package.replace('-', "_") == target.name);
                if wanted && file.extension().is_some_and(|e| e == "rlib") {
                    libraries.externs.push((target.name.clone(), file));
                }
            }
        }
        if libraries.externs.len() != crates.len() {
            bail!("cargo built {:?} of {crates:?}", libraries.externs);
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
pub fn fingerprint(root: &Path, toolchain: &Toolchain, crates: &[Library]) -> Result<u64> {
    // Not stable over Rust's releases, and need not be: the release is part of it.
    let mut hasher = DefaultHasher::new();
    toolchain.version.hash(&mut hasher);
    // How a program is compiled, as this command was built.
    include_str!("rustc.rs").hash(&mut hasher);
    let mut files = vec![root.join("Cargo.toml"), root.join("Cargo.lock")];
    for Library { folder, .. } in crates {
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

fn build(root: &Path, crates: &[Library]) -> Command {
    let mut cargo = cargo(root);
    cargo.args(["build", "--quiet", "--lib", "--message-format=json-render-diagnostics"]);
    cargo.args(crates.iter().flat_map(|library| ["--package", &library.package]));
    cargo
}
