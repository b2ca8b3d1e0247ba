//! Lab 03 behind nginx.

use crate::nginx::{NAIVE, Nginx, OURS, PATIENCE};
use crate::origin::{Nobody, Origin};
use feed::{Limits, Report};
use harness::{Client, Server, at_once, publish, wait_until};
use solution_03::server::run;
use std::time::Duration;

const PATHS: [&str; 2] = ["/api/v1/live-data", "/api/v1/live-data-by-library"];

fn report(celsius: f32) -> Report {
    Report::of(&[("BERLIN", celsius)])
}

#[test]
fn an_event_arrives_at_once() {
    let server = Server::start(run);
    let Some(nginx) = Nginx::start(OURS, &server) else { return };
    for path in PATHS {
        let mut client = Client::connect(&nginx);
        client.get(path, &[("Accept-Encoding", "gzip")]);
        let head = client.head();
        head.expect_field("content-type", "text/event-stream", |it| it == "text/event-stream");
        // POST passes, too.
        let id = publish(&nginx, &report(25.5));
        client.until(format!("id: {id}\nevent: weather\ndata: BERLIN 25.5\n\n").as_bytes());
    }
}

/// nginx speaks HTTP/1.0 unless told otherwise (before 1.29.7), and HTTP/1.0 has no chunks (RFC 9112
/// §6.1). actix-web sends them even so, and nginx understands them: this is luck.
#[test]
fn the_library_is_lucky_behind_the_naive_one() {
    let server = Server::start(run);
    let Some(nginx) = Nginx::start(NAIVE, &server) else { return };
    let mut client = Client::connect(&nginx);
    client.get(PATHS[1], &[]);
    client.head().expect_no_field("x-accel-buffering");
    let id = server.feed().publish(&report(25.5));
    client.until(format!("id: {id}\n").as_bytes());
}

#[test]
fn the_cursor_passes() {
    let server = Server::start(run);
    let Some(nginx) = Nginx::start(OURS, &server) else { return };
    for celsius in [25.1, 25.2, 25.3] {
        server.feed().publish(&report(celsius));
    }
    for (path, header) in [("?since=1", None), ("", Some("1")), ("?since=2", Some("1"))] {
        let mut client = Client::connect(&nginx);
        let header: Vec<_> = header.map(|id| ("Last-Event-ID", id)).into_iter().collect();
        client.get(&format!("/api/v1/live-data{path}"), &header);
        client.head().expect_status(200);
        let first = client.until(b"25.2\n\n");
        assert!(first.ends_with(b"id: 2\nevent: weather\ndata: BERLIN 25.2\n\n"), "{first:?}");
    }
}

/// No setting makes silence safe …
#[test]
fn silence_is_cut() {
    for configuration in [NAIVE, OURS] {
        let silent = Limits { heartbeat: Duration::from_secs(60), ..Limits::TEST };
        let server = Server::start_with(run, silent);
        let Some(nginx) = Nginx::start_impatient(configuration, &server) else { return };
        let mut client = Client::connect(&nginx);
        client.get(PATHS[0], &[]);
        client.head().expect_status(200);
        client.patient(PATIENCE + at_once());
        client.ended();
        assert!(nginx.read("error.log").contains("upstream timed out"));
    }
}

/// … and a heartbeat makes any line safe.
#[test]
fn a_heartbeat_keeps_the_line() {
    for configuration in [NAIVE, OURS] {
        let beating = Limits { heartbeat: PATIENCE / 5, ..Limits::TEST };
        let server = Server::start_with(run, beating);
        let Some(nginx) = Nginx::start_impatient(configuration, &server) else { return };
        let mut client = Client::connect(&nginx);
        client.get(PATHS[0], &[]);
        client.head().expect_status(200);
        client.until(b"retry: 300\n\n");
        assert!(client.nothing_but(b":\n\n", 2 * PATIENCE) >= 2);
    }
}

/// A held poll is silence, too: who holds it longer than the proxy waits never gets to answer it.
#[test]
fn a_poll_that_is_held_too_long_is_answered_by_nginx() {
    let origin = Origin::new();
    let Some(nginx) = Nginx::start_impatient(OURS, &origin) else { return };
    let mut client = Client::connect(&nginx);
    client.patient(PATIENCE + at_once());
    client.get("/long-polling?since=8&wait=60", &[]);
    let _held = origin.asked();
    client.head().expect_status(504);
}

#[test]
fn a_reader_that_left_is_freed() {
    let server = Server::start(run);
    let Some(nginx) = Nginx::start(OURS, &server) else { return };
    let mut client = Client::connect(&nginx);
    client.get(PATHS[0], &[]);
    client.head();
    wait_until(at_once(), "a subscriber", || server.feed().subscribers() == 1);
    drop(client);
    wait_until(at_once(), "nobody", || server.feed().subscribers() == 0);
}

/// While the server is away a browser must not see an error: any status but 200 ends its stream for
/// good (HTML Living Standard §9.2.2).
#[test]
fn a_server_that_is_away_says_come_back() {
    let nobody = Nobody::new();
    let Some(nginx) = Nginx::start(NAIVE, &nobody) else { return };
    let mut client = Client::connect(&nginx);
    client.get(PATHS[0], &[]);
    client.head().expect_status(502);

    let Some(nginx) = Nginx::start(OURS, &nobody) else { return };
    let mut waits = Vec::new();
    for _ in 0..40 {
        let mut client = Client::connect(&nginx);
        client.get(PATHS[0], &[]);
        let head = client.head();
        head.expect_status(200);
        head.expect_field("content-type", "text/event-stream", |it| it == "text/event-stream");
        head.expect_field("cache-control", "no-store", |it| it == "no-store");
        waits.push(String::from_utf8(client.rest()).expect("text"));
    }
    waits.sort();
    waits.dedup();
    assert_eq!(waits, [2000, 4000, 6000, 8000].map(|wait| format!("retry: {wait}\n\n")));
    // Only streams are told so. A poll gets its error, and can read it.
    let mut client = Client::connect(&nginx);
    client.get("/latest", &[]);
    client.head().expect_status(502);
}

/// A reload starts new workers and leaves old connections to old ones; so an old worker lives as
/// long as its longest stream, unless `worker_shutdown_timeout` says otherwise.
#[test]
fn a_reload_cuts_streams_only_when_the_old_workers_time_is_over() {
    let server = Server::start(run);
    let Some(nginx) = Nginx::start(OURS, &server) else { return };
    let mut client = Client::connect(&nginx);
    client.get(PATHS[0], &[]);
    client.head();
    client.until(b"retry: 300\n\n");
    nginx.reload();
    wait_until(5 * at_once(), "the old worker to begin its end", || {
        nginx.read("error.log").contains("gracefully shutting down")
    });
    let id = server.feed().publish(&report(25.5));
    client.until(format!("id: {id}\n").as_bytes());
    client.patient(5 * at_once());
    client.ended();
}
