//! What is said when something is wrong.

use std::ops::Range;
use std::{fmt, io};

/// The file, in the workshop's folder.
pub const FILE: &str = "workshop.toml";

/// A mistake in `workshop.toml`. Shown as `workshop.toml:LINE: what is wrong, and what to write`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// From 1; `None` if it is about the file as a whole.
    pub line: Option<usize>,
    /// What is wrong, and what to write.
    pub text: String,
}

impl Mistake {
    /// At a place in the file's text.
    pub(crate) fn at(file: &str, place: &Range<usize>, text: String) -> Mistake {
        Mistake { line: Some(line(file, place)), text }
    }

    pub(crate) fn unreadable(error: &io::Error) -> Mistake {
        let text = match error.kind() {
            io::ErrorKind::NotFound => "the file isn't there. It says what the course is made of; \
                                        the least that it holds is a line `title = \"…\"`"
                .to_owned(),
            _ => format!("the file can't be read: {error}"),
        };
        Mistake { line: None, text }
    }
}

/// The line of a place, from 1.
pub(crate) fn line(text: &str, place: &Range<usize>) -> usize {
    text.get(..place.start).unwrap_or(text).matches('\n').count() + 1
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{FILE}:{line}: {}", self.text),
            None => write!(f, "{FILE}: {}", self.text),
        }
    }
}

impl std::error::Error for Mistake {}

/// A name of a lab, or the number of a step, that the course doesn't have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unknown {
    /// No lab is called so.
    Lab {
        /// What was asked for.
        name: String,
        /// The labs that there are, as in `lab-42`.
        there: Vec<String>,
    },
    /// The lab has no such step.
    Step {
        /// What was asked for.
        name: String,
        /// The number of the lab's last step.
        last: u8,
    },
}

impl fmt::Display for Unknown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unknown::Lab { name, there } if there.is_empty() => {
                write!(f, "there is no lab `{name}`: {FILE} has none")
            }
            Unknown::Lab { name, there } => {
                write!(f, "there is no lab `{name}`; there is: {}", there.join(", "))
            }
            Unknown::Step { name, last } => {
                write!(f, "`{name}` isn't a step: steps are 1 to {last}")
            }
        }
    }
}

impl std::error::Error for Unknown {}
