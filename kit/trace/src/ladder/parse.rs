//! The text form of a ladder diagram. One statement a line:
//!
//! ```text
//! title: SSE with a reconnect
//! participants: Browser, Server
//! # a comment
//! Browser -> Server: GET /api/v1/live-data
//! Browser <- Server: 200, a stream
//! Browser <-x Server: event 9 (lost: `->x` or `<-x`)
//! note Server: update 10
//! note: all of them see this
//! ... 3 s
//! ```

use super::{Ladder, Step};
use std::fmt;

/// Bounds that keep a diagram readable.
const MOST_PARTICIPANTS: usize = 5;
const MOST_STEPS: usize = 100;

/// Why a text isn't a ladder diagram.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LadderError {
    /// The line of the text, from 1.
    pub line: usize,
    /// What is wrong with it and what to write instead.
    pub reason: String,
}

impl fmt::Display for LadderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {} of the ladder: {}", self.line, self.reason)
    }
}

impl std::error::Error for LadderError {}

impl Ladder {
    /// Reads the text form: `title:` and `participants:` first, then a step a line.
    pub fn parse(text: &str) -> Result<Ladder, LadderError> {
        let mut ladder =
            Ladder { title: String::new(), participants: Vec::new(), steps: Vec::new() };
        for (index, row) in text.lines().enumerate() {
            let row = row.trim();
            if !row.is_empty() && !row.starts_with('#') {
                ladder.read(row).map_err(|reason| LadderError { line: index + 1, reason })?;
            }
        }
        let last = text.lines().count().max(1);
        if ladder.title.is_empty() {
            let reason = "a title is missing: `title: what it shows`".into();
            return Err(LadderError { line: 1, reason });
        }
        if ladder.steps.is_empty() {
            let reason = "nothing happens: add a step like `Browser -> Server: GET /`".into();
            return Err(LadderError { line: last, reason });
        }
        Ok(ladder)
    }

    fn read(&mut self, row: &str) -> Result<(), String> {
        if let Some(title) = row.strip_prefix("title:") {
            if !self.title.is_empty() {
                return Err("a second title".into());
            }
            self.title = title.trim().into();
            return Ok(());
        }
        if let Some(names) = row.strip_prefix("participants:") {
            return self.read_participants(names);
        }
        if self.participants.is_empty() {
            return Err("say who takes part first: `participants: Browser, Server`".into());
        }
        if self.steps.len() == MOST_STEPS {
            return Err(format!("more than {MOST_STEPS} steps: make two diagrams of it"));
        }
        let step = self.read_step(row)?;
        self.steps.push(step);
        Ok(())
    }

    fn read_participants(&mut self, names: &str) -> Result<(), String> {
        if !self.participants.is_empty() {
            return Err("the participants are named already".into());
        }
        let names: Vec<String> = names.split(',').map(|name| name.trim().to_owned()).collect();
        if names.len() < 2 || names.len() > MOST_PARTICIPANTS {
            return Err(format!("two to {MOST_PARTICIPANTS} participants, with commas between"));
        }
        for (index, name) in names.iter().enumerate() {
            if name.is_empty() || names[..index].contains(name) {
                return Err(format!("each participant needs a name of its own, not `{name}`"));
            }
        }
        self.participants = names;
        Ok(())
    }

    fn read_step(&self, row: &str) -> Result<Step, String> {
        if let Some(text) = row.strip_prefix("...") {
            return Ok(Step::Pause(text.trim().into()));
        }
        let Some((head, text)) = row.split_once(':') else {
            return Err(format!(
                "`{row}` is no step; write `A -> B: text`, `A <- B: text`, `A ->x B: text` \
                 for a message that is lost, `... text`, `note: text` or `note A: text`"
            ));
        };
        let text = text.trim().to_owned();
        if head == "note" {
            return Ok(Step::Note(None, text));
        }
        // The arrows that mean "lost" contain the others.
        for (arrow, back, lost) in
            [("->x", false, true), ("<-x", true, true), ("->", false, false), ("<-", true, false)]
        {
            if let Some((left, right)) = head.split_once(arrow) {
                let (left, right) = (self.participant(left)?, self.participant(right)?);
                if left == right {
                    return Err("a message needs two different participants".into());
                }
                let (from, to) = if back { (right, left) } else { (left, right) };
                return Ok(Step::Message { from, to, text, lost });
            }
        }
        match head.strip_prefix("note ") {
            Some(name) => Ok(Step::Note(Some(self.participant(name)?), text)),
            None => Err(format!("no arrow in `{head}`: write `->`, `<-`, `->x` or `<-x`")),
        }
    }

    fn participant(&self, name: &str) -> Result<usize, String> {
        let name = name.trim();
        self.participants.iter().position(|known| known == name).ok_or_else(|| {
            format!("nobody is called `{name}`; there are {}", self.participants.join(", "))
        })
    }
}
