//! What comes from another log: all that it has kept, and why something of it isn't taken.

use crate::cursor::Generation;
use crate::event::{Event, Id};
use std::error::Error;
use std::fmt;

/// All that a log has kept, to [restore](crate::Feed::restore) it from.
#[derive(Clone, Debug, Default)]
pub struct Snapshot {
    /// Which log it is.
    pub generation: Generation,
    /// The last id that the log has given, even if it has forgotten the event. May be less than the
    /// last of `events`: then that one counts.
    pub newest: Id,
    /// What is kept, oldest first. Ids go up, and may have holes.
    pub events: Vec<Event>,
}

/// Why a log didn't take an event with an id from elsewhere. It is as it was before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// The id doesn't come after the newest.
    Behind {
        /// The id.
        id: Id,
        /// The one that it should come after.
        newest: Id,
    },
    /// The event belongs to another log.
    Foreign {
        /// Which one.
        generation: Generation,
        /// Which one this is.
        ours: Generation,
    },
    /// The id is greater than [`Refused::MAX_ID`].
    TooGreat {
        /// The id.
        id: Id,
    },
}

impl Refused {
    /// The greatest id that may come from elsewhere. Stores that count in `i64` know no greater
    /// one, and after it this log could still count on for longer than anybody waits.
    pub const MAX_ID: Id = i64::MAX as Id;
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refused::Behind { id, newest } => write!(
                f,
                "id {id} doesn't come after {newest}: skip it if this event is here already; if \
                 its log went back, restore from it under a new generation"
            ),
            Refused::Foreign { generation, ours } => write!(
                f,
                "this log is of generation {ours}, and the event of {generation}: restore from \
                 the event's log first"
            ),
            Refused::TooGreat { id } => write!(
                f,
                "id {id} is greater than {}: number the events anew, under a new generation",
                Refused::MAX_ID
            ),
        }
    }
}

impl Error for Refused {}

/// Whether an event with this id can follow `newest`.
pub(crate) fn follows(newest: Id, id: Id) -> Result<(), Refused> {
    if id > Refused::MAX_ID {
        return Err(Refused::TooGreat { id });
    }
    if id <= newest {
        return Err(Refused::Behind { id, newest });
    }
    Ok(())
}
