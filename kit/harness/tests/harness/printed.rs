//! What of a failure reaches the screen: the message, and nothing around it.

use crate::common::{LAB, RULE};
use std::env;
use std::process::Command;

/// Set in the process that [`a_failure_prints_its_message_and_nothing_else`] starts.
const FAIL: &str = "HARNESS_FAIL";

#[test]
fn fails_only_when_told_to() {
    LAB.check_as(2, RULE, || harness::expect(env::var_os(FAIL).is_none(), "it was told", "not"));
}

#[test]
fn a_failure_prints_its_message_and_nothing_else() {
    let output = Command::new(env::current_exe().unwrap())
        .args(["--exact", "printed::fails_only_when_told_to"])
        .env(FAIL, "1")
        .env("RUST_BACKTRACE", "1")
        .output()
        .unwrap();
    assert!(!output.status.success());
    let printed = String::from_utf8(output.stdout).unwrap();
    let printed = printed.split_once("stdout ----\n").unwrap().1;
    let (printed, _) = printed.split_once("\n\nfailures:").unwrap();
    insta::assert_snapshot!(printed);
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
}
