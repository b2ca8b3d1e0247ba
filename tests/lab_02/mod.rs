//! What lab 02 promises: HTTP streaming, question by question.
//!
//! Each test states its rule, who says so, and what somebody would notice if it were broken; a
//! failure prints just that, with the bytes. The server is a real one on a free port. Its log keeps
//! 4 events, and 200 ms of silence bring a heartbeat, as `Limits::TEST` has it.
//!
//! With `cargo workshop contract 02 http://HOST:PORT` the tests of the server judge another one, in
//! any language.

use feed::Event;
use fixture::Target;
use harness::{Client, Lab};
use lab::server::run;
use std::time::Duration;
use weather::Limits;

mod chunk;
mod frame;
mod given;
mod goodbye;
mod idle;
mod last_words;
mod place;
mod pressure;
mod push;
mod resume;

const LAB: Lab = Lab { number: "02", chapter: "HTTP streaming" };

const PATH: &str = "/stream";

/// Room for more readers than a test needs, and streams that outlive it.
const LIMITS: Limits = Limits { waiting: 64, stream: Duration::from_secs(60), ..Limits::TEST };

/// What it costs when nothing comes that was published, whatever the step.
const NO_REPORT: &str = "No report comes: the page stays empty, or shows old weather.";

/// The line of the event with this id, if it is the workshop's report.
fn line(id: u64) -> String {
    let data = r"BERLIN 25.5\nLONDON 24.4\nPARIS 27.4";
    format!("{{\"id\":{id},\"event\":\"weather\",\"data\":\"{data}\"}}\n")
}

/// A server to which `count` reports were published, of which it keeps the last four.
#[track_caller]
fn server_with(count: usize) -> Target {
    let server = Target::start_with(run, LIMITS);
    server.publish(count);
    server
}

/// A reader whose stream is open: its head has come.
#[track_caller]
fn reader(server: &Target, target: &str) -> Client {
    let mut client = Client::connect(server);
    client.get(target, &[]);
    client.head().expect_status(200);
    client
}

/// A reader that has nothing left to hear: nothing was published yet, or it has had the last of what
/// was there before the test.
#[track_caller]
fn newcomer(server: &Target, target: &str) -> Client {
    let mut client = reader(server, target);
    if !server.is_new() {
        next_line(&mut client);
    }
    client
}

/// The next line of a stream that isn't empty, with its line end.
#[track_caller]
fn next_line(client: &mut Client) -> String {
    awaited_line(client, "a line")
}

/// [`next_line`], where a failure says which one was awaited.
#[track_caller]
fn awaited_line(client: &mut Client, what: &str) -> String {
    let bytes = client.until_some(what, |body| {
        let start = body.iter().position(|&byte| byte != b'\n')?;
        let length = body[start..].iter().position(|&byte| byte == b'\n')?;
        Some(start + length + 1)
    });
    String::from_utf8_lossy(bytes.trim_ascii_start()).into_owned()
}

/// The next line's event.
#[track_caller]
fn next_event(client: &mut Client) -> Event {
    awaited_event(client, "an event")
}

/// [`next_event`], where a failure says which one was awaited.
#[track_caller]
fn awaited_event(client: &mut Client, what: &str) -> Event {
    let line = awaited_line(client, what);
    match serde_json::from_str(&line) {
        Ok(event) => event,
        Err(error) => {
            let failure = client.failure().seen_so_far(line.as_bytes());
            failure.said(format!("as JSON: {error}")).expected("a line that is an event").raise()
        }
    }
}

/// Fails unless the next events are the test's of these numbers.
#[track_caller]
fn expect_ids(server: &Target, client: &mut Client, numbers: &[u64]) {
    for &number in numbers {
        let want = server.id(number);
        let event = awaited_event(client, &format!("event {want}"));
        if event.id != want {
            let failure = client.failure().said(server.kept());
            let failure = failure.said(format!("and the next event is {}", event.id));
            failure.expected(format!("event {want}")).raise();
        }
    }
}
