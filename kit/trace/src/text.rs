//! The text form of a transcript, for snapshots and failure messages, and its exact inverse.
//!
//! One line of text for each line of the transcript: an arrow (`→` the client sends, `←` the
//! server), the kind, the bytes, and after `│` the note. The last line is `⟨end⟩`. A missing blank
//! line, a CR or a newline too many is a difference that shows.

use crate::visible::{END, invisible, visible};
use crate::{Direction, Kind, Line};
use std::fmt;
use std::time::Duration;

/// Where the notes begin, if the bytes leave room.
const NOTE_COLUMN: usize = 40;

/// The stable form: no times, so that two runs of one exchange give the same text.
pub fn to_text(lines: &[Line]) -> String {
    write(lines, |_| String::new())
}

/// The form for people, with seconds since the start.
pub fn to_text_with_times(lines: &[Line]) -> String {
    write(lines, |line| format!("{:>10}  ", line.time()))
}

fn write(lines: &[Line], time: impl Fn(&Line) -> String) -> String {
    let mut text = String::new();
    for line in lines {
        let bytes = line.shown();
        let mut row =
            format!("{}{} {:10} {bytes}", time(line), arrow(line.direction), line.kind.name());
        if line.note.is_empty() {
            row.truncate(row.trim_end().len());
        } else {
            let pad = NOTE_COLUMN.saturating_sub(bytes.chars().count());
            row += &format!("{:pad$} │ {}", "", visible(line.note.as_bytes()));
        }
        text += &row;
        text.push('\n');
    }
    text + END + "\n"
}

/// Why a text isn't a transcript.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseError {
    /// The line of the text, from 1.
    pub line: usize,
    /// What is wrong with it, for people.
    pub reason: String,
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {} of the transcript: {}", self.line, self.reason)
    }
}

impl std::error::Error for ParseError {}

/// Reads the stable form back: `parse(&to_text(&lines))` gives the same bytes, ways, kinds and
/// notes, and zero for the times.
pub fn parse(text: &str) -> Result<Vec<Line>, ParseError> {
    let mut lines = Vec::new();
    let mut rows = text.lines().enumerate();
    for (index, row) in rows.by_ref() {
        if row == END {
            return match rows.find(|(_, row)| !row.is_empty()) {
                None => Ok(lines),
                Some((index, _)) => {
                    Err(ParseError { line: index + 1, reason: format!("text after {END}") })
                }
            };
        }
        lines.push(parse_row(row).map_err(|reason| ParseError { line: index + 1, reason })?);
    }
    let reason = format!("the last line must be {END}");
    Err(ParseError { line: text.lines().count() + 1, reason })
}

fn parse_row(row: &str) -> Result<Line, String> {
    let (direction, rest) = if let Some(rest) = row.strip_prefix("→ ") {
        (Direction::Sent, rest)
    } else if let Some(rest) = row.strip_prefix("← ") {
        (Direction::Received, rest)
    } else {
        return Err("it must begin with → or ← and a space".into());
    };
    let name = rest.get(..10).unwrap_or(rest).trim_end();
    let kind = Kind::ALL.into_iter().find(|kind| kind.name() == name);
    let kind = kind.ok_or_else(|| {
        let names = Kind::ALL.map(Kind::name).join(", ");
        format!("`{name}` is no kind of line; the kinds are {names}")
    })?;
    let rest = rest.get(10..).unwrap_or_default();
    let (bytes, note) = rest.split_once('│').unwrap_or((rest, ""));
    let bytes = bytes.strip_prefix(' ').unwrap_or(bytes).trim_end_matches(' ');
    let note = invisible(note.strip_prefix(' ').unwrap_or(note))?;
    let note = String::from_utf8(note).map_err(|_| "the note isn't text".to_owned())?;
    Ok(Line { at: Duration::ZERO, direction, kind, bytes: invisible(bytes)?, note })
}

/// The sign for a way.
pub(crate) fn arrow(direction: Direction) -> char {
    match direction {
        Direction::Sent => '→',
        Direction::Received => '←',
    }
}
