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

use anyhow::{Result, bail, ensure};

/// How wide a line of code may be, as in rustfmt.toml.
const WIDTH: usize = 100;

/// The steps that a lab has: one for each of the six questions.
pub const STEPS: std::ops::RangeInclusive<u8> = 1..=6;

/// A file with regions and holes.
pub struct Source {
    file: String,
    parts: Vec<Part>,
}

/// A piece of a file, in the file's order.
#[derive(Clone, Debug)]
enum Part {
    Line(String),
    Start(String),
    End(String),
    Hole(Hole),
}

/// A place in a solution that the learner fills in.
#[derive(Clone, Debug)]
pub struct Hole {
    /// The step that it belongs to, from 1.
    pub step: u8,
    /// What to do, in a few words; with `step` it is the hole's name in its file.
    pub what: String,
    indent: String,
    stand_in: StandIn,
    solution: Vec<Part>,
}

#[derive(Clone, Debug)]
enum StandIn {
    Todo,
    Naive(Vec<String>),
    Gone,
}

impl Hole {
    /// The comment above the hole in a lab's file, without indentation.
    pub fn opening(&self) -> String {
        format!("// step {} ▼ {}", self.step, self.what)
    }

    /// The comment below the hole in a lab's file, without indentation.
    pub fn closing(&self) -> String {
        format!("// step {} ▲", self.step)
    }

    /// The solution's lines.
    pub fn solution(&self) -> Vec<&str> {
        lines(&self.solution).collect()
    }

    fn stand_in(&self) -> Vec<String> {
        match &self.stand_in {
            StandIn::Gone => Vec::new(),
            StandIn::Naive(lines) => lines.clone(),
            StandIn::Todo => {
                let indent = &self.indent;
                // The text is a format string inside a literal.
                let what = self.what.replace('\\', "\\\\").replace('"', "\\\"");
                let what = what.replace('{', "{{").replace('}', "}}");
                let text = format!("\"step {}: {what}\"", self.step);
                let line = format!("{indent}todo!({text})");
                if line.chars().count() <= WIDTH {
                    vec![line]
                } else {
                    // As rustfmt would have it.
                    vec![
                        format!("{indent}todo!("),
                        format!("{indent}    {text}"),
                        format!("{indent})"),
                    ]
                }
            }
        }
    }

    /// The hole as a lab has it: its two comments, and between them the solution or the stand-in.
    fn in_lab(&self, solved: bool) -> Vec<Part> {
        let line = |text: String| Part::Line(format!("{}{text}", self.indent));
        let body = match solved {
            true => self.solution.clone(),
            false => self.stand_in().into_iter().map(Part::Line).collect(),
        };
        let mut parts = vec![line(self.opening())];
        parts.extend(body);
        parts.push(line(self.closing()));
        parts
    }
}

impl Source {
    /// Reads the markers of `text`; `file` is its path for people, in errors.
    ///
    /// # Errors
    /// A marker that isn't closed, isn't known, or can't make a starter, as `file:line: what to do`.
    pub fn parse(file: &str, text: &str) -> Result<Self> {
        let parts = Parser::new(file, text).parse()?;
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

fn lines(parts: &[Part]) -> impl Iterator<Item = &str> {
    parts.iter().filter_map(|part| match part {
        Part::Line(line) => Some(line.as_str()),
        _ => None,
    })
}

fn joined<'a>(lines: impl Iterator<Item = &'a str>) -> String {
    lines.flat_map(|line| [line, "\n"]).collect()
}

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
    parts: Vec<Part>,
    open: Vec<Open>,
}

impl<'a> Parser<'a> {
    fn new(file: &'a str, text: &'a str) -> Self {
        Parser { file, text, parts: Vec::new(), open: Vec::new() }
    }

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
        let Some(step) = step.parse().ok().filter(|step| STEPS.contains(step)) else {
            let message = format!(
                "`{name}` needs its step's number, {} to {}: `{kind}_1 what to do`",
                STEPS.start(),
                STEPS.end()
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

#[cfg(test)]
mod tests;
