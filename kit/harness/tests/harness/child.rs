//! Servers that others wrote: as a child process, and whether they answer at all.

use crate::common::{LAB, RULE, answer, answer_and_hang, message};
use harness::{Child, Judged, Peer, answers, at_once};
use std::net::TcpListener;
use std::time::Duration;

/// A shell as a child that says this, and does that.
fn shell(script: &str) -> Child {
    let command = ["sh", "-c", script].map(str::to_owned);
    Child::start(&command, &["--port", "0"], &[("TEA", "oolong".to_owned())])
}

#[test]
fn a_child_says_its_address_and_ends_when_it_is_asked_to() {
    LAB.check_as(6, RULE, || {
        // Its arguments come after the script, and its variables with it.
        let script = "echo $TEA $1; echo up at http://127.0.0.1:4$1; exec sleep 60";
        let mut child = shell(script);
        assert_eq!(child.address(), "127.0.0.1:40".parse().unwrap());
        assert!(child.terminate());
        child.expect_stopped(at_once());
    });
}

#[test]
fn a_child_that_does_not_end_is_told() {
    insta::assert_snapshot!(message(6, || {
        let mut child = shell("trap '' TERM; echo http://127.0.0.1:1; exec sleep 60");
        child.terminate();
        child.expect_stopped(Duration::from_millis(100));
    }));
}

#[test]
fn a_child_that_ends_at_once_is_told() {
    insta::assert_snapshot!(message(2, || drop(shell("echo tea is out; exit 3"))));
}

#[test]
fn a_program_that_is_not_there_is_told() {
    insta::assert_snapshot!(message(2, || {
        drop(Child::start(&["there-is-no-such-program".to_owned()], &[], &[]));
    }));
}

#[test]
fn a_server_answers_or_one_sentence_says_why_not() {
    let says = |address| answers(address, "/").unwrap_err().to_string();
    let address = answer(b"HTTP/1.1 404 Not Found\r\n\r\n");
    answers(address, "/").unwrap();
    let address = answer(b"HTTP/1.0 200 OK\r\n\r\n");
    let other = "speaks another protocol than HTTP/1.1: it said HTTP/1.0 200 OK␍␊␍␊";
    assert_eq!(says(address), format!("{address} {other}"));
    let address = answer(b"");
    assert_eq!(says(address), format!("{address} closes the connection without an answer"));
    let address = answer_and_hang(b"");
    let silent = "accepts a connection and doesn't answer: waited 1 s for: a word";
    assert_eq!(says(address), format!("{address} {silent}"));
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    assert!(says(address).starts_with(&format!("no server is there at {address}: ")));
}

#[test]
fn without_further_words_a_test_judges_a_server_of_its_own() {
    assert_eq!(Judged::by_the_environment(), Judged::Here);
}
