//! The solutions' own servers, judged from outside: all must be right in all that can be judged. The
//! snapshots say what can.

use crate::command::{Said, contract, contract_at, program, solution};

const ROOM: (&str, &str) = ("WORKSHOP_WAITING", "64");

#[track_caller]
fn is_right(said: &Said, name: &str) {
    insta::assert_snapshot!(name, said.text());
    assert!(said.success);
}

fn at_an_address(number: &str, limits: &[(&str, &str)]) {
    let said = contract_at(number, &solution(number, limits));
    is_right(&said, &format!("lab_{number}_at_an_address"));
}

fn as_a_child(number: &str) {
    let program = program(&format!("solution-{number}")).display().to_string();
    let said = contract(&[number, "--", &program]);
    is_right(&said, &format!("lab_{number}_as_a_child"));
}

#[test]
fn lab_00_at_an_address() {
    at_an_address("00", &[]);
}

#[test]
fn lab_01_at_an_address() {
    at_an_address("01", &[ROOM]);
}

#[test]
fn lab_02_at_an_address() {
    at_an_address("02", &[ROOM, ("WORKSHOP_STREAM", "60000")]);
}

#[test]
fn lab_03_at_an_address() {
    at_an_address("03", &[ROOM]);
}

#[test]
fn lab_04_at_an_address() {
    at_an_address("04", &[ROOM, ("WORKSHOP_HEARTBEAT", "60000")]);
}

#[test]
fn lab_00_as_a_child() {
    as_a_child("00");
}

#[test]
fn lab_01_as_a_child() {
    as_a_child("01");
}

#[test]
fn lab_02_as_a_child() {
    as_a_child("02");
}

#[test]
fn lab_03_as_a_child() {
    as_a_child("03");
}

#[test]
fn lab_04_as_a_child() {
    as_a_child("04");
}
