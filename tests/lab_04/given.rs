//! What the starter has already: publishing, numbers, rooms' names, and how errors are told.

use super::{LIMITS, TEXT};
use fixture::{Server, given};
use harness::{Client, HANDSHAKE};
use lab::server::run;

#[test]
fn given_a_target() {
    given::target(run, LIMITS);
}

#[test]
fn given_publish_and_stats() {
    given::publish_and_stats(run);
}

#[test]
fn given_bad_parameters_are_told_what_is_wrong() {
    let server = Server::start_with(run, LIMITS);
    let long = "x".repeat(33);
    for (query, detail) in [
        (
            "since=abc",
            "since must be a whole number from 0 to 18446744073709551615, got \\\"abc\\\"",
        ),
        ("since=-1", "since must be a whole number"),
        ("room=", "room must be 1 to 32 of a-z, 0-9 and -, got \\\"\\\""),
        ("room=Hall", "room must be 1 to 32 of a-z, 0-9 and -, got \\\"Hall\\\""),
        ("room=a/b", "room must be"),
        (&format!("room={long}"), "room must be"),
        ("name=", "name must be 1 to 32 characters without controls, got \\\"\\\""),
        ("name=a%0Ab", "name must be"),
        (&format!("name={long}"), "name must be"),
    ] {
        let mut client = Client::connect(&server);
        client.get(&format!("/chat?{query}"), &HANDSHAKE);
        let head = client.head();
        head.expect_status(400);
        head.expect_field("Content-Type", "application/problem+json", |it| {
            it == "application/problem+json"
        });
        let problem = String::from_utf8_lossy(&client.rest()).into_owned();
        assert!(problem.contains(detail), "{query}: {problem}");
    }
}

#[test]
fn given_the_page_is_there() {
    let server = Server::start(run);
    let mut client = Client::connect(&server);
    client.get("/", &[]);
    client.head().expect_status(200);
    let page = String::from_utf8_lossy(&client.rest()).into_owned();
    assert!(page.contains("new WebSocket("), "{page}");
}

#[test]
fn given_the_echo_says_everything_back() {
    let server = Server::start_with(run, LIMITS);
    let mut client = Client::connect(&server);
    client.open_websocket("/echo", &[]);
    let long = "x".repeat(100_000);
    client.send_frame(TEXT, &long);
    assert_eq!(client.text("the long text"), long);
    client.send_frame(0x02, b"a\xff");
    client.send_frame(0x89, "between");
    client.send_frame(0x80, b"\0");
    assert_eq!(client.frame("a pong").bytes, b"\x8a\x07between");
    assert_eq!(client.frame("the bytes").bytes, b"\x82\x03a\xff\0");
    client.send_frame(0x88, b"\x03\xe8");
    assert_eq!(client.close_code(), Some(1000));
}

#[test]
fn given_head_is_answered_as_get() {
    let server = Server::start(run);
    for target in ["/", "/stats"] {
        given::head_is_answered_as_get(&server, target);
    }
}
