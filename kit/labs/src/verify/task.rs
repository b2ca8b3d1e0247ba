//! One thing to verify of a lab's starter or solution: what is built for it, and what may be wrong
//! with it.

use super::difference::first_difference;
use super::messages;
use super::scratch::{Binary, Scratch};
use crate::outcome::{self, Outcome};
use crate::starter;
use anyhow::Result;
use manifest::Lab;
use std::fmt::Write;
use std::path::Path;
use tools::files;

/// What is left to do of a task when its tests are built. It says what is wrong and what to do;
/// nothing if nothing is.
pub type Judge<'a> = Box<dyn FnOnce() -> Result<String> + Send + 'a>;

/// A [`Judge`] that does this.
pub fn judge<'a>(judge: impl FnOnce() -> Result<String> + Send + 'a) -> Judge<'a> {
    Box::new(judge)
}

/// Takes what is left to do, by its name, as soon as it is built.
pub type Ready<'r, 'a> = dyn FnMut(String, Judge<'a>) -> Result<()> + 'r;

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
}

impl Task {
    /// All that is to verify of a lab.
    pub fn all(lab: &Lab) -> impl Iterator<Item = Task> {
        let whole = [Task::Generated, Task::Starter, Task::Solution];
        whole.into_iter().chain(lab.steps().map(Task::Alone))
    }

    /// What is verified, in a few words.
    pub fn name(&self, lab: &Lab) -> String {
        match self {
            Task::Generated => format!("{} is made from {}", lab.folder(), lab.solution()),
            Task::Starter => format!("{} fails as it should", lab.folder()),
            Task::Solution => format!("{} passes", lab.solution()),
            Task::Alone(number) => format!("{} step {number} can be done alone", lab.name()),
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
    /// Builds what a task needs.
    pub fn build(self, task: Task) -> Result<Judge<'a>> {
        let built = match task {
            Task::Generated => Ok(judge(move || self.generated())),
            Task::Starter => self
                .build_lab(|_| false)?
                .map(|tests| judge(move || self.starter(&tests.run("", &[])?))),
            Task::Solution => self
                .build_clean(&self.lab.solution())?
                .map(|tests| judge(move || Ok(tests.run("", &[])?.failures()))),
            Task::Alone(number) => self
                .build_lab(|step| needs(number, step))?
                .map(|tests| judge(move || self.alone(number, &tests))),
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
        let outcome = binary.run(&format!("step_{number}_"), &[])?;
        if outcome.failed.is_empty() && outcome.passed.is_empty() {
            return Ok(format!("{} has no test of step {number}", self.lab.contract()));
        }
        Ok(outcome.failures())
    }

    /// Builds the tests of the lab with some of its steps solved.
    fn build_lab(&self, solved: impl Fn(u8) -> bool) -> Result<Result<Binary, String>> {
        let files = starter::solved(self.root, self.lab, solved)?;
        self.scratch.set(&self.lab.folder(), &files)?;
        self.build_clean(&self.lab.folder())
    }

    /// Builds tests that must build without a warning; the inner error is a problem.
    fn build_clean(&self, folder: &str) -> Result<Result<Binary, String>> {
        Ok(match self.scratch.build(folder)? {
            Err(problem) => Err(problem),
            Ok(binary) if !binary.warnings.is_empty() => {
                Err(format!("it compiles with warnings:\n{}", binary.warnings.concat()))
            }
            Ok(binary) => Ok(binary),
        })
    }
}

/// Does `number` need this step, or is it the step itself?
fn needs(number: u8, step: u8) -> bool {
    step == number || step == 1 && number > 1 || step == 2 && number > 2
}
