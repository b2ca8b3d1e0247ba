//! The question of a poll, and its answers, as text. No I/O.

use feed::{Batch, Gap, Id};
use serde::{Deserialize, Serialize};
use std::ops::RangeInclusive;
use std::time::Duration;

/// How long an answer is held back for a client that doesn't say. RFC 6202 §5.5 calls 30 s "a safer
/// value" than 120; some platforms cut at those 30 s, so the server must be there first.
pub const WAIT: Duration = Duration::from_secs(25);

/// The longest wait that a client may ask for, in seconds.
pub const WAIT_MAX: u64 = 60;

/// What a client asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Params {
    /// The last event that it has; nothing if it is new.
    pub since: Option<Id>,
    /// How long it is ready to wait; zero makes it a short poll.
    pub wait: Duration,
    /// How many events it takes in one answer.
    pub limit: usize,
}

// ANCHOR: step_1_parse_params
/// Reads a query such as `since=8&wait=25&limit=10`. All of it may be missing; what it doesn't know
/// is somebody else's.
///
/// # Errors
/// One sentence for the programmer of the client: which parameter is wrong, and what is right.
pub fn parse_params(query: &str, batch: usize) -> Result<Params, String> {
    // ANCHOR: naive_1 since 0 to Id::MAX, wait 0 to WAIT_MAX, limit 1 to batch; errors are told
    //~ let value = |name: &str| {
    //~     let of = |part: &str| part.strip_prefix(name)?.strip_prefix('=')?.parse().ok();
    //~     query.split('&').find_map(of)
    //~ };
    //~ Ok(Params {
    //~     since: Some(value("since").unwrap_or(0)),
    //~     wait: value("wait").map_or(WAIT, Duration::from_secs),
    //~     limit: value("limit").map_or(batch, |limit| limit as usize),
    //~ })
    let mut params = Params { since: None, wait: WAIT, limit: batch };
    for part in query.split('&') {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        match name {
            "since" => params.since = Some(number(name, value, 0..=Id::MAX)?),
            "wait" => params.wait = Duration::from_secs(number(name, value, 0..=WAIT_MAX)?),
            "limit" => params.limit = number(name, value, 1..=batch as u64)? as usize,
            _ => {}
        }
    }
    Ok(params)
    // ANCHOR_END: naive_1
}
// ANCHOR_END: step_1_parse_params

/// A parameter's value: digits, nothing else. `parse` alone would also take a sign.
fn number(name: &str, value: &str, range: RangeInclusive<u64>) -> Result<u64, String> {
    match value.parse() {
        Ok(number) if range.contains(&number) && !value.starts_with('+') => Ok(number),
        _ => {
            let (least, most) = range.into_inner();
            Err(format!("{name} must be a whole number from {least} to {most}, got {value:?}"))
        }
    }
}

/// An answer: its status, and its body unless the status is one that has none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// 200, 204 or 410.
    pub status: u16,
    /// JSON: [`News`] with a 200, [`Gone`] with a 410.
    pub body: String,
}

/// The body of a 200. The server writes it with `E = &Batch`, the client reads `Vec<Event>`.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(remote = "Self")]
pub struct News<E> {
    /// The events, oldest first.
    pub events: E,
    /// The cursor of a client that has read them.
    pub next: Id,
}

// An array is no object, though serde alone would take one.
feed::object!(News<E>, Serialize);

/// The body of a 410: an error as RFC 9457 has it, and where the log begins and ends.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(remote = "Self")]
pub struct Gone {
    /// What a 410 is called.
    pub title: String,
    /// 410.
    pub status: u16,
    /// A sentence for a person.
    pub detail: String,
    /// The oldest event kept; one more than `newest` when the log is empty.
    pub oldest: Id,
    /// The newest event; 0 when nothing was published yet.
    pub newest: Id,
}

feed::object!(Gone, Serialize);

// ANCHOR: step_1_answer
/// The answer that brings these events, or says that there are none.
pub fn answer(events: &Batch) -> Answer {
    // ANCHOR: naive_1 no events: 204 and no body; else 200, and next is the last of these events
    //~ let next = events.iter().next().map_or(0, |first| first.id);
    //~ let news = News { events, next };
    //~ Answer { status: 200, body: serde_json::to_string(&news).expect("plain data") }
    match events.last() {
        None => Answer { status: 204, body: String::new() },
        Some(last) => {
            let news = News { events, next: last.id };
            Answer { status: 200, body: serde_json::to_string(&news).expect("plain data") }
        }
    }
    // ANCHOR_END: naive_1
}
// ANCHOR_END: step_1_answer

// ANCHOR: step_4_gone
/// The answer to a client whose cursor the log can't serve.
pub fn gone(gap: &Gap) -> Answer {
    // ANCHOR: naive_4 410, and a Gone as its body
    //~ Answer { status: 204, body: String::new() }
    let gone = Gone {
        title: "Gone".to_owned(),
        status: 410,
        detail: match gap.missed {
            Some(missed) => format!("{missed} missed: the oldest event kept is {}", gap.oldest),
            None => format!("since is beyond the newest event, {}", gap.newest),
        },
        oldest: gap.oldest,
        newest: gap.newest,
    };
    Answer { status: 410, body: serde_json::to_string(&gone).expect("plain data") }
    // ANCHOR_END: naive_4
}
// ANCHOR_END: step_4_gone
