//! Judges whether the tests reject a wrong answer as its file says.

use super::wrong::Wrong;
use crate::outcome::Outcome;
use anyhow::Result;
use std::collections::BTreeSet;

/// How often a wrong answer may be tried that fails in the test it names, but in others than it says:
/// on a busy machine a test of time can fail, too. The named test must fail each time.
const TRIES: usize = 3;

/// What is wrong with the way in which the tests reject a wrong answer; nothing if nothing is. `run`
/// runs all of them.
///
/// # Errors
/// They can't be run.
pub fn reject(wrong: &Wrong, run: impl Fn() -> Result<Outcome>) -> Result<String> {
    let mut problem = String::new();
    for _ in 0..TRIES {
        let outcome = wrong.settled(run()?);
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
