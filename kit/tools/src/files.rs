//! Reading and writing folders of text.

use anyhow::{Context, Result};
use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::{fs, io};

/// All files below `folder`, sorted, as paths inside it with `/` on every system. Hidden files,
/// `target` and `node_modules` folders are left out.
pub fn list(folder: &Path) -> Result<Vec<String>> {
    let mut found = Vec::new();
    walk(folder, "", &mut found)?;
    found.sort();
    Ok(found)
}

fn walk(folder: &Path, prefix: &str, found: &mut Vec<String>) -> Result<()> {
    let entries =
        fs::read_dir(folder).with_context(|| format!("{} can't be read", folder.display()))?;
    for entry in entries {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with('.') || ["target", "node_modules"].contains(&name.as_str()) {
            continue;
        }
        if entry.file_type()?.is_dir() {
            walk(&entry.path(), &format!("{prefix}{name}/"), found)?;
        } else {
            found.push(format!("{prefix}{name}"));
        }
    }
    Ok(())
}

/// The file's text; `None` if there is no file.
pub fn read(path: &Path) -> Result<Option<String>> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(String::from_utf8_lossy(&bytes).into_owned())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("{} can't be read", path.display())),
    }
}

/// Writes a file with the folders that it needs, whole or not at all.
pub fn write(path: &Path, text: impl AsRef<[u8]>) -> Result<()> {
    let part = write_part(path, text.as_ref())?;
    // Renaming is one step: an interrupted command leaves the old file or the new one.
    fs::rename(&part, path).with_context(|| format!("{} can't be written", path.display()))
}

/// Writes all files or, if one can't be written, none.
pub fn write_all(texts: &[(PathBuf, &str)]) -> Result<()> {
    // What may fail, as on a full disk, comes before the first file is replaced.
    let mut parts = Vec::new();
    for (path, text) in texts {
        match write_part(path, text.as_bytes()) {
            Ok(part) => parts.push(part),
            Err(error) => {
                parts.iter().for_each(|part| drop(fs::remove_file(part)));
                return Err(error);
            }
        }
    }
    let mut replaced = Vec::new();
    for ((path, _), part) in texts.iter().zip(&parts) {
        let old = fs::read(path).ok();
        if let Err(error) = fs::rename(part, path) {
            parts.iter().for_each(|part| drop(fs::remove_file(part)));
            for (path, old) in replaced {
                restore(path, old);
            }
            return Err(error).with_context(|| format!("{} can't be written", path.display()));
        }
        replaced.push((path, old));
    }
    Ok(())
}

/// As good as it goes: the copy in the backup is there, too.
fn restore(path: &Path, old: Option<Vec<u8>>) {
    let _ = match old {
        Some(old) => write(path, old),
        None => fs::remove_file(path).map_err(Into::into),
    };
}

/// Writes a file's text beside it.
fn write_part(path: &Path, text: &[u8]) -> Result<PathBuf> {
    // Each writer has a file of its own for it, since two commands may write the same at the same
    // time; it is hidden, so that nobody takes it for one of the folder's.
    static WRITTEN: AtomicUsize = AtomicUsize::new(0);
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let count = WRITTEN.fetch_add(1, Ordering::Relaxed);
    let part = path.with_file_name(format!(".{name}.{}-{count}.part", std::process::id()));
    let written =
        fs::create_dir_all(path.parent().unwrap_or(path)).and_then(|()| fs::write(&part, text));
    if written.is_err() {
        // On a full disk there is half of it.
        let _ = fs::remove_file(&part);
    }
    written.with_context(|| format!("{} can't be written", path.display()))?;
    Ok(part)
}

/// Writes the file only if that changes it, so that its time stays and cargo builds nothing again.
/// Says whether it wrote.
pub fn update(path: &Path, text: impl AsRef<[u8]>) -> Result<bool> {
    let same = fs::read(path).is_ok_and(|old| old == text.as_ref());
    if !same {
        write(path, text)?;
    }
    Ok(!same)
}

/// Removes a folder with all that is in it. One that isn't there is removed already.
pub fn remove_folder(folder: &Path) -> io::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Are the texts equal but for how their lines end (git may check out CRLF)?
pub fn same(one: &str, other: &str) -> bool {
    one.lines().eq(other.lines())
}

/// A text of ours as it is committed: git may have checked it out with CR LF.
pub fn with_lf(text: &str) -> Cow<'_, str> {
    if text.contains("\r\n") { text.replace("\r\n", "\n").into() } else { text.into() }
}
