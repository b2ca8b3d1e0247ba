//! What some folders hold, so that a change shows that no event told of.

use std::collections::BTreeMap;
use std::fs::{self, Metadata};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// Two that are equal: nothing was changed between them, as far as times and lengths tell.
#[derive(Debug, Default, PartialEq)]
pub struct Scan {
    /// When each file was changed, and its length.
    files: BTreeMap<PathBuf, (Option<SystemTime>, u64)>,
    /// Which folder is at each watched place; one that replaces another is another.
    pub folders: BTreeMap<PathBuf, Option<u128>>,
}

impl Scan {
    /// Looks at the files below `places`, folders and files, that are `wanted`. What can't be read
    /// isn't there.
    pub fn of(root: &Path, places: &[impl AsRef<Path>], wanted: impl Fn(&Path) -> bool) -> Scan {
        let mut scan = Scan::default();
        for place in places {
            let path = root.join(place);
            scan.folders.insert(path.clone(), fs::metadata(&path).ok().map(|data| identity(&data)));
            scan.walk(path, &wanted);
        }
        scan
    }

    fn walk(&mut self, path: PathBuf, wanted: &impl Fn(&Path) -> bool) {
        let Ok(data) = fs::metadata(&path) else { return };
        if data.is_dir() {
            for entry in fs::read_dir(&path).into_iter().flatten().flatten() {
                // A link to a folder above would lead round in a circle.
                let is_link = entry.file_type().is_ok_and(|kind| kind.is_symlink());
                if !is_link || entry.path().is_file() {
                    self.walk(entry.path(), wanted);
                }
            }
        } else if wanted(&path) {
            self.files.insert(path, (data.modified().ok(), data.len()));
        }
    }
}

#[cfg(unix)]
fn identity(data: &Metadata) -> u128 {
    use std::os::unix::fs::MetadataExt;
    u128::from(data.dev()) << 64 | u128::from(data.ino())
}

#[cfg(not(unix))]
fn identity(data: &Metadata) -> u128 {
    let made = data.created().unwrap_or(SystemTime::UNIX_EPOCH);
    made.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_nanos()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_change_of_what_is_wanted_shows() {
        let root = tempfile::tempdir().unwrap();
        let path = |name: &str| root.path().join(name);
        let scan = || {
            let wanted = |path: &Path| path.extension().is_some_and(|end| end == "md");
            Scan::of(root.path(), &["book", "none"], wanted)
        };
        fs::create_dir_all(path("book/in")).unwrap();
        fs::write(path("book/in/a.md"), "a").unwrap();
        let mut last = scan();
        assert_eq!(scan(), last);
        fs::write(path("book/a.txt"), "not wanted").unwrap();
        assert_eq!(scan(), last);

        let mut changes = |what: &str| {
            let now = scan();
            assert_ne!(now, last, "{what}");
            last = now;
        };
        fs::write(path("book/in/a.md"), "longer").unwrap();
        changes("another length");
        let file = fs::File::options().write(true).open(path("book/in/a.md")).unwrap();
        file.set_modified(SystemTime::UNIX_EPOCH).unwrap();
        changes("another time");
        fs::write(path("book/b.md"), "b").unwrap();
        changes("a new file");
        fs::remove_file(path("book/b.md")).unwrap();
        changes("a file less");
    }

    #[test]
    fn a_folder_in_the_place_of_another_shows() {
        let root = tempfile::tempdir().unwrap();
        let path = |name: &str| root.path().join(name);
        let scan = || Scan::of(root.path(), &["book"], |_| true);
        let nothing = scan();
        fs::create_dir(path("book")).unwrap();
        let first = scan();
        fs::rename(path("book"), path("old")).unwrap();
        fs::create_dir(path("book")).unwrap();
        assert!(nothing.folders != first.folders && first.folders != scan().folders);
    }
}
