//! Where programs are compiled: a folder for each process that does, which ends with it.

use anyhow::{Context, Result};
use std::fs::{self, File};
use std::path::Path;
use tempfile::TempDir;

const PREFIX: &str = "snippets-";

/// In each folder; locked for as long as its process lives.
const LOCK: &str = ".lock";

/// A folder of this process, which is removed when it is dropped.
#[derive(Debug)]
pub struct Scratch {
    // Dropped first: an open file can't be removed everywhere.
    _lock: File,
    folder: TempDir,
}

impl Scratch {
    /// Makes one in `parent`, and removes those of processes that were killed.
    pub fn new(parent: &Path) -> Result<Scratch> {
        let say = || format!("no temporary folder in {}", parent.display());
        fs::create_dir_all(parent).with_context(say)?;
        // One at a time: a folder whose lock isn't taken yet looks like one that was left.
        let turn = File::create(parent.join(".snippets-lock")).with_context(say)?;
        turn.lock().with_context(say)?;
        remove_those_left(parent);
        let folder =
            tempfile::Builder::new().prefix(PREFIX).tempdir_in(parent).with_context(say)?;
        let lock = File::create(folder.path().join(LOCK)).with_context(say)?;
        lock.lock().with_context(say)?;
        Ok(Scratch { _lock: lock, folder })
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }
}

/// What can't be looked at or removed stays, and costs only room.
fn remove_those_left(parent: &Path) {
    for entry in parent.read_dir().into_iter().flatten().flatten() {
        if !entry.file_name().to_string_lossy().starts_with(PREFIX) {
            continue;
        }
        let is_left = File::open(entry.path().join(LOCK)).is_ok_and(|lock| lock.try_lock().is_ok());
        if is_left {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_that_nobody_has_any_more_is_removed_and_no_other() {
        let parent = tempfile::tempdir().unwrap();
        let mine = Scratch::new(parent.path()).unwrap();
        // As a process leaves it that was killed.
        let left = parent.path().join("snippets-left");
        fs::create_dir(&left).unwrap();
        fs::write(left.join(LOCK), "").unwrap();
        fs::create_dir(parent.path().join("debug")).unwrap();
        let other = Scratch::new(parent.path()).unwrap();
        assert!(!left.exists());
        assert!(mine.path().exists() && other.path().exists());
        assert!(parent.path().join("debug").exists());
        let path = mine.path().to_owned();
        drop(mine);
        assert!(!path.exists());
    }
}
