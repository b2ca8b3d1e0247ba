//! The pieces of a file with markers.

/// How wide a line of code may be, as in rustfmt.toml.
pub const WIDTH: usize = 100;

/// A piece of a file, in the file's order.
#[derive(Clone, Debug)]
pub enum Part {
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
    pub(super) indent: String,
    pub(super) stand_in: StandIn,
    pub(super) solution: Vec<Part>,
}

/// What the starter has in place of a hole.
#[derive(Clone, Debug)]
pub enum StandIn {
    /// `todo!("step N: what")`
    Todo,
    /// These lines, which run and have the step's bug.
    Naive(Vec<String>),
    /// Nothing.
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

    /// What the starter has in its place.
    pub(super) fn stand_in(&self) -> Vec<String> {
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
    pub(super) fn in_lab(&self, solved: bool) -> Vec<Part> {
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

/// The lines of code in some parts, without the holes'.
pub fn lines(parts: &[Part]) -> impl Iterator<Item = &str> {
    parts.iter().filter_map(|part| match part {
        Part::Line(line) => Some(line.as_str()),
        _ => None,
    })
}
