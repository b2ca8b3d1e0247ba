//! `hint`: the hints of a step, which the chapters hold in `hints` fences.

use anyhow::{Context, Result, bail, ensure};
use manifest::Lab;
use preprocessor::hints;
use std::path::Path;
use tools::files;

/// How many strengths a step's hints have: a question, a direction, nearly the answer.
const STRENGTHS: usize = 3;

/// Prints one hint.
///
/// # Errors
/// There is no such step, or no chapter has its hints.
pub fn run(root: &Path, lab: &Lab, number: u8, strength: usize) -> Result<()> {
    ensure!(
        (1..=STRENGTHS).contains(&strength),
        "a hint has the strength 1, 2 or 3, from a question to nearly the answer, not {strength}"
    );
    let (chapter, hints) = find(root, lab, number)?;
    let name = lab.name();
    println!("{name} · {} · hint {strength} of {STRENGTHS}\n", lab.title(number));
    println!("{}\n", hints[strength - 1]);
    if strength < STRENGTHS {
        println!("more: cargo workshop hint {name} {number} {}", strength + 1);
    } else {
        println!("more: cargo workshop solve {name} {number}, which keeps what you wrote");
    }
    println!("read: {chapter}");
    Ok(())
}

/// The hints of a step, and the chapter that they are in.
fn find(root: &Path, lab: &Lab, step: u8) -> Result<(String, [String; STRENGTHS])> {
    let book = root.join("book");
    let chapters = files::list(&book)?;
    for path in chapters.iter().filter(|path| path.ends_with(".md")) {
        let text = files::read(&book.join(path))?.unwrap_or_default();
        if let Some(hints) = hints::find(&text, &lab.name(), step) {
            let hints = hints.with_context(|| format!("in book/{path}"))?;
            return Ok((format!("book/{path}"), hints));
        }
    }
    bail!("no chapter has hints for step {step} of {}", lab.name())
}
