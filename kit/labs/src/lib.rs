//! The labs: what attendees edit, made from the solutions, and the help that they can ask for.

pub mod build;
mod edit;
mod files;
mod fill;
mod generate;
mod hint;
mod lab;
pub mod outcome;
pub mod progress;
pub mod source;
pub mod starter;
mod step;
mod verify;

pub use lab::Lab;

use anyhow::{Context, Result, bail};
use lexopt::{Arg, Parser, ValueExt};
use std::path::Path;

/// `hint LAB STEP [1|2|3]`
pub fn hint(root: &Path, args: Parser) -> Result<()> {
    let usage = "cargo workshop hint LAB STEP [1|2|3]";
    let (words, _) = words(args, &[], usage)?;
    let (lab, number, strength) = match &words[..] {
        [lab, number] => (lab, number, 1),
        [lab, number, strength] => (lab, number, strength.parse().unwrap_or(0)),
        _ => bail!("say which: {usage}"),
    };
    hint::run(root, &Lab::find(root, lab)?, step::parse(number)?, strength)
}

/// `solve LAB [STEP]`
pub fn solve(root: &Path, args: Parser) -> Result<()> {
    let usage = "cargo workshop solve LAB [STEP]";
    let (words, _) = words(args, &[], usage)?;
    match &words[..] {
        [lab] => edit::solve(root, &Lab::find(root, lab)?, None),
        [lab, number] => edit::solve(root, &Lab::find(root, lab)?, Some(step::parse(number)?)),
        _ => bail!("say which: {usage}"),
    }
}

/// `reset LAB`
pub fn reset(root: &Path, args: Parser) -> Result<()> {
    let usage = "cargo workshop reset LAB";
    match &words(args, &[], usage)?.0[..] {
        [lab] => edit::reset(root, &Lab::find(root, lab)?),
        _ => bail!("say which: {usage}"),
    }
}

/// `starter [--force]`
pub fn starter(root: &Path, args: Parser) -> Result<()> {
    let usage = "cargo workshop starter [--force]";
    match words(args, &["force"], usage)? {
        (words, flags) if words.is_empty() => generate::run(root, !flags.is_empty()),
        _ => bail!("too many words: {usage}"),
    }
}

/// `verify [LAB [WORD]]`
pub fn verify(root: &Path, args: Parser) -> Result<()> {
    let usage = "cargo workshop verify [LAB [WORD]]";
    match &words(args, &[], usage)?.0[..] {
        [] => verify::run(root, &Lab::all(root)?, ""),
        [lab] => verify::run(root, &[Lab::find(root, lab)?], ""),
        [lab, word] => verify::run(root, &[Lab::find(root, lab)?], word),
        _ => bail!("too many words: {usage}"),
    }
}

/// The words on the command line, and which of the `known` flags are there.
fn words(mut args: Parser, known: &[&str], usage: &str) -> Result<(Vec<String>, Vec<String>)> {
    let (mut words, mut flags) = (Vec::new(), Vec::new());
    while let Some(arg) = args.next()? {
        match arg {
            Arg::Value(word) => words.push(word.string()?),
            Arg::Long(flag) if known.contains(&flag) => flags.push(flag.to_owned()),
            other => return Err(other.unexpected()).context(usage.to_owned()),
        }
    }
    Ok((words, flags))
}
