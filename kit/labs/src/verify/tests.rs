//! Verify's machinery on a lab of two small functions, without any dependency.

use super::*;
use crate::starter;
use crate::tea::lab;
use std::path::PathBuf;
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
fn step_1_boil_a_message_ends() {
    std::panic::set_hook(Box::new(|_| {}));
    let gave = std::panic::catch_unwind(|| lab::encode(\"a\")).unwrap_or_default();
    check(gave == \"a;\", \"step 1 · boil · When is the water hot?\");
}

#[test]
fn step_3_pour_there_is_a_beat() {
    check(!lab::beat().is_empty(), \"step 3 · pour · How full is a cup?\");
}

// guard
#[test]
fn step_3_pour_a_beat_is_no_message() {
    check(lab::beat() != \"beat;\", \"step 3 · pour · How full is a cup?\");
}
";

const WRONG: &str = "\
file = \"src/lib.rs\"
find = '\":;\"'
replace = '\"beat;\"'
test = \"step_3_pour_a_beat_is_no_message\"
source = \"a page that showed it\"
why = \"the page redraws\"
";

const WRONG_PATH: &str = "tests/wrong/42/beat.toml";

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
        (WRONG_PATH, WRONG),
    ];
    for (path, text) in files.iter().chain(changes) {
        files::write(&root.join(path), text).unwrap();
    }
    root
}

/// What verifying one thing says.
fn verify(root: &Path, task: Task) -> String {
    let lab = lab();
    let scratch = Scratch::new(root, std::slice::from_ref(&lab)).unwrap();
    let verifier = Verifier { root, scratch: &scratch, lab: &lab };
    verifier.build(task, 0).unwrap()().unwrap()
}

fn wrong(root: &Path) -> String {
    verify(root, Task::Wrong(WRONG_PATH.to_owned()))
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
    assert_eq!(wrong(&root), "");
    let problem = verify(&root, Task::Starter);
    assert!(problem.contains("tests/snapshots/lab_42/starter.txt:1\n"), "{problem}");
    let reviewed = "\
---- step_1_boil_a_message_ends
step 1 · boil · When is the water hot?
  at 127.0.0.1:PORT

---- step_3_pour_there_is_a_beat
step 3 · pour · How full is a cup?
  at 127.0.0.1:PORT
";
    files::write(&root.join("tests/snapshots/lab_42/starter.txt"), reviewed).unwrap();
    assert_eq!(verify(&root, Task::Starter), "");
}

#[test]
fn the_working_tree_is_never_touched() {
    let root = workshop("untouched", &[]);
    assert_eq!(wrong(&root), "");
    assert_eq!(files::read(&root.join("solutions/lab-42/src/lib.rs")).unwrap().unwrap(), LIB);
    assert!(!root.join("labs").exists());
}

#[test]
fn a_wrong_answer_that_passes_is_named() {
    let harmless = WRONG.replace("beat;", "::;");
    let root = workshop("passes", &[(WRONG_PATH, &harmless)]);
    assert_eq!(wrong(&root), "no test rejects it: write one, or is the answer right?");
}

#[test]
fn a_wrong_answer_must_fail_where_it_says_and_nowhere_else() {
    let other = WRONG.replace("'\"beat;\"'", "'\"\"'");
    let root = workshop("elsewhere", &[(WRONG_PATH, &other)]);
    let problem = wrong(&root);
    let accepts =
        "step_3_pour_a_beat_is_no_message accepts it: sharpen the test, or correct the file\n";
    assert!(problem.starts_with(accepts), "{problem}");
    let also = "if it should, add them: also = ['step_3_pour_there_is_a_beat']\nstep 3 · pour";
    assert!(problem.contains(also), "{problem}");
}

#[test]
fn a_wrong_answer_that_no_longer_fits_says_what_to_do() {
    let twice = WRONG.replace("'\":;\"'", "'-> '");
    let root = workshop("twice", &[(WRONG_PATH, &twice)]);
    assert_eq!(
        wrong(&root),
        "`find` is 2 times in src/lib.rs, not once: take in more of what is around it"
    );
    files::write(&root.join(WRONG_PATH), WRONG.replace(":;", "::")).unwrap();
    assert_eq!(
        wrong(&root),
        "`find` is 0 times in src/lib.rs, not once: the solution has changed there, so follow it"
    );
    files::write(&root.join(WRONG_PATH), WRONG.replace("'\"beat;\"'", "'beat'")).unwrap();
    let problem = wrong(&root);
    assert!(problem.starts_with("it doesn't compile:\nerror[E0308]"), "{problem}");
    files::write(&root.join(WRONG_PATH), WRONG.replace("test =", "tests =")).unwrap();
    assert!(wrong(&root).contains("unknown field `tests`"), "{}", wrong(&root));
}

#[test]
fn a_starter_that_passes_a_step_is_named() {
    let root = workshop("easy", &[("tests/lab_42.rs", &CONTRACT.replace("// guard\n", ""))]);
    let problem = verify(&root, Task::Starter);
    assert!(
        problem.starts_with(
            "step_3_pour_a_beat_is_no_message passes in the starter: is it worth a test?"
        ),
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
