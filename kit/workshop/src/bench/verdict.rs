//! From a saved `wire.rs` to the verdict of the lab's tests, against an empty crate: what the lab's
//! dependencies cost in each round of write and try.

use super::clone::{Clone, cargo, remove, run as run_command};
use super::sample::{Sample, ratio};
use anyhow::{Context, Result};
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const MANIFEST: &str = "[package]\nname = \"empty\"\nedition = \"2024\"\n\n[workspace]\n";
const EMPTY: &str = "#[test]\nfn passes() {}\n";

pub fn run(root: &Path, runs: usize) -> Result<()> {
    let clone = Clone::new(root)?;
    // Dependencies are built already, or are needed anyway.
    let target = root.join("target");
    let empty = root.join("target/bench/empty");
    remove(&empty)?;
    fs::create_dir_all(empty.join("src"))?;
    fs::write(empty.join("Cargo.toml"), MANIFEST)?;
    fs::write(empty.join("src/lib.rs"), EMPTY)?;
    // The lab as it is when somebody has finished it, so that all its tests really run.
    let mut solve = Command::new(std::env::current_exe()?);
    run_command(solve.current_dir(clone.path()).args(["solve", "lab-03"]))?;

    let crates = [
        (
            "lab-03, step 1",
            clone.path(),
            "labs/lab-03/src/wire.rs",
            &["test", "-p", "lab-03", "step_1"][..],
        ),
        ("lab-03, all steps", clone.path(), "labs/lab-03/src/wire.rs", &["test", "-p", "lab-03"]),
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
    let mut cargo = cargo(folder, target);
    // Whether the tests pass is not the question here.
    cargo.args(command).stdout(Stdio::null()).stderr(Stdio::null()).status()?;
    Ok(start.elapsed())
}
