//! Step 4: What of the events missed while away? The server's side.

use super::{LAB, LIMITS, awaited_event, event, expect_event, member, room, say, server_with};
use feed::Id;
use fixture::Target;
use harness::{Client, Failure, Publisher, Rule, costing, expect_eq};
use lab::server::run;
use std::num::NonZeroUsize;
use weather::Limits;

#[test]
fn step_4_resume_replay_starts_after_since() {
    LAB.check_server(
        Rule {
            place: "server.rs, `start`; `frames` of step 2",
            text: "the room goes on after the event named by `since`: not before it, not with it",
            source: "the log: a cursor is the last event I have; mythal/boluo issue 155",
            cost: "After each tunnel a message is missing, or is shown twice.",
        },
        || {
            let server = server_with(8);
            expect_ids(&server, &mut after(&server, 6), &[7, 8]);
            // At the edge: event 4 is forgotten, and isn't needed.
            expect_ids(&server, &mut after(&server, 4), &[5, 6, 7, 8]);
            let mut client = after(&server, 8);
            server.publish(1);
            client.note(format!("publish of event {}", server.id(9)));
            expect_ids(&server, &mut client, &[9]);
            costing(
                "A newcomer's page is empty until the next message, or full of old ones.",
                || {
                    expect_ids(&server, &mut member(&server, "/chat"), &[9]);
                    expect_ids(&server, &mut member(&server, "/chat?since="), &[9]);
                },
            );
            // As many at once as a batch may have.
            let sixteen = NonZeroUsize::new(16).unwrap();
            let limits = Limits { capacity: sixteen, batch: 16, ..LIMITS };
            let server = Target::start_with(run, limits);
            server.publish(16);
            let all: Vec<u64> = (1..=16).collect();
            costing("A member that was away for long misses the end of what was said.", || {
                expect_ids(&server, &mut after(&server, 0), &all);
            });
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
            cost: "After a reconnect a message is lost, or is shown twice.",
        },
        || {
            let server = server_with(1);
            let mut last = server.id(1);
            let publisher = Publisher::start(server.publisher());
            for _ in 0..100 {
                let mut client = member(&server, &format!("/chat?since={last}"));
                for _ in 0..8 {
                    let got = event(&mut client).id;
                    expect_eq(&format!("after event {last} came event"), got, last + 1);
                    last += 1;
                    publisher.seen();
                }
            }
        },
    );
}

#[test]
fn step_4_resume_a_cursor_too_old_goes_on_with_the_oldest() {
    LAB.check_server(
        Rule {
            place: "server.rs, `start`",
            text: "a cursor that the log can't serve goes on with the oldest event that is left",
            source: "the log: what it forgot is a gap, and a gap is no reason to start at the end",
            cost: "More is lost than had to be: messages that were still there never arrive.",
        },
        || {
            let server = server_with(8);
            expect_ids_from_oldest(&server, &mut after(&server, 2), "2");
            // From another life of the server: nobody knows how many were missed.
            expect_ids_from_oldest(&server, &mut after(&server, 99), "unknown");
        },
    );
}

#[test]
fn step_4_resume_what_was_said_while_away_is_heard() {
    LAB.check_server(
        Rule {
            place: "server.rs, `start`",
            text: "a member that was away hears what was said, alone; the others hear nothing twice",
            source: "a subscriber is a cursor: reading the log again is nobody else's affair",
            cost: "In the room everybody answers a question that Ana never saw.",
        },
        || {
            let server = server_with(0);
            let mut ana = member(&server, &room(&server, "hall", "&name=Ana"));
            let mut ben = member(&server, &room(&server, "hall", "&name=Ben"));
            say(&mut ana, "one moment");
            expect_event(&mut ana, 1, "chat", "Ana\none moment");
            expect_event(&mut ben, 1, "chat", "Ana\none moment");
            ana.reset();
            for (id, text) in [(2, "Ana?"), (3, "Who has the key?"), (4, "Ana, do you?")] {
                say(&mut ben, text);
                expect_event(&mut ben, id, "chat", &format!("Ben\n{text}"));
            }
            let mut ana = member(&server, &room(&server, "hall", "&name=Ana&since=1"));
            ana.note("3 messages while she was away");
            expect_event(&mut ana, 2, "chat", "Ben\nAna?");
            expect_event(&mut ana, 3, "chat", "Ben\nWho has the key?");
            expect_event(&mut ana, 4, "chat", "Ben\nAna, do you?");
            say(&mut ana, "Yes.");
            costing(
                "Whenever somebody comes back, everybody reads the old messages again.",
                || {
                    expect_event(&mut ben, 5, "chat", "Ana\nYes.");
                },
            );
        },
    );
}

/// A member of the room `weather` who has had the test's event with this number.
#[track_caller]
fn after(server: &Target, number: Id) -> Client {
    member(server, &format!("/chat?since={}", server.id(number)))
}

/// Fails unless the test's events with these numbers come next.
#[track_caller]
fn expect_ids(server: &Target, client: &mut Client, numbers: &[Id]) {
    for &number in numbers {
        let want = server.id(number);
        let event = awaited_event(client, &format!("event {want}"));
        if event.id != want {
            let failure = client.failure().said(format!("event {} came", event.id));
            failure.said(server.kept()).expected(format!("event {want}")).raise();
        }
    }
}

/// Fails unless a member hears all that the log keeps. Step 5 makes it begin with a `reset`; if it
/// does, this many must be missed.
#[track_caller]
fn expect_ids_from_oldest(server: &Target, client: &mut Client, missed: &str) {
    let [before, oldest] = [4, 5].map(|number| server.id(number));
    let first = awaited_event(client, &format!("event {oldest}, or a reset before it"));
    let failure = |said| Failure::new(said).said(server.kept());
    if first.event == "reset" {
        if first.id != before {
            failure(format!("a reset came with the id {}", first.id))
                .expected(format!("{before}, the one before the oldest event"))
                .cost("A connection that breaks right here goes on at the wrong event.")
                .raise();
        }
        if *first.data != *missed {
            failure(format!("a reset came that says {:?}", first.data))
                .expected(format!("{missed:?}"))
                .cost("The page says how many messages it missed, and it isn't true.")
                .raise();
        }
        client.note(format!("a reset with id {before}"));
    } else if first.id != oldest {
        let failure = client.failure().said(format!("event {} came", first.id)).said(server.kept());
        failure.expected(format!("event {oldest}, the oldest that is left")).raise();
    }
    let rest: &[u64] = if first.event == "reset" { &[5, 6, 7, 8] } else { &[6, 7, 8] };
    costing("What was still there is skipped, and never arrives.", || {
        expect_ids(server, client, rest);
    });
}
