//! Judges several tasks at a time, while the next are built.

use super::task::{Judge, Ready};
use anyhow::{Result, anyhow};
use std::sync::mpsc::{self, Receiver};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use tools::progress::Progress;

/// How many tasks' tests may run at a time: tests mostly wait, and those of code that never answers
/// wait for seconds.
const RUNNING: usize = 6;

/// How many tasks may wait with their tests built. Each may have a program of its own on the disk.
const WAITING: usize = 32;

/// What is done, and how many problems there were.
pub struct Tally {
    progress: Progress,
    problems: usize,
    /// What is being built.
    now: String,
}

impl Tally {
    /// Nothing is done yet of so many tasks.
    pub fn new(total: usize) -> Mutex<Tally> {
        Mutex::new(Tally { progress: Progress::new(total), problems: 0, now: String::new() })
    }

    /// Says what is being built now.
    pub fn doing(&mut self, task: &str) {
        self.now = task.to_owned();
        self.progress.doing(task);
    }

    /// Says that all is done, and gives the number of problems.
    pub fn finish(self) -> usize {
        self.progress.finish(match self.problems {
            0 => "all is as it should be",
            _ => "verified",
        });
        self.problems
    }

    fn done(&mut self, task: &str, problem: &str) {
        let problem = Some(problem).filter(|problem| !problem.is_empty());
        self.problems += usize::from(problem.is_some());
        self.progress.done(task, problem);
        self.progress.doing(&self.now);
    }
}

/// Somebody who panicked with it has printed only a part of a line.
pub fn lock(tally: &Mutex<Tally>) -> MutexGuard<'_, Tally> {
    tally.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Judges what `build` hands over beside it, until all is judged.
///
/// # Errors
/// Those of `build`. A task that can't be judged is a problem of this task.
pub fn run<'a>(
    tally: &Mutex<Tally>,
    build: impl FnOnce(&mut Ready<'_, 'a>) -> Result<()>,
) -> Result<()> {
    thread::scope(|scope| {
        let (send, waiting) = mpsc::sync_channel(WAITING);
        // The threads alone have it: should all of them panic, `send` fails instead of waiting.
        let waiting = Arc::new(Mutex::new(waiting));
        for _ in 0..RUNNING {
            let waiting = waiting.clone();
            scope.spawn(move || judge(&waiting, tally));
        }
        drop(waiting);
        build(&mut |name, judge| {
            send.send((name, judge)).map_err(|_| anyhow!("nobody judges any more"))
        })
    })
}

type Waiting<'a> = Mutex<Receiver<(String, Judge<'a>)>>;

/// Judges one task after the other, until there is none and none will come.
fn judge(waiting: &Waiting, tally: &Mutex<Tally>) {
    let next = || waiting.lock().unwrap_or_else(PoisonError::into_inner).recv();
    while let Ok((name, judge)) = next() {
        let problem = judge().unwrap_or_else(|error| format!("{error:#}"));
        lock(tally).done(&name, &problem);
    }
}
