//! What the finished server puts on the wire, byte for byte. The book shows these recordings.

use feed::{End, Feed};
use harness::{Client, Lab, Rule, Server, snapshot};
use solution_03::server::run;
use std::num::NonZeroUsize;
use std::time::Duration;
use weather::{Limits, Report};

const PATH: &str = "/api/v1/live-data";

#[test]
fn first_event() {
    record(Limits::NORMAL, |server| {
        let mut client = open(server, &[("Accept", "text/event-stream")]);
        publish(server.feed(), 1);
        client.until(b"PARIS 27.4\n\n");
        client.snapshot("lab_03/first_event");
    });
}

#[test]
fn heartbeat() {
    let limits = Limits { heartbeat: Duration::from_millis(200), ..Limits::NORMAL };
    record(limits, |server| {
        let mut client = open(server, &[]);
        client.until(b":\n\n");
        client.snapshot("lab_03/heartbeat");
    });
}

#[test]
fn replay() {
    record(Limits::NORMAL, |server| {
        publish(server.feed(), 8);
        let mut client = open(server, &[("Last-Event-ID", "6")]);
        client.until(b"id: 8\nevent: weather\n");
        client.until(b"\n\n");
        client.snapshot("lab_03/replay");
    });
}

#[test]
fn reconnect() {
    record(Limits::NORMAL, |server| {
        let mut first = open(server, &[]);
        publish(server.feed(), 1);
        first.until(b"PARIS 27.4\n\n");
        first.finish();
        first.ended();
        publish(server.feed(), 2);
        let mut second = open(server, &[("Last-Event-ID", "1")]);
        second.until(b"id: 3\nevent: weather\n");
        second.until(b"\n\n");
        snapshot("lab_03/reconnect", &[&first, &second]);
    });
}

#[test]
fn reset() {
    let limits = Limits { capacity: NonZeroUsize::new(4).unwrap(), ..Limits::NORMAL };
    record(limits, |server| {
        publish(server.feed(), 8);
        let mut client = open(server, &[("Last-Event-ID", "2")]);
        client.until(b"id: 8\nevent: weather\n");
        client.until(b"\n\n");
        client.snapshot("lab_03/reset");
    });
}

#[test]
fn overload() {
    record(Limits { waiting: 0, ..Limits::NORMAL }, |server| {
        let mut client = open(server, &[]);
        client.rest();
        client.snapshot("lab_03/overload");
    });
}

#[test]
fn shutdown() {
    record(Limits::NORMAL, |server| {
        publish(server.feed(), 1);
        let mut client = open(server, &[]);
        client.until(b"PARIS 27.4\n\n");
        server.feed().end(End::Shutdown);
        client.rest();
        client.snapshot("lab_03/shutdown");
    });
}

#[test]
fn finished() {
    record(Limits::NORMAL, |server| {
        publish(server.feed(), 1);
        server.feed().end(End::Finished);
        let mut client = open(server, &[("Last-Event-ID", "1")]);
        client.rest();
        client.snapshot("lab_03/finished");
    });
}

#[test]
fn by_library() {
    record(Limits::NORMAL, |server| {
        publish(server.feed(), 1);
        let mut client = Client::connect(server);
        client.get("/api/v1/live-data-by-library", &[]);
        client.head();
        client.until(b"PARIS 27.4\n\n");
        client.until(b": keep-alive\n\n");
        client.snapshot("lab_03/by_library");
    });
}

fn record(limits: Limits, story: impl FnOnce(&Server) + Send + 'static) {
    let rule = Rule {
        step: 6,
        place: "server.rs",
        text: "the finished server says what it said when it was recorded",
        source: "tests/snapshots/lab_03",
        cost: "",
    };
    let lab = Lab { number: "03", chapter: "SSE" };
    lab.check(rule, move || story(&Server::start_with(run, limits)));
}

fn open(server: &Server, fields: &[(&str, &str)]) -> Client {
    let mut client = Client::connect(server);
    client.get(PATH, fields);
    client.head();
    client
}

fn publish(feed: &Feed, count: usize) {
    for _ in 0..count {
        Report::of(&[("BERLIN", 25.5), ("LONDON", 24.4), ("PARIS", 27.4)]).publish(feed);
    }
}
