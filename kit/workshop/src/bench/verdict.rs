//! From a saved file to the verdict of the lab's tests, against an empty crate: what the lab's
//! dependencies cost in each round of write and try.

use crate::bench::checkout::{Checkout, cargo_into, remove};
use crate::bench::sample::{Sample, ratio};
use anyhow::{Context, Result};
use manifest::Lab;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use tools::process::tool;

const MANIFEST: &str = "[package]\nname = \"empty\"\nedition = \"2024\"\n\n[workspace]\n";
const EMPTY: &str = "#[test]\nfn passes() {}\n";

/// Edits `file`, inside the lab's folder, and runs the tests of `step`, and of all steps.
pub fn run(root: &Path, lab: &Lab, file: &str, step: u8, runs: usize) -> Result<()> {
    let name = lab.name();
    let file = format!("{}/{file}", lab.folder());
    let (one, all) = (format!("{name}, step {step}"), format!("{name}, all steps"));
    let filter = format!("step_{step}_");
    let checkout = Checkout::new(root)?;
    // Dependencies are built already, or are needed anyway.
    let target = root.join("target");
    let empty = root.join("target/bench/empty");
    remove(&empty)?;
    fs::create_dir_all(empty.join("src"))?;
    fs::write(empty.join("Cargo.toml"), MANIFEST)?;
    fs::write(empty.join("src/lib.rs"), EMPTY)?;
    // The lab as it is when somebody has finished it, so that all its tests really run.
    let mut solve = Command::new(std::env::current_exe()?);
    tool(solve.current_dir(checkout.path()).args(["solve", &name]))?;

    let crates = [
        (&*one, checkout.path(), &*file, &["test", "-p", &name, &filter][..]),
        (&all, checkout.path(), &file, &["test", "-p", &name]),
        ("an empty crate", &empty, "src/lib.rs", &["test"]),
    ];
    let mut samples = crates.map(|_| Sample::default());
    for run in 0..=runs {
        for ((_, folder, file, command), sample) in crates.iter().zip(&mut samples) {
            let time = edit_and_test(folder, &target, file, command, run)?;
            // The first round builds what all later ones share.
            if run > 0 {
                sample.push(time);
            }
        }
    }
    remove(&empty)?;
    println!("verdict: from a saved file to the end of `cargo test`");
    for ((name, ..), sample) in crates.iter().zip(&samples) {
        println!(
            "      {name:<18} {sample}, {:.1} times an empty crate",
            ratio(sample, &samples[2])
        );
    }
    Ok(())
}

/// Changes a constant in `file`, then runs cargo to its end.
fn edit_and_test(
    folder: &Path,
    target: &Path,
    file: &str,
    command: &[&str],
    run: usize,
) -> Result<Duration> {
    let path = folder.join(file);
    let text = fs::read_to_string(&path).with_context(|| format!("{file} can't be read"))?;
    let text = text.split("\n// edited").next().unwrap_or_default();
    let edit = format!("\n// edited\n/// Changes with each run.\npub const EDIT: usize = {run};\n");
    let start = Instant::now();
    fs::write(&path, format!("{text}{edit}"))?;
    let mut cargo = cargo_into(folder, target);
    // Whether the tests pass is not the question here.
    cargo.args(command).stdout(Stdio::null()).stderr(Stdio::null()).status()?;
    Ok(start.elapsed())
}
