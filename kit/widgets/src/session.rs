//! What the panel's client does, without a browser: it decides as an `EventSource` would, but keeps
//! every byte for the reader.

use solution_03::client::{Client, Next};
use solution_03::wire::Message;
use std::time::Duration;
use trace::{Annotator, Kind, Line, Record, Way, What};

/// A client of one stream, over any number of connections.
pub struct Session {
    path: String,
    host: String,
    client: Client,
    annotator: Annotator,
    answer: Answer,
    /// Whether the answer is a stream to read.
    open: bool,
    over: bool,
}

/// What the answer's head has said so far.
#[derive(Default)]
struct Answer {
    status: Option<u16>,
    content_type: Option<String>,
}

/// What came of something.
#[derive(Default)]
pub struct Update {
    /// To be added to the transcript.
    pub lines: Vec<Line>,
    /// The events that are complete now.
    pub messages: Vec<Message>,
    /// Set if it is time to do something else than to read on.
    pub turn: Option<Turn>,
}

/// What is to be done now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Turn {
    /// The stream is open: read on.
    Open,
    /// The connection is over. Wait so long, then [`Session::connect`] with this id.
    Reconnect {
        /// How long to wait.
        after: Duration,
        /// For the header of that name.
        last_event_id: Option<String>,
    },
    /// The client gives up for good, for this reason.
    Stop(String),
}

impl Session {
    /// A client that hasn't asked yet. `host` is for the header of that name.
    pub fn new(path: &str, host: &str) -> Session {
        Session {
            path: path.into(),
            host: host.into(),
            client: Client::new(),
            annotator: Annotator::default(),
            answer: Answer::default(),
            open: false,
            over: false,
        }
    }

    /// A connection is being made.
    pub fn connect(&mut self) {
        self.client.on_connect();
        self.over = false;
    }

    /// The connection stands: the head of the request to send, and its lines.
    pub fn request(&mut self, at: Duration, last_event_id: Option<&str>) -> (Vec<u8>, Vec<Line>) {
        self.annotator = Annotator::default();
        self.answer = Answer::default();
        self.open = false;
        let resume = match last_event_id {
            Some(id) => format!("Last-Event-ID: {id}\r\n"),
            None => String::new(),
        };
        let head = format!(
            "GET {} HTTP/1.1\r\nHost: {}\r\nAccept: text/event-stream\r\nCache-Control: no-store\r\n\
             {resume}\r\n",
            self.path, self.host
        );
        let bytes = head.into_bytes();
        let record = Record { at, way: Way::Sent, what: What::Bytes(bytes.clone()) };
        (bytes, self.annotator.push(&record))
    }

    /// Takes in bytes of the answer. `random` is from 0 to 1, in case the body ends here.
    pub fn receive(&mut self, bytes: &[u8], at: Duration, random: f64) -> Update {
        let record = Record { at, way: Way::Received, what: What::Bytes(bytes.to_vec()) };
        let lines = self.annotator.push(&record);
        let mut update = Update::default();
        for line in &lines {
            self.read(line, &mut update);
        }
        if self.open && self.annotator.is_answered() {
            // The body is over, whatever the connection does.
            self.ended(&mut update, random);
        }
        update.lines = lines;
        update
    }

    /// The connection is over: `Way::Sent` if this side ended it, else `Way::Received`.
    pub fn end(&mut self, who: Way, at: Duration, random: f64) -> Update {
        let lines = self.annotator.push(&Record { at, way: who, what: What::Fin });
        let mut update = Update { lines, ..Update::default() };
        self.ended(&mut update, random);
        update
    }

    /// There was no connection.
    pub fn fail(&mut self, random: f64) -> Update {
        let mut update = Update::default();
        self.ended(&mut update, random);
        update
    }

    fn read(&mut self, line: &Line, update: &mut Update) {
        match line.kind {
            Kind::Head => self.read_head(&line.bytes, update),
            Kind::Event => update.messages.extend(self.client.on_bytes(&line.bytes)),
            Kind::Other => self.stop("That is not HTTP/1.1.".into(), update),
            _ => {}
        }
    }

    fn read_head(&mut self, line: &[u8], update: &mut Update) {
        let text = String::from_utf8_lossy(line);
        let text = text.trim_end();
        if let Some((name, value)) = text.split_once(':') {
            if name.eq_ignore_ascii_case("content-type") {
                self.answer.content_type = Some(value.trim().into());
            }
            return;
        }
        if !text.is_empty() {
            self.answer.status = text.split(' ').nth(1).and_then(|status| status.parse().ok());
            return;
        }
        let answer = std::mem::take(&mut self.answer);
        let status = answer.status.unwrap_or_default();
        if (100..200).contains(&status) {
            return;
        }
        match self.client.on_response(status, answer.content_type.as_deref()) {
            Next::Read => {
                self.open = true;
                update.turn = Some(Turn::Open);
            }
            _ if status == 204 => self.stop("204 No Content: “don't come back”.".into(), update),
            _ if status == 200 => {
                let found = answer.content_type.unwrap_or("no content-type".into());
                self.stop(format!("{found} is not text/event-stream."), update);
            }
            _ => self.stop(format!("The status is {status}, not 200."), update),
        }
    }

    fn stop(&mut self, why: String, update: &mut Update) {
        if !std::mem::replace(&mut self.over, true) {
            update.turn = Some(Turn::Stop(why));
        }
    }

    fn ended(&mut self, update: &mut Update, random: f64) {
        if std::mem::replace(&mut self.over, true) {
            return;
        }
        update.turn = match self.client.on_end(random) {
            Next::Reconnect { after, last_event_id } => {
                Some(Turn::Reconnect { after, last_event_id })
            }
            _ => None,
        };
    }
}

/// What a server said, as a sentence: `the log is empty` to `The log is empty.`
pub fn sentence(words: &str) -> String {
    // Of ASCII alone: the tables for the rest would be a tenth of the page's WebAssembly.
    let mut characters = words.trim().chars();
    let first = characters.next().map(|c| c.to_ascii_uppercase().to_string()).unwrap_or_default();
    let rest = characters.as_str();
    let end = if rest.ends_with(['.', '!', '?']) { "" } else { "." };
    format!("{first}{rest}{end}")
}
