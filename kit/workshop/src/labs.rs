//! The commands about labs.

use crate::hint;
use anyhow::{Context, Result, bail};
use lexopt::{Arg, Parser, ValueExt};
use manifest::Course;
use std::path::Path;

/// `hint LAB STEP [1|2|3]`
pub fn hint(root: &Path, course: &Course, args: Parser) -> Result<()> {
    let usage = "cargo workshop hint LAB STEP [1|2|3]";
    let (words, _) = words(args, &[], usage)?;
    let (lab, number, strength) = match &words[..] {
        [lab, number] => (lab, number, 1),
        [lab, number, strength] => (lab, number, strength.parse().unwrap_or(0)),
        _ => bail!("say which: {usage}"),
    };
    let lab = course.lab(lab)?;
    hint::run(root, lab, lab.step(number)?, strength)
}

/// `solve LAB [STEP]`
pub fn solve(root: &Path, course: &Course, args: Parser) -> Result<()> {
    let usage = "cargo workshop solve LAB [STEP]";
    let (words, _) = words(args, &[], usage)?;
    match &words[..] {
        [lab] => labs::solve(root, course.lab(lab)?, None),
        [lab, number] => {
            let lab = course.lab(lab)?;
            labs::solve(root, lab, Some(lab.step(number)?))
        }
        _ => bail!("say which: {usage}"),
    }
}

/// `reset LAB`
pub fn reset(root: &Path, course: &Course, args: Parser) -> Result<()> {
    let usage = "cargo workshop reset LAB";
    match &words(args, &[], usage)?.0[..] {
        [lab] => labs::reset(root, course.lab(lab)?),
        _ => bail!("say which: {usage}"),
    }
}

/// `starter [--force]`
pub fn starter(root: &Path, course: &Course, args: Parser) -> Result<()> {
    let usage = "cargo workshop starter [--force]";
    match words(args, &["force"], usage)? {
        (words, flags) if words.is_empty() => labs::generate(root, &course.labs, !flags.is_empty()),
        _ => bail!("too many words: {usage}"),
    }
}

/// `verify [LAB [WORD]]`
pub fn verify(root: &Path, course: &Course, args: Parser) -> Result<()> {
    let usage = "cargo workshop verify [LAB [WORD]]";
    let all = &course.labs;
    let one = |name: &str| Ok::<_, manifest::Unknown>([course.lab(name)?.clone()]);
    match &words(args, &[], usage)?.0[..] {
        [] => labs::verify(root, all, all, ""),
        [lab] => labs::verify(root, all, &one(lab)?, ""),
        [lab, word] => labs::verify(root, all, &one(lab)?, word),
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
