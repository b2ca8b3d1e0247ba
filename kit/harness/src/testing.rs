//! Tests of tests: what a failing one says.

use crate::failure::HEIGHT;
use crate::rule::{Lab, Rule};

impl Lab {
    /// The message of a test that fails, the same in every run: a place's line, as in `pot.rs:19`,
    /// is left out.
    ///
    /// # Panics
    /// The test passes; or its message is longer than what fits a screen.
    #[track_caller]
    pub fn message(&self, step: u8, rule: Rule, body: impl FnOnce() + Send + 'static) -> String {
        let Err(text) = self.verdict(step, rule, body) else { panic!("the test passed") };
        let height = text.lines().count();
        assert!(height <= HEIGHT, "{height} lines:\n{text}");
        stable(&text)
    }
}

/// Without the numbers of lines.
fn stable(text: &str) -> String {
    let lines = text.lines().map(|line| match line.split_once(".rs:") {
        Some((file, rest)) => {
            let rest = rest.trim_start_matches(|character: char| character.is_ascii_digit());
            format!("{file}.rs:LINE{rest}")
        }
        None => line.to_owned(),
    });
    lines.collect::<Vec<_>>().join("\n")
}
