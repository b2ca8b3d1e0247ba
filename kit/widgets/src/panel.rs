//! What a course says of a panel. Nothing here knows a browser, so a course tests it on the host.

use std::time::Duration;
use trace::Line;

/// Makes a panel out of its element: `attribute` reads the element's attributes, and `seed` is
/// another number each time.
pub type Describe = fn(attribute: &dyn Fn(&str) -> Option<String>, seed: u64) -> Panel;

/// A panel before it is built.
pub struct Panel {
    /// The servers to choose from, at least one; the first one is chosen at first.
    pub servers: Vec<Server>,
    /// What is spoken with them.
    pub protocol: Box<dyn Protocol>,
    /// What the button “Publish an update” does; without it there is no button.
    pub publisher: Option<Box<dyn Publisher>>,
}

/// A server that a panel can talk to.
pub struct Server {
    /// What the reader chooses.
    pub label: String,
    /// Where the local server connects to it: what follows `/-/wire/`.
    pub tunnel: String,
    /// Its address, for the `Host` header and the status line: `127.0.0.1:8000`.
    pub host: String,
}

/// What a panel speaks, over any number of connections, one after the other.
///
/// A state machine: it opens no connection, has no clock and throws no dice. [`crate::Session`]
/// drives it.
pub trait Protocol {
    /// Forgets all that it has seen: the reader begins anew.
    fn restart(&mut self);

    /// A connection is being made, the first one or another.
    fn connect(&mut self);

    /// The connection stands: the bytes that ask. `host` is for the header of that name.
    fn ask(&mut self, host: &str) -> Vec<u8>;

    /// Reads a line that the server sent, now or in a recording, and adds the events that are
    /// complete now. None: read on.
    fn read(&mut self, line: &Line, events: &mut Vec<Event>) -> Option<Turn>;

    /// The answer is complete, or the connection is over, or there was none; once for each
    /// [`connect`](Protocol::connect), unless [`read`](Protocol::read) ended it. `at` is the time, as
    /// in the lines; without a connection it is zero. `random` is from 0 to 1. None: nothing more is
    /// to be done.
    fn end(&mut self, at: Duration, random: f64) -> Option<Turn>;

    /// What the reader who disconnects is told, in a sentence.
    fn disconnected(&self) -> &'static str;
}

/// What came over the wire, as a page gets it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// What kind of event it is, in a few words.
    pub caption: String,
    /// What it carries.
    pub data: String,
}

/// What is to be done now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Turn {
    /// The answer is one to read: read on.
    Open,
    /// The connection is over. Wait so long, then connect again.
    Reconnect {
        /// How long to wait.
        after: Duration,
        /// How it will ask, for the reader: `with Last-Event-ID: 8`.
        how: String,
    },
    /// It is over for good, for this reason, in whole sentences.
    Stop(String),
}

/// What a panel publishes: one request after the other, each on a connection of its own.
pub trait Publisher {
    /// The next request, head and body; None if there is nothing more to publish. It must ask the
    /// server to close the connection after its answer. `host` is for the header of that name.
    fn request(&mut self, host: &str) -> Option<Vec<u8>>;

    /// What the whole answer says, in a sentence for the reader. It is empty if none came.
    fn outcome(&self, answer: &[u8]) -> String;
}
