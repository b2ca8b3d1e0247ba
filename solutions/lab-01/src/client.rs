//! What a client that polls does. A state machine: it opens no connection, has no clock and throws
//! no dice, so a page, a program and a test can all drive it.
//!
//! ```text
//! loop {
//!     let poll = send a GET for client.target();
//!     let (told, after) = client.on_response(poll), or client.on_failure();
//!     show(told);
//!     sleep(after);
//! }
//! ```

use crate::wire::{Gone, News};
use feed::{Event, Id, Outcome, Pace};
use std::time::Duration;

/// What a poll came back with.
#[derive(Clone, Copy, Debug)]
pub struct Response<'a> {
    /// The status.
    pub status: u16,
    /// The field `Retry-After`, if there is one.
    pub retry_after: Option<&'a str>,
    /// The body, as far as it came.
    pub body: &'a [u8],
    /// From the question to the end of the answer.
    pub took: Duration,
}

/// What an answer tells the application.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    /// These events came, each for the first time.
    Events(Vec<Event>),
    /// There is nothing new.
    Nothing,
    /// Events were missed for good: what is shown may be wrong. The next answers begin here.
    Gap {
        /// The oldest event that the server still has.
        oldest: Id,
    },
}

/// Why an answer told nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unusable {
    /// A status that says no.
    Status(u16),
    /// A body that isn't what the status promises: cut off, or somebody else's.
    Body,
}

/// A client of one feed, over any number of polls. One is under way at a time.
#[derive(Clone, Debug)]
pub struct Client {
    cursor: Option<Id>,
    pace: Pace,
    /// Whether the last answer came at once, and brought nothing.
    empty: bool,
}

impl Client {
    /// An answer that comes sooner came at once: nobody has waited for news.
    pub const AT_ONCE: Duration = Duration::from_secs(1);

    /// A client that has seen nothing yet, or, with a cursor, one that was here before.
    pub fn new(cursor: Option<Id>) -> Client {
        // The server does the waiting.
        Client { cursor, pace: Pace::new(Duration::ZERO), empty: false }
    }

    /// The last event that this client has.
    pub fn cursor(&self) -> Option<Id> {
        self.cursor
    }

    /// What the next poll asks for.
    pub fn target(&self) -> String {
        match self.cursor {
            Some(id) => format!("/long-polling?since={id}"),
            None => "/long-polling".to_owned(),
        }
    }

    /// A poll is over: what it told, and how long to wait before the next one. `random` is from 0
    /// to 1.
    pub fn on_response(
        &mut self,
        response: Response<'_>,
        random: f64,
    ) -> (Result<Told, Unusable>, Duration) {
        let told = self.on_answer(response.status, response.body);
        let news = matches!(&told, Ok(Told::Events(events)) if !events.is_empty());
        let empty = told.is_ok() && !news && response.took < Client::AT_ONCE;
        let again = std::mem::replace(&mut self.empty, empty) && empty;
        let outcome = match told {
            // The same answer would come again at once, and again.
            Err(Unusable::Body) => Outcome::Failed,
            // A 204, a 410, an old 200: once is as it should be, a row of them is not.
            Ok(_) if again => Outcome::Failed,
            _ => outcome(response.status, response.retry_after),
        };
        (told, self.pace.after(outcome, random))
    }

    /// A poll has failed without a response: how long to wait before the next one.
    pub fn on_failure(&mut self, random: f64) -> Duration {
        self.pace.after(Outcome::Failed, random)
    }

    // ANCHOR: step_4_on_answer
    /// Reads an answer and moves the cursor.
    ///
    /// Asking with a cursor says "I have everything up to here", so it moves last: when the whole
    /// answer has been understood. It only moves back when the server says that its log is another.
    ///
    /// # Errors
    /// The answer can't be used, and the cursor is where it was.
    pub fn on_answer(&mut self, status: u16, body: &[u8]) -> Result<Told, Unusable> {
        // ANCHOR: naive_4 200: events that are new; 204: nothing; 410: a gap, go on at its oldest
        //~ match serde_json::from_slice::<News<Vec<Event>>>(body) {
        //~     Ok(news) => {
        //~         self.cursor = Some(news.next);
        //~         Ok(Told::Events(news.events))
        //~     }
        //~     Err(_) => Ok(Told::Nothing),
        //~ }
        let seen = self.cursor.unwrap_or(0);
        match status {
            200 => {
                let mut news: News<Vec<Event>> = read(body)?;
                news.events.retain(|event| event.id > seen);
                self.cursor = Some(news.next.max(seen));
                Ok(Told::Events(news.events))
            }
            204 => {
                // To a newcomer only an empty log has nothing to say: what comes begins with 1.
                self.cursor = Some(seen);
                Ok(Told::Nothing)
            }
            410 => {
                let gone: Gone = read(body)?;
                self.cursor = Some(gone.oldest.saturating_sub(1));
                Ok(Told::Gap { oldest: gone.oldest })
            }
            _ => Err(Unusable::Status(status)),
        }
        // ANCHOR_END: naive_4
    }
    // ANCHOR_END: step_4_on_answer
}

fn read<T: serde::de::DeserializeOwned>(body: &[u8]) -> Result<T, Unusable> {
    serde_json::from_slice(body).map_err(|_| Unusable::Body)
}

// ANCHOR: step_6_outcome
/// How a poll went, for [`Pace`]. A `Retry-After` that is a date counts as none: there is no clock
/// here to compare it with.
pub fn outcome(status: u16, retry_after: Option<&str>) -> Outcome {
    // ANCHOR: naive_6 News and Nothing are followed at once; Busy and Failed are not
    //~ if status == 200 { Outcome::News } else { Outcome::Nothing }
    match status {
        200 | 410 => Outcome::News,
        204 => Outcome::Nothing,
        429 | 503 => {
            // `parse` alone would also take a sign.
            let digits = retry_after.filter(|value| !value.starts_with('+'));
            let seconds = digits.and_then(|value| value.parse().ok());
            Outcome::Busy { retry_after: seconds.map(Duration::from_secs) }
        }
        _ => Outcome::Failed,
    }
    // ANCHOR_END: naive_6
}
// ANCHOR_END: step_6_outcome
