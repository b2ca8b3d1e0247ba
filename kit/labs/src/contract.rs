//! `contract`: a lab's step tests, run against a server that somebody else wrote, in any language.
//!
//! The tests are those of the lab's solution. `WORKSHOP_TARGET` tells them which server they judge; one
//! that can't judge it says so in a line on stdout. They run one at a time, each in a process of its
//! own: a server at an address is shared by all.

use crate::build;
use anyhow::{Context, Result, bail, ensure};
use manifest::Lab;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;
use tools::cargo::target as target_folder;
use tools::process;

/// The variable that names the server: an address, or a command with a word a line.
const TARGET: &str = "WORKSHOP_TARGET";

/// The test that says in one sentence why a server can't be judged at all.
const FIRST: &str = "given_a_target";

/// What a test's line begins with that couldn't judge; then comes why.
const NOT_JUDGED: &str = "not judged: ";

/// More than any test gives itself.
const DEADLINE: Duration = Duration::from_secs(60);

/// What a test said of a server.
#[derive(Debug, PartialEq, Eq)]
enum Verdict {
    Right,
    /// With the test's message.
    Wrong(String),
    NotJudged(String),
}

/// Judges the server that `target` names, and prints a line for each test.
///
/// # Errors
/// The tests can't be built, the server can't be judged at all, or it isn't right.
pub fn run(root: &Path, lab: &Lab, target: &str) -> Result<()> {
    eprintln!("building the tests of {} …", lab.name());
    let folder = root.join(lab.solution());
    let build = match build::build_test(&folder, &target_folder(root))? {
        Ok(build) => build,
        Err(build::Failed(errors)) => bail!("{} doesn't compile:\n{errors}", lab.solution()),
    };
    let tests = Tests { binary: build.binary, target: target.to_owned() };
    let names = tests.list()?;
    let first = names.iter().find(|name| name.ends_with(FIRST));
    let first = first.with_context(|| format!("{} has no test {FIRST}", lab.contract()))?;
    if let Verdict::Wrong(why) = tests.run(first)? {
        bail!("this server can't be judged\n{why}");
    }
    let mut steps: Vec<_> =
        names.iter().filter_map(|name| Some((lab.step_of(name)?, name))).collect();
    steps.sort();
    let (mut right, mut wrong) = (0, 0);
    let mut not_judged: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for (_, name) in steps {
        let short = name.rsplit("::").next().unwrap_or(name);
        match tests.run(name)? {
            Verdict::Right => {
                right += 1;
                println!("ok      {short}");
            }
            Verdict::Wrong(message) => {
                wrong += 1;
                println!("FAILED  {short}\n\n{message}\n");
            }
            Verdict::NotJudged(why) => not_judged.entry(why).or_default().push(short),
        }
    }
    let count: usize = not_judged.values().map(Vec::len).sum();
    if count > 0 {
        println!("\nNOT JUDGED: {count} tests");
    }
    for (why, names) in &not_judged {
        println!("\n  {why}:");
        names.iter().for_each(|name| println!("    {name}"));
    }
    println!("\n{}: {right} right, {wrong} wrong, {count} not judged", lab.name());
    ensure!(wrong == 0, "the server isn't right in {wrong} of {} tests", right + wrong);
    ensure!(right > 0, "no test could judge this server");
    Ok(())
}

/// The test binary, and which server its tests judge.
struct Tests {
    binary: PathBuf,
    target: String,
}

impl Tests {
    fn list(&self) -> Result<Vec<String>> {
        let mut list = Command::new(&self.binary);
        let listed = process::run(list.args(["--list", "--format=terse"]), DEADLINE)?;
        ensure!(listed.status.success(), "{} lists no tests", self.binary.display());
        let names = listed.stdout.lines().filter_map(|line| line.strip_suffix(": test"));
        Ok(names.map(str::to_owned).collect())
    }

    /// Runs one test in the folder where we are: the words of a command may be paths.
    fn run(&self, name: &str) -> Result<Verdict> {
        let mut test = Command::new(&self.binary);
        test.args(["--exact", name, "--nocapture", "--test-threads=1"]);
        test.env(TARGET, &self.target).env("INSTA_UPDATE", "no").env("RUST_BACKTRACE", "0");
        let ran = process::run(&mut test, DEADLINE)
            .with_context(|| format!("{} can't be run", self.binary.display()))?;
        Ok(match ran.stopped {
            true => Verdict::Wrong(format!("it was stopped after {} s", DEADLINE.as_secs())),
            false => verdict(ran.status.success(), &ran.stdout, &ran.stderr),
        })
    }
}

/// What a test's outputs say. Its message is all that it writes to stderr.
fn verdict(passed: bool, stdout: &str, stderr: &str) -> Verdict {
    match stdout.lines().find_map(|line| line.strip_prefix(NOT_JUDGED)) {
        _ if !passed => Verdict::Wrong(stderr.trim_matches('\n').to_owned()),
        Some(why) => Verdict::NotJudged(why.to_owned()),
        None => Verdict::Right,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_test_that_could_not_judge_is_no_right_one() {
        let begun = "running 1 test\ntest steps::a ... ";
        assert_eq!(verdict(true, &format!("{begun}ok\n"), ""), Verdict::Right);
        let told = format!("{begun}\nnot judged: it needs more room\nok\n");
        assert_eq!(verdict(true, &told, ""), Verdict::NotJudged("it needs more room".to_owned()));
        let failed = verdict(false, &format!("{begun}FAILED\n"), "\n  rule\n  at\n");
        assert_eq!(failed, Verdict::Wrong("  rule\n  at".to_owned()));
    }
}
