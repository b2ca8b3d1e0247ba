//! What the finished server puts on the wire, byte for byte. The book shows these recordings.

use feed::End;
use fixture::Server;
use harness::{Client, Lab, snapshot};
use solution_03::server::run;
use std::num::NonZeroUsize;
use std::time::Duration;
use weather::Limits;

const PATH: &str = "/api/v1/live-data";

#[test]
fn first_event() {
    record(Limits::NORMAL, |server| {
        let mut client = open(server, &[("Accept", "text/event-stream")]);
        server.publish(1);
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
        server.publish(8);
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
        server.publish(1);
        first.until(b"PARIS 27.4\n\n");
        first.finish();
        first.ended();
        server.publish(2);
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
        server.publish(8);
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
        server.publish(1);
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
        server.publish(1);
        server.feed().end(End::Finished);
        let mut client = open(server, &[("Last-Event-ID", "1")]);
        client.rest();
        client.snapshot("lab_03/finished");
    });
}

#[test]
fn by_library() {
    record(Limits::NORMAL, |server| {
        server.publish(1);
        let mut client = Client::connect(server);
        client.get("/api/v1/live-data-by-library", &[]);
        client.head();
        client.until(b"PARIS 27.4\n\n");
        client.until(b": keep-alive\n\n");
        client.snapshot("lab_03/by_library");
    });
}

#[track_caller]
fn record(limits: Limits, story: impl FnOnce(&Server) + Send + 'static) {
    let lab = Lab { number: "03", chapter: "SSE" };
    fixture::record(lab, move || Server::start_with(run, limits), story);
}

fn open(server: &Server, fields: &[(&str, &str)]) -> Client {
    let mut client = Client::connect(server);
    client.get(PATH, fields);
    client.head();
    client
}
