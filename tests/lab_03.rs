//! What lab 03 promises: server-sent events, question by question.
//!
//! Each test states its rule, who says so, and what somebody would notice if it were broken; a
//! failure prints just that, with the bytes. The server is a real one on a free port, started with
//! `Limits::TEST`: the log keeps 4 events, and 200 ms of silence bring a heartbeat.

use feed::Feed;
use harness::{Client, Lab, Server};
use lab::server::run;
use weather::{Limits, Report};

#[path = "lab_03/come_back.rs"]
mod come_back;
#[path = "lab_03/frame.rs"]
mod frame;
#[path = "lab_03/given.rs"]
mod given;
#[path = "lab_03/goodbye.rs"]
mod goodbye;
#[path = "lab_03/idle.rs"]
mod idle;
#[path = "lab_03/pressure.rs"]
mod pressure;
#[path = "lab_03/push.rs"]
mod push;
#[path = "lab_03/resume.rs"]
mod resume;

const LAB: Lab = Lab { number: "03", chapter: "SSE" };

const PATH: &str = "/api/v1/live-data";

/// The report that the whole workshop shows. Its text has three lines.
fn report() -> Report {
    Report::of(&[("BERLIN", 25.5), ("LONDON", 24.4), ("PARIS", 27.4)])
}

/// A server whose feed has `count` reports already. It keeps the last four, and has room for more
/// readers than a test needs.
#[track_caller]
fn server_with(count: usize) -> Server {
    let server = Server::start_with(run, Limits { waiting: 64, ..Limits::TEST });
    publish(server.feed(), count);
    server
}

fn publish(feed: &Feed, count: usize) {
    for _ in 0..count {
        report().publish(feed);
    }
}

/// A reader whose stream is open: its head has come.
#[track_caller]
fn reader(server: &Server, target: &str, fields: &[(&str, &str)]) -> Client {
    let mut client = Client::connect(server);
    client.get(target, fields);
    client.head().expect_status(200);
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

/// The value of a field, as it stands in an event's text.
fn field<'a>(event: &'a str, name: &str) -> Option<&'a str> {
    event.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
}
