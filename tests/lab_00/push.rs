//! Step 2: How does new data reach the client?

use super::{LAB, PATH, poll, report, server_with};
use feed::Limits;
use harness::{Client, Rule, Server, costing, expect, expect_bytes, expect_eq};
use lab::log::Log;
use lab::server::run;

#[test]
fn step_2_push_ids_count_up_from_one() {
    LAB.check(
        Rule {
            step: 2,
            place: "log.rs, `publish`",
            text: "each event gets the next id: 1, 2, 3, without holes and without repeats",
            source: "the log: an id is a place in one order",
            cost: "Two events have one id: a client that has the first will never ask for the second.",
        },
        || {
            // Twice as many as the log keeps.
            let mut log = Log::new(Limits::TEST.capacity);
            let ids: Vec<_> = (1..=9).map(|number| log.publish(format!("BERLIN {number}"))).collect();
            let cost = match ids[0] {
                0 => "Nobody can say \"I have none\": a cursor of 0 means that already.",
                _ => "Two events have one id, and who has the first never asks for the second.",
            };
            costing(cost, || {
                expect_eq("nine reports got the ids", ids, (1..=9).collect::<Vec<_>>());
            });
            let newest = log.events().last();
            let did = "then the event at the end of the log is";
            expect_eq(did, newest.map(|it| (it.id, &*it.data)), Some((9, "BERLIN 9")));
        },
    );
}

#[test]
fn step_2_push_the_same_text_again_is_a_new_event() {
    LAB.check(
        Rule {
            step: 2,
            place: "log.rs, `publish`",
            text: "a report with the same text is another event",
            source: "the log: it holds what happened, not what is different",
            cost: "\"Still 25.5\" and \"no news since noon\" look the same to every client.",
        },
        || {
            let mut log = Log::new(Limits::TEST.capacity);
            let ids = [log.publish("BERLIN 25.5"), log.publish("BERLIN 25.5")];
            expect(
                ids[1] > ids[0],
                &format!("BERLIN 25.5 was published twice, and got the ids {ids:?}"),
                "two ids",
            );
        },
    );
}

#[test]
fn step_2_push_the_newest_is_served() {
    LAB.check(
        Rule {
            step: 2,
            place: "server.rs, `found`",
            text: "who asks without a cursor gets the newest event, as JSON",
            source: "RFC 9110 §15.3.1; RFC 8259 for the JSON",
            cost: "The page shows yesterday's weather, or nothing.",
        },
        || {
            let server = server_with(2);
            let mut client = Client::connect(&server);
            client.get(PATH, &[]);
            let head = client.head();
            head.expect_status(200);
            head.expect_field("Content-Type", "application/json", |value| {
                value == "application/json"
            });
            let want = r#"{"events":[{"id":2,"event":"weather","data":"BERLIN 25.5\nLONDON 24.4\nPARIS 27.4"}],"next":2}"#;
            expect_bytes("after two reports GET /latest was answered with", client.rest(), want);
        },
    );
}

#[test]
fn step_2_push_an_empty_log_has_no_content() {
    LAB.check(
        Rule {
            step: 2,
            place: "server.rs, `found`",
            text: "where there is nothing, the answer is 204, without a body",
            source: "RFC 9110 §15.3.5",
            cost: "A page that shows `events[0]` breaks, but only before the first report of the day.",
        },
        || {
            let server = Server::start(run);
            let mut client = Client::connect(&server);
            client.get(PATH, &[]);
            let head = client.head();
            head.expect_status(204);
            head.expect_no_field("Transfer-Encoding");
            // On the same connection: were there a body, it would be read as an answer.
            client.get("/stats", &[]);
            client.head().expect_status(200);
            client.rest();
        },
    );
}

#[test]
fn step_2_push_who_asks_is_answered_at_once() {
    LAB.check(
        Rule {
            step: 2,
            place: "server.rs, `found`",
            text: "a poll is answered at once, and what was published before it is in the answer",
            source: "RFC 9110 §3.4: a server only answers",
            cost: "The page is late by one poll more than it has to be.",
        },
        || {
            let server = server_with(0);
            let mut client = Client::connect(&server);
            for id in 1..=5 {
                let published = harness::publish(&server, &report());
                costing("The ids are no order: a client can't say what it has.", || {
                    expect_eq("POST /publish gave the id", published, id);
                });
                let answer = poll(&mut client, PATH);
                expect(
                    answer.ids() == [id],
                    &format!("event {id} was published, then GET /latest gave {:?}", answer.ids()),
                    &format!("[{id}]"),
                );
            }
        },
    );
}
