//! What the starter has already: publishing, numbers, and how errors are told.

use super::PATH;
use fixture::{Server, given, stats};
use lab::server::{run, serve};
use std::sync::{Arc, Mutex};
use weather::Limits;

#[test]
fn given_a_target() {
    given::target(run, Limits::TEST);
}

#[test]
fn given_stats_of_a_log_that_was_there() {
    let server = Server::start(|listener, _, limits| {
        serve(listener, Arc::new(Mutex::new(super::log_5_to_8())), limits)
    });
    let stats = stats(&server);
    assert_eq!((stats.oldest, stats.newest, stats.subscribers), (5, 8, 0));
}

#[test]
fn given_bad_requests_are_told_what_is_wrong() {
    given::bad_requests_are_told_what_is_wrong(run);
}

#[test]
fn given_other_methods_are_told_which_is_right() {
    given::other_methods_are_told_which_is_right(run, PATH);
}

#[test]
fn given_head_is_answered_as_get() {
    let server = Server::start(run);
    for target in ["/", "/stats"] {
        given::head_is_answered_as_get(&server, target);
    }
}
