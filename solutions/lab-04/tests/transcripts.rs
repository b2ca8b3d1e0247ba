//! What the finished server puts on the wire, byte for byte. The book shows these recordings.

use feed::End;
use fixture::Server;
use harness::{Client, Lab, snapshot};
use solution_04::server::run;
use std::num::NonZeroUsize;
use std::time::Duration;
use weather::Limits;

const TEXT: u8 = 0x81;
const CLOSE: u8 = 0x88;
const PONG: u8 = 0x8a;

const PROTOCOL: [(&str, &str); 1] = [("Sec-WebSocket-Protocol", "chat, superchat")];

#[test]
fn first_messages() {
    record(Limits::NORMAL, |server| {
        let mut client = Client::connect(server);
        client.open_websocket("/chat?name=Ana", &PROTOCOL);
        server.publish(1);
        client.text("the weather");
        client.send_frame(TEXT, r#"{"text":"Hello"}"#);
        client.text("what Ana said");
        client.send_frame(CLOSE, b"\x03\xe8");
        client.frame("the goodbye");
        client.ended();
        client.finish();
        client.snapshot("lab_04/first_messages");
    });
}

#[test]
fn heartbeat() {
    let limits = Limits { heartbeat: Duration::from_millis(200), ..Limits::NORMAL };
    record(limits, |server| {
        let mut client = open(server, "/chat");
        client.frame("a ping");
        client.send_frame(PONG, b"");
        client.frame("the next ping");
        client.snapshot("lab_04/heartbeat");
    });
}

#[test]
fn reconnect() {
    record(Limits::NORMAL, |server| {
        let mut first = open(server, "/chat?name=Ana");
        server.publish(1);
        first.text("event 1");
        first.finish();
        first.ended();
        server.publish(2);
        let mut second = open(server, "/chat?name=Ana&since=1");
        second.text("event 2");
        second.text("event 3");
        snapshot("lab_04/reconnect", &[&first, &second]);
    });
}

#[test]
fn reset() {
    let limits = Limits { capacity: NonZeroUsize::new(4).unwrap(), ..Limits::NORMAL };
    record(limits, |server| {
        server.publish(8);
        let mut client = open(server, "/chat?since=2");
        client.text("the reset");
        for event in 5..=8 {
            client.text(&format!("event {event}"));
        }
        client.snapshot("lab_04/reset");
    });
}

#[test]
fn fragments() {
    record(Limits::NORMAL, |server| {
        let mut client = open(server, "/echo");
        client.send_frame(0x01, b"\xe2\x82");
        client.send_frame(0x89, b"?");
        client.frame("a pong");
        client.send_frame(0x80, b"\xac");
        client.text("the text");
        client.snapshot("lab_04/fragments");
    });
}

#[test]
fn too_big() {
    record(Limits { message: 64, ..Limits::NORMAL }, |server| {
        let mut client = open(server, "/chat");
        client.send_frame(TEXT, format!(r#"{{"text":"{}"}}"#, "x".repeat(64)));
        client.frame("the goodbye");
        client.snapshot("lab_04/too_big");
    });
}

#[test]
fn shutdown() {
    record(Limits::NORMAL, |server| {
        let mut client = open(server, "/chat");
        server.feed().end(End::Shutdown);
        client.frame("the goodbye");
        client.send_frame(CLOSE, b"\x03\xe9");
        client.ended();
        client.snapshot("lab_04/shutdown");
    });
}

#[test]
fn full() {
    record(Limits { waiting: 0, ..Limits::NORMAL }, |server| {
        let mut client = Client::connect(server);
        client.ask_for_websocket("/chat", &[]);
        client.head();
        client.rest();
        client.snapshot("lab_04/full");
    });
}

#[test]
fn foreign() {
    record(Limits::NORMAL, |server| {
        let mut client = Client::connect(server);
        client.ask_for_websocket("/chat", &[("Origin", "https://evil.example")]);
        client.head();
        client.rest();
        client.snapshot("lab_04/foreign");
    });
}

#[track_caller]
fn record(limits: Limits, story: impl FnOnce(&Server) + Send + 'static) {
    let lab = Lab { number: "04", chapter: "WebSocket" };
    fixture::record(lab, move || Server::start_with(run, limits), story);
}

fn open(server: &Server, target: &str) -> Client {
    let mut client = Client::connect(server);
    client.open_websocket(target, &[]);
    client
}
