//! What the starter has already: publishing, numbers, and how errors are told.

use super::PATH;
use harness::{Client, Server, publish, stats};
use lab::server::run;

#[test]
fn given_publish_and_stats() {
    let server = Server::start(run);
    assert_eq!(publish(&server, &super::report()), 1);
    assert_eq!(publish(&server, &super::report().with_note("Fog.\r\n\0🌧")), 2);
    let stats = stats(&server);
    assert_eq!((stats.oldest, stats.newest, stats.subscribers), (1, 2, 0));
    assert_eq!(stats.limits, server.limits());
}

#[test]
fn given_bad_requests_are_told_what_is_wrong() {
    let json = "application/json";
    let server = Server::start(run);
    let big = "x".repeat(16 * 1024 + 1);
    for (content_type, report, status, detail) in [
        ("text/plain", "{}", 415, "a report must come with Content-Type: application/json"),
        (json, big.as_str(), 413, "a report must be at most 16384 bytes"),
        (json, "{", 400, "a report must be JSON: "),
        (json, r#"{"readings":[]}"#, 400, "readings must be 1 to 64, got 0"),
    ] {
        let mut client = Client::connect(&server);
        let fields = [("Content-Type", content_type), ("Connection", "close")];
        client.request("POST", "/publish", &fields, report.as_bytes());
        let head = client.head();
        head.expect_status(status);
        head.expect_field("Content-Type", "application/problem+json", |value| {
            value == "application/problem+json"
        });
        let problem = String::from_utf8(client.rest()).unwrap();
        assert!(problem.contains(detail), "{problem}");
    }
    assert_eq!(server.feed().newest_id(), 0);
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
