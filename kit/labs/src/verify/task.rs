//! One thing to verify of a lab: what is built for it, and what may be wrong with it.

use super::messages;
use super::scratch::{Binary, Scratch};
use super::wrong::Wrong;
use crate::outcome::{self, Outcome};
use crate::starter;
use anyhow::Result;
use manifest::Lab;
use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::Path;
use tools::files;

/// How often a wrong answer may be tried that fails in the test it names, but in others than it says:
/// on a busy machine a test of time can fail, too. The named test must fail each time.
const TRIES: usize = 3;

/// What is left to do of a task when its tests are built. It says what is wrong and what to do;
/// nothing if nothing is.
pub type Judge<'a> = Box<dyn FnOnce() -> Result<String> + Send + 'a>;

fn judge<'a>(judge: impl FnOnce() -> Result<String> + Send + 'a) -> Judge<'a> {
    Box::new(judge)
}

/// One thing to verify of a lab.
pub enum Task {
    /// labs/ is what the generator makes.
    Generated,
    /// The starter fails in exactly its steps' tests, with the reviewed messages.
    Starter,
    /// The solution passes.
    Solution,
    /// A step can be done with nothing but steps 1 and 2.
    Alone(u8),
    /// A wrong answer, by its file, fails in the tests that it names.
    Wrong(String),
}

impl Task {
    /// What is verified, in a few words.
    pub fn name(&self, lab: &Lab) -> String {
        match self {
            Task::Generated => format!("{} is made from {}", lab.folder(), lab.solution()),
            Task::Starter => format!("{} fails as it should", lab.folder()),
            Task::Solution => format!("{} passes", lab.solution()),
            Task::Alone(number) => format!("{} step {number} can be done alone", lab.name()),
            Task::Wrong(path) => format!("{path} is rejected"),
        }
    }
}

/// Verifies one lab in a copy of the workspace.
#[derive(Clone, Copy)]
pub struct Verifier<'a> {
    pub root: &'a Path,
    pub scratch: &'a Scratch,
    pub lab: &'a Lab,
}

impl<'a> Verifier<'a> {
    /// Builds what a task needs. What was built lies in one of several places, so that it can run
    /// while the next are built.
    pub fn build(self, task: Task, place: usize) -> Result<Judge<'a>> {
        let built = match task {
            Task::Generated => Ok(judge(move || self.generated())),
            Task::Starter => self
                .build_lab(|_| false, place)?
                .map(|tests| judge(move || self.starter(&tests.run("")?))),
            Task::Solution => self
                .build_clean(&self.lab.solution(), place)?
                .map(|tests| judge(move || Ok(tests.run("")?.failures()))),
            Task::Alone(number) => self
                .build_lab(|step| needs(number, step), place)?
                .map(|tests| judge(move || self.alone(number, &tests))),
            Task::Wrong(path) => self
                .build_wrong(&path, place)?
                .map(|(wrong, tests)| judge(move || reject(&wrong, &tests))),
        };
        Ok(built.unwrap_or_else(|problem| judge(|| Ok(problem))))
    }

    fn generated(&self) -> Result<String> {
        let folder = self.lab.folder();
        let starter = starter::starter(self.root, self.lab)?;
        let mut problem = String::new();
        for (path, text) in &starter {
            match files::read(&self.root.join(&folder).join(path))? {
                None => problem += &format!("{folder}/{path} isn't there\n"),
                Some(there) => {
                    if let Some((line, made, there)) = first_difference(text, &there) {
                        problem +=
                            &format!("{folder}/{path}:{line}\n  has  {there}\n  made {made}\n");
                    }
                }
            }
        }
        let there = self.root.join(&folder);
        let there = if there.is_dir() { files::list(&there)? } else { Vec::new() };
        for path in there.iter().filter(|path| !starter.contains_key(*path)) {
            writeln!(problem, "{folder}/{path} isn't made from anything")?;
        }
        if !problem.is_empty() {
            problem += "run `cargo workshop starter`, or carry the change over to the solution";
        }
        Ok(problem)
    }

    fn starter(&self, outcome: &Outcome) -> Result<String> {
        let contract = self.lab.contract();
        let guards = outcome::guards(&self.contract()?);
        let mut problem = String::new();
        for test in &guards {
            if !outcome.passed.contains(test) {
                writeln!(
                    problem,
                    "{test} is marked as a guard in {contract}, but the starter fails it"
                )?;
            }
        }
        for test in outcome.passed.difference(&guards) {
            if self.lab.step_of(test).is_some() {
                writeln!(
                    problem,
                    "{test} passes in the starter: is it worth a test? If so, mark it `// guard` in \
                     {contract}"
                )?;
            }
        }
        for (test, message) in &outcome.failed {
            problem += &messages::check(self.lab, test, message);
        }
        problem += &messages::compare(self.root, self.lab, &outcome.failed)?;
        Ok(problem)
    }

    /// The source of the lab's tests.
    fn contract(&self) -> Result<String> {
        let contract = self.root.join(self.lab.contract());
        let mut text = files::read(&contract.with_extension("rs"))?.unwrap_or_default();
        if contract.is_dir() {
            for path in files::list(&contract)? {
                text += &files::read(&contract.join(path))?.unwrap_or_default();
            }
        }
        Ok(text)
    }

    fn alone(&self, number: u8, binary: &Binary) -> Result<String> {
        let outcome = binary.run(&format!("step_{number}_"))?;
        if outcome.failed.is_empty() && outcome.passed.is_empty() {
            return Ok(format!("{} has no test of step {number}", self.lab.contract()));
        }
        Ok(outcome.failures())
    }

    /// Builds the tests of the lab with some of its steps solved.
    fn build_lab(
        &self,
        solved: impl Fn(u8) -> bool,
        place: usize,
    ) -> Result<Result<Binary, String>> {
        let files = starter::solved(self.root, self.lab, solved)?;
        self.scratch.set(&self.lab.folder(), &files)?;
        self.build_clean(&self.lab.folder(), place)
    }

    /// Builds tests that must build without a warning; the inner error is a problem.
    fn build_clean(&self, folder: &str, place: usize) -> Result<Result<Binary, String>> {
        Ok(match self.scratch.build(folder)? {
            Err(problem) => Err(problem),
            Ok(binary) if !binary.warnings.is_empty() => {
                Err(format!("it compiles with warnings:\n{}", binary.warnings.concat()))
            }
            Ok(binary) => Ok(self.scratch.keep(binary, place)?),
        })
    }

    /// Builds the tests with a wrong answer in the solution, and takes it out again; the inner error
    /// is a problem.
    fn build_wrong(&self, path: &str, place: usize) -> Result<Result<(Wrong, Binary), String>> {
        let text = files::read(&self.root.join(path))?.unwrap_or_default();
        let folder = self.lab.solution();
        let applied = Wrong::parse(self.lab, &text).and_then(|wrong| {
            wrong.apply(&self.scratch.path(&folder))?;
            Ok(wrong)
        });
        let wrong = match applied {
            Ok(wrong) => wrong,
            Err(error) => return Ok(Err(format!("{error:#}"))),
        };
        let built = match self.scratch.build(&folder)? {
            Ok(binary) => Ok((wrong, self.scratch.keep(binary, place)?)),
            Err(problem) => Err(problem),
        };
        self.scratch.copy(self.root, &folder)?;
        Ok(built)
    }
}

/// Does `number` need this step, or is it the step itself?
fn needs(number: u8, step: u8) -> bool {
    step == number || step == 1 && number > 1 || step == 2 && number > 2
}

/// What is wrong with the way in which the tests reject a wrong answer.
fn reject(wrong: &Wrong, binary: &Binary) -> Result<String> {
    let mut problem = String::new();
    for _ in 0..TRIES {
        let outcome = wrong.settled(binary.run("")?);
        problem = compare(&wrong.expected(), &outcome);
        if problem.is_empty() || !wrong.rejected_in(&outcome) {
            break;
        }
    }
    Ok(problem)
}

/// What is wrong with a wrong answer whose failing tests should be exactly `expected`.
fn compare(expected: &BTreeSet<String>, outcome: &Outcome) -> String {
    if outcome.failed.is_empty() {
        return "no test rejects it: write one, or is the answer right?".to_owned();
    }
    let mut problem = String::new();
    for test in expected.iter().filter(|test| !outcome.failed.contains_key(*test)) {
        let what = match outcome.passed.contains(test) {
            true => "accepts it: sharpen the test, or correct the file",
            false => "isn't there: correct the name",
        };
        problem += &format!("{test} {what}\n");
    }
    let others = outcome.failed.iter().filter(|(test, _)| !expected.contains(*test));
    let (names, messages): (Vec<_>, Vec<_>) = others.unzip();
    if !names.is_empty() {
        let also = names.iter().map(|name| format!("'{name}'")).collect::<Vec<_>>().join(", ");
        problem += &format!("it fails other tests too; if it should, add them: also = [{also}]\n");
    }
    for message in messages {
        problem += &format!("{message}\n");
    }
    problem
}

/// The first line in which the texts differ: its number, from 1, and the line in each.
pub fn first_difference(one: &str, other: &str) -> Option<(usize, String, String)> {
    let (mut one, mut other) = (one.lines(), other.lines());
    for number in 1.. {
        match (one.next(), other.next()) {
            (None, None) => break,
            (one, other) if one == other => {}
            (one, other) => {
                let line = |line: Option<&str>| line.unwrap_or("(the file ends)").to_owned();
                return Some((number, line(one), line(other)));
            }
        }
    }
    None
}
