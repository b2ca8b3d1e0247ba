//! What lab 01 promises: long polling, question by question.
//!
//! Each test states its rule, who says so, and what somebody would notice if it were broken; a
//! failure prints just that, with the bytes. The server is a real one on a free port, started with
//! `Limits::TEST`: the log keeps 4 events, and 4 clients may wait.

use feed::{Event, Feed, Id};
use harness::{Client, Peer, Server, at_once, costing, wait_until};
use lab::server::run;
use lab::wire::News;
use std::time::Duration;
use weather::{Limits, Report};

#[path = "lab_01/frame.rs"]
mod frame;
#[path = "lab_01/given.rs"]
mod given;
#[path = "lab_01/goodbye.rs"]
mod goodbye;
#[path = "lab_01/idle.rs"]
mod idle;
#[path = "lab_01/poll_loop.rs"]
mod poll_loop;
#[path = "lab_01/pressure.rs"]
mod pressure;
#[path = "lab_01/push.rs"]
mod push;
#[path = "lab_01/resume.rs"]
mod resume;

const LAB: harness::Lab = harness::Lab { number: "01", chapter: "long polling" };

const PATH: &str = "/long-polling";

/// The report that the whole workshop shows. Its text has three lines.
fn report() -> Report {
    Report::of(&[("BERLIN", 25.5), ("LONDON", 24.4), ("PARIS", 27.4)])
}

/// A server whose feed has `count` reports already. It keeps the last four, and has more seats than
/// a test needs.
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

/// A client that has asked, and whose answer is still to be read. `query` is what stands after
/// `/long-polling`.
#[track_caller]
fn ask(peer: &impl Peer, query: &str) -> Client {
    let mut client = Client::connect(peer);
    client.get(&format!("{PATH}{query}"), &[]);
    client
}

/// [`ask`], where a failure says first how things were.
#[track_caller]
fn ask_when(peer: &impl Peer, how_it_was: &str, query: &str) -> Client {
    let mut client = Client::connect(peer);
    client.note(how_it_was);
    client.get(&format!("{PATH}{query}"), &[]);
    client
}

/// What it costs to say "nothing new" by an error.
const FAILURES: &str = "To clients and dashboards a quiet night looks like a row of failures.";

/// A client that waits for what comes after this event, for a minute if need be.
#[track_caller]
fn parked(server: &Server, since: Id) -> Client {
    all_parked(server, since, 1).remove(0)
}

/// Clients that wait for what comes after this event. They are watched until they are among those
/// who wait in the feed; for a while, if they wait elsewhere. A server that has nothing to say keeps
/// quiet.
#[track_caller]
fn all_parked(server: &Server, since: Id, count: usize) -> Vec<Client> {
    let before = server.feed().subscribers();
    let query = format!("?since={since}&wait=60");
    let mut clients: Vec<_> = (0..count).map(|_| ask(server, &query)).collect();
    costing("An answer where there is nothing to say: the client asks again, and again.", || {
        for _ in 0..40 {
            for client in &mut clients {
                client.nothing_but(b"", Duration::from_millis(10) / count as u32);
            }
            if server.feed().subscribers() >= before + count {
                break;
            }
        }
    });
    clients
}

/// Waits until so many clients wait, for what must not begin before.
#[track_caller]
fn wait_for_waiting(server: &Server, count: usize) {
    let what = format!("the feed's count of those who wait to be {count}");
    costing("Who should wait was sent away, or isn't counted where it waits.", || {
        wait_until(at_once(), &what, || server.feed().subscribers() == count);
    });
}

/// Reads an answer, which must be a 200 with these events.
#[track_caller]
fn expect_events(client: &mut Client, want: &[Id]) {
    client.head().expect_status(200);
    let got: Vec<Id> = news(client).events.iter().map(|event| event.id).collect();
    if got == want {
        return;
    }
    let failure = client.failure().said(format!("the answer has the events {got:?}"));
    let failure = failure.expected(format!("{want:?}"));
    match !got.is_empty() && want.starts_with(&got) {
        true => failure.cost("What is left costs a round trip more: after a day away, hundreds."),
        false => failure,
    }
    .raise();
}

/// Reads an answer, which must say that there is nothing new. An error there has this cost.
#[track_caller]
fn expect_nothing_new(client: &mut Client, error_costs: &str) {
    let head = client.head();
    let cost = match head.status() {
        400.. => error_costs,
        _ => "Each client parses a body to learn that there is nothing in it.",
    };
    costing(cost, || head.expect_status(204));
}

/// Reads the body of a 200.
#[track_caller]
fn news(client: &mut Client) -> News<Vec<Event>> {
    let body = client.rest();
    serde_json::from_slice(&body).unwrap_or_else(|error| {
        let failure = client.failure().seen(&body).said(error.to_string());
        failure.expected("JSON with events and next").raise()
    })
}
