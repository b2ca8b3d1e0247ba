//! What lab 04 promises: WebSocket, question by question.
//!
//! Each test states its rule, who says so, and what somebody would notice if it were broken; a
//! failure prints just that, with the bytes. The server is a real one on a free port. A room keeps
//! 4 events, a message has at most 1 KiB; pings come only where a test is about them.
//!
//! With `cargo workshop contract 04 http://HOST:PORT` the tests of the server judge another one, in
//! any language.

use feed::Event;
use fixture::Target;
use harness::{Client, Failure, Lab};
use lab::chat;
use lab::server::run;
use std::time::Duration;
use weather::Limits;

mod come_back;
mod frame;
mod given;
mod goodbye;
mod handshake;
mod idle;
mod message;
mod pressure;
mod push;
mod refused;
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

/// A server to whose room `weather` `count` reports were published. It keeps the last four.
#[track_caller]
fn server_with(count: usize) -> Target {
    let server = Target::start_with(run, LIMITS);
    server.publish(count);
    server
}

/// A room that nobody was in before the test. With `query`, it is where to find it: `/chat?room=hall`.
fn room(server: &Target, name: &str, query: &str) -> String {
    format!("/chat?room={}{query}", server.fresh(name))
}

/// Somebody who is in a room: the handshake is over.
#[track_caller]
fn member(server: &Target, target: &str) -> Client {
    let mut client = Client::connect(server);
    client.open_websocket(target, &[]);
    client
}

/// A member of the room `weather` who has nothing left to hear: nothing was published yet, or it has had
/// the last of what was there before the test.
#[track_caller]
fn newcomer(server: &Target, target: &str) -> Client {
    let mut client = member(server, target);
    if !server.is_new() {
        event(&mut client);
    }
    client
}

/// Fails if a member that comes in is no longer in the room when the handshake is over: nothing would ever be
/// heard, whatever else is right. Looks at the room `weather`, since only its members can be counted
/// from here.
#[track_caller]
fn expect_to_stay(server: &Target) {
    let _client = member(server, "/chat");
    if server.subscribers() == 0 {
        Failure::new(
            "a WebSocket to /chat: the handshake was answered, and the room has 0 members",
        )
        .said(
            "the subscription is dropped already: it lives in `out`, and `out` must live in `stay`",
        )
        .expected("1: the one who has just come in")
        .cost("A member of a room hears nothing in it.")
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
