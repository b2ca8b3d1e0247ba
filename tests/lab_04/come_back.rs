//! Step 4: What of the events missed while away? The client's side.

use super::LAB;
use feed::Event;
use harness::{Rule, calling_at_the_cost, costing, expect_eq};
use lab::client::{BACK_OFF, Client, STABLE};
use std::time::Duration;

/// What a panic costs where the next connection should be planned.
const STOPPED: &str = "The client stops instead of waiting, and never comes back.";

#[test]
fn step_4_resume_the_cursor_is_in_the_address() {
    LAB.check(
        Rule {
            place: "client.rs, `target` and `on_event`",
            text: "a client that comes back says so: the id of the last event, as `since`",
            source: "WebSockets Living Standard §3.1: a page can set the address, and no header",
            cost: "After each tunnel Ana goes on at the wrong place: something is missing, or comes twice.",
        },
        || {
            let mut client = Client::new("hall", "Ana");
            let target = "/chat?room=hall&name=Ana";
            costing("A newcomer begins at the wrong place.", || {
                expect_eq("a client that has heard nothing asks for", client.target(), target);
            });
            for id in [41, 42] {
                client.on_event(Event::new(id, "chat", "Ben\nHello"));
            }
            let want = format!("{target}&since=42");
            expect_eq("after the events 41 and 42 it asks for", client.target(), want);
        },
    );
}

#[test]
fn step_4_resume_an_event_counts_once() {
    LAB.check(
        Rule {
            place: "client.rs, `on_event`",
            text: "an id that isn't newer is a repeat, and is dropped; a reset always counts",
            source: "a cursor only moves forward, but for a reset, whose id is where the server goes on",
            cost: "A message is shown twice; or after a restart of the server none is shown any more.",
        },
        || {
            let mut client = Client::new("hall", "Ana");
            let mut told = "a client heard".to_owned();
            let mut hears = |id, event: &'static str, shown: bool| {
                let event = Event::new(id, event, "x");
                told += &format!(" {} {id},", event.event);
                costing(cost_of_a_mistake(shown), || {
                    let did = format!("{told} and of the last one `on_event` made");
                    expect_eq(&did, client.on_event(event.clone()), shown.then_some(event));
                });
                client.target()
            };
            hears(7, "chat", true);
            hears(7, "chat", false);
            hears(5, "chat", false);
            let target = hears(6, "chat", false);
            costing("At the next break old messages come again.", || {
                expect_eq("after event 7 and its repeats it asks for", target, "/chat?room=hall&name=Ana&since=7");
            });
            hears(9, "chat", true);
            let target = hears(4, "reset", true);
            costing("A server that was started again repeats its reset at every reconnect.", || {
                expect_eq("after event 9 and a reset with id 4 it asks for", target, "/chat?room=hall&name=Ana&since=4");
            });
            hears(5, "chat", true);
        },
    );
}

/// What it costs that an event isn't treated as it must be: `shown`, or else dropped.
fn cost_of_a_mistake(shown: bool) -> &'static str {
    match shown {
        true => "A message never appears; after a restart of the server none does.",
        false => "A message is shown twice.",
    }
}

#[test]
fn step_4_resume_stable_before_the_back_off_resets() {
    LAB.check(
        Rule {
            place: "client.rs, `on_end`",
            text: "each failure doubles the longest wait; only a connection that lasted ends the row",
            source: "RFC 6455 §7.2.3",
            cost: "A server that accepts and hangs up is asked as often as one that is well: it stays down.",
        },
        || {
            let wait = |lasted: &[Duration], random| {
                let mut client = Client::new("hall", "Ana");
                let mut last = Duration::ZERO;
                for lasted in lasted {
                    last = calling_at_the_cost("`on_end`", STOPPED, || client.on_end(*lasted, random));
                }
                last
            };
            let waits = |did: &str, row: &[Duration], random, want: Duration| {
                let got = wait(row, random);
                costing(cost_of_a_wait(got, want), || expect_eq(did, got, want));
            };
            let short = Duration::from_millis(200);
            for (failures, most) in [(1, 5), (2, 10), (3, 20), (4, 40), (5, 60), (200, 60)] {
                let (row, most) = (vec![short; failures], Duration::from_secs(most));
                let did = format!("the longest wait after {failures} short connections is");
                waits(&did, &row, 1.0, most);
                waits("and with random 0.5 it is", &row, 0.5, most / 2);
                costing("All members come back in the same instant, and the server is down again.", || {
                    let did = "and the shortest, with random 0, is";
                    expect_eq(did, wait(&row, 0.0), Duration::ZERO);
                });
            }
            let row = [short, short, short, STABLE];
            costing("After a bad night, a short cut by day takes a minute to mend.", || {
                let did = "the longest wait after 3 short connections and one that lasted is";
                expect_eq(did, wait(&row, 1.0), BACK_OFF);
            });
            // The end of the one that lasted is the first of the next row.
            let did = "the longest wait after one that lasted and a short one is";
            waits(did, &[STABLE, short], 1.0, 2 * BACK_OFF);
            let row = [short, short, STABLE - Duration::from_millis(1)];
            let did = "the longest wait after 3 connections that were too short to count is";
            waits(did, &row, 1.0, 4 * BACK_OFF);
        },
    );
}

/// What it costs that the longest wait is `got`, and not `want`.
fn cost_of_a_wait(got: Duration, want: Duration) -> &'static str {
    match got > want {
        true => "A client that comes back waits longer than anybody should.",
        false => "A server that accepts and hangs up is asked too often: it stays down.",
    }
}
