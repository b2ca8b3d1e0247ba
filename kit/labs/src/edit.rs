//! `solve` and `reset`: they replace what an attendee wrote, and keep it.

use crate::fill::{Filled, fill};
use crate::starter;
use anyhow::{Context, Result, bail, ensure};
use manifest::Lab;
use std::path::{Path, PathBuf};
use tools::files;

/// Fills in the solution of one step, or of all.
///
/// # Errors
/// A hole's comments are gone, or the lab has no such step: nothing is written then.
pub fn solve(root: &Path, lab: &Lab, step: Option<u8>) -> Result<()> {
    let wanted = |number| step.is_none_or(|step| step == number);
    let mut changes = starter::Files::new();
    let mut lost = String::new();
    let mut holes = 0;
    for path in files::list(&root.join(lab.solution()))? {
        let source = starter::lab_source(root, lab, &path)?;
        let here = source.holes().filter(|hole| wanted(hole.step)).count();
        if here == 0 {
            continue;
        }
        holes += here;
        let file = format!("{}/{path}", lab.folder());
        let text = files::read(&root.join(&file))?.with_context(|| {
            format!("{file} isn't there: `cargo workshop reset {}` brings it back", lab.name())
        })?;
        match fill(&text, &source, wanted) {
            Filled::Same => {}
            Filled::Changed(text) => drop(changes.insert(path, text)),
            Filled::Lost(comments) => {
                for [opening, closing] in comments {
                    lost.push_str(&format!("\n  {file}\n    {opening}\n    {closing}"));
                }
            }
        }
    }
    let name = lab.name();
    if let Some(step) = step {
        ensure!(holes > 0, "{name} has nothing to write in step {step}");
    }
    ensure!(
        lost.is_empty(),
        "nothing was changed, since these comments, which say where the solution goes, are gone:\
         {lost}\nPut each pair back around your code and try again, or start the lab again with \
         `cargo workshop reset {name}`, which keeps what you wrote."
    );
    if changes.is_empty() {
        println!("that is solved already: nothing was changed");
        return Ok(());
    }
    let kept = replace(root, lab, &changes)?;
    match step {
        Some(step) => println!("step {step} of {name} is filled in:"),
        None => println!("all steps of {name} are filled in:"),
    }
    report(lab, &changes, kept.as_deref());
    Ok(())
}

/// Writes the pristine starter. Files that it doesn't have stay.
pub fn reset(root: &Path, lab: &Lab) -> Result<()> {
    let mut changes = starter::starter(root, lab)?;
    let folder = root.join(lab.folder());
    for (path, text) in std::mem::take(&mut changes) {
        let mine = files::read(&folder.join(&path))?;
        if !mine.is_some_and(|mine| files::same(&mine, &text)) {
            changes.insert(path, text);
        }
    }
    let name = lab.name();
    if changes.is_empty() {
        println!("{name} is as it was at the start: nothing was changed");
        return Ok(());
    }
    let kept = replace(root, lab, &changes)?;
    println!("{name} is as it was at the start:");
    report(lab, &changes, kept.as_deref());
    Ok(())
}

fn report(lab: &Lab, changes: &starter::Files, kept: Option<&Path>) {
    for path in changes.keys() {
        println!("  {}/{path}", lab.folder());
    }
    if let Some(kept) = kept {
        println!("what was there is kept in {}", kept.display());
    }
}

/// Writes files of a lab, all or none, after copying what they replace. Says where the copies are,
/// if there was anything to copy.
fn replace(root: &Path, lab: &Lab, changes: &starter::Files) -> Result<Option<PathBuf>> {
    let kept = keep(root, lab, changes.keys())?;
    let folder = root.join(lab.folder());
    let texts = changes.iter().map(|(path, text)| (folder.join(path), text.as_str()));
    files::write_all(&texts.collect::<Vec<_>>()).with_context(|| match &kept {
        Some(kept) => {
            format!("nothing was changed; a copy of what is there is in {}", kept.display())
        }
        None => "nothing was changed".to_owned(),
    })?;
    Ok(kept)
}

/// Copies files of a lab into a new folder below `backups/`, which git ignores, and names it.
pub fn keep<'a>(
    root: &Path,
    lab: &Lab,
    paths: impl Iterator<Item = &'a String>,
) -> Result<Option<PathBuf>> {
    let from = root.join(lab.folder());
    let mut paths = paths.filter(|path| from.join(path).is_file()).peekable();
    if paths.peek().is_none() {
        return Ok(None);
    }
    let folder = new_folder(root, lab)?;
    for path in paths {
        let to = root.join(&folder).join(path);
        let copied = std::fs::create_dir_all(to.parent().unwrap_or(&to))
            .and_then(|()| std::fs::copy(from.join(path), to));
        if copied.is_err() {
            // Half a backup would be taken for one.
            let _ = std::fs::remove_dir_all(root.join(&folder));
        }
        copied.with_context(|| {
            format!("{path} can't be kept in {}: nothing was changed", folder.display())
        })?;
    }
    Ok(Some(folder))
}

/// A folder that wasn't there before, named after the lab and the time (UTC), relative to `root`.
fn new_folder(root: &Path, lab: &Lab) -> Result<PathBuf> {
    let now = time::OffsetDateTime::now_utc();
    let (hour, minute, second) = now.to_hms();
    let name = format!("{}T{hour:02}-{minute:02}-{second:02}Z", now.date());
    let parent = Path::new("backups").join(lab.name());
    std::fs::create_dir_all(root.join(&parent))
        .with_context(|| format!("{} can't be made", parent.display()))?;
    for again in 1..100 {
        let folder = match again {
            1 => parent.join(&name),
            _ => parent.join(format!("{name}-{again}")),
        };
        match std::fs::create_dir(root.join(&folder)) {
            Ok(()) => return Ok(folder),
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
            Err(error) => {
                return Err(error).with_context(|| format!("{} can't be made", folder.display()));
            }
        }
    }
    bail!("{} is full: wait a second and try again", parent.display())
}

#[cfg(test)]
mod tests;
