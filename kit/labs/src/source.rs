//! A file of a solution, read with its markers: the one source of the starter, of `solve`, and of
//! what the book includes.
//!
//! A region has a name that the book includes by:
//!
//! ```text
//! // ANCHOR: step_1
//! // ANCHOR_END: step_1
//! ```
//!
//! A hole is what a learner writes. Its name says what the starter has in its place, and for which
//! step; the text after the name says what to do:
//!
//! ```text
//! // ANCHOR: todo_4 what to do        todo!("step 4: what to do")
//! // ANCHOR: naive_4 what to do       the lines that begin with `//~`, which run and have a bug
//! // ANCHOR: gone_4 what goes here    nothing: for fields, helpers, arms of a match
//! ```

mod parse;
mod parts;

pub use parts::Hole;

use anyhow::{Result, bail, ensure};
use parts::{Part, lines};
use std::ops::RangeInclusive;

/// A file with regions and holes.
pub struct Source {
    file: String,
    parts: Vec<Part>,
}

impl Source {
    /// Reads the markers of `text`; `file` is its path for people, in errors. A hole belongs to one
    /// of the `steps`.
    ///
    /// # Errors
    /// A marker that isn't closed, isn't known, or can't make a starter, as `file:line: what to do`.
    pub fn parse(file: &str, text: &str, steps: RangeInclusive<u8>) -> Result<Self> {
        let parts = parse::parts(file, text, steps)?;
        let source = Source { file: file.to_owned(), parts };
        source.check_holes()?;
        Ok(source)
    }

    /// The file as the lab has it, with the holes of the steps that `solved` names filled in.
    /// Regions stay.
    pub fn lab(&self, solved: impl Fn(u8) -> bool) -> Source {
        self.with_holes(|hole| hole.in_lab(solved(hole.step)))
    }

    /// The finished file without its holes' markers. Regions stay.
    pub fn solution(&self) -> Source {
        self.with_holes(|hole| hole.solution.clone())
    }

    fn with_holes(&self, fill: impl Fn(&Hole) -> Vec<Part>) -> Source {
        let mut parts = Vec::new();
        for part in &self.parts {
            match part {
                Part::Hole(hole) => parts.extend(fill(hole)),
                other => parts.push(other.clone()),
            }
        }
        Source { file: self.file.clone(), parts }
    }

    /// The file's text without any marker of a region.
    pub fn text(&self) -> String {
        joined(lines(&self.parts))
    }

    /// The text of the region called `name`, without its markers.
    ///
    /// # Errors
    /// There is no such region, or two of them; the error says which ones there are.
    pub fn region(&self, name: &str) -> Result<String> {
        let is = |part: &Part, start| match part {
            Part::Start(other) => start && other == name,
            Part::End(other) => !start && other == name,
            _ => false,
        };
        let starts: Vec<_> =
            (0..self.parts.len()).filter(|&at| is(&self.parts[at], true)).collect();
        match starts[..] {
            [] => bail!(
                "{}: there is no region `{name}`; there {}",
                self.file,
                match self.regions() {
                    none if none.is_empty() => "is none at all".to_owned(),
                    some => format!("are: {}", some.join(", ")),
                }
            ),
            [start] => {
                let rest = &self.parts[start + 1..];
                let end = rest.iter().position(|part| is(part, false)).unwrap_or(rest.len());
                Ok(joined(lines(&rest[..end])))
            }
            _ => bail!(
                "{}: there are {} regions `{name}`: give each a name of its own",
                self.file,
                starts.len()
            ),
        }
    }

    /// The names of the regions, in the file's order.
    pub fn regions(&self) -> Vec<&str> {
        let names = self.parts.iter().filter_map(|part| match part {
            Part::Start(name) => Some(name.as_str()),
            _ => None,
        });
        names.collect()
    }

    /// The holes, in the file's order.
    pub fn holes(&self) -> impl Iterator<Item = &Hole> {
        self.parts.iter().filter_map(|part| match part {
            Part::Hole(hole) => Some(hole),
            _ => None,
        })
    }

    /// `solve` finds a hole by its step and text, so that these must be unique in a file.
    fn check_holes(&self) -> Result<()> {
        let mut seen = std::collections::HashSet::new();
        for hole in self.holes() {
            ensure!(
                seen.insert(hole.opening()),
                "{}: two holes of step {} say `{}`: say something different in each",
                self.file,
                hole.step,
                hole.what
            );
        }
        Ok(())
    }
}

fn joined<'a>(lines: impl Iterator<Item = &'a str>) -> String {
    lines.flat_map(|line| [line, "\n"]).collect()
}

#[cfg(test)]
mod tests;
