//! What goes over the wire: where an answer ends, which state the client has, what an answer says.
//! No I/O.

use feed::{Event, Id};
use serde::Serialize;

// ANCHOR: body
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
// ANCHOR_END: body

// ANCHOR: step_1_body_length
/// What follows the head of the answer to a GET. `fields` are the head's names and values.
///
/// # Errors
/// The head contradicts itself. Whoever guesses may take one answer's bytes for another's.
pub fn body_length(status: u16, fields: &[(&str, &str)]) -> Result<Body, WireError> {
    // ANCHOR: todo_1 first the status, then Transfer-Encoding and Content-Length
    if matches!(status, 100..=199 | 204 | 304) {
        return Ok(Body::None);
    }
    let values = |wanted: &str| -> Vec<&str> {
        let named = fields.iter().filter(|(name, _)| name.eq_ignore_ascii_case(wanted));
        named.map(|(_, value)| *value).collect()
    };
    match (&values("Transfer-Encoding")[..], &values("Content-Length")[..]) {
        ([], []) => Ok(Body::UntilClose),
        // `parse` alone would take `+5`.
        ([], [length]) if length.bytes().all(|byte| byte.is_ascii_digit()) => {
            length.parse().map(Body::Bytes).map_err(|_| WireError::BadLength)
        }
        ([], [_]) => Err(WireError::BadLength),
        ([], [_, _, ..]) => Err(WireError::TwoLengths),
        ([coding], []) if coding.eq_ignore_ascii_case("chunked") => Ok(Body::Chunked),
        (_, []) => Err(WireError::UnknownCoding),
        (_, _) => Err(WireError::LengthAndCoding),
    }
    // ANCHOR_END: todo_1
}
// ANCHOR_END: step_1_body_length

/// The name of the log's state: while the newest event is the same, all is.
pub fn etag(newest: Id) -> String {
    format!("\"{newest}\"")
}

// ANCHOR: step_3_matches
/// Whether a client that says `If-None-Match` has the state that `etag` names.
///
/// The field is a list of tags or `*`, and `W/` before a tag doesn't matter here.
pub fn matches(if_none_match: &str, etag: &str) -> bool {
    // ANCHOR: naive_3 a star, or one of the tags, with or without W/
    //~ if_none_match == etag
    let opaque = |tag: &str| tag.trim().trim_start_matches("W/") == etag;
    if_none_match.trim() == "*" || if_none_match.split(',').any(opaque)
    // ANCHOR_END: naive_3
}
// ANCHOR_END: step_3_matches

/// The body of a 200.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Answer {
    /// Oldest first.
    pub events: Vec<Event>,
    /// The cursor to ask with next, as `since`.
    pub next: Id,
}

// ANCHOR: step_5_answer
/// The answer with these events, from a log whose newest event is `newest`.
pub fn answer(events: Vec<Event>, newest: Id) -> Answer {
    // ANCHOR: naive_5 next is what the client has when it has read this answer
    //~ Answer { events, next: newest }
    let next = events.last().map_or(newest, |last| last.id);
    Answer { events, next }
    // ANCHOR_END: naive_5
}
// ANCHOR_END: step_5_answer
