//! What the finished server puts on the wire, byte for byte. The book shows these recordings.

use fixture::{Server, publish, report};
use harness::{Client, Lab};
use solution_00::log::Log;
use solution_00::server::{run, serve};
use std::sync::{Arc, Mutex};

#[test]
fn newest() {
    record(
        || server_with(8),
        |client| {
            ask(client, "/latest", &[]);
            client.snapshot("lab_00/newest");
        },
    );
}

#[test]
fn not_modified() {
    record(
        || server_with(8),
        |client| {
            ask(client, "/latest", &[]);
            ask(client, "/latest", &[("If-None-Match", "\"8\"")]);
            client.snapshot("lab_00/not_modified");
        },
    );
}

#[test]
fn nothing_new() {
    record(
        || server_with(8),
        |client| {
            ask(client, "/latest?since=8", &[]);
            client.snapshot("lab_00/nothing_new");
        },
    );
}

#[test]
fn batches() {
    record(server_5_to_8, |client| {
        ask(client, "/latest?since=4&limit=2", &[]);
        ask(client, "/latest?since=6&limit=2", &[]);
        client.snapshot("lab_00/batches");
    });
}

#[test]
fn gone() {
    record(server_5_to_8, |client| {
        ask(client, "/latest?since=3", &[]);
        ask(client, "/latest?since=4&limit=1", &[]);
        client.snapshot("lab_00/gone");
    });
}

#[test]
fn bad_cursor() {
    record(
        || server_with(8),
        |client| {
            ask(client, "/latest?since=abc", &[]);
            client.snapshot("lab_00/bad_cursor");
        },
    );
}

#[track_caller]
fn record(server: fn() -> Server, story: fn(&mut Client)) {
    let lab = Lab { number: "00", chapter: "short polling" };
    fixture::record(lab, server, move |server| story(&mut Client::connect(server)));
}

fn ask(client: &mut Client, target: &str, fields: &[(&str, &str)]) {
    client.get(target, fields);
    client.head();
    client.rest();
}

fn server_with(reports: usize) -> Server {
    let server = Server::start(run);
    for _ in 0..reports {
        publish(&server, &report());
    }
    server
}

fn server_5_to_8() -> Server {
    Server::start(|listener, _, limits| {
        let log = Log::restored(5, &["BERLIN 25.5", "BERLIN 25.6", "BERLIN 25.7", "BERLIN 25.8"]);
        serve(listener, Arc::new(Mutex::new(log)), limits)
    })
}
