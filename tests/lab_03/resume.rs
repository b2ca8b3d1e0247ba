//! Step 4: What of the events missed while away?

use super::{LAB, PATH, awaited_event, event, field, reader, server_with};
use feed::Id;
use fixture::Target;
use harness::{Client, Failure, Publisher, Rule, costing, expect_eq};
use lab::wire::Parser;

#[test]
fn step_4_resume_the_id_counts_at_the_blank_line() {
    LAB.check(
        Rule {
            place: "wire.rs, `Parser::end_of_line`, `commit_id` and `dispatch`",
            text: "an id counts when its event's empty line has come, and stays until the next one",
            source: "HTML Living Standard §9.2.6",
            cost: "A connection that breaks inside an event loses that event for good.",
        },
        || {
            remembers("id: 7\ndata: x\n\n", "7");
            remembers("id: 5\nid: 6\ndata: z\n\n", "6");
            // Other servers' ids are no numbers.
            remembers("id: a-7\ndata: x\n\n", "a-7");
            // Also without data: this id came with no message.
            remembers("id: 7\n\n", "7");
            // No empty line yet, so event 8 must come again.
            remembers("id: 7\ndata: x\n\nid: 8\ndata: y\n", "7");
            // An event without an id repeats the last.
            let messages = Parser::default().push(b"id: 7\ndata: a\n\ndata: b\n\n");
            let ids: Vec<_> =
                messages.into_iter().flatten().map(|message| message.last_event_id).collect();
            costing("The page can't say how far it is, and asks for too much next time.", || {
                expect_eq("event 7 and one without an id have the ids", ids, vec!["7", "7"]);
            });
            // An event that is too long is dropped, and its id with it: who is after it never gets
            // it. Whatever stands first, and also for the next event, which has no id of its own.
            for fields in
                ["id: 8\ndata: abcd\n", "data: abcd\nid: 8\n", "data: abcd\nid: 12345678901\n"]
            {
                let mut parser = Parser::after("7").at_most(3);
                let stream = format!("{fields}\ndata: x\n\n");
                let received = parser.push(stream.as_bytes());
                let ids: Vec<_> = received.iter().flatten().map(|it| &*it.last_event_id).collect();
                costing("What was too long once is lost for good, and nobody knows of it.", || {
                    let did = format!("after id 7, with room for 3 bytes of text, {stream:?} gave");
                    expect_eq(&did, (received.len(), ids), (2, vec!["7"]));
                    let did = format!("{did} messages, and a reconnect would send");
                    expect_eq(&did, parser.last_event_id(), "7");
                });
            }
        },
    );
}

#[test]
fn step_4_resume_an_id_with_nul_is_ignored() {
    LAB.check(
        Rule {
            place: "wire.rs, `Parser::end_of_line`",
            text: "an id that holds a NUL is ignored",
            source: "HTML Living Standard §9.2.6",
            cost: "The reconnect fails: no header can hold a NUL, and the page stays frozen.",
        },
        || remembers("id: 7\n\nid: 1\x002\ndata: x\n\n", "7"),
    );
}

#[test]
fn step_4_resume_an_empty_id_forgets() {
    LAB.check(
        Rule {
            place: "wire.rs, `Parser::end_of_line`",
            text: "an empty id is an id: from then on there is nothing to resume from",
            source: "HTML Living Standard §9.2.6, example 2",
            cost: "A server that starts over can't say so, and its readers ask for what it never had.",
        },
        || {
            remembers("id: 7\ndata: a\n\nid:\ndata: b\n\n", "");
            remembers("data: first event\nid: 1\n\ndata:second event\nid\n\n", "");
        },
    );
}

#[test]
fn step_4_resume_replay_starts_after_the_last_event_id() {
    LAB.check_server(
        Rule {
            place: "server.rs, `start`",
            text: "the stream goes on after the event with the last id: not before it, not with it",
            source: "HTML Living Standard §9.2.4; mythal/boluo issue 155",
            cost: "After each tunnel a report is missing, or one is counted twice.",
        },
        || {
            let server = server_with(8);
            let mut client = after(&server, 6);
            expect_ids(&server, &mut client, &[7, 8]);
            let mut client = reader(&server, &format!("{PATH}?since={}", server.id(6)), &[]);
            expect_ids(&server, &mut client, &[7, 8]);
            // At the edge: event 4 is forgotten, and isn't needed.
            let mut client = after(&server, 4);
            expect_ids(&server, &mut client, &[5, 6, 7, 8]);
            for since in ["", "?since="] {
                let mut client = reader(&server, &format!("{PATH}{since}"), &[]);
                costing(
                    "A newcomer's page is empty until the next report, or full of old ones.",
                    || expect_ids(&server, &mut client, &[8]),
                );
            }
            costing("Who has had no id yet is told of a gap, and gets all that is old.", || {
                let mut client = reader(&server, PATH, &[("Last-Event-ID", "")]);
                expect_ids(&server, &mut client, &[8]);
                let target = format!("{PATH}?since={}", server.id(6));
                let mut client = reader(&server, &target, &[("Last-Event-ID", "")]);
                expect_ids(&server, &mut client, &[7, 8]);
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
            cost: "Once in a few thousand reconnects a chart has a hole, and nobody can reproduce it.",
        },
        || {
            let server = server_with(1);
            let mut last = server.id(1);
            let publisher = Publisher::start(server.publisher());
            for _ in 0..100 {
                let mut client = reader(&server, PATH, &[("Last-Event-ID", &last.to_string())]);
                for _ in 0..8 {
                    let got = event(&mut client);
                    let id = field(&got, "id").unwrap_or("none");
                    let did = format!("after event {last} came an event with the id");
                    expect_eq(&did, id, (last + 1).to_string());
                    last += 1;
                    publisher.seen();
                }
            }
        },
    );
}

#[test]
fn step_4_resume_the_header_beats_the_address() {
    LAB.check_server(
        Rule {
            place: "server.rs, `start`",
            text: "a reconnect repeats the old address and adds the header: the header is the newer",
            source: "HTML Living Standard §9.2.3",
            cost: "After each tunnel the page replays from where it was opened: every sum counts twice.",
        },
        || {
            let server = server_with(8);
            let target = format!("{PATH}?since={}", server.id(5));
            let last = server.id(8).to_string();
            let mut client = reader(&server, &target, &[("Last-Event-ID", &last)]);
            server.publish(1);
            client.note(format!("publish of event {}", server.id(9)));
            expect_ids(&server, &mut client, &[9]);
        },
    );
}

#[test]
fn step_4_resume_an_id_too_old_resets() {
    LAB.check_server(
        Rule {
            place: "server.rs, `start`",
            text: "a cursor that the log can't serve goes on with the oldest event that is left",
            source: "the log: what it forgot is a gap, and a gap is no reason to start at the end",
            cost: "More is lost than had to be: four events that were still there never arrive.",
        },
        || {
            let server = server_with(8);
            let mut client = after(&server, 2);
            expect_ids_from_oldest(&server, &mut client, "2");
            // From another life of the server: nobody knows how many were missed.
            let mut client = after(&server, 99);
            expect_ids_from_oldest(&server, &mut client, "unknown");
        },
    );
}

#[test]
fn step_4_resume_an_id_nobody_can_read_resets() {
    LAB.check_server(
        Rule {
            place: "server.rs, `start`",
            text: "an id that can't be read is a gap: any status but 200 would be final",
            source: "HTML Living Standard §9.2.3",
            cost: "You change what your ids look like, and every open page is dead until reloaded.",
        },
        || {
            let server = server_with(8);
            for id in ["abc", "-1", "18446744073709551616", "7.5", "\u{20ac}"] {
                let mut client = Client::connect(&server);
                client.get(PATH, &[("Last-Event-ID", id)]);
                client.head().expect_status(200);
                expect_ids_from_oldest(&server, &mut client, "unknown");
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
            for since in ["abc", "-1", "18446744073709551616"] {
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

/// Fails unless a parser that has read this stream would send this `Last-Event-ID`.
#[track_caller]
fn remembers(stream: &str, want: &str) {
    let mut parser = Parser::default();
    parser.push(stream.as_bytes());
    let got = parser.last_event_id();
    if got != want {
        Failure::new("a parser was given")
            .seen_so_far(stream.as_bytes())
            .said(format!("and a reconnect would send the last id {got:?}"))
            .expected(format!("{want:?}"))
            .raise();
    }
}

/// A reader that has had the test's event with this number.
#[track_caller]
fn after(server: &Target, number: Id) -> Client {
    reader(server, PATH, &[("Last-Event-ID", &server.id(number).to_string())])
}

/// Fails unless the test's events with these numbers come next.
#[track_caller]
fn expect_ids(server: &Target, client: &mut Client, numbers: &[Id]) {
    for &number in numbers {
        let want = server.id(number);
        let event = awaited_event(client, &format!("event {want}"));
        if field(&event, "id") != Some(&want.to_string()) {
            let failure = client.failure().said(server.kept()).seen_so_far(event.as_bytes());
            failure.caret(4, "").expected(format!("event {want}")).raise();
        }
    }
}

/// Fails unless a stream has all that the log keeps. Step 5 makes it begin with a `reset`; if it
/// does, this many must be missed.
#[track_caller]
fn expect_ids_from_oldest(server: &Target, client: &mut Client, missed: &str) {
    let [before, oldest] = [4, 5].map(|number| server.id(number).to_string());
    let first = awaited_event(client, &format!("event {oldest}, or a reset before it"));
    let failure = || client.failure().said(server.kept()).seen_so_far(first.as_bytes());
    if field(&first, "event") == Some("reset") {
        if field(&first, "id") != Some(&before) {
            let failure = failure().caret(4, "");
            let failure =
                failure.expected(format!("id: {before}, the one before the oldest event"));
            failure.cost("A connection that breaks right here goes on at the wrong event.").raise();
        }
        if field(&first, "data") != Some(missed) {
            let failure = failure().expected(format!("data: {missed}"));
            failure.cost("The page says how many updates it missed, and it isn't true.").raise();
        }
        client.note(format!("a reset with id {before}"));
        let next =
            format!("event {oldest}: a gap is delivered together with the events still kept");
        costing("The page says that it missed updates, and then shows none.", || {
            let event = awaited_event(client, &next);
            let did = format!("after a reset with id {before} came the id");
            expect_eq(&did, field(&event, "id").unwrap_or("none"), &*oldest);
        });
    } else if field(&first, "id") != Some(&oldest) {
        let failure = failure().caret(4, "");
        let failure = failure.expected(format!("event {oldest}, the oldest that is left"));
        failure.cost("What was still there is skipped, and never arrives.").raise();
    }
    costing("What was still there is skipped, and never arrives.", || {
        expect_ids(server, client, &[6, 7, 8]);
    });
}
