//! Verify's machinery on a lab of two small functions, without any dependency.

use super::*;
use crate::starter;
use crate::tea::lab;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;
use tools::files;

const LIB: &str = "\
//! The smallest lab.

/// Ends a message.
pub fn encode(text: &str) -> String {
    // ANCHOR: todo_1 add the end
    format!(\"{text};\")
    // ANCHOR_END: todo_1
}

/// The bytes of a heartbeat.
pub fn beat() -> &'static str {
    // ANCHOR: naive_3 send something
    //~ \"\"
    \":;\"
    // ANCHOR_END: naive_3
}

#[cfg(test)]
extern crate self as lab;
#[cfg(test)]
#[path = \"../../../tests/lab_42.rs\"]
mod steps;
";

const CONTRACT: &str = "\
fn check(right: bool, message: &str) {
    if !right {
        eprintln!(\"{message}\\n  at 127.0.0.1:{}\", std::process::id());
        std::panic::resume_unwind(Box::new(()));
    }
}

#[test]
fn step_1_a_message_ends() {
    std::panic::set_hook(Box::new(|_| {}));
    let gave = std::panic::catch_unwind(|| lab::encode(\"a\")).unwrap_or_default();
    check(gave == \"a;\", \"TITLE_1\");
}

#[test]
fn step_3_there_is_a_beat() {
    check(!lab::beat().is_empty(), \"TITLE_3\");
}

// guard
#[test]
fn step_3_a_beat_is_no_message() {
    check(lab::beat() != \"beat;\", \"TITLE_3\");
}
";

const WRONG: &str = "\
file = \"src/lib.rs\"
find = '\":;\"'
replace = '\"beat;\"'
test = \"step_3_a_beat_is_no_message\"
source = \"a page that showed it\"
why = \"the page redraws\"
";

const END: &str = "\
file = \"src/lib.rs\"
find = '{text};'
replace = '{text}'
test = \"step_1_a_message_ends\"
source = \"a page that waited\"
why = \"the page waits for the next message\"
";

/// A workshop in a folder of its own, of the files above but for `changes`.
fn workshop(name: &str, changes: &[(&str, &str)]) -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/tests/verify").join(name);
    if root.is_dir() {
        std::fs::remove_dir_all(&root).unwrap();
    }
    let manifest = "\
[package]
name = \"solution-42\"
version.workspace = true
edition = \"2024\"
description = \"Small, solved\"

[lints]
workspace = true
";
    let workspace = "\
[workspace]
resolver = \"3\"
members = [\"solutions/*\", \"labs/*\"]

[workspace.package]
version = \"0.1.0\"

[workspace.lints.rust]
missing_docs = \"warn\"
";
    let files = [
        ("Cargo.toml", workspace),
        ("Cargo.lock", "version = 4\n"),
        ("rust-toolchain.toml", include_str!("../../../../rust-toolchain.toml")),
        ("kit/README.md", "Nothing is needed.\n"),
        ("solutions/lab-42/Cargo.toml", manifest),
        ("solutions/lab-42/src/lib.rs", LIB),
        ("tests/lab_42.rs", CONTRACT),
    ];
    for (path, text) in files.iter().chain(changes) {
        files::write(&root.join(path), titled(text)).unwrap();
    }
    root
}

/// The text with the steps' titles.
fn titled(text: &str) -> String {
    text.replace("TITLE_1", &lab().title(1)).replace("TITLE_3", &lab().title(3))
}

/// What verifying one thing says.
fn verify(root: &Path, task: Task) -> String {
    let lab = lab();
    let scratch = Scratch::new(root, std::slice::from_ref(&lab)).unwrap();
    let verifier = Verifier { root, scratch: &scratch, lab: &lab };
    verifier.build(task).unwrap()().unwrap()
}

/// What verifying some wrong answers says, in their order, and how many programs were built for them.
fn wrong_answers(root: &Path, answers: &[&str]) -> (Vec<String>, usize) {
    let lab = lab();
    let mut scratch = Scratch::new(root, std::slice::from_ref(&lab)).unwrap();
    scratch.limit = Duration::from_secs(10);
    let verifier = Verifier { root, scratch: &scratch, lab: &lab };
    let paths: Vec<_> = (0..answers.len()).map(|at| format!("tests/wrong/42/{at}.toml")).collect();
    for (path, answer) in paths.iter().zip(answers) {
        files::write(&root.join(path), answer).unwrap();
    }
    let mut judges = BTreeMap::new();
    let mut ready = |name, judge| {
        judges.insert(name, judge);
        Ok(())
    };
    verifier.build_wrong(&paths, &mut ready).unwrap();
    let kept = std::fs::read_dir(scratch.path("")).unwrap();
    let kept = kept
        .filter(|entry| entry.as_ref().unwrap().file_name().to_string_lossy().starts_with("kept-"));
    let programs = kept.count();
    let said = paths.iter().map(|path| judges.remove(&wrong::name(path)).unwrap()().unwrap());
    (said.collect(), programs)
}

/// What verifying one wrong answer says.
fn wrong(root: &Path, answer: &str) -> String {
    wrong_answers(root, &[answer]).0.remove(0)
}

#[test]
fn a_right_lab_has_no_problem_once_its_messages_are_reviewed() {
    let root = workshop("right", &[]);
    let lab = lab();
    for (path, text) in starter::starter(&root, &lab).unwrap() {
        files::write(&root.join(lab.folder()).join(path), text).unwrap();
    }
    assert_eq!(verify(&root, Task::Generated), "");
    assert_eq!(verify(&root, Task::Solution), "");
    assert_eq!(verify(&root, Task::Alone(1)), "");
    assert_eq!(verify(&root, Task::Alone(3)), "");
    assert_eq!(wrong(&root, WRONG), "");
    let problem = verify(&root, Task::Starter);
    assert!(problem.contains("tests/snapshots/lab_42/starter.txt:1\n"), "{problem}");
    let reviewed = titled(
        "\
---- step_1_a_message_ends
TITLE_1
  at 127.0.0.1:PORT

---- step_3_there_is_a_beat
TITLE_3
  at 127.0.0.1:PORT
",
    );
    files::write(&root.join("tests/snapshots/lab_42/starter.txt"), reviewed).unwrap();
    assert_eq!(verify(&root, Task::Starter), "");
}

#[test]
fn the_working_tree_is_never_touched() {
    let root = workshop("untouched", &[]);
    assert_eq!(wrong(&root, WRONG), "");
    assert_eq!(files::read(&root.join("solutions/lab-42/src/lib.rs")).unwrap().unwrap(), LIB);
    assert!(!root.join("labs").exists());
}

#[test]
fn a_wrong_answer_that_passes_is_named() {
    let harmless = WRONG.replace("beat;", "::;");
    let root = workshop("passes", &[]);
    assert_eq!(wrong(&root, &harmless), "no test rejects it: write one, or is the answer right?");
}

#[test]
fn a_wrong_answer_must_fail_where_it_says_and_nowhere_else() {
    let other = WRONG.replace("'\"beat;\"'", "'\"\"'");
    let root = workshop("elsewhere", &[]);
    let problem = wrong(&root, &other);
    let accepts = "step_3_a_beat_is_no_message accepts it: sharpen the test, or correct the file\n";
    assert!(problem.starts_with(accepts), "{problem}");
    let also = "if it should, add them: also = ['step_3_there_is_a_beat']\nTITLE_3";
    assert!(problem.contains(&titled(also)), "{problem}");
}

#[test]
fn a_wrong_answer_that_no_longer_fits_says_what_to_do() {
    let root = workshop("twice", &[]);
    assert_eq!(
        wrong(&root, &WRONG.replace("'\":;\"'", "'-> '")),
        "`find` is 2 times in src/lib.rs, not once: take in more of what is around it"
    );
    assert_eq!(
        wrong(&root, &WRONG.replace(":;", "::")),
        "`find` is 0 times in src/lib.rs, not once: the solution has changed there, so follow it"
    );
    let problem = wrong(&root, &WRONG.replace("'\"beat;\"'", "'beat'"));
    assert!(problem.starts_with("it doesn't compile:\nerror[E0308]"), "{problem}");
    let problem = wrong(&root, &WRONG.replace("test =", "tests ="));
    assert!(problem.contains("unknown field `tests`"), "{problem}");
}

#[test]
fn wrong_answers_in_one_program_are_judged_each_by_itself() {
    let root = workshop("together", &[]);
    let harmless = WRONG.replace("beat;", "::;");
    let elsewhere = WRONG.replace("'\"beat;\"'", "'\"\"'");
    let (said, programs) = wrong_answers(&root, &[WRONG, &harmless, END, &elsewhere]);
    assert_eq!(programs, 1);
    assert_eq!([&*said[0], &*said[2]], ["", ""]);
    assert_eq!(said[1], "no test rejects it: write one, or is the answer right?");
    assert!(said[3].starts_with("step_3_a_beat_is_no_message accepts it"), "{}", said[3]);
    assert!(said[3].contains("also = ['step_3_there_is_a_beat']"), "{}", said[3]);
}

#[test]
fn one_that_does_not_compile_leaves_the_others_alone() {
    let root = workshop("company", &[]);
    // The type is wrong; the bracket would end the function.
    let unsound = WRONG.replace("'\"beat;\"'", "'beat'");
    let unclosed = WRONG.replace("'\"beat;\"'", "'} {'");
    let harmless = WRONG.replace("beat;", "::;");
    let (said, _) = wrong_answers(&root, &[END, &unsound, WRONG, &unclosed, &harmless]);
    assert_eq!([&*said[0], &*said[2]], ["", ""]);
    assert!(said[1].starts_with("it doesn't compile:\nerror[E0308]"), "{}", said[1]);
    assert!(!said[1].contains("wrong_answer"), "{}", said[1]);
    assert!(said[3].starts_with("it doesn't compile:\nerror: "), "{}", said[3]);
    assert_eq!(said[4], "no test rejects it: write one, or is the answer right?");
}

#[test]
fn what_changes_more_than_a_body_is_built_by_itself() {
    let root = workshop("signature", &[]);
    let signature = END.replace("'{text};'", "'(text: &str) -> String {'").replace(
        "'{text}'",
        "'(text: impl Into<String>) -> String { let mut text = text.into(); text.pop();'",
    );
    let (said, programs) = wrong_answers(&root, &[WRONG, &signature, END]);
    assert_eq!(programs, 2);
    assert_eq!(said, ["", "", ""]);
}

#[test]
fn one_that_spins_is_stopped_and_the_others_are_judged() {
    let root = workshop("spins", &[]);
    let spins = WRONG.replace("'\"beat;\"'", "'loop {}'") + "also = ['step_3_there_is_a_beat']\n";
    let (said, programs) = wrong_answers(&root, &[&spins, END, WRONG]);
    assert_eq!(programs, 1);
    assert_eq!(said, ["", "", ""]);
}

#[test]
fn a_starter_that_passes_a_step_is_named() {
    let root = workshop("easy", &[("tests/lab_42.rs", &CONTRACT.replace("// guard\n", ""))]);
    let problem = verify(&root, Task::Starter);
    assert!(
        problem
            .starts_with("step_3_a_beat_is_no_message passes in the starter: is it worth a test?"),
        "{problem}"
    );
}

#[test]
fn a_lab_that_was_edited_differs_in_a_named_line() {
    let root = workshop("edited", &[]);
    let lab = lab();
    for (path, text) in starter::starter(&root, &lab).unwrap() {
        let text = text.replace("todo!(\"step 1: add the end\")", "mine(text)");
        files::write(&root.join(lab.folder()).join(path), text).unwrap();
    }
    files::write(&root.join("labs/lab-42/src/old.rs"), "").unwrap();
    assert_eq!(
        verify(&root, Task::Generated),
        "labs/lab-42/src/lib.rs:6\n  has      mine(text)\n  made     todo!(\"step 1: add the end\")\n\
         labs/lab-42/src/old.rs isn't made from anything\n\
         run `cargo workshop starter`, or carry the change over to the solution"
    );
}
