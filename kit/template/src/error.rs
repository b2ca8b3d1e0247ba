//! What is said when nothing can be written.

use std::path::PathBuf;
use std::{fmt, io};

/// Why there is no new workshop.
#[derive(Debug)]
pub enum Error {
    /// Something is in the folder already. Nothing was written.
    NotEmpty(PathBuf),
    /// It is a file, or below one.
    NotAFolder(PathBuf),
    /// It can't be made or written.
    Unwritable {
        /// The folder or the file.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// The folder that was named isn't the kit's.
    NoKit(PathBuf),
    /// The title has no letter, or a line end in it.
    Title,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::NotEmpty(folder) => write!(
                f,
                "{} isn't empty, and nothing was written: choose a new folder",
                folder.display()
            ),
            Error::NotAFolder(path) => {
                write!(f, "{} isn't a folder: choose a new one", path.display())
            }
            Error::Unwritable { path, error } => {
                write!(f, "{} can't be written: {error}", path.display())
            }
            Error::NoKit(folder) => write!(
                f,
                "the kit isn't in {}: name the folder that has kit/workshop in it, or the \
                 address of a git repository",
                folder.display()
            ),
            Error::Title => write!(f, "a title is one line of text, as in --title \"Tea for two\""),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        // It is in the text already.
        None
    }
}
