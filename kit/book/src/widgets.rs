//! Builds the page's custom elements: a package to WebAssembly, and the JavaScript that loads it.

use anyhow::{Context, Result};
use manifest::{Course, Widgets};
use snippets::Toolchain;
use std::path::Path;
use std::{fs, io};
use tools::cargo::cargo;
use tools::files::remove_folder;
use tools::process::tool;

/// What the widgets are compiled for: a page, without an operating system in it.
const TARGET: &str = "wasm32-unknown-unknown";

/// Where they go; a page loads `widgets.js` from there.
const FOLDER: &str = "book/generated/widgets";

/// Builds the course's custom elements, if it has some, into `book/generated/widgets`, unless they are
/// fresh.
///
/// Takes about a minute the first time, most of it for the tool that makes the JavaScript, and a
/// fraction of a second when nothing changed.
///
/// # Errors
/// With cargo's own words if they don't compile, or if the target can't be added.
pub fn build(root: &Path, course: &Course) -> Result<()> {
    let Some(Widgets { package, .. }) = &course.widgets else { return Ok(()) };
    Toolchain::find(root)?.need(root, TARGET)?;
    let target = root.join("target/wasm");
    fs::create_dir_all(&target)?;
    // A book that is served and one that is built may both want the widgets: the second one waits,
    // and finds them made. Dropping `turn` frees the lock.
    let turn = fs::File::create(target.join(".widgets-lock"))?;
    turn.lock()?;
    // A profile of its own: its lock is nobody else's.
    let mut build = cargo(root);
    build.args(["build", "--quiet", "--package", package, "--profile", "widgets"]);
    build.args(["--target", TARGET, "--target-dir"]).arg(&target);
    tool(&mut build).context("the page's widgets don't build")?;

    let wasm = target.join(TARGET).join(format!("widgets/{}.wasm", package.replace('-', "_")));
    let folder = root.join(FOLDER);
    if is_fresh(&folder.join("widgets.js"), &wasm) {
        return Ok(());
    }
    let fresh = root.join("target/widgets");
    remove_folder(&fresh)?;
    let mut glue = cargo(root);
    glue.args(["run", "--quiet", "--package", "glue", "--"]).arg(&wasm).arg(&fresh);
    tool(&mut glue).context("the widgets' JavaScript can't be made")?;
    replace(&folder, &fresh).with_context(|| format!("{} can't be written", folder.display()))
}

/// Whether `file` was made after `source`.
fn is_fresh(file: &Path, source: &Path) -> bool {
    let time = |path: &Path| fs::metadata(path)?.modified();
    matches!((time(file), time(source)), (Ok(made), Ok(source)) if made >= source)
}

/// Puts a folder in the place of another, so that nobody finds it half written.
fn replace(folder: &Path, by: &Path) -> io::Result<()> {
    if let Some(parent) = folder.parent() {
        fs::create_dir_all(parent)?;
    }
    remove_folder(folder)?;
    fs::rename(by, folder)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::{Duration, SystemTime};

    fn write(path: &Path, age: Duration) {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let file = fs::File::create(path).unwrap();
        file.set_modified(SystemTime::now() - age).unwrap();
    }

    #[test]
    fn what_is_older_than_its_source_is_made_again() {
        let folder = tempfile::tempdir().unwrap();
        let (made, source) = (folder.path().join("widgets.js"), folder.path().join("widgets.wasm"));
        write(&source, Duration::from_secs(10));
        assert!(!is_fresh(&made, &source), "nothing was made yet");
        write(&made, Duration::from_secs(5));
        assert!(is_fresh(&made, &source));
        write(&source, Duration::from_secs(1));
        assert!(!is_fresh(&made, &source));
    }

    #[test]
    fn a_new_folder_takes_the_place_of_the_old_one() {
        let root = tempfile::tempdir().unwrap();
        let (old, new) = (root.path().join("book/generated/widgets"), root.path().join("new"));
        for round in ["first", "second"] {
            write(&new.join(round), Duration::ZERO);
            replace(&old, &new).unwrap();
            assert!(old.join(round).exists() && !new.exists());
        }
        assert!(!old.join("first").exists());
    }
}
