//! A place in a log, and which log it is.

use crate::event::Id;
use serde::{Deserialize, Serialize};
use std::error::Error;
use std::fmt;
use std::str::FromStr;

/// Which log ids belong to.
///
/// A log that has lost events gives their ids a second time, and a new log begins again at 1. Then
/// the same id names two events, and only the generation tells them apart. The number means nothing
/// by itself, and it must never come back: draw it at random when a log is made or has lost
/// something. 0 is for logs that need none, since their ids live and die with the process.
pub type Generation = u64;

/// The last event that somebody has, in which log. Id 0 means none.
///
/// As text it is `16`, or `3-16` with the generation 3: letters that a header, an address and a
/// line of a stream can all carry as they are. A number alone is a cursor of generation 0.
///
/// ```
/// use feed::Cursor;
///
/// let cursor: Cursor = "3-16".parse().unwrap();
/// assert_eq!((cursor.generation, cursor.id), (3, 16));
/// assert_eq!(Cursor::from(16).to_string(), "16");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Cursor {
    /// The log.
    pub generation: Generation,
    /// The event's place in it.
    pub id: Id,
}

impl From<Id> for Cursor {
    fn from(id: Id) -> Cursor {
        Cursor { generation: 0, id }
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.generation {
            0 => write!(f, "{}", self.id),
            generation => write!(f, "{generation}-{}", self.id),
        }
    }
}

impl FromStr for Cursor {
    type Err = BadCursor;

    fn from_str(text: &str) -> Result<Cursor, BadCursor> {
        match text.split_once('-') {
            None => Ok(Cursor::from(number(text)?)),
            Some((generation, id)) => {
                Ok(Cursor { generation: number(generation)?, id: number(id)? })
            }
        }
    }
}

/// Digits and nothing else: the standard library's `parse` also takes a `+`.
fn number(text: &str) -> Result<u64, BadCursor> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| digits).ok_or(BadCursor)
}

impl From<Cursor> for String {
    fn from(cursor: Cursor) -> String {
        cursor.to_string()
    }
}

impl TryFrom<String> for Cursor {
    type Error = BadCursor;

    fn try_from(text: String) -> Result<Cursor, BadCursor> {
        text.parse()
    }
}

/// A text that is no cursor. For a log it is [`Start::Lost`](crate::Start::Lost).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadCursor;

impl fmt::Display for BadCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "a cursor is a number, or two with '-' between them, such as 16 or 3-16: send what \
             you were given, or none",
        )
    }
}

impl Error for BadCursor {}
