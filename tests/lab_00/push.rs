//! Step 2: How does new data reach the client?

use super::{Answer, LAB, PATH, poll, server_with};
use feed::Id;
use fixture::given::head_is_answered_as_get;
use fixture::report;
use harness::{Client, Rule, calling, costing, expect, expect_bytes, expect_eq, under};
use lab::log::Log;
use weather::Limits;

const PUBLISH: Rule = Rule {
    place: "log.rs, `publish`",
    text: "each event goes to the end of the log, with the next id: 1, 2, 3, without holes or repeats",
    source: "the log: an id is a place in one order",
    cost: "A client that asks for the newest event is given something else.",
};

/// A log appends and counts. Tests that go on from there begin with this, so that a fault in
/// `publish` isn't told as theirs.
#[track_caller]
pub fn appends() {
    under(2, PUBLISH, || publishes(&["BERLIN 25.5", "BERLIN 25.6", "BERLIN 25.6"]));
}

#[test]
fn step_2_push_ids_count_up_from_one() {
    LAB.check(PUBLISH, || {
        // Twice as many as the log keeps.
        publishes(&["25.1", "25.2", "25.3", "25.4", "25.5", "25.6", "25.7", "25.8", "25.9"]);
    });
}

/// Publishes these texts to a new log.
#[track_caller]
fn publishes(texts: &[&str]) {
    let mut log = Log::new(Limits::TEST.capacity);
    let publish = |text: &&str| calling("publish", || log.publish(*text));
    let ids: Vec<Id> = texts.iter().map(publish).collect();
    let want: Vec<Id> = (1..).take(texts.len()).collect();
    costing(cost_of_ids(&ids), || {
        expect_eq(&format!("the reports {texts:?} got the ids"), ids, &want[..]);
    });
    let newest = log.events().last().map(|it| (it.id, &*it.data));
    let last = want.last().copied().zip(texts.last().copied());
    expect_eq(&format!("after {texts:?} the event at the end of the log is"), newest, last);
    costing("What the log says of its end isn't true: tags and cursors are wrong.", || {
        expect_eq(
            &format!("after {texts:?} `newest` is"),
            Some(log.newest()),
            want.last().copied(),
        );
    });
}

/// What it costs that a new log gives these ids, and not 1, 2, 3.
fn cost_of_ids(ids: &[Id]) -> &'static str {
    let mut unique = ids.to_vec();
    unique.sort_unstable();
    unique.dedup();
    match ids[0] {
        0 => "Nobody can say \"I have none\": a cursor of 0 means that already.",
        _ if unique.len() < ids.len() => {
            "Two events have one id, and a client that has the first never asks for the second."
        }
        _ if unique == ids => "A client may be told that it missed events that never were.",
        _ => "The order of the ids isn't that of the events, so a cursor means nothing.",
    }
}

#[test]
fn step_2_push_the_same_text_again_is_a_new_event() {
    LAB.check(
        Rule {
            place: "log.rs, `publish`",
            text: "a report with the same text is another event",
            source: "the log: it holds what happened, not what is different",
            cost: "\"Still 25.5\" and \"no news since noon\" look the same to every client.",
        },
        || {
            let mut log = Log::new(Limits::TEST.capacity);
            let ids = [log.publish("BERLIN 25.5"), log.publish("BERLIN 25.5")];
            let did = format!("BERLIN 25.5 was published twice, and got the ids {ids:?}");
            expect(ids[1] > ids[0], &did, "two ids, the second one larger");
            let kept = log.events().count();
            expect(kept == 2, &format!("{did}; the log keeps {kept}"), "2 events");
        },
    );
}

#[test]
fn step_2_push_the_newest_is_served() {
    LAB.check_server(
        Rule {
            place: "server.rs, `found`",
            text: "a client that asks without a cursor gets the newest event, as JSON",
            source: "RFC 9110 §15.3.1; RFC 8259 for the JSON",
            cost: "A client doesn't find what it looks for: the newest event, and where to go on.",
        },
        || {
            appends();
            let server = server_with(2);
            let mut client = Client::connect(&server);
            client.get(PATH, &[]);
            let head = client.head();
            head.expect_status(200);
            costing("A client that goes by the type doesn't take the answer for JSON.", || {
                head.expect_field("Content-Type", "application/json", |value| {
                    value == "application/json"
                });
            });
            // Which cursor comes next is step 5; here it is enough that there is one.
            let body = client.rest();
            let next = serde_json::from_slice::<Answer>(&body).map_or(server.id(2), |answer| answer.next);
            let want = format!(
                r#"{{"events":[{{"id":{},"event":"weather","data":"BERLIN 25.5\nLONDON 24.4\nPARIS 27.4"}}],"next":{next}}}"#,
                server.id(2)
            );
            let value = |bytes: &[u8]| serde_json::from_slice::<serde_json::Value>(bytes).ok();
            // Spaces and the order of names are the library's affair.
            if value(&body) != value(want.as_bytes()) {
                expect_bytes("after two reports GET /latest was answered with", body, want);
            }
        },
    );
}

#[test]
fn step_2_push_an_empty_log_has_no_content() {
    LAB.check_server(
        Rule {
            place: "server.rs, `found`",
            text: "where there is nothing, the answer is 204, without a body",
            source: "RFC 9110 §15.3.5",
            cost: "The client doesn't know what to make of it.",
        },
        || {
            let server = server_with(0);
            server.must_be_new();
            let mut client = Client::connect(&server);
            client.get(PATH, &[]);
            let head = client.head();
            costing(cost_of_status(head.status()), || head.expect_status(204));
            costing("A client may wait for chunks that never come.", || {
                head.expect_no_field("Transfer-Encoding");
            });
            // On the same connection: were there a body, it would be read as an answer.
            costing("What follows a 204 is taken for the next answer.", || {
                client.get("/stats", &[]);
                client.head().expect_status(200);
                client.rest();
            });
        },
    );
}

/// What it costs that a poll of an empty log gets this status, and not 204.
fn cost_of_status(status: u16) -> &'static str {
    match status {
        200 => "A page that shows `events[0]` breaks, but only before the first report of the day.",
        400.. => "All is well, and the client is told of an error.",
        _ => "The client doesn't know what to make of it.",
    }
}

#[test]
fn step_2_push_who_asks_is_answered_at_once() {
    LAB.check_server(
        Rule {
            place: "server.rs, `found`",
            text: "a poll is answered at once, and what was published before it is in the answer",
            source: "RFC 9110 §3.4: a server only answers",
            cost: "The page shows another report than the newest.",
        },
        || {
            appends();
            let server = server_with(0);
            let mut client = Client::connect(&server);
            for id in server.id(1)..=server.id(5) {
                let published = server.publish_report(&report());
                under(2, PUBLISH, || {
                    costing("The ids are no order: a client can't say what it has.", || {
                        expect_eq("POST /publish gave the id", published, id);
                    });
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

#[test]
fn step_2_push_head_is_answered_as_get() {
    LAB.check_server(
        Rule {
            place: "server.rs, `run`",
            text: "HEAD is answered as GET is, without the body: nothing stays open, nobody is counted",
            source: "RFC 9110 §9.1 and §9.3.2",
            cost: "A monitor that asks with HEAD reports a server that is down.",
        },
        || head_is_answered_as_get(&server_with(1), PATH),
    );
}
