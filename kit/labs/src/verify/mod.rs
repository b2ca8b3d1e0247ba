//! `verify`: the starters fail as they should, the solutions pass, and no wrong answer does.

mod answers;
mod combine;
mod difference;
mod messages;
mod pool;
mod reject;
mod scratch;
mod task;
mod wrong;

use anyhow::{Result, bail, ensure};
use manifest::Lab;
use pool::Tally;
use scratch::Scratch;
use std::path::Path;
use std::sync::PoisonError;
use task::{Task, Verifier};

/// Verifies some of `all` labs in a copy of the workspace below `target/`, or of all that is to be
/// done for them only what has `word` in its name. Problems are printed as they are found.
///
/// # Errors
/// Something can't be read or built at all; or there was a problem.
pub fn run(root: &Path, all: &[Lab], labs: &[Lab], word: &str) -> Result<()> {
    let mut wanted = Vec::new();
    for lab in labs {
        let tasks: Vec<_> = Task::all(lab).filter(|task| task.name(lab).contains(word)).collect();
        let mut wrong = wrong::list(root, lab)?;
        wrong.retain(|path| wrong::name(path).contains(word));
        wanted.push((lab, tasks, wrong));
    }
    let total = wanted.iter().map(|(_, tasks, wrong)| tasks.len() + wrong.len()).sum();
    ensure!(total > 0, "nothing that is verified has `{word}` in its name");
    let tally = Tally::new(total);
    pool::lock(&tally).doing("copying the workspace");
    let scratch = Scratch::new(root, all)?;
    pool::run(&tally, |ready| {
        for (lab, tasks, wrong) in wanted {
            let verifier = Verifier { root, scratch: &scratch, lab };
            for task in tasks {
                let name = task.name(lab);
                pool::lock(&tally).doing(&name);
                ready(name, verifier.build(task)?)?;
            }
            pool::lock(&tally).doing(&format!("the wrong answers of {}", lab.name()));
            verifier.build_wrong(&wrong, ready)?;
        }
        Ok(())
    })?;
    match tally.into_inner().unwrap_or_else(PoisonError::into_inner).finish() {
        0 => Ok(()),
        problems => bail!("{problems} of the above need work"),
    }
}

#[cfg(test)]
mod tests;
