//! What lab 04 promises: WebSocket, question by question.
//!
//! Each test states its rule, who says so, and what somebody would notice if it were broken; a
//! failure prints just that, with the bytes. The server is a real one on a free port. A room keeps
//! 4 events, a message has at most 1 KiB; pings come only where a test is about them.

use feed::{Event, Feed};
use harness::{Client, Failure, Lab, Server};
use lab::chat;
use lab::server::run;
use std::time::Duration;
use weather::{Limits, Report};

#[path = "lab_04/come_back.rs"]
mod come_back;
#[path = "lab_04/frame.rs"]
mod frame;
#[path = "lab_04/given.rs"]
mod given;
#[path = "lab_04/goodbye.rs"]
mod goodbye;
#[path = "lab_04/handshake.rs"]
mod handshake;
#[path = "lab_04/idle.rs"]
mod idle;
#[path = "lab_04/message.rs"]
mod message;
#[path = "lab_04/pressure.rs"]
mod pressure;
#[path = "lab_04/push.rs"]
mod push;
#[path = "lab_04/refused.rs"]
mod refused;
#[path = "lab_04/resume.rs"]
mod resume;

const LAB: Lab = Lab { number: "04", chapter: "WebSocket" };

/// Small rooms, room for more members than a test needs, and no pings.
const LIMITS: Limits = Limits { heartbeat: Duration::from_secs(60), waiting: 64, ..Limits::TEST };

/// The first byte of a frame: the end of its message, and the opcode.
const TEXT: u8 = 0x81;
const BINARY: u8 = 0x82;
const CLOSE: u8 = 0x88;
const PING: u8 = 0x89;
const PONG: u8 = 0x8a;

/// The report that the whole workshop shows. Its text has three lines.
fn report() -> Report {
    Report::of(&[("BERLIN", 25.5), ("LONDON", 24.4), ("PARIS", 27.4)])
}

/// A server whose room `weather` has `count` reports already.
#[track_caller]
fn server_with(count: usize) -> Server {
    let server = Server::start_with(run, LIMITS);
    publish(server.feed(), count);
    server
}

fn publish(feed: &Feed, count: usize) {
    for _ in 0..count {
        report().publish(feed);
    }
}

/// Somebody who is in a room: the handshake is over.
#[track_caller]
fn member(server: &Server, target: &str) -> Client {
    let mut client = Client::connect(server);
    client.open_websocket(target, &[]);
    client
}

/// Fails if who comes in is no longer in the room when the handshake is over: nothing would ever be
/// heard, whatever else is right. Looks at the room `weather`, since only its members can be counted
/// from here.
#[track_caller]
fn expect_to_stay(server: &Server) {
    let _client = member(server, "/chat");
    if server.feed().subscribers() == 0 {
        Failure::new(
            "a WebSocket to /chat: the handshake was answered, and the room has 0 members",
        )
        .said(
            "the subscription is dropped already: it lives in `out`, and `out` must live in `stay`",
        )
        .expected("1: the one who has just come in")
        .cost("Who is in a room hears nothing in it.")
        .raise();
    }
}

/// Says a text, as a client does.
#[track_caller]
fn say(client: &mut Client, text: &str) {
    client.send_frame(TEXT, chat::say(text));
}

/// The next event that a member hears.
#[track_caller]
fn event(client: &mut Client) -> Event {
    awaited_event(client, "an event")
}

/// [`event`], where a failure says which one was awaited.
#[track_caller]
fn awaited_event(client: &mut Client, what: &str) -> Event {
    let text = client.text(what);
    chat::decode(&text).unwrap_or_else(|error| {
        Failure::new("the server sent the text")
            .seen(text.as_bytes())
            .said(error.to_string())
            .expected("an event as `chat::encode` writes it")
            .raise()
    })
}

/// Fails unless the next event a member hears is this one.
#[track_caller]
fn expect_event(client: &mut Client, id: u64, event: &'static str, data: &str) {
    let want = Event::new(id, event, data);
    let got = awaited_event(client, &format!("event {id}, {event}"));
    if got != want {
        let failure = client.failure().said(format!("and then came {}", chat::encode(&got)));
        failure.expected(chat::encode(&want)).raise();
    }
}
