//! What goes over the wire: where an answer ends, which state the client has, what an answer says.
//! No I/O.

use feed::{Event, Id};
use serde::Serialize;

/// What follows the head of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Body {
    /// Nothing: the next answer begins here.
    None,
    /// So many bytes, then the next answer.
    Bytes(u64),
    /// Pieces, each of which says how long it is (lab 02).
    Chunked,
    /// Everything until the connection is closed.
    UntilClose,
}

/// Why nobody can say where an answer ends. The connection is of no use any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WireError {
    /// A `Content-Length` that isn't a number of bytes.
    BadLength,
    /// More than one `Content-Length`.
    TwoLengths,
    /// `Content-Length` and `Transfer-Encoding`.
    LengthAndCoding,
    /// A `Transfer-Encoding` that isn't `chunked`.
    UnknownCoding,
}

/// What follows the head of the answer to a GET. `fields` are the head's names and values.
///
/// # Errors
/// The head contradicts itself. Whoever guesses may take one answer's bytes for another's.
pub fn body_length(status: u16, fields: &[(&str, &str)]) -> Result<Body, WireError> {
    // step 1 ▼ first the status, then Transfer-Encoding and Content-Length
    todo!("step 1: first the status, then Transfer-Encoding and Content-Length")
    // step 1 ▲
}

/// The name of the log's state: while the newest event is the same, all is.
pub fn etag(newest: Id) -> String {
    format!("\"{newest}\"")
}

/// Whether a client that says `If-None-Match` has the state that `etag` names.
///
/// The field is a list of tags or `*`, and `W/` before a tag doesn't matter here.
pub fn matches(if_none_match: &str, etag: &str) -> bool {
    // step 3 ▼ a star, or one of the tags, with or without W/
    if_none_match == etag
    // step 3 ▲
}

/// The body of a 200.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Answer {
    /// Oldest first.
    pub events: Vec<Event>,
    /// The cursor to ask with next, as `since`.
    pub next: Id,
}

/// The answer with these events, from a log whose newest event is `newest`.
pub fn answer(events: Vec<Event>, newest: Id) -> Answer {
    // step 5 ▼ next is what the client has when it has read this answer
    Answer { events, next: newest }
    // step 5 ▲
}
