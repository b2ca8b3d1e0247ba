//! `verify`: the starters fail as they should, the solutions pass, and no wrong answer does.

mod messages;
mod scratch;
mod wrong;

use super::outcome::{self, Outcome};
use super::progress::Progress;
use super::source::STEPS;
use super::{Lab, files, starter, step};
use anyhow::{Result, bail, ensure};
use scratch::{Binary, Scratch};
use std::collections::{BTreeSet, VecDeque};
use std::fmt::Write;
use std::panic::resume_unwind;
use std::path::Path;
use std::thread::{self, ScopedJoinHandle};
use wrong::Wrong;

/// How often a wrong answer may be tried that fails in the test it names, but in others than it says:
/// on a busy machine a test of time can fail, too. The named test must fail each time.
const TRIES: usize = 3;

/// How many wrong answers' tests may run while the next is built: tests mostly wait, and those of an
/// answer that never answers wait for seconds.
const RUNNING: usize = 6;

/// Verifies some labs in a copy of the workspace below `target/`, or of all that is to be done for
/// them only what has `word` in its name. Problems are printed as they are found.
///
/// # Errors
/// Something can't be read, built or run at all; or there was a problem.
pub fn run(root: &Path, labs: &[Lab], word: &str) -> Result<()> {
    let mut tasks = Vec::new();
    for lab in labs {
        tasks.push((lab, Task::Generated));
        tasks.push((lab, Task::Starter));
        tasks.push((lab, Task::Solution));
        tasks.extend(STEPS.map(|number| (lab, Task::Alone(number))));
        tasks.extend(wrong::list(root, lab)?.into_iter().map(|path| (lab, Task::Wrong(path))));
    }
    tasks.retain(|(lab, task)| task.name(lab).contains(word));
    ensure!(!tasks.is_empty(), "nothing that is verified has `{word}` in its name");
    let mut tally = Tally { progress: Progress::new(tasks.len()), problems: 0 };
    tally.progress.doing("copying the workspace");
    let scratch = Scratch::new(root)?;
    thread::scope(|scope| {
        let mut running = VecDeque::new();
        for (index, (lab, task)) in tasks.into_iter().enumerate() {
            let verifier = Verifier { root, scratch: &scratch, lab };
            let name = task.name(lab);
            tally.progress.doing(&name);
            match &task {
                Task::Wrong(path) => {
                    let built = verifier.build(path, index % (RUNNING + 1))?;
                    tally.join(&mut running, RUNNING - 1)?;
                    running.push_back((name, scope.spawn(move || built.judge())));
                }
                _ => {
                    tally.join(&mut running, 0)?;
                    tally.done(&name, &verifier.verify(&task)?);
                }
            }
        }
        tally.join(&mut running, 0)
    })?;
    match tally.problems {
        0 => tally.progress.finish("all is as it should be"),
        problems => {
            tally.progress.finish("verified");
            bail!("{problems} of the above need work");
        }
    }
    Ok(())
}

/// What is done, and how many problems there were.
struct Tally {
    progress: Progress,
    problems: usize,
}

impl Tally {
    fn done(&mut self, name: &str, problem: &str) {
        let problem = Some(problem).filter(|problem| !problem.is_empty());
        self.problems += usize::from(problem.is_some());
        self.progress.done(name, problem);
    }

    /// Waits for the oldest of the wrong answers whose tests run, until so many are left.
    fn join(&mut self, running: &mut VecDeque<Running>, left: usize) -> Result<()> {
        while running.len() > left
            && let Some((name, judge)) = running.pop_front()
        {
            let problem = judge.join().unwrap_or_else(|panic| resume_unwind(panic))?;
            self.done(&name, &problem);
        }
        Ok(())
    }
}

/// A wrong answer's name, and what will be wrong with it.
type Running<'scope> = (String, ScopedJoinHandle<'scope, Result<String>>);

/// One thing to verify of a lab.
enum Task {
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
    fn name(&self, lab: &Lab) -> String {
        match self {
            Task::Generated => format!("{} is made from {}", lab.folder(), lab.solution()),
            Task::Starter => format!("{} fails as it should", lab.folder()),
            Task::Solution => format!("{} passes", lab.solution()),
            Task::Alone(number) => format!("{} step {number} can be done alone", lab.name()),
            Task::Wrong(path) => format!("{path} is rejected"),
        }
    }
}

struct Verifier<'a> {
    root: &'a Path,
    scratch: &'a Scratch,
    lab: &'a Lab,
}

impl Verifier<'_> {
    /// What is wrong and what to do; empty if nothing is.
    fn verify(&self, task: &Task) -> Result<String> {
        match task {
            Task::Generated => self.generated(),
            Task::Starter => self.starter(),
            Task::Solution => self.solution(),
            Task::Alone(number) => self.alone(*number),
            Task::Wrong(path) => self.build(path, 0)?.judge(),
        }
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

    fn starter(&self) -> Result<String> {
        self.scratch.set(&self.lab.folder(), &starter::starter(self.root, self.lab)?)?;
        let outcome = match self.test(&self.lab.folder(), "")? {
            Ok(outcome) => outcome,
            Err(problem) => return Ok(problem),
        };
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
            if step::of_test(test).is_some() {
                writeln!(
                    problem,
                    "{test} passes in the starter: is it worth a test? If so, mark it `// guard` in \
                     {contract}"
                )?;
            }
        }
        for (test, message) in &outcome.failed {
            problem += &messages::check(test, message);
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

    fn solution(&self) -> Result<String> {
        match self.test(&self.lab.solution(), "")? {
            Ok(outcome) => Ok(outcome.failures()),
            Err(problem) => Ok(problem),
        }
    }

    fn alone(&self, number: u8) -> Result<String> {
        let needed = |step| step == number || step == 1 && number > 1 || step == 2 && number > 2;
        let files = starter::solved(self.root, self.lab, needed)?;
        self.scratch.set(&self.lab.folder(), &files)?;
        match self.test(&self.lab.folder(), &format!("step_{number}_"))? {
            Ok(outcome) if outcome.failed.is_empty() && outcome.passed.is_empty() => {
                Ok(format!("{} has no test of step {number}", self.lab.contract()))
            }
            Ok(outcome) => Ok(outcome.failures()),
            Err(problem) => Ok(problem),
        }
    }

    /// Builds the tests with a wrong answer in the solution, and takes it out again. What was built
    /// lies in one of several places, so that it can run while the next are built.
    fn build(&self, path: &str, place: usize) -> Result<Built> {
        let text = files::read(&self.root.join(path))?.unwrap_or_default();
        let folder = self.lab.solution();
        let applied = Wrong::parse(&text).and_then(|wrong| {
            wrong.apply(&self.scratch.path(&folder))?;
            Ok(wrong)
        });
        let wrong = match applied {
            Ok(wrong) => wrong,
            Err(error) => return Ok(Built(Err(format!("{error:#}")))),
        };
        let binary = match self.scratch.build(&folder)? {
            Ok(binary) => Ok((wrong, self.scratch.keep(binary, place)?)),
            Err(errors) => Err(format!("it doesn't compile:\n{errors}")),
        };
        self.scratch.copy(self.root, &folder)?;
        Ok(Built(binary))
    }

    /// Builds and runs tests that must build without a warning; the inner error is a problem.
    fn test(&self, folder: &str, filter: &str) -> Result<Result<Outcome, String>> {
        Ok(match self.scratch.build(folder)? {
            Err(errors) => Err(format!("it doesn't compile:\n{errors}")),
            Ok(binary) if !binary.warnings.is_empty() => {
                Err(format!("it compiles with warnings:\n{}", binary.warnings.concat()))
            }
            Ok(binary) => Ok(binary.run(filter)?),
        })
    }
}

/// A wrong answer whose tests are built, or what is wrong with it already.
struct Built(Result<(Wrong, Binary), String>);

impl Built {
    /// What is wrong with the way in which the contract rejects it.
    fn judge(self) -> Result<String> {
        let (wrong, binary) = match self.0 {
            Ok(built) => built,
            Err(problem) => return Ok(problem),
        };
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
fn first_difference(one: &str, other: &str) -> Option<(usize, String, String)> {
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

#[cfg(test)]
mod tests;
