//! The page's template, styles and scripts: the other half of what the preprocessor writes.
//!
//! They are the kit's, so that they always fit the preprocessor and the server of the same kit. mdBook
//! wants them in the book's own folder, and they are put there before it renders.

use anyhow::{Context, Result};
use std::path::{Path, PathBuf};
use tools::files;

/// Where they go, from the workshop's folder; `theme` in book.toml names it.
pub const FOLDER: &str = "book/generated/theme";

/// Where they are: in the kit, from whose folder the command was built.
pub fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("theme")
}

/// Brings [`FOLDER`] up to date. What didn't change keeps its time.
///
/// # Errors
/// A file can't be read or written.
pub fn write(root: &Path) -> Result<()> {
    let (source, folder) = (source(), root.join(FOLDER));
    let new = files::list(&source).context("the kit's theme isn't where the kit was built")?;
    for path in &new {
        files::update(&folder.join(path), std::fs::read(source.join(path))?)?;
    }
    for path in files::list(&folder)?.iter().filter(|path| !new.contains(path)) {
        // Whoever builds the book at the same time may have been faster.
        let _ = std::fs::remove_file(folder.join(path));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_there_is_the_kits() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join(FOLDER);
        files::write(&folder.join("page.css"), "body { color: red }").unwrap();
        files::write(&folder.join("old/page.js"), "alert()").unwrap();
        write(root.path()).unwrap();
        assert_eq!(files::list(&folder).unwrap(), files::list(&source()).unwrap());
        let css = std::fs::read(folder.join("page.css")).unwrap();
        assert_eq!(css, std::fs::read(source().join("page.css")).unwrap());

        let time = || std::fs::metadata(folder.join("page.css")).unwrap().modified().unwrap();
        let before = time();
        write(root.path()).unwrap();
        assert_eq!(time(), before);
    }
}
