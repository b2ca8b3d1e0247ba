//! From raw records to lines, for a protocol that is made of lines and of nothing else.

use crate::annotate::ending;
use crate::{Direction, Kind, Line, Trace, What};
use std::mem::take;
use std::time::Duration;

/// A longer line is shown in pieces.
const LONGEST_LINE: usize = 8 * 1024;

/// Cuts a whole trace after each LF. [`annotate`](crate::annotate) is for HTTP and what grows out of
/// it; this is for every other protocol that a person could type.
///
/// ```
/// use std::time::Duration;
/// use trace::{Trace, Direction, What};
///
/// let mut trace = Trace::default();
/// trace.push(Duration::ZERO, Direction::Sent, What::Bytes(b"BREW oolong\nBREW se".to_vec()));
/// trace.push(Duration::ZERO, Direction::Received, What::Bytes(b"READY\n".to_vec()));
/// trace.push(Duration::ZERO, Direction::Sent, What::Bytes(b"ncha\n".to_vec()));
/// assert_eq!(
///     trace::to_text(&trace::lines(&trace)),
///     "\
/// → line       BREW oolong␊
/// ← line       READY␊
/// → line       BREW sencha␊
/// ⟨end⟩
/// "
/// );
/// ```
pub fn lines(trace: &Trace) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut unfinished = [Direction::Sent, Direction::Received].map(Unfinished::new);
    for record in trace.records() {
        let unfinished = &mut unfinished[usize::from(record.direction == Direction::Received)];
        match &record.what {
            What::Bytes(bytes) => unfinished.push(bytes, record.at, &mut lines),
            What::Fin => {
                unfinished.flush(&mut lines);
                lines.push(ending(record, Kind::Fin, None));
            }
            What::Reset => {
                unfinished.flush(&mut lines);
                lines.push(ending(record, Kind::Reset, None));
            }
        }
    }
    unfinished.into_iter().for_each(|mut rest| rest.flush(&mut lines));
    lines
}

/// The line that hasn't ended yet, one way.
struct Unfinished {
    direction: Direction,
    bytes: Vec<u8>,
    /// When the newest of them came.
    at: Duration,
}

impl Unfinished {
    fn new(direction: Direction) -> Unfinished {
        Unfinished { direction, bytes: Vec::new(), at: Duration::ZERO }
    }

    fn push(&mut self, bytes: &[u8], at: Duration, lines: &mut Vec<Line>) {
        for &byte in bytes {
            self.bytes.push(byte);
            self.at = at;
            if byte == b'\n' || self.bytes.len() == LONGEST_LINE {
                lines.push(self.take(""));
            }
        }
    }

    fn flush(&mut self, lines: &mut Vec<Line>) {
        if !self.bytes.is_empty() {
            lines.push(self.take("unfinished"));
        }
    }

    fn take(&mut self, note: &str) -> Line {
        let bytes = take(&mut self.bytes);
        Line { at: self.at, direction: self.direction, kind: Kind::Line, bytes, note: note.into() }
    }
}
