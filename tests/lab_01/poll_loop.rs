//! The client: what an answer means to it (step 4), and when it asks again (step 6).

use super::LAB;
use feed::{Event, Id, Outcome, Pace};
use harness::{Failure, Rule, calling, costing, expect, expect_eq};
use lab::client::{Client, Response, Told, Unusable, outcome};
use lab::wire::{Gone, News};
use std::time::Duration;

/// What it costs to tell the application anything but what came.
const OTHERWISE: &str = "The page is told something else than the answer says.";

/// What it costs to read an old answer as if it were new, or a new one as if it were old.
const AGAIN: &str = "Events come again that were there already, or some never come.";

// guard: what is naive follows it too, even backwards
#[test]
fn step_4_resume_the_cursor_follows_next() {
    LAB.check(
        Rule {
            place: "client.rs, `on_answer`",
            text: "after a 200 the client asks for what comes after `next`",
            source: "RFC 6202 §2.1; the log: asking says \"I have everything up to here\"",
            cost: "Events come twice, or not at all.",
        },
        || {
            let mut client = Client::new(None);
            // The server says how far an answer goes; the client needn't guess.
            for (who, status, body, want, next) in [
                ("a newcomer", 200, news(&[7, 8], 8), told(&[7, 8]), 8),
                ("a client at 8", 200, news(&[9], 11), told(&[9]), 11),
                ("a client at 11", 204, Vec::new(), Ok(Told::Nothing), 11),
            ] {
                let did = format!("{who} was answered {status}");
                let got = client.on_answer(status, &body);
                if got != want {
                    let failure =
                        Failure::new(did).seen(&body).said(format!("on_answer gave {got:?}"));
                    failure.expected(format!("{want:?}")).cost(OTHERWISE).raise();
                }
                let (target, want) = (client.target(), format!("/long-polling?since={next}"));
                if target != want {
                    let failure = Failure::new(did).seen(&body);
                    let failure = failure.said(format!("then it asks for {target:?}"));
                    failure.expected(format!("{want:?}")).raise();
                }
            }
        },
    );
}

#[test]
fn step_4_resume_a_cut_answer_does_not_move_the_cursor() {
    LAB.check(
        Rule {
            place: "client.rs, `on_answer`",
            text: "the cursor moves when the whole answer is understood, and not before",
            source: "RFC 9112 §8: a message may be incomplete",
            cost: "The network drops an answer, and the events in it never arrive.",
        },
        || {
            let whole = news(&[7, 8], 8);
            for cut in 0..whole.len() {
                let mut client = Client::new(Some(6));
                let got = client.on_answer(200, &whole[..cut]);
                let did = format!("a 200 of {} bytes was cut after {cut}", whole.len());
                asks(&client, &did, "/long-polling?since=6");
                costing("A broken answer is asked for again at once, and again.", || {
                    expect_eq(&format!("{did}; on_answer gave"), got, Err(Unusable::Body));
                });
            }
            costing("A broken answer is asked for again at once, and again.", || {
                unusable(200, b"<html>sign in to the Wi-Fi</html>", Unusable::Body);
                unusable(410, b"<html>sign in to the Wi-Fi</html>", Unusable::Body);
            });
            costing("The client takes an answer for another, and does what that asks for.", || {
                unusable(500, &news(&[7], 7), Unusable::Status(500));
                for status in [202, 302, 304, 503] {
                    unusable(status, b"", Unusable::Status(status));
                }
            });
        },
    );
}

#[test]
fn step_4_resume_an_answer_is_an_object() {
    LAB.check(
        Rule {
            place: "client.rs, `on_answer`",
            text: "a body is the JSON object that the status promises: an array is somebody else's",
            source: "the contract: `News` with a 200, `Gone` with a 410, each event with its fields",
            cost: "What something on the way has made up is shown as weather.",
        },
        || {
            let event = r#"{"id":7,"event":"weather","data":"BERLIN 25.5"}"#;
            for (status, body) in [
                (200, format!("[[{event}],7]")),
                (200, r#"{"events":[[7,"weather","BERLIN 25.5"]],"next":7}"#.to_owned()),
                (410, r#"["Gone",410,"",5,8]"#.to_owned()),
            ] {
                unusable(status, body.as_bytes(), Unusable::Body);
            }
        },
    );
}

#[test]
fn step_4_resume_gone_restarts_from_the_oldest_kept() {
    LAB.check(
        Rule {
            place: "client.rs, `on_answer`",
            text: "after a 410 the client tells of a gap, and goes on at the oldest event left",
            source: "the contract: a gap is told, then what is left is served",
            cost: "Events that were still there never arrive; or the same 410 comes for ever.",
        },
        || {
            // Too old; from another life of the server; an empty log, of this server and of others.
            for (cursor, oldest, newest, next) in
                [(3, 5, 8, 4), (99, 5, 8, 4), (99, 1, 0, 0), (99, 0, 0, 0)]
            {
                let mut client = Client::new(Some(cursor));
                let did =
                    format!("a client at {cursor} got 410, oldest {oldest}, newest {newest};");
                let body = gone(oldest, newest);
                let got = calling(&format!("{did} on_answer"), || client.on_answer(410, &body));
                asks(&client, &format!("{did} then it"), &format!("/long-polling?since={next}"));
                costing("The page isn't told, or is told wrong, that it missed something.", || {
                    expect_eq(&format!("{did} on_answer gave"), got, Ok(Told::Gap { oldest }));
                });
            }
        },
    );
}

#[test]
fn step_4_resume_an_old_answer_never_moves_it_back() {
    LAB.check(
        Rule {
            place: "client.rs, `on_answer`",
            text: "an answer to an older question moves nothing back, and shows no event twice",
            source: "RFC 9110 §9.2.2: anything on the way may repeat a GET",
            cost: AGAIN,
        },
        || {
            let mut client = Client::new(Some(8));
            for (ids, next, fresh, then) in
                [([7, 8], 8, &[][..], 8), ([6, 7], 7, &[], 8), ([8, 9], 9, &[9], 9)]
            {
                let got = client.on_answer(200, &news(&ids, next));
                let did = format!("a client at 8 was answered {ids:?}, next {next};");
                asks(&client, &format!("{did} then it"), &format!("/long-polling?since={then}"));
                costing(cost_of_old_answer(&got), || {
                    expect_eq(&format!("{did} on_answer gave"), got, told(fresh));
                });
            }
        },
    );
}

#[test]
fn step_4_resume_nothing_is_a_place_too() {
    LAB.check(
        Rule {
            place: "client.rs, `on_answer`",
            text: "a newcomer that hears \"nothing\" has seen all there is: its cursor is 0",
            source: "the contract: a newcomer gets the newest event; 204 means an empty log",
            cost: "Two reports come between two polls, and the newcomer gets only the second.",
        },
        || {
            let mut client = Client::new(None);
            asks(&client, "a new client", "/long-polling");
            let got = client.on_answer(204, b"");
            costing(OTHERWISE, || expect_eq("a 204 told", got, Ok(Told::Nothing)));
            asks(&client, "after a 204 a client without a cursor", "/long-polling?since=0");
        },
    );
}

// guard: what is naive asks again at once, whatever comes
#[test]
fn step_6_goodbye_an_empty_answer_is_followed_at_once() {
    LAB.check(
        Rule {
            place: "client.rs, `outcome`",
            text: "204 is how a quiet poll ends, and 200 how a good one does: ask again at once",
            source: "RFC 6202 §2.1",
            cost: "Each answer opens a hole in which the next event has to wait.",
        },
        || {
            for (status, body) in [(204, Vec::new()), (200, news(&[9], 9)), (410, gone(5, 8))] {
                let mut client = Client::new(Some(8));
                let (_, after) = client.on_response(response(status, None, &body), 1.0);
                let did = format!("after a {status} the client waits");
                expect_eq(&did, after, Duration::ZERO);
            }
        },
    );
}

// guard: the client has it
#[test]
fn step_6_goodbye_a_row_of_empty_answers_backs_off() {
    LAB.check(
        Rule {
            place: "client.rs, `on_response`",
            text: "an answer that brings nothing, and comes at once, is followed at once; a row of them is not",
            source: "RFC 6202 §2.1: a server that has nothing holds the answer back",
            cost: "A server or a proxy that doesn't wait is asked thousands of times a second.",
        },
        || {
            for (status, body) in [(204, Vec::new()), (410, gone(9, 8)), (200, news(&[], 8))] {
                let mut client = Client::new(Some(8));
                let mut answered = |took| {
                    let response = Response { took, ..response(status, None, &body) };
                    client.on_response(response, 1.0).1
                };
                let soon = Client::AT_ONCE - Duration::from_millis(1);
                let waits = [Duration::ZERO, soon, soon, soon].map(&mut answered);
                let did = format!("after four times {status} at once the waits are {waits:?}");
                let want = [0, 1, 2, 4].map(Duration::from_secs);
                expect(waits == want, &did, "none, then the longest of a back-off: 1, 2, 4 s");
                let after = answered(Client::AT_ONCE);
                costing("Each answer opens a hole in which the next event has to wait.", || {
                    let did = format!("then {status} after {:?}; the wait is", Client::AT_ONCE);
                    expect_eq(&did, after, Duration::ZERO);
                });
            }
        },
    );
}

#[test]
fn step_6_goodbye_errors_back_off() {
    LAB.check(
        Rule {
            place: "client.rs, `outcome`",
            text: "after an error the client waits, longer each time, and for a random part of it",
            source: "RFC 6455 §7.2.3, \"truncated binary exponential backoff\"",
            cost: "A server that fails is asked thousands of times a second, by each client.",
        },
        || {
            for status in [500, 502, 504, 408, 404, 400, 202, 302, 304] {
                takes(status, None, Outcome::Failed);
            }
            let mut client = Client::new(Some(8));
            let mut waits = Vec::new();
            for _ in 0..9 {
                let (_, after) = client.on_response(response(500, None, b""), 1.0);
                waits.push(after);
            }
            let did = format!("after 1 to 9 answers with 500 the longest waits are {waits:?}");
            expect(waits[1] == 2 * waits[0], &did, "twice as long after the second");
            expect(waits[8] == Pace::BACK_OFF_MAX, &did, "a minute in the end");
            let _ = client.on_response(response(204, None, b""), 1.0);
            let (_, after) = client.on_response(response(500, None, b""), 1.0);
            costing("One bad hour, and the client is slow for the rest of the day.", || {
                expect_eq("an answer came, then a 500; the longest wait is", after, waits[0]);
            });
        },
    );
}

#[test]
fn step_6_goodbye_busy_obeys_retry_after() {
    LAB.check(
        Rule {
            place: "client.rs, `outcome`",
            text: "503 and 429 may say how long to wait, in seconds: never come back sooner",
            source: "RFC 9110 §10.2.3 and §15.6.4; RFC 6585 §4",
            cost: "A full server is asked again by those whom it has just sent away.",
        },
        || {
            for status in [503, 429] {
                let busy = |retry_after: Option<u64>| Outcome::Busy {
                    retry_after: retry_after.map(Duration::from_secs),
                };
                for (value, want) in [
                    (Some("1"), busy(Some(1))),
                    (Some("120"), busy(Some(120))),
                    (None, busy(None)),
                    // A date: it can't be compared with a clock that isn't there.
                    (Some("Fri, 31 Dec 1999 23:59:59 GMT"), busy(None)),
                    (Some("-1"), busy(None)),
                    (Some("+5"), busy(None)),
                ] {
                    takes(status, value, want);
                }
                let mut client = Client::new(Some(8));
                let (_, after) = client.on_response(response(status, Some("7"), b""), 0.0);
                let did = format!("after a {status} with Retry-After: 7 the shortest wait is");
                expect_eq(&did, after, Duration::from_secs(7));
            }
        },
    );
}

fn response<'a>(status: u16, retry_after: Option<&'a str>, body: &'a [u8]) -> Response<'a> {
    Response { status, retry_after, body, took: Client::AT_ONCE }
}

/// The body of a 200.
fn news(ids: &[Id], next: Id) -> Vec<u8> {
    serde_json::to_vec(&News { events: events(ids), next }).expect("plain data")
}

/// The body of a 410.
fn gone(oldest: Id, newest: Id) -> Vec<u8> {
    let (title, detail) = ("Gone".to_owned(), String::new());
    serde_json::to_vec(&Gone { title, status: 410, detail, oldest, newest }).expect("plain data")
}

fn events(ids: &[Id]) -> Vec<Event> {
    ids.iter().map(|&id| Event::new(id, "weather", "BERLIN 25.5")).collect()
}

fn told(ids: &[Id]) -> Result<Told, Unusable> {
    Ok(Told::Events(events(ids)))
}

/// What it costs that this was made of an answer to an older question, and not what is new in it.
fn cost_of_old_answer(got: &Result<Told, Unusable>) -> &'static str {
    match got {
        Ok(Told::Events(_)) => AGAIN,
        _ => OTHERWISE,
    }
}

/// Fails unless a poll that was answered like this went as `want` says.
#[track_caller]
fn takes(status: u16, retry_after: Option<&str>, want: Outcome) {
    let call = format!("outcome({status}, {retry_after:?})");
    let got = calling(&call, || outcome(status, retry_after));
    if got == want {
        return;
    }
    let failure = Failure::new(format!("{call} gave {got:?}")).expected(format!("{want:?}"));
    failure.cost(cost_of_outcome(got, want)).raise();
}

/// What it costs to take a poll for `got`, and not for `want`. It depends on the pause after it.
fn cost_of_outcome(got: Outcome, want: Outcome) -> &'static str {
    let least = |outcome| match outcome {
        Outcome::Busy { retry_after } => retry_after.unwrap_or_default(),
        _ => Duration::ZERO,
    };
    match got {
        Outcome::News | Outcome::Nothing => {
            "Each client asks for the same answer again, thousands of times a second."
        }
        _ if least(got) < least(want) => "The client comes back sooner than the server asked for.",
        _ if least(got) > least(want) => {
            "The page stands still for longer than the server asked for."
        }
        _ => "The pause is as long, but who reads what went wrong is told something else.",
    }
}

/// Fails unless this is what the client asks for next.
#[track_caller]
fn asks(client: &Client, did: &str, target: &str) {
    expect_eq(&format!("{did} asks for"), client.target(), target);
}

/// Fails unless this answer is an error that leaves the cursor where it is.
#[track_caller]
fn unusable(status: u16, body: &[u8], want: Unusable) {
    let mut client = Client::new(Some(6));
    let got = client.on_answer(status, body);
    let did = format!("a {status} came with the body {:?}", String::from_utf8_lossy(body));
    if got != Err(want) {
        let failure = Failure::new(format!("{did}; on_answer gave {got:?}"));
        failure.expected(format!("Err({want:?})")).raise();
    }
    asks(&client, &format!("{did}; then the client"), "/long-polling?since=6");
}
