//! Step 1: Where does one message end?

use super::{FAILURES, LAB, ask, server_with};
use feed::{Batch, Feed, Id};
use fixture::{publish_reports, report};
use harness::{Failure, Rule, costing, expect, expect_bytes, expect_eq};
use lab::wire::{News, Params, answer, parse_params};
use std::time::Duration;
use weather::Limits;

/// What a server with normal limits puts into one answer at most.
const BATCH: usize = Limits::NORMAL.batch;

#[test]
fn step_1_frame_an_answer_names_the_next_cursor() {
    LAB.check(
        Rule {
            place: "wire.rs, `answer`",
            text: "`next` is the cursor of a client that has read this answer: its last event's id",
            source: "the log: a cursor is the last event that I have",
            cost: "The client asks with it next, and gets events twice or not at all.",
        },
        || {
            let feed = feed_with(8);
            for (since, limit, ids, next) in
                [(4, 2, "5, 6", 6), (6, 100, "7, 8", 8), (7, 100, "8", 8)]
            {
                let events = since_in(&feed, since, limit);
                let got = answer(&events);
                let did = format!("answer([{ids}]) gave");
                expect_eq(&format!("{did} the status"), got.status, 200);
                let got_next = parsed(&did, &got.body).next;
                if got_next != next {
                    let at = got.body.rfind("\"next\":").map_or(0, |at| at + 7);
                    Failure::new(did)
                        .seen(got.body.as_bytes())
                        .caret(at, "")
                        .expected(format!("{next}, the last id in this answer"))
                        .cost(cost_of_next(got_next, next))
                        .raise();
                }
            }
        },
    );
}

#[test]
fn step_1_frame_no_events_is_204_with_no_body() {
    LAB.check(
        Rule {
            place: "wire.rs, `answer`",
            text: "\"nothing new\" is 204, and a 204 has no body",
            source: "RFC 9110 §15.3.5",
            cost: "After a 204 a client reads no body: it takes this for its next answer.",
        },
        || {
            let got = answer(&since_in(&feed_with(8), 8, 100));
            costing(cost_of_status(got.status), || {
                expect_eq("answer([]) gave the status", got.status, 204);
            });
            expect_bytes("answer([]) gave 204 and the body", got.body, "");
        },
    );
}

// guard: serde has it right
#[test]
fn step_1_frame_text_with_newlines_and_quotes_survives() {
    LAB.check(
        Rule {
            place: "wire.rs, `answer`",
            text: "any text comes back from the JSON as it went in",
            source: "RFC 8259 §7",
            cost: "Each client fails on this answer, asks again, gets it again: stuck for good.",
        },
        || {
            for note in ["Fog.\r\nWind \"7\"", "C:\\rain", "\0\u{1b}\u{2028}🌧"] {
                let feed = feed_with(6);
                report().with_note(note).publish(&feed);
                let events = since_in(&feed, 6, 100);
                let want = events.last().map(|event| event.data.to_string());
                let did = format!("answer([7 with the note {note:?}]) gave");
                let got = parsed(&did, &answer(&events).body);
                let got = got.events.last().map(|event| event.data.to_string());
                costing("Readers see other words than were written.", || {
                    expect_eq(&format!("{did} the text"), got, want);
                });
            }
        },
    );
}

#[test]
fn step_1_frame_no_cursor_is_not_cursor_zero() {
    LAB.check(
        Rule {
            place: "wire.rs, `parse_params`",
            text: "a client without a cursor is new; `since=0` says that it wants everything",
            source: "the log: 0 is the cursor before event 1",
            cost: "A newcomer doesn't get the newest event: it gets the whole log, or an error.",
        },
        || {
            let gives = |query, since| {
                let did = format!("parse_params({query:?}, {BATCH}) gave since");
                expect_eq(&did, parse_params(query, BATCH).map(|params| params.since), Ok(since));
            };
            gives("", None);
            gives("wait=5", None);
            costing("A client that asks for the whole log doesn't get it.", || {
                gives("since=0", Some(0))
            });
        },
    );
}

// guard: the starter reads what is right; it is too kind to what is wrong
#[test]
fn step_1_frame_a_good_question_is_read() {
    LAB.check(
        Rule {
            place: "wire.rs, `parse_params`",
            text: "parameters come in any order; unsaid, `wait` is 25 s and `limit` the batch",
            source: "RFC 6202 §5.5: 30 s at most, and less behind platforms that cut there",
            cost: "The server waits, or sends, as it likes and not as it was asked to.",
        },
        || {
            let wanted = Params { since: Some(8), wait: Duration::from_secs(25), limit: BATCH };
            reads("since=8", wanted);
            reads("since=8&wait=5", Params { wait: Duration::from_secs(5), ..wanted });
            reads("wait=0&since=8", Params { wait: Duration::ZERO, ..wanted });
            let wait = Duration::from_secs(60);
            reads("wait=60&limit=1&since=8", Params { wait, limit: 1, ..wanted });
            reads("since=8&limit=100", wanted);
            reads("since=18446744073709551615", Params { since: Some(Id::MAX), ..wanted });
            costing("One more parameter, against caches, and nobody gets weather.", || {
                reads("since=8&_=1730000000", wanted);
            });
            costing("A parameter that is somebody else's changes what is sent.", || {
                reads("since=8&since_id=3&waiting=1&limits=2", wanted);
            });
        },
    );
}

#[test]
fn step_1_frame_bad_questions_are_refused() {
    LAB.check(
        Rule {
            place: "wire.rs, `parse_params`",
            text: "what can't be right is an error, which names the parameter and what was sent",
            source: "RFC 9110 §15.5.1",
            cost: "A mistake in a page is answered as if it were another question: nobody sees it.",
        },
        || {
            for (query, value) in [
                ("since=abc", "abc"),
                ("since=-1", "-1"),
                ("since=", ""),
                ("since", ""),
                ("since=+8", "+8"),
                ("since=18446744073709551616", "18446744073709551616"),
                ("wait=-1", "-1"),
                ("wait=0.5", "0.5"),
                ("wait=61", "61"),
                ("wait=86400", "86400"),
                ("wait", ""),
                ("limit=x", "x"),
                ("limit=0", "0"),
                ("limit=101", "101"),
                ("limit", ""),
            ] {
                refuses(query, value);
            }
        },
    );
}

#[test]
fn step_1_frame_the_server_says_400() {
    LAB.check_server(
        Rule {
            place: "wire.rs, `parse_params`",
            text: "a bad question is answered by 400 and a sentence, and disturbs nobody else",
            source: "RFC 9110 §15.5.1; RFC 9457",
            cost: "The programmer of a client isn't told what is wrong, and has to guess.",
        },
        || {
            let server = server_with(8);
            let mut client = ask(&server, "?since=abc&wait=0");
            let head = client.head();
            head.expect_status(400);
            head.expect_field("Content-Type", "application/problem+json", |value| {
                value == "application/problem+json"
            });
            let body = client.rest();
            if !String::from_utf8_lossy(&body).contains("got \\\"abc\\\"") {
                let failure = client.failure().seen(&body);
                failure.expected("a detail that says what was sent: got \\\"abc\\\"").raise();
            }
        },
    );
}

/// A feed with ids 1 to `newest`. It keeps all of them.
fn feed_with(newest: usize) -> Feed {
    let feed = Feed::new(Limits::NORMAL.capacity);
    publish_reports(&feed, newest);
    feed
}

#[track_caller]
fn since_in(feed: &Feed, cursor: Id, limit: usize) -> Batch {
    feed.since(cursor, limit).expect("the feed keeps all of its events")
}

/// The body as a client reads it.
#[track_caller]
fn parsed(did: &str, body: &str) -> News<Vec<feed::Event>> {
    serde_json::from_str(body).unwrap_or_else(|error| {
        let failure =
            Failure::new(did).seen(body.as_bytes()).caret(error.column().saturating_sub(1), "");
        failure.said(error.to_string()).expected("JSON with events and next").raise()
    })
}

#[track_caller]
fn reads(query: &str, want: Params) {
    expect_eq(
        &format!("parse_params({query:?}, {BATCH}) gave"),
        parse_params(query, BATCH),
        Ok(want),
    );
}

#[track_caller]
fn refuses(query: &str, value: &str) {
    let did = format!("parse_params({query:?}, {BATCH}) gave");
    match parse_params(query, BATCH) {
        Ok(params) => {
            let failure = Failure::new(format!("{did} {params:?}")).expected("an error");
            match params {
                _ if params.wait > Duration::from_secs(60) => failure
                    .cost("A client holds a seat until a proxy cuts it off: no answer comes."),
                _ if params.limit == 0 => {
                    failure.cost("A client that follows `next` asks the same for ever.")
                }
                _ if params.limit > BATCH => {
                    failure.cost("One client may make the server build an answer of any size.")
                }
                _ => failure,
            }
            .raise()
        }
        Err(detail) => costing("A 400 that doesn't say why: the programmer has to guess.", || {
            let name = query.split('=').next().unwrap_or_default();
            let names = detail.contains(name) && detail.contains(value);
            expect(names, &format!("{did} Err({detail:?})"), "the parameter's name and its value");
        }),
    }
}

/// What it costs that an answer's next cursor is `got`, and not `last`, its last event.
fn cost_of_next(got: Id, last: Id) -> &'static str {
    match got > last {
        true => "The events between are lost, and only on busy days.",
        false => "The client is sent events again that it has already.",
    }
}

/// What it costs that an answer without events has this status, and not 204.
fn cost_of_status(status: u16) -> &'static str {
    match status {
        400.. => FAILURES,
        _ => "Every client parses a body to learn that there is nothing in it.",
    }
}
