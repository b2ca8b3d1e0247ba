//! What the starter has already: publishing, numbers, and how errors are told.

use super::{PATH, ROOMY};
use fixture::{Server, given};
use lab::server::run;

#[test]
fn given_a_target() {
    given::target(run, ROOMY);
}

#[test]
fn given_publish_and_stats() {
    given::publish_and_stats(run);
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
