//! What lab 03 promises: server-sent events, question by question.
//!
//! Each test states its rule, who says so, and what somebody would notice if it were broken; a
//! failure prints just that, with the bytes. The server is a real one on a free port, started with
//! `Limits::TEST`: the log keeps 4 events, and 200 ms of silence bring a heartbeat.
//!
//! With `cargo workshop contract 03 http://HOST:PORT` the tests of the server judge another one, in
//! any language.

use feed::{Event, Id};
use fixture::Target;
use harness::{Client, Lab};
use lab::server::run;
use weather::Limits;

mod come_back;
mod frame;
mod given;
mod goodbye;
mod idle;
mod pressure;
mod push;
mod resume;

const LAB: Lab = Lab { number: "03", chapter: "SSE" };

const PATH: &str = "/api/v1/live-data";

/// Room for more readers than a test needs.
const ROOMY: Limits = Limits { waiting: 64, ..Limits::TEST };

/// A server to which `count` reports were published. It keeps the last four.
#[track_caller]
fn server_with(count: usize) -> Target {
    let server = Target::start_with(run, ROOMY);
    server.publish(count);
    server
}

/// The test's report number `number`, as an event.
fn report(server: &Target, number: Id) -> String {
    let id = server.id(number);
    format!("id: {id}\nevent: weather\ndata: BERLIN 25.5\ndata: LONDON 24.4\ndata: PARIS 27.4\n\n")
}

/// A reader whose stream is open: its head has come.
#[track_caller]
fn reader(server: &Target, target: &str, fields: &[(&str, &str)]) -> Client {
    let mut client = Client::connect(server);
    client.get(target, fields);
    client.head().expect_status(200);
    client
}

/// A reader that has nothing left to hear: nothing was published yet, or it has had the last of what
/// was there before the test.
#[track_caller]
fn newcomer(server: &Target, fields: &[(&str, &str)]) -> Client {
    let mut client = reader(server, PATH, fields);
    if !server.is_new() {
        event(&mut client);
    }
    client
}

/// The next event of a stream, up to and with its empty line. Passes over comments, and over the
/// `retry` at the beginning.
#[track_caller]
fn event(client: &mut Client) -> String {
    awaited_event(client, "an event")
}

/// [`event`], where a failure says which one was awaited.
#[track_caller]
fn awaited_event(client: &mut Client, what: &str) -> String {
    let bytes = client.until_some(what, |body| event_in(body).map(|(_, end)| end));
    let start = event_in(&bytes).map_or(0, |(start, _)| start);
    String::from_utf8_lossy(&bytes[start..]).into_owned()
}

/// Where the first event begins and ends, if it has come.
fn event_in(body: &[u8]) -> Option<(usize, usize)> {
    let mut start = 0;
    loop {
        let rest = &body[start..];
        if !rest.starts_with(b"\n") && !rest.starts_with(b":") && !rest.starts_with(b"retry:") {
            let length = harness::find(rest, b"\n\n")? + 2;
            return Some((start, start + length));
        }
        start += rest.iter().position(|&byte| byte == b'\n')? + 1;
    }
}

/// An event's text as an event.
fn parsed(text: &str) -> Event {
    let text = |name| field(text, name).unwrap_or("none").to_owned();
    Event::new(text("id").parse().unwrap_or(0), text("event"), text("data"))
}

/// The value of a field, as it stands in an event's text.
fn field<'a>(event: &'a str, name: &str) -> Option<&'a str> {
    event.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
}
