//! The other labs' servers behind nginx.

use crate::nginx::{NAIVE, Nginx, OURS};
use fixture::Server;
use harness::{Client, at_once, wait_until};
use weather::Report;

fn report() -> Report {
    Report::of(&[("BERLIN", 25.5)])
}

/// Each answer is complete, so there is nothing to hold back: long polling passes everywhere.
#[test]
fn a_long_poll_is_woken_behind_any_configuration() {
    for configuration in [NAIVE, OURS] {
        let server = Server::start(solution_01::server::run);
        let Some(nginx) = Nginx::start(configuration, &server) else { return };
        let mut client = Client::connect(&nginx);
        client.get("/long-polling?since=0&wait=30", &[("Accept-Encoding", "gzip")]);
        wait_until(at_once(), "a parked client", || server.feed().subscribers() == 1);
        report().publish(server.feed());
        client.head().expect_status(200);
        client.until(b"\"next\":1}");
    }
}

#[test]
fn a_line_of_a_stream_arrives_at_once() {
    let server = Server::start(solution_02::server::run);
    let Some(nginx) = Nginx::start(OURS, &server) else { return };
    let mut client = Client::connect(&nginx);
    client.get("/stream?since=0", &[("Accept-Encoding", "gzip")]);
    report().publish(server.feed());
    client.head().expect_status(200);
    client.until(b"\"data\":\"BERLIN 25.5\"}\n");
}

#[test]
fn a_websocket_is_refused_behind_the_naive_one_and_talks_behind_ours() {
    let server = Server::start(solution_04::server::run);
    let Some(nginx) = Nginx::start(NAIVE, &server) else { return };
    let mut client = Client::connect(&nginx);
    client.ask_for_websocket("/chat", &[]);
    client.head().expect_status(400);

    let Some(nginx) = Nginx::start(OURS, &server) else { return };
    let mut client = Client::connect(&nginx);
    client.open_websocket("/chat", &[]);
    report().publish(server.feed());
    let text = client.text("the report");
    assert!(text.contains("BERLIN 25.5"), "{text}");
    let mut stranger = Client::connect(&nginx);
    stranger.ask_for_websocket("/chat", &[("Origin", "https://evil.example")]);
    stranger.head().expect_status(403);
}
