//! What a test run said, read from libtest's plain output (its JSON isn't stable).

use std::collections::{BTreeMap, BTreeSet};

/// The verdicts of one run, by the tests' names without their module.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// The tests that passed.
    pub passed: BTreeSet<String>,
    /// The tests that failed, and what each of them printed.
    pub failed: BTreeMap<String, String>,
}

impl Outcome {
    /// Reads what a run printed. A test of `all` without a verdict has failed too: it was still
    /// running when the run was `stopped`, or it took the whole run down with it.
    pub fn parse(all: &BTreeSet<String>, output: &str, stopped: bool) -> Outcome {
        let mut outcome = Outcome::default();
        for line in output.lines() {
            let Some((name, verdict)) =
                line.strip_prefix("test ").and_then(|line| line.split_once(" ... "))
            else {
                continue;
            };
            match verdict {
                "ok" => drop(outcome.passed.insert(short(name).to_owned())),
                "FAILED" => drop(outcome.failed.insert(short(name).to_owned(), String::new())),
                _ => {}
            }
        }
        outcome.read_messages(output);
        for name in all {
            if !outcome.passed.contains(name) && !outcome.failed.contains_key(name) {
                outcome.failed.insert(name.clone(), no_verdict(output, stopped));
            }
        }
        outcome
    }

    /// The failed tests with what they said.
    pub fn failures(&self) -> String {
        let blocks = self.failed.iter();
        blocks.map(|(test, message)| format!("{test} fails:\n{message}\n")).collect()
    }

    /// The part after `failures:`, a block with a heading for each failed test, up to the list of names.
    fn read_messages(&mut self, output: &str) {
        let blocks = output.lines().skip_while(|line| *line != "failures:").skip(1);
        let mut message: Option<&mut String> = None;
        for line in blocks.take_while(|line| *line != "failures:") {
            let name =
                line.strip_prefix("---- ").and_then(|line| line.strip_suffix(" stdout ----"));
            if let Some(name) = name {
                message = self.failed.get_mut(short(name));
            } else if let Some(message) = &mut message {
                message.push_str(line);
                message.push('\n');
            }
        }
        for message in self.failed.values_mut() {
            *message = message.trim_matches('\n').to_owned();
        }
    }
}

/// The message of a test that has none.
fn no_verdict(output: &str, stopped: bool) -> String {
    if stopped {
        return "it was still running when the time for all tests was up".to_owned();
    }
    let end: Vec<_> = output.lines().rev().take(5).collect();
    let end: String = end.into_iter().rev().flat_map(|line| [line, "\n"]).collect();
    format!("it has no verdict; the run ended so:\n{end}")
}

/// The tests that a test binary has, from what it prints for `--list`.
pub fn list(output: &str) -> BTreeSet<String> {
    let names = output.lines().filter_map(|line| line.strip_suffix(": test"));
    names.map(|name| short(name).to_owned()).collect()
}

/// The tests marked as guards in the contract: the naive stand-in passes them already. The mark is
/// a comment `// guard` above the test, which may say why.
pub fn guards(contract: &str) -> BTreeSet<String> {
    let mut guards = BTreeSet::new();
    let mut marked = false;
    for line in contract.lines().map(str::trim) {
        marked |= line == "// guard" || line.starts_with("// guard:");
        let Some((before, rest)) = line.split_once("fn ") else { continue };
        if before.is_empty() || before.ends_with("async ") {
            let name = rest.split('(').next().unwrap_or_default();
            if std::mem::take(&mut marked) {
                guards.insert(name.to_owned());
            }
        }
    }
    guards
}

fn short(name: &str) -> &str {
    name.rsplit("::").next().unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    const OUTPUT: &str = "
running 4 tests
test steps::step_1_boil_a ... ok
test steps::step_1_boil_b ... FAILED
test steps::step_2_steep_c ... FAILED

failures:

---- steps::step_1_boil_b stdout ----

step 1 · boil

  rule
---- steps::step_2_steep_c stdout ----
step 2 · steep


failures:
    steps::step_1_boil_b
    steps::step_2_steep_c

test result: FAILED. 1 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out
";

    fn names(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn verdicts_and_messages_are_read() {
        let all = names(&["step_1_boil_a", "step_1_boil_b", "step_2_steep_c"]);
        let outcome = Outcome::parse(&all, OUTPUT, false);
        assert_eq!(outcome.passed, names(&["step_1_boil_a"]));
        assert_eq!(outcome.failed["step_1_boil_b"], "step 1 · boil\n\n  rule");
        assert_eq!(outcome.failed["step_2_steep_c"], "step 2 · steep");
    }

    #[test]
    fn a_test_without_a_verdict_has_failed() {
        let all = names(&["step_1_boil_a", "step_3_pour_hangs"]);
        let output = "test steps::step_1_boil_a ... ok\nthread died\n";
        let outcome = Outcome::parse(&all, output, false);
        assert_eq!(outcome.failed.keys().collect::<Vec<_>>(), ["step_3_pour_hangs"]);
        assert!(outcome.failed["step_3_pour_hangs"].ends_with("thread died\n"));
        let outcome = Outcome::parse(&all, output, true);
        assert!(outcome.failed["step_3_pour_hangs"].contains("still running"));
    }

    #[test]
    fn tests_are_listed() {
        assert_eq!(
            list("steps::a: test\nsteps::b: test\n\n2 tests, 0 benchmarks\n"),
            names(&["a", "b"])
        );
    }

    #[test]
    fn guards_are_marked_above_their_test() {
        let contract = "\
// guard
#[test]
fn step_1_boil_a() {
    fn helper() {}
}

#[test]
fn step_1_boil_b() {}

// guard: nobody breaks it until they tidy up
#[test]
async fn step_2_steep_c() {}
";
        assert_eq!(guards(contract), names(&["step_1_boil_a", "step_2_steep_c"]));
    }
}
