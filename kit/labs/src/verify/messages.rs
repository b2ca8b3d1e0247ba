//! What a starter's failing tests say: text that learners read first, so it is reviewed like any
//! other snapshot.

use super::difference::first_difference;
use anyhow::Result;
use manifest::Lab;
use std::collections::BTreeMap;
use std::path::Path;
use tools::files;

/// What is wrong with the beginning of a failing test's message, if anything is.
pub fn check(lab: &Lab, test: &str, message: &str) -> String {
    let Some(number) = lab.step_of(test) else {
        return format!("{test} isn't a step's test, yet the starter fails it:\n{message}\n");
    };
    let first = message.lines().next().unwrap_or_default();
    let needs = format!("step {number} needs step ");
    if first.starts_with(&lab.title(number)) || first.starts_with(&needs) {
        return String::new();
    }
    format!(
        "{test} must begin by `{}`, or by `{needs}…`, but says:\n{message}\n",
        lab.title(number)
    )
}

/// Compares the messages with the reviewed ones in `tests/snapshots`. As for other snapshots, the
/// environment variable `INSTA_UPDATE=always` accepts them as they are.
pub fn compare(root: &Path, lab: &Lab, messages: &BTreeMap<String, String>) -> Result<String> {
    let file = format!("tests/snapshots/lab_{}/starter.txt", lab.number());
    let blocks = messages.iter();
    let blocks = blocks.map(|(test, message)| format!("---- {test}\n{}\n", stable(message)));
    let new = blocks.collect::<Vec<_>>().join("\n");
    if std::env::var("INSTA_UPDATE").is_ok_and(|update| update == "always") {
        files::update(&root.join(&file), &new)?;
        return Ok(String::new());
    }
    let old = files::read(&root.join(&file))?.unwrap_or_default();
    Ok(match first_difference(&new, &old) {
        None => String::new(),
        Some((line, new, old)) => format!(
            "what failing tests say has changed:\n{file}:{line}\n  was {old}\n  is  {new}\n\
             read it as a learner would; `INSTA_UPDATE=always cargo workshop verify` accepts it"
        ),
    })
}

/// The message without what changes from run to run or with every edit: ports, and lines of the
/// sources.
fn stable(message: &str) -> String {
    let message = replace_number(message, "127.0.0.1:", "PORT");
    replace_number(&message, ".rs:", "LINE")
}

/// Puts `word` in place of the number after each `before`.
fn replace_number(text: &str, before: &str, word: &str) -> String {
    let mut pieces = text.split(before);
    let mut out = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let rest = piece.trim_start_matches(|c: char| c.is_ascii_digit());
        out += before;
        out += if rest.len() < piece.len() { word } else { "" };
        out += rest;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tea::lab;

    #[test]
    fn ports_and_lines_are_left_out() {
        assert_eq!(
            stable("GET http://127.0.0.1:49152/a at tests/lab_42.rs:12:5, 127.0.0.1: none"),
            "GET http://127.0.0.1:PORT/a at tests/lab_42.rs:LINE:5, 127.0.0.1: none"
        );
    }

    #[test]
    fn a_message_begins_with_its_step_and_question() {
        let (lab, test) = (lab(), "step_1_a");
        let check = |test, message: &str| check(&lab, test, message);
        assert_eq!(check(test, &format!("{}     lab 42", lab.title(1))), "");
        assert_eq!(check("step_2_a", "step 2 needs step 1: `one` isn't written yet"), "");
        assert!(check(test, "thread panicked").starts_with("step_1_a must begin by `step 1"));
        assert!(check(test, "step 2 · two").contains("but says:\nstep 2 · two"));
        assert!(check("all_is_there", "no").contains("isn't a step's test"));
    }
}
