//! HTTP/1.1 in one direction: cuts bytes into heads, chunks and bodies (RFC 9112).
//!
//! It is lenient where a reader of transcripts wants to see more, and never fails: what it doesn't
//! understand, and all that follows it, is [`Kind::Other`].

use crate::event_stream::EventStream;
use crate::head::{Framing, Head, count, digits};
use crate::websocket::Frames;
use crate::{Direction, Kind, Line};
use std::collections::VecDeque;
use std::time::Duration;

/// A longer line is shown in pieces, and ends a head. It bounds what is held back.
const LONGEST_LINE: usize = 8 * 1024;

#[derive(Debug)]
enum State {
    /// Before a start line.
    Start,
    Head(Head),
    ChunkSize,
    Chunk {
        left: u64,
    },
    ChunkEnd,
    Trailer,
    Body {
        left: Option<u64>,
    },
    /// After a head that changed the protocol to WebSocket.
    Frames(Frames),
    /// After a head that changed the protocol to another one.
    Upgraded,
    /// After something that isn't HTTP/1.1.
    Lost,
}

/// Reads what went one way.
#[derive(Debug)]
pub(crate) struct Reader {
    direction: Direction,
    state: State,
    /// The unfinished line and the time of its newest byte.
    line: Vec<u8>,
    at: Duration,
    /// Of the body that is being read, if it is an event stream.
    events: Option<EventStream>,
    /// A request's reader puts in, for each request, whether its method is HEAD; the answers'
    /// reader takes out.
    pub answers_to: VecDeque<bool>,
}

impl Reader {
    pub fn new(direction: Direction) -> Reader {
        Reader {
            direction,
            state: State::Start,
            line: Vec::new(),
            at: Duration::ZERO,
            events: None,
            answers_to: VecDeque::new(),
        }
    }

    /// Whether the protocol changed (status 101).
    pub fn upgraded(&self) -> bool {
        matches!(self.state, State::Upgraded | State::Frames(_))
    }

    /// Whether the next byte begins a message.
    pub fn is_between(&self) -> bool {
        matches!(self.state, State::Start) && self.line.is_empty()
    }

    /// The other way changed the protocol. What came before that was known is the new one's too.
    pub fn upgrade_with(&mut self, other: &Reader, lines: &mut Vec<Line>) {
        if !other.upgraded() || self.upgraded() {
            return;
        }
        let early = matches!(self.state, State::Start).then(|| std::mem::take(&mut self.line));
        self.state = match other.state {
            State::Frames(_) => State::Frames(Frames::default()),
            _ => State::Upgraded,
        };
        self.push(&early.unwrap_or_default(), self.at, lines);
    }

    pub fn push(&mut self, bytes: &[u8], at: Duration, lines: &mut Vec<Line>) {
        for &byte in bytes {
            self.byte(byte, at, lines);
        }
    }

    /// Gives out the unfinished line.
    pub fn flush(&mut self, lines: &mut Vec<Line>) {
        match self.state {
            _ if self.line.is_empty() => {}
            State::Chunk { .. } | State::Body { .. } => self.data_line(lines),
            State::Frames(ref mut frames) => {
                let (kind, note) = frames.unfinished(&self.line);
                self.line(kind, &note, lines);
            }
            State::Upgraded | State::Lost => self.line(Kind::Other, "", lines),
            State::Start => self.line(Kind::Other, "unfinished", lines),
            State::Head(_) => self.line(Kind::Head, "unfinished", lines),
            State::ChunkSize => self.line(Kind::ChunkSize, "unfinished", lines),
            State::ChunkEnd => self.line(Kind::ChunkEnd, "unfinished", lines),
            State::Trailer => self.line(Kind::Trailer, "unfinished", lines),
        }
    }

    /// What it means that no more bytes come here; None between two messages.
    pub fn end(&self) -> Option<String> {
        let note = match &self.state {
            State::Start | State::Upgraded | State::Lost => return None,
            State::Frames(frames) => return frames.end(),
            State::Head(_) => "the head isn't complete".into(),
            State::ChunkSize if self.unfinished_event() => {
                "no last chunk came, and an unfinished event is dropped".into()
            }
            State::ChunkSize => "no last chunk came".into(),
            State::Chunk { left } => format!("{} of the chunk are missing", count(*left)),
            State::ChunkEnd => "the chunk's CR LF is missing".into(),
            State::Trailer => "the empty line after the last chunk is missing".into(),
            State::Body { left: Some(left) } => format!("{} of the body are missing", count(*left)),
            State::Body { left: None } if self.unfinished_event() => {
                "this ends the body, and an unfinished event is dropped".into()
            }
            State::Body { left: None } => "this ends the body".into(),
        };
        Some(note)
    }

    fn unfinished_event(&self) -> bool {
        self.events.as_ref().is_some_and(EventStream::unfinished)
    }

    fn byte(&mut self, byte: u8, at: Duration, lines: &mut Vec<Line>) {
        // In an event stream a CR ends a line by itself, so it waits here for a possible LF.
        let waits = self.events.is_some() && self.line.ends_with(b"\r");
        if waits && byte != b'\n' && self.in_data() {
            self.data_line(lines);
        }
        self.line.push(byte);
        self.at = at;
        let line_ends = byte == b'\n';
        let too_long = self.line.len() >= LONGEST_LINE;
        match &mut self.state {
            State::Chunk { left } | State::Body { left: Some(left) } => {
                *left -= 1;
                let last = *left == 0;
                if line_ends || too_long || last {
                    self.data_line(lines);
                }
                if last {
                    self.data_ended();
                }
            }
            State::Body { left: None } if line_ends || too_long => self.data_line(lines),
            State::Frames(frames) => {
                if let Some((kind, note)) = frames.byte(&self.line, too_long) {
                    self.line(kind, &note, lines);
                }
            }
            State::Upgraded | State::Lost if line_ends || too_long => {
                self.line(Kind::Other, "", lines);
            }
            State::Body { .. } | State::Upgraded | State::Lost => {}
            _ if line_ends => self.protocol_line(lines),
            _ if too_long => self.lost("longer than a line should be", lines),
            _ => {}
        }
    }

    fn in_data(&self) -> bool {
        matches!(self.state, State::Chunk { .. } | State::Body { .. })
    }

    fn data_ended(&mut self) {
        self.state = match self.state {
            State::Chunk { .. } => State::ChunkEnd,
            _ => State::Start,
        };
    }

    /// A whole line of the protocol itself has come.
    fn protocol_line(&mut self, lines: &mut Vec<Line>) {
        let text = self.line.strip_suffix(b"\n").unwrap_or(&self.line);
        let text = text.strip_suffix(b"\r").unwrap_or(text).to_vec();
        match std::mem::replace(&mut self.state, State::Lost) {
            State::Start => self.start_line(&text, lines),
            State::Head(head) => self.head_line(head, &text, lines),
            State::ChunkSize => self.chunk_size(&text, lines),
            State::ChunkEnd if text.is_empty() => {
                self.state = State::ChunkSize;
                self.line(Kind::ChunkEnd, "", lines);
            }
            State::ChunkEnd => self.lost("a chunk must end here, with CR LF", lines),
            State::Trailer if text.is_empty() => {
                self.state = State::Start;
                self.line(Kind::Trailer, "end of the body", lines);
            }
            State::Trailer => {
                self.state = State::Trailer;
                self.line(Kind::Trailer, "", lines);
            }
            _ => self.lost("", lines),
        }
    }

    fn start_line(&mut self, text: &[u8], lines: &mut Vec<Line>) {
        if text.is_empty() {
            self.state = State::Start;
            return self.line(Kind::Other, "an empty line before the head", lines);
        }
        let Some(head) = Head::start(self.direction, text) else {
            return self.lost("not HTTP/1.1", lines);
        };
        self.state = State::Head(head);
        self.line(Kind::Head, "", lines);
    }

    fn head_line(&mut self, mut head: Head, text: &[u8], lines: &mut Vec<Line>) {
        if !text.is_empty() {
            let note = head.field(text);
            self.state = State::Head(head);
            return self.line(Kind::Head, &note, lines);
        }
        let answers_head = match self.direction {
            Direction::Sent => {
                self.answers_to.push_back(head.is_head_request);
                false
            }
            Direction::Received if head.is_interim() => false,
            Direction::Received => self.answers_to.pop_front().unwrap_or(false),
        };
        let framing = head.framing(self.direction, answers_head);
        self.events = Some(EventStream::default()).filter(|_| head.event_stream);
        let (state, more) = match framing {
            Framing::Nothing if self.direction == Direction::Sent => (State::Start, ""),
            Framing::Nothing => (State::Start, "; no body follows"),
            Framing::Length(left) => (State::Body { left: Some(left) }, ""),
            Framing::Chunked => (State::ChunkSize, ""),
            Framing::UntilClose => {
                (State::Body { left: None }, "; the body ends with the connection")
            }
            Framing::Upgrade if head.websocket => {
                (State::Frames(Frames::default()), "; frames follow, both ways")
            }
            Framing::Upgrade => (State::Upgraded, "; another protocol follows"),
            Framing::Unknown => (State::Lost, "; nobody knows where the body ends"),
        };
        self.state = state;
        self.line(Kind::Head, &format!("end of the head{more}"), lines);
    }

    fn chunk_size(&mut self, text: &[u8], lines: &mut Vec<Line>) {
        let mut parts = text.splitn(2, |&b| b == b';');
        let number = parts.next().unwrap_or_default().trim_ascii_end();
        let extension = if parts.next().is_some() { "; the rest is an extension" } else { "" };
        match digits(number, 16) {
            Some(0) => {
                self.state = State::Trailer;
                self.line(Kind::LastChunk, &format!("no more chunks{extension}"), lines);
            }
            Some(left) => {
                self.state = State::Chunk { left };
                let hex = String::from_utf8_lossy(number).into_owned();
                let follow = if left == 1 { "follows" } else { "follow" };
                let note = format!("0x{hex} = {} {follow}{extension}", count(left));
                self.line(Kind::ChunkSize, &note, lines);
            }
            None => self.lost("a chunk's size must be here, in hexadecimal", lines),
        }
    }

    /// Gives out a line of the body, or the piece of it that there is.
    fn data_line(&mut self, lines: &mut Vec<Line>) {
        let note = self.events.as_mut().map(|events| events.note(&self.line));
        let kind = match self.state {
            _ if note.is_some() => Kind::Event,
            State::Chunk { .. } => Kind::Chunk,
            _ => Kind::Body,
        };
        self.line(kind, &note.unwrap_or_default(), lines);
    }

    /// From here on nothing can be understood.
    fn lost(&mut self, note: &str, lines: &mut Vec<Line>) {
        self.state = State::Lost;
        self.line(Kind::Other, note, lines);
    }

    fn line(&mut self, kind: Kind, note: &str, lines: &mut Vec<Line>) {
        let bytes = std::mem::take(&mut self.line);
        lines.push(Line { at: self.at, direction: self.direction, kind, bytes, note: note.into() });
    }
}
