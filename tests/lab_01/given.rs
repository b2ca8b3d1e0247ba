//! What the starter has already: publishing, numbers, and how errors are told.

use super::{PATH, ROOMY};
use fixture::{Server, given};
use harness::Client;
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
fn given_other_methods_are_told_which_is_right() {
    given::other_methods_are_told_which_is_right(run, PATH);
}

#[test]
fn given_a_page_to_look_at() {
    let server = Server::start(run);
    let mut client = Client::connect(&server);
    client.get("/", &[("Connection", "close")]);
    let head = client.head();
    head.expect_status(200);
    head.expect_field("Content-Type", "text/html", |value| value.starts_with("text/html"));
}

#[test]
fn given_head_is_answered_as_get() {
    let server = Server::start(run);
    for target in ["/", "/stats", "/long-polling?wait=0"] {
        given::head_is_answered_as_get(&server, target);
    }
}
