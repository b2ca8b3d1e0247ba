//! What lab 00 promises: the log, and short polling, question by question.
//!
//! Each test states its rule, who says so, and what somebody would notice if it were broken; a
//! failure prints just that, with the bytes. The server is a real one on a free port, started with
//! `Limits::TEST`: the log keeps 4 events, and an answer holds at most 4. It has a log of its own:
//! tests publish by `POST /publish`, or start it with a log that was there before.

use feed::Id;
use fixture::Target;
use harness::{Client, Failure, Lab, Rule, costing, under};
use lab::log::Log;
use lab::server::{run, serve};
use serde::Deserialize;
use std::sync::{Arc, Mutex};

mod frame;
mod given;
mod goodbye;
mod idle;
mod pressure;
mod push;
mod resume;
mod tags;

const LAB: Lab = Lab { number: "00", chapter: "short polling" };

const PATH: &str = "/latest";

/// A server to which `count` reports were published.
#[track_caller]
fn server_with(count: usize) -> Target {
    let server = Target::with_own_log(run, 0);
    server.publish(count);
    server
}

/// A log that has forgotten 1 to 4, and holds 5 to 8.
fn log_5_to_8() -> Log {
    Log::restored(5, &["BERLIN 25.5", "BERLIN 25.6", "BERLIN 25.7", "BERLIN 25.8"])
}

/// A server that goes on with [`log_5_to_8`], or with as many reports.
#[track_caller]
fn server_5_to_8() -> Target {
    Target::with_own_log(
        |listener, _, limits| serve(listener, Arc::new(Mutex::new(log_5_to_8())), limits),
        8,
    )
}

/// The body of a 200.
#[derive(Deserialize)]
#[serde(remote = "Self")]
struct Answer {
    events: Vec<feed::Event>,
    next: Id,
}

feed::object!(Answer);

impl Answer {
    fn ids(&self) -> Vec<Id> {
        self.events.iter().map(|event| event.id).collect()
    }
}

/// What a poll's answer needs beside the log. Tests of other steps lean on it, so a fault in it is told
/// as step 2's.
const FOUND: Rule = Rule {
    step: 2,
    place: "server.rs, `found`",
    text: "what there is goes out as a 200 in JSON, `events` and `next`; where there is nothing, a 204",
    source: "RFC 9110 §15.3.1 and §15.3.5; RFC 8259 for the JSON",
    cost: "A client that asked for news, which is there, gets something else.",
};

/// Polls, and reads the answer with news. Its callers have seen that the log itself has them.
#[track_caller]
fn poll(client: &mut Client, target: &str) -> Answer {
    under(FOUND, || {
        client.get(target, &[]);
        client.head().expect_status(200);
        let body = client.rest();
        match serde_json::from_slice(&body) {
            Ok(answer) => answer,
            Err(error) => Failure::new(format!("GET {target} was answered with a body"))
                .seen(&body)
                .said(error.to_string())
                .expected(r#"{"events":[…],"next":8}"#)
                .cost("No client can read the answer.")
                .raise(),
        }
    })
}

/// Polls where there is nothing new.
#[track_caller]
fn poll_in_vain(client: &mut Client, target: &str) {
    under(FOUND, || {
        client.get(target, &[]);
        costing("A client that has everything is told something else.", || {
            client.head().expect_status(204);
        });
    });
}
