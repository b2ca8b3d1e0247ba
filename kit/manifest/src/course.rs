//! A course and its parts.

use crate::error::Unknown;
use crate::lab::{Lab, Question};

/// What a course is made of. Each field is called in the file as it is here, but a list of tables
/// has the name of one: `[[question]]`, `[[lab]]`, `[[snippet]]`, `[[command]]`, `[[bench]]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Course {
    /// The course's name: that of the book in book.toml, too.
    pub title: String,
    /// What the steps of each lab answer, in the order of the steps. Left out: none, for a book
    /// without labs.
    pub questions: Vec<Question>,
    /// The labs, in the order of their numbers.
    pub labs: Vec<Lab>,
    /// The crates that the book's runnable snippets may use. They build for WebAssembly, too.
    pub snippets: Vec<Library>,
    /// The page's custom elements. Left out: none.
    pub widgets: Option<Widgets>,
    /// Commands of the course: `cargo workshop NAME …`.
    pub commands: Vec<Program>,
    /// Benchmarks of the course: `cargo workshop bench NAME`.
    pub benches: Vec<Program>,
    /// What the engine's own benchmarks edit. Left out: `bench reload` and `bench verdict` have
    /// nothing to measure.
    pub measure: Option<Measure>,
}

impl Course {
    /// The lab called `lab-42`, `42`, or `7` for the one with number 7.
    ///
    /// # Errors
    /// There is none; the error says which ones there are.
    pub fn lab(&self, name: &str) -> Result<&Lab, Unknown> {
        let digits = name.strip_prefix("lab-").unwrap_or(name);
        let number = Some(digits).filter(|digits| digits.bytes().all(|b| b.is_ascii_digit()));
        let number = number.and_then(|digits| digits.parse::<u8>().ok());
        self.labs.iter().find(|lab| Some(lab.id) == number).ok_or_else(|| Unknown::Lab {
            name: name.to_owned(),
            there: self.labs.iter().map(Lab::name).collect(),
        })
    }
}

/// A crate that snippets may use.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Library {
    /// Its package's name; a snippet uses it with `_` for `-`.
    pub package: String,
    /// The package's folder, from the workshop's.
    pub folder: String,
}

/// The page's custom elements: a package that is built to WebAssembly, with its JavaScript.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Widgets {
    /// The package that defines them.
    pub package: String,
    /// Its folder, and those of what it is made of, from the workshop's: an edit there builds the
    /// elements again.
    pub folders: Vec<String>,
}

/// A command or a benchmark of the course: a program of the workspace, built and run in the
/// workshop's folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Program {
    /// What to type after `cargo workshop`, or after `cargo workshop bench`.
    pub name: String,
    /// What may follow the name, for the list of commands: `[LAB …]`. Left out: nothing.
    pub usage: String,
    /// What it does, for the list of commands: a few words.
    pub about: String,
    /// The package; its program has the same name.
    pub package: String,
    /// The profile to build it in. Left out: `dev`.
    pub profile: Option<String>,
    /// The package's features to build it with. Left out: none.
    pub features: Vec<String>,
    /// Whether the solutions of all labs are built with it, in the same profile. Their programs are
    /// in its folder then. Left out: no.
    pub solutions: bool,
    /// Arguments before those of the command line. `{machine}` stands for what it runs on, in one
    /// line. Left out: none.
    pub args: Vec<String>,
}

/// What the engine's own benchmarks edit, in a copy: the lab's file and its page in the book.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Measure {
    /// The number of the lab.
    pub lab: u8,
    /// The file inside the lab's folder.
    pub file: String,
    /// A step that this file belongs to.
    pub step: u8,
}
