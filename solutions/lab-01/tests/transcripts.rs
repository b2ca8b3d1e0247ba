//! What the finished server puts on the wire, byte for byte. The book shows these recordings.

use feed::End;
use fixture::Server;
use harness::{Client, Lab, at_once, wait_until};
use solution_01::server::run;
use std::num::NonZeroUsize;
use std::time::Duration;
use weather::Limits;

#[test]
fn woken() {
    record(Limits::NORMAL, |server| {
        server.publish(8);
        let mut client = parked(server, "/long-polling?since=8");
        server.publish(1);
        client.head();
        client.rest();
        client.snapshot("lab_01/woken");
    });
}

#[test]
fn two_polls() {
    record(Limits::NORMAL, |server| {
        server.publish(8);
        let mut client = parked(server, "/long-polling?since=8");
        server.publish(1);
        client.head();
        client.rest();
        // While nobody asks.
        server.publish(2);
        client.get("/long-polling?since=9", &[]);
        client.head();
        client.rest();
        client.snapshot("lab_01/two_polls");
    });
}

#[test]
fn quiet() {
    record(Limits::NORMAL, |server| {
        server.publish(8);
        let mut client = Client::connect(server);
        client.patient(Duration::from_secs(1) + at_once());
        client.get("/long-polling?since=8&wait=1", &[]);
        client.head();
        client.snapshot("lab_01/quiet");
    });
}

#[test]
fn batches() {
    record(Limits::NORMAL, |server| {
        server.publish(8);
        let mut client = Client::connect(server);
        for since in [4, 6] {
            client.get(&format!("/long-polling?since={since}&limit=2"), &[]);
            client.head();
            client.rest();
        }
        client.snapshot("lab_01/batches");
    });
}

#[test]
fn gap() {
    let limits = Limits { capacity: NonZeroUsize::new(4).unwrap(), ..Limits::NORMAL };
    record(limits, |server| {
        server.publish(8);
        let mut client = Client::connect(server);
        client.get("/long-polling?since=3", &[]);
        client.head();
        client.rest();
        client.snapshot("lab_01/gap");
    });
}

#[test]
fn bad_question() {
    record(Limits::NORMAL, |server| {
        let mut client = Client::connect(server);
        client.get("/long-polling?since=8&wait=86400", &[]);
        client.head();
        client.rest();
        client.snapshot("lab_01/bad_question");
    });
}

#[test]
fn full() {
    record(Limits { waiting: 0, ..Limits::NORMAL }, |server| {
        server.publish(8);
        let mut client = Client::connect(server);
        client.get("/long-polling?since=8", &[]);
        client.head();
        client.rest();
        client.snapshot("lab_01/full");
    });
}

#[test]
fn shutdown() {
    record(Limits::NORMAL, |server| {
        server.publish(8);
        let mut client = parked(server, "/long-polling?since=8");
        server.feed().end(End::Shutdown);
        client.head();
        client.snapshot("lab_01/shutdown");
    });
}

#[track_caller]
fn record(limits: Limits, story: impl FnOnce(&Server) + Send + 'static) {
    let lab = Lab { number: "01", chapter: "long polling" };
    fixture::record(lab, move || Server::start_with(run, limits), story);
}

/// A client that waits: it is in the feed.
fn parked(server: &Server, target: &str) -> Client {
    let mut client = Client::connect(server);
    client.get(target, &[]);
    wait_until(at_once(), "the client to wait", || server.feed().subscribers() == 1);
    client
}
