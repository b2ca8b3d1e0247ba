//! Wrong answers: edits of the solution that the contract must reject, in the tests that they name.

use super::combine::Edit;
use crate::outcome::Outcome;
use anyhow::{Result, bail, ensure};
use manifest::Lab;
use serde::Deserialize;
use std::collections::BTreeSet;
use std::path::Path;
use tools::files;

/// A wrong answer, as its file in `tests/wrong/` says it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wrong {
    /// The file that it changes, inside the solution's folder.
    pub file: String,
    /// The solution's text that it replaces: once in the file.
    find: String,
    /// What people write there.
    replace: String,
    /// The test that is there to reject it.
    test: String,
    /// Other tests that it fails.
    #[serde(default)]
    also: Vec<String>,
    /// Tests that it fails on some days and passes on others, as the timing goes.
    #[serde(default)]
    sometimes: Vec<String>,
    /// Where people give this answer, for readers of the file.
    #[serde(rename = "source")]
    _source: String,
    /// What happens to the users of one who does, for readers of the file.
    #[serde(rename = "why")]
    _why: String,
}

impl Wrong {
    /// Reads the file of a wrong answer to a lab.
    ///
    /// # Errors
    /// It isn't TOML with these fields.
    pub fn parse(lab: &Lab, text: &str) -> Result<Wrong> {
        let wrong: Wrong = toml::from_str(&files::with_lf(text))?;
        ensure!(lab.step_of(&wrong.test).is_some(), "`test` must name a step's test: step_N_…");
        ensure!(wrong.find != wrong.replace, "`find` and `replace` are the same");
        Ok(wrong)
    }

    /// The tests that must fail, and no others.
    pub fn expected(&self) -> BTreeSet<String> {
        self.also.iter().chain([&self.test]).cloned().collect()
    }

    /// Did the test that is there to reject it fail?
    pub fn rejected_in(&self, outcome: &Outcome) -> bool {
        outcome.failed.contains_key(&self.test)
    }

    /// The outcome without the failures that are left to chance.
    pub fn settled(&self, mut outcome: Outcome) -> Outcome {
        outcome.failed.retain(|test, _| !self.sometimes.contains(test));
        outcome
    }

    /// What it changes in the source of its file.
    ///
    /// # Errors
    /// The text to replace isn't there exactly once.
    pub fn edit(&self, source: &str) -> Result<Edit> {
        let found: Vec<_> = source.match_indices(&self.find).collect();
        match found[..] {
            [(start, find)] => Ok(Edit::new(start, find, &self.replace)),
            _ => bail!(
                "`find` is {} times in {}, not once: {}",
                found.len(),
                self.file,
                match found.len() {
                    0 => "the solution has changed there, so follow it",
                    _ => "take in more of what is around it",
                }
            ),
        }
    }
}

/// What is verified of the wrong answer in a file, in a few words.
pub fn name(path: &str) -> String {
    format!("{path} is rejected")
}

/// The paths of a lab's wrong answers, relative to `root`.
pub fn list(root: &Path, lab: &Lab) -> Result<Vec<String>> {
    let folder = format!("tests/wrong/{}", lab.number());
    if !root.join(&folder).is_dir() {
        return Ok(Vec::new());
    }
    let mut paths = files::list(&root.join(&folder))?;
    paths.retain(|path| path.ends_with(".toml"));
    Ok(paths.into_iter().map(|path| format!("{folder}/{path}")).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tea::lab;

    #[test]
    fn line_ends_do_not_matter() {
        let text = "test = 'step_1_a'\nfile = 'f'\nfind = \"\"\"\nx\ny\"\"\"\nreplace = 'z'\nsource = 's'\nwhy = 'w'\n";
        for text in [text.to_owned(), text.replace('\n', "\r\n")] {
            assert_eq!(Wrong::parse(&lab(), &text).unwrap().find, "x\ny");
        }
    }

    #[test]
    fn what_is_left_to_chance_counts_neither_way() {
        let wrong = Wrong::parse(
            &lab(),
            "test = 'step_1_a'\nalso = ['step_2_b']\nsometimes = ['step_3_c']\n\
             file = 'f'\nfind = 'x'\nreplace = 'y'\nsource = 's'\nwhy = 'w'\n",
        )
        .unwrap();
        let failed = ["step_1_a", "step_3_c"].map(|test| (test.to_owned(), String::new()));
        let outcome = Outcome { failed: failed.into(), ..Outcome::default() };
        assert_eq!(wrong.settled(outcome).failed.into_keys().collect::<Vec<_>>(), ["step_1_a"]);
        assert_eq!(wrong.expected(), ["step_1_a", "step_2_b"].map(String::from).into());
    }
}
