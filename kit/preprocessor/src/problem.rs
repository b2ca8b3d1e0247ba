//! What is wrong in a chapter: where, and what to do about it.

use std::fmt;

/// One thing to put right in the book's sources.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// From the root of the workshop, as in `book/sse.md`.
    pub file: String,
    /// From 1.
    pub line: usize,
    /// What is wrong and what to do.
    pub text: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.text)
    }
}

/// Everything that one build found wrong, so that it can be put right in one go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problems(pub Vec<Problem>);

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines: Vec<_> = self.0.iter().map(Problem::to_string).collect();
        f.write_str(&lines.join("\n"))
    }
}

impl std::error::Error for Problems {}

/// What is wrong in the body of a fence, which doesn't know its place in the chapter.
#[derive(Debug, PartialEq, Eq)]
pub struct Fault {
    /// Lines below the fence's own line; 0 is that line.
    pub line: usize,
    /// What is wrong and what to do.
    pub text: String,
}

impl Fault {
    /// A fault of the fence as a whole.
    pub fn new(text: impl Into<String>) -> Fault {
        Fault { line: 0, text: text.into() }
    }

    /// A fault in a line of the body; the first is 1.
    pub fn at(line: usize, text: impl Into<String>) -> Fault {
        Fault { line, text: text.into() }
    }

    /// The same, where the lines are counted in a file.
    pub fn in_file(self, file: &str) -> Problem {
        Problem { file: file.to_owned(), line: self.line, text: self.text }
    }
}
