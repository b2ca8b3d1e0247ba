//! Why there is no reference server: sentences for the page and the terminal.

use std::error::Error;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use std::{fmt, io};

/// Why a solution's program wasn't built.
#[derive(Debug)]
pub enum NotBuilt {
    /// cargo can't be started.
    NoCargo(io::Error),
    /// cargo took as long as this, which is too long.
    Stopped(Duration),
    /// cargo's own words.
    Rejected(String),
    /// cargo is content, and there is no program of this package.
    NoProgram(String),
    /// The program can't be put here.
    NotKept(PathBuf, io::Error),
}

impl fmt::Display for NotBuilt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NotBuilt::NoCargo(error) => write!(f, "cargo does not start: {error}"),
            NotBuilt::Stopped(after) => write!(f, "cargo was stopped after {} s", after.as_secs()),
            NotBuilt::Rejected(said) => f.write_str(said),
            NotBuilt::NoProgram(package) => write!(f, "cargo built no program for {package}"),
            NotBuilt::NotKept(program, error) => write!(f, "{}: {error}", program.display()),
        }
    }
}

impl Error for NotBuilt {}

/// Why a page can't be connected to a reference server.
#[derive(Debug)]
pub enum Unavailable {
    /// Its program isn't built yet.
    Building,
    /// Its program wasn't built.
    NotBuilt(Arc<NotBuilt>),
    /// Its program can't be started.
    NotStarted(io::Error),
    /// It was started, and takes no connection.
    Silent,
}

impl fmt::Display for Unavailable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unavailable::Building => {
                f.write_str("The reference server is being built. Try again in a moment.")
            }
            Unavailable::NotBuilt(error) => {
                write!(f, "The reference server can't be built: {error}")
            }
            Unavailable::NotStarted(error) => {
                write!(f, "The reference server can't be started: {error}")
            }
            Unavailable::Silent => f.write_str(
                "the reference server does not answer: the terminal may say why, \
                 and `cargo workshop` starts it anew",
            ),
        }
    }
}

impl Error for Unavailable {}
