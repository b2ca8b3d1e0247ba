//! `verify`: the starters fail as they should, the solutions pass, and no wrong answer does.

mod messages;
mod scratch;
mod task;
mod wrong;

use anyhow::{Result, bail, ensure};
use manifest::Lab;
use scratch::Scratch;
use std::collections::VecDeque;
use std::panic::resume_unwind;
use std::path::Path;
use std::thread::{self, ScopedJoinHandle};
use task::{Task, Verifier};
use tools::progress::Progress;

/// How many tasks' tests may run while the next is built: tests mostly wait, and those of code that
/// never answers wait for seconds.
const RUNNING: usize = 6;

/// Verifies some of `all` labs in a copy of the workspace below `target/`, or of all that is to be
/// done for them only what has `word` in its name. Problems are printed as they are found.
///
/// # Errors
/// Something can't be read, built or run at all; or there was a problem.
pub fn run(root: &Path, all: &[Lab], labs: &[Lab], word: &str) -> Result<()> {
    let mut tasks = Vec::new();
    for lab in labs {
        tasks.push((lab, Task::Generated));
        tasks.push((lab, Task::Starter));
        tasks.push((lab, Task::Solution));
        tasks.extend(lab.steps().map(|number| (lab, Task::Alone(number))));
        tasks.extend(wrong::list(root, lab)?.into_iter().map(|path| (lab, Task::Wrong(path))));
    }
    tasks.retain(|(lab, task)| task.name(lab).contains(word));
    ensure!(!tasks.is_empty(), "nothing that is verified has `{word}` in its name");
    let mut tally = Tally { progress: Progress::new(tasks.len()), problems: 0 };
    tally.progress.doing("copying the workspace");
    let scratch = Scratch::new(root, all)?;
    thread::scope(|scope| {
        let mut running = VecDeque::new();
        for (index, (lab, task)) in tasks.into_iter().enumerate() {
            let name = task.name(lab);
            tally.progress.doing(&name);
            let verifier = Verifier { root, scratch: &scratch, lab };
            let judge = verifier.build(task, index % (RUNNING + 1))?;
            tally.join(&mut running, RUNNING - 1)?;
            running.push_back((name, scope.spawn(judge)));
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
    /// Waits for the oldest of the tasks whose tests run, until so many are left.
    fn join(&mut self, running: &mut VecDeque<Running>, left: usize) -> Result<()> {
        while running.len() > left
            && let Some((name, judge)) = running.pop_front()
        {
            let problem = judge.join().unwrap_or_else(|panic| resume_unwind(panic))?;
            let problem = Some(problem).filter(|problem| !problem.is_empty());
            self.problems += usize::from(problem.is_some());
            self.progress.done(&name, problem.as_deref());
        }
        Ok(())
    }
}

/// A task's name, and what will be wrong with it.
type Running<'scope> = (String, ScopedJoinHandle<'scope, Result<String>>);

#[cfg(test)]
mod tests;
