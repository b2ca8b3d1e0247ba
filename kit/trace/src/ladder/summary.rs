//! A ladder's text alternative, and the ladder of a transcript.

use super::{Ladder, Step};
use crate::{Direction, Kind, Line, websocket};
use std::time::Duration;

/// A shorter silence isn't drawn.
const PAUSE: Duration = Duration::from_millis(500);

impl Ladder {
    /// The diagram in words, a numbered line a step.
    pub fn to_text(&self) -> String {
        let mut text = format!("{}. {}.\n", self.title, self.participants.join(" and "));
        for (index, step) in self.steps.iter().enumerate() {
            text += &format!("{}. {}\n", index + 1, self.step_in_words(step));
        }
        text
    }

    fn step_in_words(&self, step: &Step) -> String {
        let name = |index: usize| self.participants[index].as_str();
        match step {
            Step::Message { from, to, text, lost } => {
                let lost = if *lost { ", lost on the way" } else { "" };
                format!("{} to {}{lost}: {text}", name(*from), name(*to))
            }
            Step::Pause(text) if text.is_empty() => "Time passes".into(),
            Step::Pause(text) => format!("Time passes: {text}"),
            Step::Note(Some(who), text) => format!("At {}: {text}", name(*who)),
            Step::Note(None, text) => text.clone(),
        }
    }

    /// Draws a transcript: an arrow for each head, event, heartbeat, other part of a body, and
    /// ending, and the silences between them if the lines have times.
    pub fn from_lines(title: &str, lines: &[Line]) -> Ladder {
        let mut steps = Vec::new();
        let mut at = Duration::ZERO;
        let mut event = Gathered::default();
        let mut head: Option<String> = None;
        let mut frames = [0; 2];
        for line in lines {
            let text = String::from_utf8_lossy(&line.bytes);
            let text = text.trim_end_matches(['\r', '\n']);
            let label = match line.kind {
                Kind::Head => head_label(&mut head, text),
                Kind::Event => event.line(&line.bytes),
                Kind::Frame | Kind::Payload => {
                    frame_label(&mut frames[usize::from(line.direction == Direction::Sent)], line)
                }
                Kind::Body | Kind::Chunk | Kind::Line | Kind::Other if !text.is_empty() => {
                    Some(text.into())
                }
                Kind::LastChunk => Some("end of the body".into()),
                Kind::Fin => Some("end of the connection".into()),
                Kind::Reset => Some("connection reset".into()),
                _ => None,
            };
            let Some(text) = label else { continue };
            let silence = line.at.saturating_sub(at);
            if silence >= PAUSE {
                steps.push(Step::Pause(format!("{:.1} s", silence.as_secs_f64())));
            }
            at = line.at;
            let (from, to) = if line.direction == Direction::Sent { (0, 1) } else { (1, 0) };
            steps.push(Step::Message { from, to, text, lost: false });
        }
        let participants = vec!["Client".into(), "Server".into()];
        Ladder { title: title.into(), participants, steps }
    }
}

/// Puts a head's start line, and what matters to a stream, into one label; given out at its end.
fn head_label(head: &mut Option<String>, text: &str) -> Option<String> {
    if text.is_empty() {
        return head.take();
    }
    match head {
        None => {
            let text = text.strip_suffix(" HTTP/1.1").unwrap_or(text);
            *head = Some(text.strip_prefix("HTTP/1.1 ").unwrap_or(text).into());
        }
        Some(label) => {
            let name = text.split(':').next().unwrap_or_default();
            if name.eq_ignore_ascii_case("last-event-id") {
                *label = format!("{label}, {text}");
            }
        }
    }
    None
}

/// The label of a frame: its payload, or its name if it has none. `opcode` is that of the head
/// that came last on this way.
fn frame_label(opcode: &mut u8, line: &Line) -> Option<String> {
    if line.kind == Kind::Frame {
        *opcode = line.bytes.first().unwrap_or(&0) & 0x0f;
        let empty = line.bytes.get(1).is_some_and(|second| second & 0x7f == 0);
        return empty.then(|| websocket::name(*opcode));
    }
    let text = match line.note.strip_prefix("unmasked: ") {
        Some(text) => text.to_owned(),
        None if *opcode == 8 => line.note.clone(),
        None => String::from_utf8_lossy(&line.bytes).into_owned(),
    };
    Some(match opcode {
        1 => text,
        opcode => format!("{} {text}", websocket::name(*opcode)),
    })
}

/// The lines of an event so far, and the piece of a line that a chunk's end cut.
#[derive(Default)]
struct Gathered {
    line: Vec<u8>,
    fields: Vec<String>,
}

impl Gathered {
    /// The label of an event when its empty line has come, or of a comment.
    fn line(&mut self, piece: &[u8]) -> Option<String> {
        self.line.extend_from_slice(piece);
        if !piece.ends_with(b"\n") && !piece.ends_with(b"\r") {
            return None;
        }
        let line = std::mem::take(&mut self.line);
        let line = String::from_utf8_lossy(&line);
        let line = line.trim_end_matches(['\r', '\n']);
        if line.starts_with(':') {
            return Some("heartbeat".into());
        }
        if !line.is_empty() {
            self.fields.push(line.into());
            return None;
        }
        let fields = std::mem::take(&mut self.fields);
        let first = fields.iter().find(|field| field.starts_with("id:")).or(fields.first())?;
        let event = fields.iter().find_map(|field| field.strip_prefix("event:"));
        Some(match event {
            Some(name) if !first.starts_with("event:") => format!("{first}, {}", name.trim()),
            _ => first.clone(),
        })
    }
}
