//! Step 4: What of the events missed while away? The server's side.

use super::{LAB, ask, ask_when, expect_events, news, parked, server_with, wait_for_waiting};
use harness::{Publisher, Rule, costing, expect_eq};
use lab::wire::Gone;

// guard: the log has it right
#[test]
fn step_4_resume_between_two_polls_nothing_is_lost() {
    LAB.check_server(
        Rule {
            place: "server.rs, `long_polling`",
            text: "what comes while nobody asks is in the next answer",
            source: "smaldini/grails-events-push issue 10; forcedotcom/EMP-Connector issue 96",
            cost: "Between two polls nobody listens: each update that falls there is lost.",
        },
        || {
            let server = server_with(8);
            expect_events(
                &server,
                &mut ask(&server, &format!("?since={}&wait=60", server.id(6))),
                &[7, 8],
            );
            server.publish(2);
            let [read, first, second] = [8, 9, 10].map(|number| server.id(number));
            let how = format!("{read} was read, {first} and {second} were published");
            let mut client = ask_when(&server, &how, &format!("?since={read}&wait=60"));
            expect_events(&server, &mut client, &[9, 10]);
        },
    );
}

#[test]
fn step_4_resume_polls_join_without_a_seam() {
    LAB.check_server(
        Rule {
            place: "server.rs, `long_polling`",
            text: "poll after poll, beside a publisher that never rests: no hole, no repeat",
            source: "the log: a cursor is one place in one order",
            cost: "Once in a few thousand polls a chart has a hole, and nobody can reproduce it.",
        },
        || {
            let server = server_with(1);
            // The first poll surely waits; of the others some do.
            let mut client = parked(&server, 1);
            let publisher = Publisher::start(server.publisher());
            let mut last = server.id(1);
            while last < server.id(500) {
                let head = client.head();
                costing("The page stands still, though news are there or on their way.", || {
                    head.expect_status(200);
                });
                for event in news(&mut client).events {
                    let did = format!("after event {last} came event");
                    expect_eq(&did, event.id, last + 1);
                    last += 1;
                    publisher.seen();
                }
                client.get(&format!("/long-polling?since={last}&wait=60"), &[]);
            }
        },
    );
}

#[test]
fn step_4_resume_the_client_left_and_the_event_stayed() {
    LAB.check_server(
        Rule {
            place: "server.rs, `long_polling`",
            text: "an event that was given to a connection stays in the log for whoever asks again",
            source: "RFC 9110 §9.2.1: GET changes nothing; Atmosphere/atmosphere issue 1820",
            cost: "Trains, tunnels, closed lids: each of them costs an update.",
        },
        || {
            let server = server_with(8);
            let vanished = parked(&server, 8);
            server.publish(1);
            // It is answered, and nobody reads the answer.
            wait_for_waiting(&server, 0);
            vanished.reset();
            let how = format!("{} was published for a connection that is gone", server.id(9));
            let mut client = ask_when(&server, &how, &format!("?since={}&wait=60", server.id(8)));
            expect_events(&server, &mut client, &[9]);
        },
    );
}

#[test]
fn step_4_resume_a_gap_is_410_with_both_ends() {
    LAB.check_server(
        Rule {
            place: "wire.rs, `gone`",
            text: "a cursor that the log can't serve is told so: 410, with `oldest` and `newest`",
            source: "RFC 9110 §15.5.11; RFC 9457 §3.2",
            cost: "The client is lost, and waits for an event that can't come.",
        },
        || {
            let server = server_with(8);
            for (cursor, what) in [
                (3, format!("has forgotten event {}", server.id(4))),
                (99, format!("never had event {}", server.id(99))),
            ] {
                let since = server.id(cursor);
                let how = format!("{} and {what}", server.kept());
                let mut client = ask_when(&server, &how, &format!("?since={since}&wait=0"));
                let head = client.head();
                costing(cost_of_status(head.status()), || head.expect_status(410));
                costing(
                    "A client that reads errors in their usual form can't read this one.",
                    || {
                        let media_type = "application/problem+json";
                        head.expect_field("Content-Type", media_type, |value| value == media_type);
                    },
                );
                let body = client.rest();
                let failure = || client.failure().seen(&body);
                let gone: Gone = serde_json::from_slice(&body).unwrap_or_else(|error| {
                    let failure = failure().said(error.to_string());
                    let failure =
                        failure.cost("The client can't read it, and isn't told where to go on.");
                    failure.expected("title, status, detail, oldest and newest").raise()
                });
                let [oldest, newest] = [5, 8].map(|number| server.id(number));
                if (gone.oldest, gone.newest) != (oldest, newest) {
                    let failure = failure().expected(format!("oldest {oldest}, newest {newest}"));
                    failure.cost("The client is told wrong where the log begins or ends.").raise();
                }
                if gone.status != 410 {
                    let failure = failure().expected("status 410, as in the head");
                    failure
                        .cost("A client that reads only the body takes it for something else.")
                        .raise();
                }
                if gone.title.is_empty() || gone.detail.is_empty() {
                    let failure = failure().expected("a title, and a sentence as detail");
                    failure
                        .cost("A person who looks into this answer isn't told what has happened.")
                        .raise();
                }
            }
            costing("A client that can be served is told to start over.", || {
                // At the edge: event 4 is forgotten, and isn't needed.
                expect_events(
                    &server,
                    &mut ask(&server, &format!("?since={}&wait=0", server.id(4))),
                    &[5, 6, 7, 8],
                );
            });
        },
    );
}

#[test]
fn step_4_resume_newcomers_get_the_newest() {
    LAB.check_server(
        Rule {
            place: "server.rs, `newcomer`",
            text: "a client that has no cursor gets the newest event, and after it what comes",
            source: "the contract: no cursor is the newest event",
            cost: "A newcomer's page is empty until the next report, or full of old ones.",
        },
        || {
            let server = server_with(3);
            expect_events(&server, &mut ask(&server, "?wait=0"), &[3]);
            server.publish(5);
            expect_events(&server, &mut ask_when(&server, &server.kept(), "?wait=0"), &[8]);
        },
    );
}

#[test]
fn step_4_resume_the_first_of_all_waits_for_event_1() {
    LAB.check_server(
        Rule {
            place: "server.rs, `newcomer`",
            text: "a newcomer to an empty log waits for event 1",
            source: "the log: 0 is the cursor before event 1",
            cost: "A client that comes before the first report doesn't hear of it.",
        },
        || {
            let server = server_with(0);
            server.must_be_new();
            let mut client = ask(&server, "?wait=60");
            wait_for_waiting(&server, 1);
            server.publish(1);
            client.note("publish of event 1");
            expect_events(&server, &mut client, &[1]);
        },
    );
}

/// What it costs that a cursor that the log can't serve gets this status, and not 410.
fn cost_of_status(status: u16) -> &'static str {
    match status {
        400.. => "It looks like a failure: the client asks the same again, for ever.",
        _ => "What is shown is wrong from here on, and nothing will ever correct it.",
    }
}
