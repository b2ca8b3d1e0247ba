//! From raw records to lines, for both ways of one connection.

use crate::http::Reader;
use crate::{Direction, Kind, Line, Record, Trace, What};

/// Cuts a whole trace into lines. Bytes that aren't HTTP/1.1 become [`Kind::Other`].
pub fn annotate(trace: &Trace) -> Vec<Line> {
    let mut annotator = Annotator::default();
    let mut lines: Vec<Line> =
        trace.records().iter().flat_map(|record| annotator.push(record)).collect();
    lines.extend(annotator.finish());
    lines
}

/// Cuts a trace into lines while it grows, for a page that shows bytes as they come. Start a new
/// one for each connection.
///
/// What it gives doesn't depend on how the bytes were cut into reads. It holds back at most one
/// unfinished line for each way.
pub struct Annotator {
    sent: Reader,
    received: Reader,
}

impl Default for Annotator {
    fn default() -> Annotator {
        Annotator { sent: Reader::new(Direction::Sent), received: Reader::new(Direction::Received) }
    }
}

impl Annotator {
    /// The lines that are complete now. `at` of a line is when its last byte came.
    pub fn push(&mut self, record: &Record) -> Vec<Line> {
        let mut lines = Vec::new();
        match &record.what {
            What::Bytes(bytes) => match record.direction {
                Direction::Sent => {
                    self.sent.push(bytes, record.at, &mut lines);
                    self.received.answers_to.extend(self.sent.answers_to.drain(..));
                }
                Direction::Received => {
                    self.received.push(bytes, record.at, &mut lines);
                    self.sent.upgrade_with(&self.received, &mut lines);
                }
            },
            What::Fin => {
                let reader = match record.direction {
                    Direction::Sent => &mut self.sent,
                    Direction::Received => &mut self.received,
                };
                reader.flush(&mut lines);
                lines.push(ending(record, Kind::Fin, reader.end()));
            }
            What::Reset => {
                self.sent.flush(&mut lines);
                self.received.flush(&mut lines);
                lines.push(ending(record, Kind::Reset, self.received.end()));
            }
        }
        lines
    }

    /// Whether the server is between two answers: the body of the last one, if any, is over.
    pub fn is_answered(&self) -> bool {
        self.received.is_between()
    }

    /// What was held back: the unfinished lines.
    pub fn finish(mut self) -> Vec<Line> {
        let mut lines = Vec::new();
        self.sent.flush(&mut lines);
        self.received.flush(&mut lines);
        lines
    }
}

/// The line of a FIN or a reset. `more` is what it means for what was being read.
pub(crate) fn ending(record: &Record, kind: Kind, more: Option<String>) -> Line {
    let who = match record.direction {
        Direction::Sent => "client",
        Direction::Received => "server",
    };
    let does = match kind {
        Kind::Fin => "sends no more",
        _ => "reset the connection",
    };
    let more = more.map_or(String::new(), |more| format!("; {more}"));
    let note = format!("the {who} {does}{more}");
    Line { at: record.at, direction: record.direction, kind, bytes: Vec::new(), note }
}
