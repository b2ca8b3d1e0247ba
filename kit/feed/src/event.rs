//! What travels: an event, and the two things that may stand in its place.

use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::error::Error;
use std::fmt;
use std::sync::Arc;

/// 1, 2, 3 … A client remembers the id of the last event that it has; 0 means none.
pub type Id = u64;

/// What every transport carries: the three fields of a server-sent event.
///
/// As JSON: `{"id":2,"event":"note","data":"The kettle is on.\nTea in five minutes."}`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(remote = "Self")]
pub struct Event {
    /// Its place in the log.
    pub id: Id,
    /// What kind of event it is: `reset`, `end`, or any that the application has, such as `note`.
    pub event: Cow<'static, str>,
    /// Its text, often of several lines.
    pub data: Arc<str>,
}

crate::object!(Event, Serialize);

impl Event {
    /// An event of kind `event` with this text.
    pub fn new(id: Id, event: impl Into<Cow<'static, str>>, data: impl Into<Arc<str>>) -> Event {
        Event { id, event: event.into(), data: data.into() }
    }

    /// Tells a subscriber in-band that it missed events.
    ///
    /// The id is the one *before* the oldest event still kept, so that a client that adopts it as
    /// its cursor goes on from there. The text is the number missed, or `unknown`.
    pub fn reset(gap: &Gap) -> Event {
        let missed = gap.missed.map_or("unknown".to_owned(), |n| n.to_string());
        Event::new(gap.oldest.saturating_sub(1), "reset", missed)
    }

    /// Tells a subscriber in-band that the stream ends here, and why.
    pub fn end(cursor: Id, why: End) -> Event {
        let why = match why {
            End::Limit => "limit",
            End::Shutdown => "shutdown",
            End::Finished => "finished",
        };
        Event::new(cursor, "end", why)
    }
}

/// Something is missing after a cursor: the log has forgotten it or never got it, or the cursor is
/// of another log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gap {
    /// How many events were missed; `None` for a cursor that never was in this log.
    pub missed: Option<u64>,
    /// The oldest event kept after what was missed; one more than `newest` when there is none.
    pub oldest: Id,
    /// The newest event; 0 when nothing was published yet.
    pub newest: Id,
}

impl fmt::Display for Gap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.missed {
            Some(1) => f.write_str("1 event was missed")?,
            Some(missed) => write!(f, "{missed} events were missed")?,
            None => f.write_str("this cursor never was in this log")?,
        }
        let before = self.oldest.saturating_sub(1);
        write!(f, ": load anew what came from events before, then go on after id {before}")
    }
}

impl Error for Gap {}

/// Why a stream ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// It has lasted as long as this server lets a stream last: come back.
    Limit,
    /// The server stops: come back, perhaps to another one.
    Shutdown,
    /// There will never be another event: don't come back.
    Finished,
}
