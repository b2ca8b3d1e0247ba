//! `starter`: writes labs/ from solutions/, and never over somebody's work.

use crate::{edit, starter};
use anyhow::{Result, bail};
use manifest::Lab;
use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use tools::cargo::target;
use tools::files;

/// Writes the starters of labs. A file that was changed by hand since is an error, unless
/// `force`, which keeps a copy of it.
pub fn run(root: &Path, labs: &[Lab], force: bool) -> Result<()> {
    for lab in labs {
        let plan = Plan::make(root, lab)?;
        if !plan.edited.is_empty() && !force {
            bail!(
                "these were changed by hand, and are not committed:\n  {}\nNothing was written. \
                 Commit or discard them (git), or run `cargo workshop starter --force`, which \
                 keeps a copy of them.",
                plan.edited.join("\n  ")
            );
        }
        plan.carry_out(root, lab)?;
    }
    Ok(())
}

/// What has to be done to a lab's folder; paths are inside it.
#[derive(Default)]
struct Plan {
    files: starter::Files,
    write: Vec<String>,
    delete: Vec<String>,
    /// Those of the above that hold somebody's work, for people.
    edited: Vec<String>,
}

impl Plan {
    fn make(root: &Path, lab: &Lab) -> Result<Plan> {
        let folder = root.join(lab.folder());
        let written = written(root, lab);
        let git = Git::look(root, &lab.folder());
        let mut plan = Plan { files: starter::starter(root, lab)?, ..Plan::default() };
        for (path, text) in &plan.files {
            match files::read(&folder.join(path))? {
                Some(mine) if files::same(&mine, text) => continue,
                Some(mine) if !is_ours(&git, &written, path, &mine)? => {
                    plan.edited.push(format!("{}/{path}", lab.folder()));
                }
                _ => {}
            }
            plan.write.push(path.clone());
        }
        let there = if folder.is_dir() { files::list(&folder)? } else { Vec::new() };
        for path in there.into_iter().filter(|path| !plan.files.contains_key(path)) {
            // A file that neither git nor this command knows is somebody's own.
            if !git.tracked.contains(&path) && !written.join(&path).is_file() {
                continue;
            }
            let mine = files::read(&folder.join(&path))?.unwrap_or_default();
            if !is_ours(&git, &written, &path, &mine)? {
                plan.edited.push(format!("{}/{path}", lab.folder()));
            }
            plan.delete.push(path);
        }
        Ok(plan)
    }

    fn carry_out(self, root: &Path, lab: &Lab) -> Result<()> {
        let folder = root.join(lab.folder());
        if !self.edited.is_empty()
            && let Some(kept) = edit::keep(root, lab, self.write.iter().chain(&self.delete))?
        {
            println!("what was there is kept in {}", kept.display());
        }
        let written = written(root, lab);
        for path in &self.write {
            files::write(&folder.join(path), &self.files[path])?;
            println!("wrote {}/{path}", lab.folder());
        }
        for path in &self.delete {
            std::fs::remove_file(folder.join(path))?;
            let _ = std::fs::remove_file(written.join(path));
            println!("deleted {}/{path}", lab.folder());
        }
        for (path, text) in &self.files {
            files::update(&written.join(path), text)?;
        }
        if self.write.is_empty() && self.delete.is_empty() {
            println!("{} is up to date", lab.folder());
        }
        Ok(())
    }
}

/// Where copies of the files are that this command wrote last, so that it can write them again.
fn written(root: &Path, lab: &Lab) -> PathBuf {
    target(root).join("workshop/starter").join(lab.name())
}

/// May the file be replaced without loss: does git have it, or did this command write it?
fn is_ours(git: &Git, written: &Path, path: &str, text: &str) -> Result<bool> {
    let last = files::read(&written.join(path))?;
    Ok(last.is_some_and(|last| last == text)
        || git.tracked.contains(path) && !git.changed.contains(path))
}

/// What git knows of a folder; paths are inside it. Where there is no git, nothing.
#[derive(Default)]
struct Git {
    tracked: HashSet<String>,
    changed: HashSet<String>,
}

impl Git {
    fn look(root: &Path, folder: &str) -> Git {
        let paths = |args: &[&str]| -> Option<HashSet<String>> {
            let output = Command::new("git")
                .current_dir(root)
                .args(args)
                .args(["-z", "--", folder])
                .output()
                .ok()
                .filter(|output| output.status.success())?;
            let text = String::from_utf8_lossy(&output.stdout).into_owned();
            let prefix = format!("{folder}/");
            let inside = text.split('\0').filter_map(|path| path.strip_prefix(&prefix));
            Some(inside.map(str::to_owned).collect())
        };
        // Relative to the workshop's folder, which may be a part of a larger repository.
        let changed = paths(&["diff", "--name-only", "--relative", "--no-renames", "HEAD"]);
        let tracked = paths(&["ls-files"]);
        match (tracked, changed) {
            (Some(tracked), Some(changed)) => Git { tracked, changed },
            _ => Git::default(),
        }
    }
}

#[cfg(test)]
mod tests;
