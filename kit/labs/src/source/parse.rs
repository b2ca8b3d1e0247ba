//! Reads the markers of a file.

use super::parts::{Hole, Part, StandIn, WIDTH};
use anyhow::{Result, bail};
use std::ops::RangeInclusive;

/// What a line with a marker says.
enum Marker<'a> {
    Start { name: &'a str, what: &'a str },
    End { name: &'a str },
}

/// A marker that was opened and is waiting for its end.
struct Open {
    name: String,
    line: usize,
    hole: Option<Hole>,
}

struct Parser<'a> {
    file: &'a str,
    text: &'a str,
    steps: RangeInclusive<u8>,
    parts: Vec<Part>,
    open: Vec<Open>,
}

/// The pieces of a file's text; `file` is its path for people, in errors.
pub fn parts(file: &str, text: &str, steps: RangeInclusive<u8>) -> Result<Vec<Part>> {
    Parser { file, text, steps, parts: Vec::new(), open: Vec::new() }.parse()
}

impl<'a> Parser<'a> {
    fn parse(mut self) -> Result<Vec<Part>> {
        let text = self.text;
        for (index, line) in text.lines().enumerate() {
            let number = index + 1;
            match self.marker(line, number)? {
                Some(Marker::Start { name, what }) => self.start(line, number, name, what)?,
                Some(Marker::End { name }) => self.end(number, name)?,
                None => self.line(line, number)?,
            }
        }
        if let Some(open) = self.open.last() {
            let name = &open.name;
            return self.error(
                open.line,
                &format!("`{name}` is never closed: add `// ANCHOR_END: {name}`"),
            );
        }
        Ok(self.parts)
    }

    fn error<T>(&self, line: usize, message: &str) -> Result<T> {
        bail!("{}:{line}: {message}", self.file)
    }

    fn marker(&self, line: &'a str, number: usize) -> Result<Option<Marker<'a>>> {
        if !line.contains("ANCHOR:") && !line.contains("ANCHOR_END:") {
            return Ok(None);
        }
        let comment = line.trim_start();
        let marker = comment.strip_prefix("//").or_else(|| comment.strip_prefix('#'));
        let marker = marker.map(str::trim).unwrap_or_default();
        let split = |rest: &'a str| {
            let rest = rest.trim_start();
            let (name, what) = rest.split_once(' ').unwrap_or((rest, ""));
            (name, what.trim())
        };
        if let Some((name, what)) = marker.strip_prefix("ANCHOR:").map(split)
            && !name.is_empty()
        {
            return Ok(Some(Marker::Start { name, what }));
        }
        if let Some((name, "")) = marker.strip_prefix("ANCHOR_END:").map(split)
            && !name.is_empty()
        {
            return Ok(Some(Marker::End { name }));
        }
        self.error(
            number,
            "a marker stands alone on its line: `// ANCHOR: name` or `// ANCHOR_END: name`",
        )
    }

    fn start(&mut self, line: &str, number: usize, name: &str, what: &str) -> Result<()> {
        let hole = self.hole(line, number, name, what)?;
        if let Some(outer) = self.open.iter().find(|open| open.hole.is_some())
            && hole.is_some()
        {
            let message = format!(
                "the hole `{name}` is inside the hole `{}` of line {}: end that one first",
                outer.name, outer.line
            );
            return self.error(number, &message);
        }
        if hole.is_none() {
            self.push(Part::Start(name.to_owned()));
        }
        self.open.push(Open { name: name.to_owned(), line: number, hole });
        Ok(())
    }

    /// The hole that a marker opens; `None` if it opens a region.
    fn hole(&self, line: &str, number: usize, name: &str, what: &str) -> Result<Option<Hole>> {
        let (kind, step) = name.split_once('_').unwrap_or((name, ""));
        let stand_in = match kind {
            "todo" => StandIn::Todo,
            "naive" => StandIn::Naive(Vec::new()),
            "gone" => StandIn::Gone,
            _ if what.is_empty() => return Ok(None),
            _ => {
                let message = format!(
                    "`{name}` isn't known: a hole is `todo_N`, `naive_N` or `gone_N`, and a \
                     region's name is one word without text after it"
                );
                return self.error(number, &message);
            }
        };
        let Some(step) = step.parse().ok().filter(|step| self.steps.contains(step)) else {
            let message = format!(
                "`{name}` needs its step's number, {} to {}: `{kind}_1 what to do`",
                self.steps.start(),
                self.steps.end()
            );
            return self.error(number, &message);
        };
        if what.is_empty() {
            return self.error(number, &format!("say what to do: `// ANCHOR: {name} what to do`"));
        }
        let indent = line[..line.len() - line.trim_start().len()].to_owned();
        if !line.trim_start().starts_with("//") {
            return self.error(number, "a hole is for Rust code: its marker begins with `//`");
        }
        let hole = Hole { step, what: what.to_owned(), indent, stand_in, solution: Vec::new() };
        if let Some(long) = hole.stand_in().iter().find(|line| line.chars().count() > WIDTH) {
            let over = long.chars().count() - WIDTH;
            return self.error(number, &format!("shorten the text by {over} characters"));
        }
        Ok(Some(hole))
    }

    fn end(&mut self, number: usize, name: &str) -> Result<()> {
        let Some(open) = self.open.pop() else {
            return self.error(number, &format!("`{name}` ends here, but nothing is open"));
        };
        if open.name != name {
            let message = format!(
                "`{name}` ends here, but `{}` of line {} is still open: end that one first",
                open.name, open.line
            );
            return self.error(number, &message);
        }
        let Some(hole) = open.hole else {
            self.push(Part::End(name.to_owned()));
            return Ok(());
        };
        match &hole.stand_in {
            StandIn::Naive(naive) if naive.is_empty() => {
                let message = "a `naive` hole begins with the starter's lines: `//~ code`";
                return self.error(open.line, message);
            }
            StandIn::Todo if !self.ends_block(number) => {
                let message = "a `todo` hole is the rest of its block: a `}` must follow, since \
                               nothing after `todo!` would be reached";
                return self.error(number, message);
            }
            _ => {}
        }
        self.push(Part::Hole(hole));
        Ok(())
    }

    /// Does the first line of code after line `number` close a block?
    fn ends_block(&self, number: usize) -> bool {
        let mut rest = self.text.lines().skip(number).map(str::trim);
        rest.find(|line| !line.is_empty() && !line.starts_with("//"))
            .is_some_and(|line| line.starts_with('}'))
    }

    fn line(&mut self, line: &str, number: usize) -> Result<()> {
        let Some(naive) = line.trim_start().strip_prefix("//~") else {
            self.push(Part::Line(line.to_owned()));
            return Ok(());
        };
        let indent = &line[..line.len() - line.trim_start().len()];
        let code = naive.strip_prefix(' ').unwrap_or(naive);
        let code = if code.is_empty() { String::new() } else { format!("{indent}{code}") };
        match self.open.last_mut().and_then(|open| open.hole.as_mut()) {
            Some(Hole { stand_in: StandIn::Naive(lines), solution, .. }) if solution.is_empty() => {
                lines.push(code);
                Ok(())
            }
            _ => {
                self.error(number, "`//~` lines come first inside a `naive_N` hole, and only there")
            }
        }
    }

    /// Adds to the hole that is open, else to the file.
    fn push(&mut self, part: Part) {
        match self.open.iter_mut().find_map(|open| open.hole.as_mut()) {
            Some(hole) => hole.solution.push(part),
            None => self.parts.push(part),
        }
    }
}
