//! Lab 03 behind nginx.

use crate::nginx::{NAIVE, Nginx, OURS, PATIENCE};
use crate::origin::{Nobody, Origin};
use fixture::Server;
use harness::{Client, Peer, at_once, wait_until};
use solution_03::server::run;
use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::Duration;
use weather::{Limits, Report};

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
        let id = report(25.5).publish(server.feed());
        client.until(format!("id: {id}\nevent: weather\ndata: BERLIN 25.5\n\n").as_bytes());
    }
}

/// Whoever may publish asks the server itself.
#[test]
fn what_is_for_the_inside_stays_inside() {
    let server = Server::start(run);
    let Some(nginx) = Nginx::start(OURS, &server) else { return };
    let body = br#"{"readings":[{"city":"BERLIN","celsius":25.5}]}"#;
    for (method, path) in [("POST", "/publish"), ("GET", "/stats"), ("GET", "//stats?x=1")] {
        let mut client = Client::connect(&nginx);
        client.request(method, path, &[("Content-Type", "application/json")], body);
        client.head().expect_status(404);
    }
    assert_eq!(server.feed().newest_id(), 0, "something was published from outside");
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
    let id = report(25.5).publish(server.feed());
    client.until(format!("id: {id}\n").as_bytes());
}

#[test]
fn the_cursor_passes() {
    let server = Server::start(run);
    let Some(nginx) = Nginx::start(OURS, &server) else { return };
    for celsius in [25.1, 25.2, 25.3] {
        report(celsius).publish(server.feed());
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
    let mut waits: Vec<u32> = (0..40)
        .map(|_| {
            let mut client = Client::connect(&nginx);
            client.get(PATHS[0], &[]);
            told_to_come_back(&mut client)
        })
        .collect();
    assert!(waits.iter().all(|wait| (2000..8000).contains(wait)), "{waits:?}");
    // All are told at the same moment, so they must not come back at the same one. Of 40 that are
    // drawn from 6000, hardly ever two are the same.
    waits.sort_unstable();
    waits.dedup();
    assert!(waits.len() > 30, "{waits:?}");
    // Only streams are told so. A poll gets its error, and can read it.
    let mut client = Client::connect(&nginx);
    client.get("/latest", &[]);
    client.head().expect_status(502);
}

/// A worker whose connections are used up takes a client and then can't connect it: nginx's own 500.
#[test]
fn a_worker_that_is_full_says_come_back() {
    for (configuration, expected) in [(NAIVE, "HTTP/1.1 500 "), (OURS, "HTTP/1.1 200 ")] {
        let mut refused = Vec::new();
        // A stream takes two connections, and nginx some for itself. If there is none for the next
        // client either, that one is only cut. With one number or with the other there is.
        for connections in [8, 9] {
            let server = Server::start(run);
            let Some(nginx) = Nginx::start_small(connections, configuration, &server) else {
                return;
            };
            let mut streams = Vec::new();
            refused.push(loop {
                let (stream, said) = stream_or_refusal(&nginx);
                if !said.ends_with("retry: 300\n\n") {
                    break said;
                }
                streams.push(stream);
                assert!(streams.len() < connections, "it has more than it was given");
            });
        }
        refused.retain(|said| !said.is_empty());
        let [said] = &refused[..] else { panic!("one answer of nginx itself: {refused:?}") };
        assert!(said.starts_with(expected), "{said:?}");
        assert_eq!(said.contains("retry: "), configuration == OURS, "{said:?}");
    }
}

/// What is said to a client that asks for a stream: up to the first `retry`, or else to the end.
fn stream_or_refusal(nginx: &Nginx) -> (TcpStream, String) {
    let mut stream = TcpStream::connect(nginx.address()).expect("the system takes the connection");
    stream.set_read_timeout(Some(at_once())).expect("a time-out");
    let ask = format!("GET {} HTTP/1.1\r\nHost: weather\r\nConnection: close\r\n\r\n", PATHS[0]);
    let _ = stream.write_all(ask.as_bytes());
    let (mut said, mut piece) = (Vec::new(), [0; 1024]);
    loop {
        let text = String::from_utf8_lossy(&said);
        // Without the size of a chunk before it, and the line end after it.
        let retry = text.find("retry: ").and_then(|at| Some(at + text[at..].find("\n\n")? + 2));
        if let Some(end) = retry {
            let text = text[..end].to_owned();
            return (stream, text);
        }
        match stream.read(&mut piece) {
            Ok(0) => return (stream, text.into_owned()),
            Ok(bytes) => said.extend(&piece[..bytes]),
            Err(error) => {
                let cut = error.kind() == ErrorKind::ConnectionReset;
                assert!(cut, "{error} after {text:?}");
                return (stream, text.into_owned());
            }
        }
    }
}

/// A limit of nginx's own answers 503.
#[test]
fn a_reader_too_many_for_nginx_is_told_to_come_back() {
    let server = Server::start(run);
    for configuration in [NAIVE, OURS] {
        let limited = configuration.replace("listen 8080;", "listen 8080;\n    limit_conn all 1;");
        let limited = format!("limit_conn_zone $server_port zone=all:1m;\n{limited}");
        let Some(nginx) = Nginx::start(&limited, &server) else { return };
        let mut first = Client::connect(&nginx);
        first.get(PATHS[0], &[]);
        first.head().expect_status(200);
        first.until(b"retry: 300\n\n");
        let mut second = Client::connect(&nginx);
        second.get(PATHS[0], &[]);
        if configuration == OURS {
            told_to_come_back(&mut second);
        } else {
            second.head().expect_status(503);
        }
    }
}

/// What the server itself says is passed on: it may mean "never again".
#[test]
fn an_error_of_the_servers_own_is_passed_on() {
    let origin = Origin::new();
    let Some(nginx) = Nginx::start(OURS, &origin) else { return };
    for status in [401, 500, 503] {
        let mut client = Client::connect(&nginx);
        client.get(PATHS[0], &[]);
        origin.asked().say(&format!("HTTP/1.1 {status} Said\r\nContent-Length: 0\r\n\r\n"));
        client.head().expect_status(status);
    }
}

/// Reads the answer that makes an `EventSource` come back, and returns the wait in it.
#[track_caller]
fn told_to_come_back(client: &mut Client) -> u32 {
    let head = client.head();
    head.expect_status(200);
    head.expect_field("content-type", "text/event-stream", |it| it == "text/event-stream");
    head.expect_field("cache-control", "no-store", |it| it == "no-store");
    let body = String::from_utf8(client.rest()).expect("text");
    let wait = body.strip_prefix("retry: ").and_then(|rest| rest.strip_suffix("\n\n"));
    wait.and_then(|wait| wait.parse().ok()).unwrap_or_else(|| panic!("a retry: {body:?}"))
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
    let id = report(25.5).publish(server.feed());
    client.until(format!("id: {id}\n").as_bytes());
    client.patient(5 * at_once());
    client.ended();
}
