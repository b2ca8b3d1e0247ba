//! What the starter has already: publishing, numbers, and how errors are told.

use super::{PATH, report};
use harness::{Client, Server, publish, stats};
use lab::server::run;

#[test]
fn given_publish_and_stats() {
    let server = Server::start(run);
    assert_eq!(publish(&server, &report()), 1);
    assert_eq!(publish(&server, &report().with_note("Fog.\r\n\0🌧")), 2);
    let stats = stats(&server);
    assert_eq!((stats.oldest, stats.newest, stats.subscribers), (1, 2, 0));
    assert_eq!(stats.limits, server.limits());
}

#[test]
fn given_other_methods_are_told_which_is_right() {
    let server = Server::start(run);
    for (method, target, allow) in [("POST", PATH, "GET"), ("GET", "/publish", "POST")] {
        let mut client = Client::connect(&server);
        client.request(method, target, &[("Connection", "close")], b"");
        let head = client.head();
        head.expect_status(405);
        head.expect_field("Allow", allow, |value| value == allow);
    }
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
