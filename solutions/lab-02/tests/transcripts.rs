//! What the finished server puts on the wire, byte for byte. The book shows these recordings.

use feed::End;
use fixture::Server;
use harness::{Client, Lab, snapshot};
use solution_02::server::run;
use std::num::NonZeroUsize;
use std::time::Duration;
use weather::Limits;

/// As people start it.
const NORMAL: Limits = Limits::NORMAL;

#[test]
fn first_event() {
    record(NORMAL, |server| {
        let mut client = open(server, "/stream");
        server.publish(1);
        client.until(b"PARIS 27.4\"}\n");
        client.snapshot("lab_02/first_event");
    });
}

#[test]
fn heartbeat() {
    record(Limits { heartbeat: Duration::from_millis(200), ..NORMAL }, |server| {
        let mut client = open(server, "/stream");
        client.until(b"\n");
        client.snapshot("lab_02/heartbeat");
    });
}

#[test]
fn limit() {
    record(Limits { stream: Duration::from_millis(200), ..NORMAL }, |server| {
        server.publish(1);
        let mut client = open(server, "/stream");
        client.rest();
        client.snapshot("lab_02/limit");
    });
}

#[test]
fn reconnect() {
    record(NORMAL, |server| {
        let mut first = open(server, "/stream");
        server.publish(1);
        first.until(b"PARIS 27.4\"}\n");
        first.finish();
        first.ended();
        server.publish(2);
        let mut second = open(server, "/stream?since=1");
        second.until(b"{\"id\":3,");
        second.until(b"\n");
        snapshot("lab_02/reconnect", &[&first, &second]);
    });
}

#[test]
fn reset() {
    record(Limits { capacity: NonZeroUsize::new(4).unwrap(), ..NORMAL }, |server| {
        server.publish(8);
        let mut client = open(server, "/stream?since=2");
        client.until(b"{\"id\":8,");
        client.until(b"\n");
        client.snapshot("lab_02/reset");
    });
}

#[test]
fn overload() {
    record(Limits { waiting: 0, ..NORMAL }, |server| {
        let mut client = open(server, "/stream");
        client.rest();
        client.snapshot("lab_02/overload");
    });
}

#[test]
fn shutdown() {
    record(NORMAL, |server| {
        server.publish(1);
        let mut client = open(server, "/stream");
        client.until(b"PARIS 27.4\"}\n");
        server.feed().end(End::Shutdown);
        client.rest();
        client.snapshot("lab_02/shutdown");
    });
}

#[test]
fn finished() {
    record(NORMAL, |server| {
        server.publish(1);
        server.feed().end(End::Finished);
        let mut client = open(server, "/stream?since=1");
        client.rest();
        client.snapshot("lab_02/finished");
    });
}

#[test]
fn by_library() {
    record(NORMAL, |server| {
        server.publish(1);
        let mut client = open(server, "/stream-by-library");
        client.until(b"PARIS 27.4\"}\n");
        client.snapshot("lab_02/by_library");
    });
}

#[track_caller]
fn record(limits: Limits, story: impl FnOnce(&Server) + Send + 'static) {
    let lab = Lab { number: "02", chapter: "HTTP streaming" };
    fixture::record(lab, move || Server::start_with(run, limits), story);
}

fn open(server: &Server, target: &str) -> Client {
    let mut client = Client::connect(server);
    client.get(target, &[]);
    client.head();
    client
}
