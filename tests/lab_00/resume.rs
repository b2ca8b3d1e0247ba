//! Step 4: What of the events missed while away?

use super::{FOUND, LAB, PATH, log_5_to_8, poll, poll_in_vain, server_5_to_8};
use feed::{Gap, Id};
use fixture::Target;
use harness::{Client, Failure, Rule, calling, costing, expect_bytes, expect_eq, under};
use lab::log::Log;
use std::num::NonZeroUsize;

const SINCE: Rule = Rule {
    place: "log.rs, `since`",
    text: "a cursor is the last event I have: what follows it comes, and not itself",
    source: "the log: a cursor is a place between two events",
    cost: "The client gets something else than what it lacks.",
};

const GAP: Rule = Rule {
    place: "log.rs, `since`",
    text: "where an event is missing between the cursor and the log, the log says so",
    source: "the log: a gap is an answer, silence isn't",
    cost: "Its sum, its map, its chat is wrong from here on, and nothing ever corrects it.",
};

const GONE: Rule = Rule {
    place: "server.rs, `gone`",
    text: "over HTTP a gap is a 410, with a problem that says where the log begins and ends",
    source: "RFC 9110 §15.5.11 and §15.1; RFC 9457",
    cost: "A client that looks for a 410 isn't told that it has missed something.",
};

#[test]
fn step_4_resume_since_means_after() {
    LAB.check_server(SINCE, || {
        follows(6, 9, &[7, 8]);
        follows(8, 9, &[]);
        gets(6, &[7, 8]);
        let server = server_5_to_8();
        poll_in_vain(&mut Client::connect(&server), &since(&server, 8));
    });
}

#[test]
fn step_4_resume_the_edge_of_the_log_is_no_gap() {
    LAB.check_server(
        Rule {
            place: "log.rs, `since`",
            text: "event 4 is forgotten, but a client that has it misses nothing",
            source: "the log: a gap is an event that nobody can deliver any more",
            cost: "A client that is exactly one answer behind starts over, for no reason.",
        },
        || {
            follows(4, 9, &[5, 6, 7, 8]);
            gets(4, &[5, 6, 7, 8]);
        },
    );
}

#[test]
fn step_4_resume_at_most_as_many_as_were_asked_for() {
    LAB.check(
        Rule {
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
    LAB.check(GAP, || {
        misses(3, Some(1));
        misses(0, Some(4));
    });
}

#[test]
fn step_4_resume_a_cursor_from_another_life_is_a_gap() {
    LAB.check(
        Rule {
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
            tells_the_gap(&format!("{call} gave"), got, Gap { missed: None, oldest: 1, newest: 0 });
        },
    );
}

#[test]
fn step_4_resume_over_http_a_gap_is_410_and_says_where_to_go_on() {
    LAB.check_server(GONE, || {
        under(4, GAP, || {
            misses(3, Some(1));
            misses(99, None);
        });
        is_gone(3);
        is_gone(99);
    });
}

#[test]
fn step_4_resume_a_gap_is_told_also_to_who_knows_the_state() {
    LAB.check_server(
        Rule {
            place: "server.rs, `latest`",
            text: "a gap comes before a 304: a condition counts only where the answer would be a success",
            source: "RFC 9110 §13.2.1",
            cost: "A client is told of its gap, unless it says what it knows.",
        },
        || {
            under(4, GAP, || misses(3, Some(1)));
            let server = server_5_to_8();
            let mut client = Client::connect(&server);
            client.get(&since(&server, 3), &[]);
            under(4, GONE, || client.head().expect_status(410));
            client.rest();
            let newest = format!("\"{}\"", server.id(8));
            client.get(&since(&server, 3), &[("If-None-Match", &newest)]);
            let head = client.head();
            costing(cost_of_status(head.status()), || head.expect_status(410));
        },
    );
}

// guard: the starter reads the query, and refuses what isn't a number.
#[test]
fn step_4_resume_a_bad_cursor_is_400_and_says_so() {
    LAB.check_server(
        Rule {
            place: "server.rs, `Params` and `latest`",
            text: "what isn't a cursor is refused, in words that name it",
            source: "RFC 9110 §15.5.1; RFC 9457",
            cost: "A typing error in the client isn't told as one.",
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
                        .cost("The author of the client has to guess what was wrong.")
                        .raise();
                }
            }
        },
    );
}

/// What it costs that a client with a gap, which names the state, gets this status, and not 410.
fn cost_of_status(status: u16) -> &'static str {
    match status {
        304 => "\"Nothing has changed\", says the server to a client that has lost a report.",
        _ => "A client is told of its gap, unless it says what it knows.",
    }
}

/// What a log that holds 5 to 8 gives.
#[track_caller]
fn follows(cursor: Id, limit: usize, want: &[Id]) {
    delivers("the log holds 5, 6, 7, 8", &log_5_to_8(), cursor, limit, want);
}

/// What follows a cursor where nothing is missing.
#[track_caller]
pub fn delivers(holds: &str, log: &Log, cursor: Id, limit: usize, want: &[Id]) {
    let call = format!("{holds}; since({cursor}, {limit})");
    let got = calling(&call, || log.since(cursor, limit));
    let got = got.map(|events| events.iter().map(|event| event.id).collect::<Vec<_>>());
    costing(cost_of_delivery(&got, cursor, limit, want), || {
        expect_eq(&format!("{call} gave"), got, Ok::<_, Gap>(want.to_vec()));
    });
}

/// What it costs that `since(cursor, limit)` gives `got`, where nothing is missing, and not `want`.
fn cost_of_delivery(
    got: &Result<Vec<Id>, Gap>,
    cursor: Id,
    limit: usize,
    want: &[Id],
) -> &'static str {
    match got {
        Err(_) => "A client that has missed nothing is told to start over.",
        Ok(got) if got.contains(&cursor) => "At each poll the last report comes again.",
        Ok(got) if got.iter().any(|&id| id < cursor) => "Reports come that the client has.",
        Ok(got) if got.len() > limit => {
            "A client that was away for long gets more than it asked for."
        }
        Ok(got) if sorted(got) == want => "The reports come in another order than they happened.",
        Ok(got) if !got.is_empty() && want.starts_with(got) => {
            "A client that was away for long needs more polls than it must."
        }
        Ok(_) => "Reports that are still there are never delivered, and nobody is told.",
    }
}

fn sorted(ids: &[Id]) -> Vec<Id> {
    let mut ids = ids.to_vec();
    ids.sort_unstable();
    ids
}

/// That a log of 1 to 4, which has forgotten nothing, gives what it is asked for.
#[track_caller]
pub fn since_works(log: &Log) {
    under(4, SINCE, || {
        for limit in 1..=4 {
            for cursor in 0..4 {
                let want: Vec<Id> = (cursor + 1..=4).take(limit).collect();
                delivers("the log holds 1, 2, 3, 4", log, cursor, limit, &want);
            }
        }
    });
}

#[track_caller]
fn misses(cursor: Id, missed: Option<u64>) {
    let call = format!("the log holds 5, 6, 7, 8; since({cursor}, 9)");
    let got = calling(&call, || log_5_to_8().since(cursor, 9));
    tells_the_gap(&format!("{call} gave"), got, Gap { missed, oldest: 5, newest: 8 });
}

#[track_caller]
fn tells_the_gap(did: &str, got: Result<Vec<feed::Event>, Gap>, want: Gap) {
    let got = got.map(|events| events.iter().map(|event| event.id).collect::<Vec<_>>());
    costing(cost_of_no_gap(&got, &want), || expect_eq(did, got, Err::<Vec<Id>, _>(want)));
}

/// What it costs that a cursor that the log can't serve is given `got`, and not the gap `want`.
fn cost_of_no_gap(got: &Result<Vec<Id>, Gap>, want: &Gap) -> &'static str {
    match got {
        Err(_) => "The client is told something else about the gap than what the log knows.",
        Ok(ids) if !ids.is_empty() && want.missed.is_none() => {
            "The events of another log are taken for what follows the client's own."
        }
        Ok(_) if want.missed.is_none() => {
            "The server restarted, and the page waits in silence until the new ids overtake it."
        }
        Ok(_) => GAP.cost,
    }
}

/// What follows a cursor, over HTTP. The log itself was asked before, so it isn't at fault.
#[track_caller]
fn gets(cursor: Id, want: &[Id]) {
    let server = server_5_to_8();
    let target = since(&server, cursor);
    let ids = poll(&mut Client::connect(&server), &target).ids();
    let want: Vec<Id> = want.iter().map(|&number| server.id(number)).collect();
    let log = holds(&server);
    under(2, FOUND, || {
        costing("A client gets other events than the log has for it.", || {
            expect_eq(&format!("{log}; GET {target} gave"), ids, want);
        });
    });
}

/// A poll for what follows the test's event with this number.
fn since(server: &Target, number: Id) -> String {
    format!("{PATH}?since={}", server.id(number))
}

/// "the log holds 5, 6, 7, 8"
fn holds(server: &Target) -> String {
    let ids: Vec<_> = (5..=8).map(|number| server.id(number).to_string()).collect();
    format!("the log holds {}", ids.join(", "))
}

/// A gap over HTTP.
#[track_caller]
fn is_gone(cursor: Id) {
    let server = server_5_to_8();
    let target = since(&server, cursor);
    let mut client = Client::connect(&server);
    client.note(holds(&server));
    client.get(&target, &[]);
    let head = client.head();
    head.expect_status(410);
    costing("A client that goes by the type doesn't read what the problem says.", || {
        head.expect_field("Content-Type", "application/problem+json", |value| {
            value == "application/problem+json"
        });
    });
    costing("A cache may keep a 410, and say \"gone\" when the cursor is right again.", || {
        head.expect_field("Cache-Control", "no-cache", |value| {
            value == "no-cache" || value == "no-store"
        });
    });
    let body = client.rest();
    let problem: serde_json::Value = serde_json::from_slice(&body).unwrap_or_default();
    for (name, want, cost) in [
        (
            "oldest",
            server.id(5),
            "The client learns that something is missing, and not from where to go on.",
        ),
        (
            "newest",
            server.id(8),
            "The client learns that something is missing, and not where the log ends.",
        ),
        (
            "status",
            410,
            "A client that keeps the problem without its head doesn't know the status.",
        ),
    ] {
        if problem[name] != want {
            Failure::new(format!("GET {target} was answered with a problem"))
                .seen(&body)
                .expected(format!("\"{name}\": {want}"))
                .cost(cost)
                .raise();
        }
    }
    costing("A person who reads the problem in a log looks for the status's name.", || {
        let title = problem["title"].as_str().unwrap_or_default();
        expect_bytes(
            &format!("GET {target} was answered with a problem; its title was"),
            title,
            "Gone",
        );
    });
}
