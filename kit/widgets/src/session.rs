//! What a panel's client does, without a browser: lets its protocol decide, and keeps every byte
//! for the reader.

use crate::panel::{Event, Protocol, Turn};
use std::time::Duration;
use trace::{Annotator, Direction, Kind, Line, Record, What};

/// A client of one server, over any number of connections, one after the other.
pub struct Session {
    protocol: Box<dyn Protocol>,
    host: String,
    annotator: Annotator,
    /// Whether the answer is one to read.
    open: bool,
    /// Whether nothing of this connection is read any more, or there is none.
    over: bool,
}

/// What came of something.
#[derive(Default)]
pub struct Update {
    /// To be added to the transcript.
    pub lines: Vec<Line>,
    /// The events that are complete now.
    pub events: Vec<Event>,
    /// Set if it is time to do something else than to read on.
    pub turn: Option<Turn>,
}

impl Session {
    /// A client that hasn't asked yet.
    pub fn new(protocol: Box<dyn Protocol>) -> Session {
        Session {
            protocol,
            host: String::new(),
            annotator: Annotator::default(),
            open: false,
            over: true,
        }
    }

    /// Begins anew, as if nothing had been asked yet. `host` is for the header of that name.
    pub fn restart(&mut self, host: &str) {
        self.protocol.restart();
        self.host = host.into();
        self.over = true;
    }

    /// A connection is being made.
    pub fn connect(&mut self) {
        self.protocol.connect();
        self.open = false;
        self.over = false;
    }

    /// The connection stands: the bytes that ask, and their lines.
    pub fn ask(&mut self, at: Duration) -> (Vec<u8>, Vec<Line>) {
        let bytes = self.protocol.ask(&self.host);
        self.annotator = Annotator::default();
        let what = What::Bytes(bytes.clone());
        let lines = self.annotator.push(&Record { at, direction: Direction::Sent, what });
        (bytes, lines)
    }

    /// Takes in bytes of the answer. `random` is from 0 to 1, in case the answer ends here.
    pub fn receive(&mut self, bytes: &[u8], at: Duration, random: f64) -> Update {
        let what = What::Bytes(bytes.to_vec());
        let lines = self.annotator.push(&Record { at, direction: Direction::Received, what });
        let mut update = Update::default();
        for line in &lines {
            self.read(line, &mut update);
        }
        if self.open && !self.over && self.annotator.is_answered() {
            // The answer is over, whatever the connection does.
            update.turn = self.ended(at, random);
        }
        update.lines = lines;
        update
    }

    /// The connection is over: `Direction::Sent` if this side ended it, else `Direction::Received`.
    pub fn end(&mut self, who: Direction, at: Duration, random: f64) -> Update {
        let lines = self.annotator.push(&Record { at, direction: who, what: What::Fin });
        Update { lines, turn: self.ended(at, random), ..Update::default() }
    }

    /// There was no connection.
    pub fn fail(&mut self, random: f64) -> Update {
        Update { turn: self.ended(Duration::ZERO, random), ..Update::default() }
    }

    /// Takes in a line of a recording. Returns the events that it completes.
    pub fn replay(&mut self, line: &Line) -> Vec<Event> {
        let mut update = Update::default();
        match (line.direction, line.kind) {
            (_, Kind::Fin | Kind::Reset) => drop(self.ended(line.at, 0.0)),
            (Direction::Sent, _) if self.over => self.connect(),
            (Direction::Sent, _) => {}
            (Direction::Received, _) => self.read(line, &mut update),
        }
        update.events
    }

    /// What the reader who disconnects is told.
    pub fn disconnected(&self) -> &'static str {
        self.protocol.disconnected()
    }

    fn read(&mut self, line: &Line, update: &mut Update) {
        if self.over {
            return;
        }
        let Some(turn) = self.protocol.read(line, &mut update.events) else { return };
        match turn {
            Turn::Open => self.open = true,
            Turn::Reconnect { .. } | Turn::Stop(_) => self.over = true,
        }
        update.turn = Some(turn);
    }

    fn ended(&mut self, at: Duration, random: f64) -> Option<Turn> {
        let over = std::mem::replace(&mut self.over, true);
        if over { None } else { self.protocol.end(at, random) }
    }
}
