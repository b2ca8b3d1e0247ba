//! Step 4: What of the events missed while away?

use super::{LAB, PATH, log_5_to_8, poll, server_5_to_8};
use feed::{Gap, Id};
use harness::{Client, Failure, Rule, calling, costing, expect_bytes, expect_eq};
use lab::log::Log;
use std::num::NonZeroUsize;

#[test]
fn step_4_resume_since_means_after() {
    LAB.check(
        Rule {
            step: 4,
            place: "log.rs, `since`",
            text: "a cursor is the last event I have: what follows it comes, and not itself",
            source: "the log: a cursor is a place between two events",
            cost: "After each poll a report is missing, or one is counted twice.",
        },
        || {
            follows(6, 9, &[7, 8]);
            follows(8, 9, &[]);
            let server = server_5_to_8();
            let mut client = Client::connect(&server);
            let answer = poll(&mut client, "/latest?since=6");
            expect_eq("the log holds 5, 6, 7, 8; GET /latest?since=6 gave", answer.ids(), [7, 8]);
            client.get("/latest?since=8", &[]);
            costing("A client that has everything is told something else.", || {
                client.head().expect_status(204);
            });
        },
    );
}

#[test]
fn step_4_resume_the_edge_of_the_log_is_no_gap() {
    LAB.check(
        Rule {
            step: 4,
            place: "log.rs, `since`",
            text: "event 4 is forgotten, but who has it misses nothing",
            source: "the log: a gap is an event that nobody can deliver any more",
            cost: "A client that is exactly one answer behind starts over, for no reason.",
        },
        || {
            follows(4, 9, &[5, 6, 7, 8]);
            let server = server_5_to_8();
            let answer = poll(&mut Client::connect(&server), "/latest?since=4");
            expect_eq(
                "the log holds 5, 6, 7, 8; GET /latest?since=4 gave",
                answer.ids(),
                [5, 6, 7, 8],
            );
        },
    );
}

#[test]
fn step_4_resume_at_most_as_many_as_were_asked_for() {
    LAB.check(
        Rule {
            step: 4,
            place: "log.rs, `since`",
            text: "`limit` cuts at the end: the oldest of what follows come, the others next time",
            source: "the log: a cursor moves forward, in order",
            cost: "A client that was away for long never gets the events in the middle.",
        },
        || {
            follows(4, 2, &[5, 6]);
            follows(5, 1, &[6]);
            follows(6, 9, &[7, 8]);
        },
    );
}

#[test]
fn step_4_resume_a_forgotten_event_is_a_gap() {
    LAB.check(
        Rule {
            step: 4,
            place: "log.rs, `since`",
            text: "where an event is missing between the cursor and the log, the log says so",
            source: "the log: a gap is an answer, silence isn't; RFC 9110 §15.5.11 for the 410",
            cost: "Its sum, its map, its chat is wrong from here on, and nothing ever corrects it.",
        },
        || {
            misses(3, Some(1));
            misses(0, Some(4));
            is_gone("/latest?since=3");
        },
    );
}

#[test]
fn step_4_resume_a_cursor_from_another_life_is_a_gap() {
    LAB.check(
        Rule {
            step: 4,
            place: "log.rs, `since`",
            text: "a cursor beyond the newest event was given by another log: nobody knows what is missing",
            source: "the log: it gives ids itself, so it knows which it hasn't given yet",
            cost: "The server restarted, and the page waits in silence until the new ids overtake it.",
        },
        || {
            misses(9, None);
            misses(99, None);
            misses(Id::MAX, None);
            let call = "nothing was published yet; since(3, 9)";
            let got = calling(call, || Log::new(NonZeroUsize::MIN).since(3, 9));
            let want = Gap { missed: None, oldest: 1, newest: 0 };
            expect_eq(&format!("{call} gave"), got.map(|events| events.len()), Err(want));
            is_gone("/latest?since=99");
        },
    );
}

#[test]
fn step_4_resume_a_gap_is_told_also_to_who_knows_the_state() {
    LAB.check(
        Rule {
            step: 4,
            place: "server.rs, `latest` and `gone`",
            text: "a gap comes before a 304: a condition counts only where the answer would be a success",
            source: "RFC 9110 §13.2.1",
            cost: "\"Nothing has changed\", says the server to a client that has lost three reports.",
        },
        || {
            let server = server_5_to_8();
            let mut client = Client::connect(&server);
            client.get("/latest?since=3", &[("If-None-Match", "\"8\"")]);
            client.head().expect_status(410);
        },
    );
}

// guard: the starter reads the query, and refuses what isn't a number.
#[test]
fn step_4_resume_a_bad_cursor_is_400_and_says_so() {
    LAB.check(
        Rule {
            step: 4,
            place: "server.rs, `latest`",
            text: "what isn't a cursor is refused, in words that name it",
            source: "RFC 9110 §15.5.1; RFC 9457",
            cost: "A typing error in the client is answered with old news, or with a silent 0.",
        },
        || {
            let server = server_5_to_8();
            let mut client = Client::connect(&server);
            for (query, says) in [
                (
                    "since=-1",
                    r#"since must be a whole number from 0 to 18446744073709551615, got \"-1\""#,
                ),
                ("since=abc", r#"got \"abc\""#),
                ("since=", r#"got \"\""#),
                ("since=18446744073709551616", r#"got \"18446744073709551616\""#),
                ("limit=0", "limit must be 1 to 4, got 0"),
                ("limit=5", "limit must be 1 to 4, got 5"),
                ("limit=x", r#"limit must be a whole number"#),
            ] {
                client.get(&format!("{PATH}?{query}"), &[]);
                let head = client.head();
                head.expect_status(400);
                head.expect_field("Content-Type", "application/problem+json", |value| {
                    value == "application/problem+json"
                });
                let body = String::from_utf8_lossy(&client.rest()).into_owned();
                if !body.contains(says) {
                    Failure::new(format!("GET {PATH}?{query} was answered with a problem"))
                        .seen(body.as_bytes())
                        .expected(says)
                        .raise();
                }
            }
        },
    );
}

#[track_caller]
fn follows(cursor: Id, limit: usize, want: &[Id]) {
    let got = ids_since(cursor, limit);
    let cost = match &got {
        Err(_) => "A client that has missed nothing is told to start over.",
        Ok(got) if got.len() > limit => "Who was away for long gets an answer as long as the log.",
        Ok(got) if got.contains(&cursor) => "At each poll the last report comes again.",
        Ok(_) => "Reports that are still there are never delivered, and nobody is told.",
    };
    costing(cost, || {
        let did = format!("the log holds 5, 6, 7, 8; since({cursor}, {limit}) gave");
        expect_eq(&did, got, Ok::<_, Gap>(want.to_vec()));
    });
}

#[track_caller]
fn misses(cursor: Id, missed: Option<u64>) {
    let got = ids_since(cursor, 9);
    let did = format!("the log holds 5, 6, 7, 8; since({cursor}, 9) gave");
    let want = Err::<Vec<Id>, _>(Gap { missed, oldest: 5, newest: 8 });
    match got {
        Ok(_) => expect_eq(&did, got, want),
        Err(_) => costing("The page says what it missed, and it isn't true.", || {
            expect_eq(&did, got, want);
        }),
    }
}

fn ids_since(cursor: Id, limit: usize) -> Result<Vec<Id>, Gap> {
    let call = format!("the log holds 5, 6, 7, 8; since({cursor}, {limit})");
    let events = calling(&call, || log_5_to_8().since(cursor, limit));
    events.map(|events| events.iter().map(|event| event.id).collect())
}

/// A gap over HTTP.
#[track_caller]
fn is_gone(target: &str) {
    let server = server_5_to_8();
    let mut client = Client::connect(&server);
    client.note("the log holds 5, 6, 7, 8");
    client.get(target, &[]);
    let head = client.head();
    head.expect_status(410);
    head.expect_field("Content-Type", "application/problem+json", |value| {
        value == "application/problem+json"
    });
    costing("A cache may keep a 410, and say \"gone\" when the cursor is right again.", || {
        head.expect_field("Cache-Control", "no-cache", |value| {
            value == "no-cache" || value == "no-store"
        });
    });
    let body = client.rest();
    let problem: serde_json::Value = serde_json::from_slice(&body).unwrap_or_default();
    for (name, want) in [("oldest", 5), ("newest", 8), ("status", 410)] {
        if problem[name] != want {
            Failure::new(format!("GET {target} was answered with a problem"))
                .seen(&body)
                .expected(format!("\"{name}\": {want}"))
                .cost(
                    "The client knows that something is missing, and not from where it can go on.",
                )
                .raise();
        }
    }
    expect_bytes("its title was", problem["title"].as_str().unwrap_or_default(), "Gone");
}
