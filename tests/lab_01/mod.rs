//! What lab 01 promises: long polling, question by question.
//!
//! Each test states its rule, who says so, and what somebody would notice if it were broken; a
//! failure prints just that, with the bytes. The server is a real one on a free port, started with
//! `Limits::TEST`: the log keeps 4 events, and 4 clients may wait.
//!
//! With `cargo workshop contract 01 http://HOST:PORT` the tests of the server judge another one, in
//! any language.

use feed::{Event, Id};
use fixture::Target;
use harness::{Client, Peer, at_once, costing, wait_until};
use lab::server::run;
use lab::wire::News;
use std::time::Duration;
use weather::Limits;

mod frame;
mod given;
mod goodbye;
mod idle;
mod poll_loop;
mod pressure;
mod push;
mod resume;

const LAB: harness::Lab = harness::Lab { number: "01", chapter: "long polling" };

const PATH: &str = "/long-polling";

/// More seats than a test needs.
const ROOMY: Limits = Limits { waiting: 64, ..Limits::TEST };

/// A server to which `count` reports were published. It keeps the last four.
#[track_caller]
fn server_with(count: usize) -> Target {
    let server = Target::start_with(run, ROOMY);
    server.publish(count);
    server
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

/// A client that waits for what comes after the test's event with this number, for a minute if need be.
#[track_caller]
fn parked(server: &Target, since: Id) -> Client {
    all_parked(server, since, 1).remove(0)
}

/// Clients that wait for what comes after the test's event with this number. They are watched until they are among those
/// who wait in the feed; for a while, if they wait elsewhere. A server that has nothing to say keeps
/// quiet.
#[track_caller]
fn all_parked(server: &Target, since: Id, count: usize) -> Vec<Client> {
    let before = server.subscribers();
    let query = format!("?since={}&wait=60", server.id(since));
    let mut clients: Vec<_> = (0..count).map(|_| ask(server, &query)).collect();
    costing("An answer where there is nothing to say: the client asks again, and again.", || {
        for _ in 0..40 {
            for client in &mut clients {
                client.nothing_but(b"", Duration::from_millis(10) / count as u32);
            }
            if server.subscribers() >= before + count {
                break;
            }
        }
    });
    clients
}

/// Waits until so many clients wait, for what must not begin before.
#[track_caller]
fn wait_for_waiting(server: &Target, count: usize) {
    let what = format!("the feed's count of those who wait to be {count}");
    costing("A client that should wait was sent away, or isn't counted where it waits.", || {
        wait_until(at_once(), &what, || server.subscribers() == count);
    });
}

/// Reads an answer, which must be a 200 with the test's events of these numbers.
#[track_caller]
fn expect_events(server: &Target, client: &mut Client, numbers: &[Id]) {
    let want: Vec<Id> = numbers.iter().map(|&number| server.id(number)).collect();
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
    costing(cost_of_nothing_new_as(head.status(), error_costs), || head.expect_status(204));
}

/// What it costs to say "nothing new" by this status, and not by 204. An error has this cost.
fn cost_of_nothing_new_as(status: u16, error_costs: &str) -> &str {
    match status {
        400.. => error_costs,
        _ => "Each client parses a body to learn that there is nothing in it.",
    }
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
