//! The starter, made from the solution: the same files with the holes open and the names exchanged.

use crate::source::Source;
use anyhow::{Context, Result, ensure};
use manifest::Lab;
use std::collections::BTreeMap;
use std::path::Path;
use tools::files;

/// A lab's files by their path inside its folder, with `/` on every system.
pub type Files = BTreeMap<String, String>;

/// What the starter's manifest says of lints, instead of what the solution's says.
const LINTS: &str = "\
# What isn't written yet leaves arguments, imports and helpers without a use:
# the compiler needn't say so in every run.
[lints.rust]
unused = { level = \"allow\", priority = -1 }
";

/// What is tested of the solution alone: the recordings of a right server, and its libraries.
const SOLUTION_ONLY: &str = "tests/";

/// A file of the solution under the lab's names, with its holes.
pub fn lab_source(root: &Path, lab: &Lab, path: &str) -> Result<Source> {
    let file = format!("{}/{path}", lab.solution());
    let text = std::fs::read_to_string(root.join(&file))
        .with_context(|| format!("{file} can't be read as text"))?;
    Source::parse(&file, &lab.exchange(&text), lab.steps())
}

/// All files of the pristine starter.
pub fn starter(root: &Path, lab: &Lab) -> Result<Files> {
    solved(root, lab, |_| false)
}

/// All files of the starter in which the holes of some steps are filled in.
pub fn solved(root: &Path, lab: &Lab, steps: impl Fn(u8) -> bool) -> Result<Files> {
    let folder = root.join(lab.solution());
    let mut files = Files::new();
    for path in files::list(&folder)?.into_iter().filter(|path| !path.starts_with(SOLUTION_ONLY)) {
        let source = lab_source(root, lab, &path)?;
        let text = source.lab(&steps).text();
        let text = if path == "Cargo.toml" { manifest(lab, &text)? } else { text };
        files.insert(path, text);
    }
    ensure!(files.contains_key("Cargo.toml"), "{}: there is no Cargo.toml", lab.solution());
    Ok(files)
}

/// The solution's manifest (its name exchanged already) as the starter has it.
fn manifest(lab: &Lab, text: &str) -> Result<String> {
    const WORKSPACE: &str = "[lints]\nworkspace = true\n";
    ensure!(
        text.matches(WORKSPACE).count() == 1,
        "{}/Cargo.toml: the starter's lints replace the lines `[lints]` and `workspace = true`: \
         write them once, one after the other",
        lab.solution()
    );
    let text = text.replace(WORKSPACE, LINTS).replace(", solved\"\n", "\"\n");
    let from = lab.solution();
    Ok(format!("# Made from {from} by `cargo workshop starter`: change it there.\n{text}"))
}
