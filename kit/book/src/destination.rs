//! Where the book is written to: nothing is removed there that a build didn't write.
//!
//! mdBook empties its destination before it writes. So `cargo workshop build` has it write into a
//! folder of our own, and then brings the destination up to date, which holds a list of what builds
//! wrote. The stock mdbook empties the destination itself, after our preprocessor: the preprocessor
//! fails where that would remove more than the list says.

use anyhow::{Context, Result, bail, ensure};
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io;
use std::path::{Component, Path, PathBuf};

/// The list, in the destination: one path a line, with `/`.
const LIST: &str = ".workshop-files";

/// The destination that book.toml names. It is the book's own, as `target/debug` is cargo's: what
/// is in it counts as written by a build, unless git has it.
const OWN: &str = "target/book";

/// How many strangers a message names.
const NAMED: usize = 5;

/// A folder of ours in which mdBook may do as it likes; one build at a time.
pub struct Workplace {
    folder: PathBuf,
    /// Whoever holds it builds; dropped, it is free.
    _turn: File,
}

impl Workplace {
    /// Waits until no other `cargo workshop build` uses it.
    pub fn enter(root: &Path) -> Result<Workplace> {
        let parent = root.join("target/workshop");
        fs::create_dir_all(&parent).with_context(|| parent.display().to_string())?;
        let turn = File::create(parent.join(".build-lock"))?;
        turn.lock()?;
        Ok(Workplace { folder: parent.join("build"), _turn: turn })
    }

    /// Where mdBook writes.
    pub fn folder(&self) -> &Path {
        &self.folder
    }
}

/// Whether mdBook may empty a folder, and if not, why.
///
/// # Errors
/// It holds something that no build wrote, which is named.
pub fn may_be_emptied(root: &Path, folder: &Path) -> Result<()> {
    // What we build for reading and before publishing.
    let ours = root.join("target/workshop");
    if let (Ok(folder), Ok(ours)) = (folder.canonicalize(), ours.canonicalize())
        && folder.starts_with(&ours)
        && folder != ours
    {
        return Ok(());
    }
    let known = known(root, folder)?;
    let mut strangers = Vec::new();
    walk(folder, "", &mut strangers)?;
    strangers.retain(|path| path != LIST && !known.contains(path));
    refuse(folder, &strangers, "mdBook would empty it first")
}

/// Whether [`publish`] can do its work, as far as that can be known before the book is built.
///
/// # Errors
/// The destination isn't a folder, or it isn't a book's and holds something.
pub fn may_be_written(root: &Path, folder: &Path) -> Result<()> {
    if !folder.exists() {
        return Ok(());
    }
    ensure!(folder.is_dir(), "{} is a file: choose a folder", folder.display());
    let known = known(root, folder)?;
    let mut there = Vec::new();
    walk(folder, "", &mut there)?;
    // A place that is made for a book but holds none yet, as git makes one, is no stranger.
    let expected =
        |path: &str| path.starts_with(".git/") || [".git", "CNAME", LIST].contains(&path);
    there.retain(|path| !expected(path));
    if known.is_empty() { refuse(folder, &there, "a book would be mixed with it") } else { Ok(()) }
}

/// Brings the destination up to date with what was built: writes all files, and removes those that
/// an earlier build wrote and this one didn't. All else stays.
///
/// # Errors
/// Something is in the way that no build wrote: nothing is changed then. A file can't be written:
/// building again goes on from there.
pub fn publish(root: &Path, built: &Path, folder: &Path) -> Result<()> {
    let before = known(root, folder)?;
    let mut files = Vec::new();
    walk(built, "", &mut files)?;
    let now: BTreeSet<String> = files.into_iter().collect();
    let in_the_way: Vec<String> =
        now.iter().filter_map(|path| stranger(folder, path, &before)).collect();
    refuse(folder, &in_the_way, "it is where the book's files go")?;

    fs::create_dir_all(folder).with_context(|| format!("{} can't be made", folder.display()))?;
    // First, so that a build that is cut short is still known to have written all that it wrote.
    write_list(folder, before.union(&now))?;
    for path in &before {
        // One that isn't there is removed already; one behind a link isn't ours.
        if behind_a_link(folder, path) {
            continue;
        }
        remove(&folder.join(path)).with_context(|| format!("{path} can't be removed"))?;
        let parents = Path::new(path).ancestors().skip(1).filter(|p| !p.as_os_str().is_empty());
        for parent in parents {
            // Fails where something is left in it, as it should.
            let _ = fs::remove_dir(folder.join(parent));
        }
    }
    for path in &now {
        let to = folder.join(path);
        fs::create_dir_all(to.parent().unwrap_or(folder))
            .and_then(|()| fs::copy(built.join(path), &to))
            .with_context(|| format!("{} can't be written", to.display()))?;
    }
    write_list(folder, now.iter())
}

/// What builds wrote into a folder.
fn known(root: &Path, folder: &Path) -> Result<BTreeSet<String>> {
    let list = folder.join(LIST);
    match fs::read_to_string(&list) {
        Ok(text) => Ok(text.lines().filter(|path| is_plain(path)).map(str::to_owned).collect()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let mut all = Vec::new();
            if is_own(root, folder) {
                walk(folder, "", &mut all)?;
            }
            Ok(all.into_iter().collect())
        }
        Err(error) => Err(error).with_context(|| format!("{} can't be read", list.display())),
    }
}

/// Not where a link called so leads: that may be anywhere. `target` may be one to another disk.
fn is_own(root: &Path, folder: &Path) -> bool {
    let own = root.join(OWN);
    let (Some(parent), Some(name)) = (own.parent(), own.file_name()) else { return false };
    match (parent.canonicalize(), folder.canonicalize()) {
        (Ok(parent), Ok(folder)) => folder == parent.join(name) && !folder.join(".git").exists(),
        _ => false,
    }
}

/// A path that can't lead out of its folder, whoever wrote the list.
fn is_plain(path: &str) -> bool {
    !path.is_empty() && Path::new(path).components().all(|c| matches!(c, Component::Normal(_)))
}

/// What is in the way of a file and wasn't written by a build: itself, or a parent of it.
fn stranger(folder: &Path, path: &str, known: &BTreeSet<String>) -> Option<String> {
    for (end, _) in path.match_indices('/') {
        let parent = &path[..end];
        match folder.join(parent).symlink_metadata() {
            Ok(there) if !there.is_dir() && !known.contains(parent) => return Some(parent.into()),
            Ok(_) => {}
            Err(_) => return None,
        }
    }
    let there = folder.join(path).symlink_metadata();
    // A folder of which we own every file makes room by itself; else removing fails.
    let is_known = there.as_ref().is_ok_and(|there| {
        known.contains(path) || (there.is_dir() && only_known(folder, path, known))
    });
    (there.is_ok() && !is_known).then(|| path.to_owned())
}

fn only_known(folder: &Path, path: &str, known: &BTreeSet<String>) -> bool {
    let mut inside = Vec::new();
    walk(&folder.join(path), &format!("{path}/"), &mut inside).is_ok()
        && inside.iter().all(|path| known.contains(path))
}

fn behind_a_link(folder: &Path, path: &str) -> bool {
    path.match_indices('/').any(|(end, _)| folder.join(&path[..end]).is_symlink())
}

fn remove(file: &Path) -> io::Result<()> {
    match fs::remove_file(file) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        // A parent became a file of somebody's, so that ours is gone.
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => Ok(()),
        other => other,
    }
}

fn refuse(folder: &Path, strangers: &[String], why: &str) -> Result<()> {
    let Some((first, _)) = strangers.split_first() else { return Ok(()) };
    let named = strangers.get(..NAMED).unwrap_or(strangers).join(", ");
    let more = match strangers.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let it = if strangers.len() == 1 { first.as_str() } else { "them" };
    bail!(
        "{} holds what no build of the book wrote ({named}{more}), and {why}: move {it} elsewhere, \
         or choose a new folder with `cargo workshop build --dest FOLDER`",
        folder.display()
    )
}

fn write_list<'a>(folder: &Path, paths: impl Iterator<Item = &'a String>) -> Result<()> {
    let text: String = paths.flat_map(|path| [path.as_str(), "\n"]).collect();
    let list = folder.join(LIST);
    fs::write(&list, text).with_context(|| format!("{} can't be written", list.display()))
}

/// All that isn't a folder, as paths with `/`. Links aren't followed.
pub fn walk(folder: &Path, prefix: &str, found: &mut Vec<String>) -> Result<()> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        other => other.with_context(|| format!("{} can't be read", folder.display()))?,
    };
    for entry in entries {
        let entry = entry?;
        let path = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            walk(&entry.path(), &format!("{path}/"), found)?;
        } else {
            found.push(path);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A workshop's folder, a finished book in it, and a destination.
    struct Place {
        root: tempfile::TempDir,
    }

    impl Place {
        fn new(built: &[&str]) -> Place {
            let place = Place { root: tempfile::tempdir().unwrap() };
            place.build(built);
            place
        }

        fn path(&self, name: &str) -> PathBuf {
            self.root.path().join(name)
        }

        fn build(&self, files: &[&str]) {
            let _ = fs::remove_dir_all(self.path("built"));
            files.iter().for_each(|file| self.write(&format!("built/{file}"), "ours"));
        }

        fn write(&self, name: &str, text: &str) {
            let file = self.path(name);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, text).unwrap();
        }

        /// As `cargo workshop build` does it.
        fn publish(&self, folder: &str) -> Result<()> {
            let folder = self.path(folder);
            may_be_written(self.root.path(), &folder)?;
            publish(self.root.path(), &self.path("built"), &folder)
        }

        fn empty(&self, folder: &str) -> Result<()> {
            may_be_emptied(self.root.path(), &self.path(folder))
        }

        fn files(&self, folder: &str) -> Vec<String> {
            let mut found = Vec::new();
            walk(&self.path(folder), "", &mut found).unwrap();
            found.retain(|path| path != LIST);
            found.sort();
            found
        }
    }

    #[test]
    fn what_no_build_wrote_stays_and_what_one_wrote_goes() {
        let place = Place::new(&["index.html", "css/old.css", "deep/er/x.js"]);
        // As git makes a folder for the branch that a site is served from.
        place.write("site/.git", "gitdir: elsewhere");
        place.write("site/CNAME", "example.org");
        place.publish("site").unwrap();
        place.write("site/css/mine.css", "mine");
        place.build(&["index.html", "new.html", ".nojekyll"]);
        place.publish("site").unwrap();
        let left = [".git", ".nojekyll", "CNAME", "css/mine.css", "index.html", "new.html"];
        assert_eq!(place.files("site"), left);
        assert!(!place.path("site/deep").exists());
        assert_eq!(fs::read_to_string(place.path("site/CNAME")).unwrap(), "example.org");
    }

    #[test]
    fn a_folder_of_somebody_elses_is_left_alone() {
        let place = Place::new(&["index.html", "css/a.css"]);
        place.write("work/thesis.txt", "years");
        // A page's own mark says nothing about who wrote the rest.
        place.write("work/.nojekyll", "");
        let error = place.publish("work").unwrap_err().to_string();
        assert!(error.contains("thesis.txt") && error.contains("move them elsewhere"), "{error}");
        assert_eq!(place.files("work"), [".nojekyll", "thesis.txt"]);
        let error = place.empty("work").unwrap_err().to_string();
        assert!(error.contains("mdBook would empty it first"), "{error}");
        assert!(place.publish("work/thesis.txt").unwrap_err().to_string().contains("is a file"));
    }

    #[test]
    fn a_file_in_the_way_is_not_replaced() {
        let place = Place::new(&["index.html"]);
        place.publish("site").unwrap();
        place.write("site/notes/plan.txt", "mine");
        place.write("site/more.html", "mine");
        for built in [["index.html", "more.html"], ["new.html", "notes"]] {
            place.build(&built);
            let error = place.publish("site").unwrap_err().to_string();
            assert!(error.contains("where the book's files go"), "{error}");
            assert_eq!(place.files("site"), ["index.html", "more.html", "notes/plan.txt"]);
        }
        // A page that became a folder, and back, is ours both times.
        place.build(&["index.html/x.html"]);
        place.publish("site").unwrap();
        place.build(&["index.html"]);
        place.publish("site").unwrap();
        assert_eq!(place.files("site"), ["index.html", "more.html", "notes/plan.txt"]);
    }

    #[test]
    fn a_list_that_leads_elsewhere_removes_nothing() {
        let place = Place::new(&["index.html"]);
        place.write("precious.txt", "mine");
        let outside = place.path("precious.txt");
        place.write("site/.workshop-files", &format!("../precious.txt\n{}\n", outside.display()));
        place.publish("site").unwrap();
        assert!(outside.exists());
    }

    #[cfg(unix)]
    #[test]
    fn a_link_is_not_followed() {
        let place = Place::new(&["css/a.css"]);
        place.publish("site").unwrap();
        place.write("elsewhere/a.css", "mine");
        fs::remove_dir_all(place.path("site/css")).unwrap();
        std::os::unix::fs::symlink(place.path("elsewhere"), place.path("site/css")).unwrap();
        place.publish("site").unwrap_err();
        place.build(&["b.html"]);
        place.publish("site").unwrap();
        assert_eq!(fs::read_to_string(place.path("elsewhere/a.css")).unwrap(), "mine");

        fs::create_dir(place.path("target")).unwrap();
        std::os::unix::fs::symlink(place.path("elsewhere"), place.path("target/book")).unwrap();
        place.publish("target/book").unwrap_err();
        place.empty("target/book").unwrap_err();
    }

    #[test]
    fn mdbook_empties_only_what_builds_wrote() {
        let place = Place::new(&["index.html"]);
        place.empty("new").unwrap();
        fs::create_dir(place.path("made")).unwrap();
        place.empty("made").unwrap();
        place.publish("site").unwrap();
        place.empty("site").unwrap();
        place.write("site/mine.txt", "mine");
        place.empty("site").unwrap_err();
        // The book's own place, whoever wrote there, unless somebody keeps it in git.
        place.write("target/book/index.html", "by mdBook");
        place.empty("target/book").unwrap();
        place.publish("target/book").unwrap();
        fs::remove_file(place.path("target/book").join(LIST)).unwrap();
        place.write("target/book/.git", "gitdir: elsewhere");
        place.empty("target/book").unwrap_err();
        place.write("target/debug/lab-42", "by cargo");
        place.empty("target/debug").unwrap_err();
        place.empty("target").unwrap_err();
        place.write("target/workshop/build/index.html", "by mdBook");
        place.empty("target/workshop/build").unwrap();
    }
}
