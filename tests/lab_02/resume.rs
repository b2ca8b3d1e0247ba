//! Step 4: What of the events missed while away? The server's side.

use super::{LAB, PATH, awaited_event, expect_ids, next_event, reader, server_with};
use fixture::Target;
use harness::{Client, Publisher, Rule, at_once, costing, expect_eq};
use std::time::Instant;

#[test]
fn step_4_resume_replay_starts_after_the_cursor() {
    LAB.check_server(
        Rule {
            place: "server.rs, `start`",
            text: "`since` is what the client has: the stream goes on after it, not before, not with it",
            source: "the log: a cursor is the id of the last event that I have",
            cost: "After each tunnel a report is missing, or one is counted twice.",
        },
        || {
            let server = server_with(8);
            let mut client = after(&server, 6);
            expect_ids(&server, &mut client, &[7, 8]);
            // At the edge: event 4 is forgotten, and isn't needed.
            let mut client = after(&server, 4);
            expect_ids(&server, &mut client, &[5, 6, 7, 8]);
            let mut client = after(&server, 8);
            server.publish(1);
            client.note(format!("publish of event {}", server.id(9)));
            expect_ids(&server, &mut client, &[9]);
        },
    );
}

#[test]
fn step_4_resume_newcomers_get_the_newest_then_what_comes() {
    LAB.check_server(
        Rule {
            place: "server.rs, `start`",
            text: "a reader that says no `since` gets the newest event, and then what comes",
            source: "the log: no cursor isn't cursor 0",
            cost: "A newcomer's page is empty until the next report, or full of old ones.",
        },
        || {
            let server = server_with(3);
            let mut client = reader(&server, PATH);
            expect_ids(&server, &mut client, &[3]);
            server.publish(1);
            expect_ids(&server, &mut client, &[4]);
        },
    );
}

#[test]
fn step_4_resume_replay_then_live_without_seam() {
    LAB.check_server(
        Rule {
            place: "server.rs, `start`",
            text: "what was missed and what is new join without a hole and without a repeat",
            source: "the log: a cursor is one place in one order",
            cost: "Once in a few thousand reconnects a chart has a hole, and nobody can reproduce it.",
        },
        || {
            let server = server_with(1);
            let mut last = server.id(1);
            let publisher = Publisher::start(server.publisher());
            // A hundred reconnects, or fewer where they take long.
            let started = Instant::now();
            for _ in (0..100).take_while(|_| started.elapsed() < 2 * at_once()) {
                let mut client = reader(&server, &format!("{PATH}?since={last}"));
                for _ in 0..8 {
                    let got = next_event(&mut client);
                    let did = format!("after event {last} came an event with the id");
                    expect_eq(&did, got.id, last + 1);
                    last += 1;
                    publisher.seen();
                }
            }
        },
    );
}

#[test]
fn step_4_resume_an_old_cursor_goes_on_with_what_is_kept() {
    LAB.check_server(
        Rule {
            place: "server.rs, `start`",
            text: "a cursor that the log can't serve goes on with the oldest event that is left",
            source: "the log: what it forgot is a gap, and a gap is no reason to start at the end",
            cost: "More is lost than had to be: events that were still there never arrive.",
        },
        || {
            let server = server_with(8);
            for number in [2, 0, 99] {
                let mut client = after(&server, number);
                expect_all_that_is_kept(&server, &mut client);
            }
        },
    );
}

// guard: the starter has it already
#[test]
fn step_4_resume_a_bad_since_is_400() {
    LAB.check_server(
        Rule {
            place: "server.rs, `Params`",
            text: "a bad `since` is the programmer's mistake and is told: 400, and what was wrong",
            source: "RFC 9110 §15.5.1; RFC 9457",
            cost: "A page with a typing mistake starts somewhere, and nobody sees that it is wrong.",
        },
        || {
            let server = server_with(8);
            for since in ["abc", "-1", "", "18446744073709551616"] {
                let mut client = Client::connect(&server);
                client.get(&format!("{PATH}?since={since}"), &[]);
                let head = client.head();
                head.expect_status(400);
                head.expect_field("Content-Type", "application/problem+json", |value| {
                    value == "application/problem+json"
                });
                let problem = String::from_utf8_lossy(&client.rest()).into_owned();
                let detail = "since must be a whole number from 0 to 18446744073709551615, got";
                if !problem.contains(&format!("{detail} \\\"{since}\\\"")) {
                    let failure = client.failure().seen(problem.as_bytes());
                    failure.expected(format!("the detail {detail} \"{since}\"")).raise();
                }
            }
        },
    );
}

/// A reader that has had the test's event with this number.
#[track_caller]
fn after(server: &Target, number: u64) -> Client {
    reader(server, &format!("{PATH}?since={}", server.id(number)))
}

/// Fails unless a stream has the events 5 to 8. Step 5 makes it begin with a `reset`, and looks at
/// what that says.
#[track_caller]
fn expect_all_that_is_kept(server: &Target, client: &mut Client) {
    let oldest = server.id(5);
    let first = awaited_event(client, &format!("event {oldest}, or a reset before it"));
    if first.event == "reset" {
        client.note("a reset");
        costing("The page says that it missed updates, and then shows none.", || {
            expect_ids(server, client, &[5]);
        });
    } else if first.id != oldest {
        let failure = client.failure().said(server.kept());
        let failure = failure.said(format!("the stream began with {first:?}"));
        failure.expected(format!("event {oldest}, the oldest that is left")).raise();
    }
    costing("What was still there is skipped, and never arrives.", || {
        expect_ids(server, client, &[6, 7, 8]);
    });
}
