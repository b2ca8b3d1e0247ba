//! Step 5: What if the client reads slower than the server writes?

use super::push::appends;
use super::resume::since_works;
use super::{FOUND, LAB, poll, server_with};
use feed::{Event, Id};
use harness::{Client, Rule, calling, costing, expect, expect_eq, under};
use lab::log::Log;
use lab::wire::answer;
use std::cmp::Ordering;
use std::num::NonZeroUsize;
use weather::Limits;

const LOST: &str = "What lies between is lost: the client never asks for it.";
const AGAIN: &str = "The client asks again for what it has.";

#[test]
fn step_5_pressure_the_ring_never_outgrows_its_capacity() {
    LAB.check(
        Rule {
            place: "log.rs, `forget`",
            text: "the log keeps its last `capacity` events, however many come",
            source: "the log: somebody who may be away for ever must not fill the memory",
            cost: "The server runs well for weeks, and is killed on a Sunday.",
        },
        || {
            appends();
            for capacity in [1, 4] {
                let mut log = Log::new(NonZeroUsize::new(capacity).unwrap());
                let data: std::sync::Arc<str> = "BERLIN 25.5".into();
                for published in 1..=100_000 {
                    log.publish(data.clone());
                    let (kept, want) = (log.events().count(), published.min(capacity));
                    if kept == want {
                        continue;
                    }
                    let did = format!("of {published} events a log for {capacity} keeps {kept}");
                    costing(cost_of_size(kept, want, &mut log), || {
                        expect(false, &did, &want.to_string());
                    });
                }
            }
        },
    );
}

#[test]
fn step_5_pressure_the_oldest_goes_first() {
    LAB.check(
        Rule {
            place: "log.rs, `forget`",
            text: "when the log is full, the oldest event makes room",
            source: "the log: what is kept has no holes, and ends with the newest",
            cost: "Everybody misses the same reports, and no cursor shows it.",
        },
        || {
            appends();
            let mut log = Log::new(Limits::TEST.capacity);
            for _ in 1..=10 {
                log.publish("BERLIN 25.5");
            }
            let kept: Vec<_> = log.events().map(|event| event.id).collect();
            costing(cost_of_keeping(kept.len(), 4), || {
                expect_eq("ten events were published, and a log for 4 keeps", kept, [7, 8, 9, 10]);
            });
        },
    );
}

#[test]
fn step_5_pressure_next_is_the_last_id_in_the_batch() {
    LAB.check_server(NEXT, || {
        next_is_the_last();

        since_works(&log_1_to_4());
        let server = server_with(4);
        let [zero, one, two] = [0, 1, 2].map(|number| server.id(number));
        let target = format!("/latest?since={zero}&limit=2");
        let answer = poll(&mut Client::connect(&server), &target);
        under(2, FOUND, || {
            costing("An answer brings other events than were asked for.", || {
                let [three, four] = [3, 4].map(|number| server.id(number));
                let did = format!(
                    "the log holds {one}, {two}, {three}, {four}; GET {target} gave the events"
                );
                expect_eq(&did, answer.ids(), [one, two]);
            });
            let did = format!("GET {target} gave {one} and {two}, and the next cursor");
            costing(cost_of_next(answer.next, two), || {
                expect_eq(&did, answer.next, two);
            });
        });
    });
}

#[test]
fn step_5_pressure_batches_join_up() {
    LAB.check_server(
        Rule {
            place: "wire.rs, `answer`",
            text: "a client that follows `next` gets every event once, in order, whatever the limit",
            source: "the log: a cursor moves forward, in order",
            cost: "Events are missing where two answers join.",
        },
        || {
            let log = log_1_to_4();
            since_works(&log);
            join(0, |cursor, limit| {
                let events = log.since(cursor, limit).unwrap_or_default();
                let answer = calling("answer", || answer(events, log.newest()));
                (answer.events.iter().map(|event| event.id).collect(), answer.next)
            });
            let server = server_with(4);
            let mut client = Client::connect(&server);
            // The same over HTTP, where `found` may still do something else.
            under(2, FOUND, || {
                join(server.id(0), |cursor, limit| {
                    let target = format!("/latest?since={cursor}&limit={limit}");
                    let answer = poll(&mut client, &target);
                    (answer.ids(), answer.next)
                });
            });
        },
    );
}

const TOO_FEW: &str = "Clients that were hardly behind have a gap, and start over.";

const NEXT: Rule = Rule {
    place: "wire.rs, `answer`",
    text: "`next` is the cursor of a client that has read this answer, and nothing beyond it",
    source: "the log: asking `since=6` says \"I have everything up to 6\"",
    cost: "The client asks for something else than what it lacks.",
};

#[track_caller]
fn next_is_the_last() {
    let events = [5, 6].map(|id| Event::new(id, "weather", "BERLIN 25.5"));
    let got = calling("answer", || answer(events.to_vec(), 8));
    let ids: Vec<_> = got.events.iter().map(|event| event.id).collect();
    costing("The client gets other events than it was to get.", || {
        expect_eq("answer([5, 6], 8) has the events", ids, [5, 6]);
    });
    let did = "the newest event is 8; answer([5, 6], 8) has the next cursor";
    costing(cost_of_next(got.next, 6), || expect_eq(did, got.next, 6));

    let got = calling("answer", || answer(Vec::new(), 8));
    let did = "the newest event is 8; answer([], 8) has the next cursor";
    costing(cost_of_next_after_all(got.next, 8), || expect_eq(did, got.next, 8));
}

/// What it costs that an answer's next cursor is `got`, and not `last`, its last event.
fn cost_of_next(got: Id, last: Id) -> &'static str {
    match got > last {
        true => LOST,
        false => AGAIN,
    }
}

/// What it costs that an answer without events has the next cursor `got`, and not `newest`.
fn cost_of_next_after_all(got: Id, newest: Id) -> &'static str {
    match got > newest {
        true => "A client that has everything says that it has what doesn't exist yet.",
        false => "A client that has everything asks again for what it has.",
    }
}

/// Follows `next` past the four events after `start`, with each limit. `ask` gives an answer's ids and
/// its `next`.
#[track_caller]
fn join(start: Id, mut ask: impl FnMut(Id, usize) -> (Vec<Id>, Id)) {
    for limit in 1..=4 {
        let (mut cursor, mut seen) = (start, Vec::new());
        while cursor < start + 4 {
            let (ids, next) = ask(cursor, limit);
            seen.extend(ids);
            costing("The client never gets any further.", || {
                let did = format!("since={cursor}&limit={limit} gave the next cursor {next}");
                expect(next > cursor, &did, "a cursor that moves");
            });
            cursor = next;
        }
        costing(cost_of_joined(seen.len()), || {
            let want = [1, 2, 3, 4].map(|number| start + number);
            expect_eq(&format!("answers of {limit}, joined, gave"), seen, want);
        });
    }
}

/// What it costs that the answers to four events, joined, give so many, or others.
fn cost_of_joined(seen: usize) -> &'static str {
    match seen > 4 {
        true => "Reports come twice where two answers join.",
        false => "Reports are missing where two answers join.",
    }
}

/// A log that has forgotten nothing yet.
#[track_caller]
fn log_1_to_4() -> Log {
    appends();
    let mut log = Log::new(Limits::TEST.capacity);
    for _ in 1..=4 {
        log.publish("BERLIN 25.5");
    }
    log
}

/// What it costs that this log keeps so many events, and not `want`.
fn cost_of_size(kept: usize, want: usize, log: &mut Log) -> &'static str {
    match kept.cmp(&want) {
        Ordering::Less => TOO_FEW,
        _ if grows(log) => "The server runs well for weeks, and is killed on a Sunday.",
        _ => "The log takes more memory than it was given.",
    }
}

/// What it costs that a log keeps so many events, and not the last `want` of them.
fn cost_of_keeping(kept: usize, want: usize) -> &'static str {
    match kept.cmp(&want) {
        Ordering::Less => TOO_FEW,
        Ordering::Equal => "Everybody misses the same reports, and no cursor shows it.",
        Ordering::Greater => "The log takes more memory than it was given.",
    }
}

/// Whether the log keeps all that comes.
fn grows(log: &mut Log) -> bool {
    let before = log.events().count();
    for _ in 0..1000 {
        log.publish("BERLIN 25.5");
    }
    log.events().count() == before + 1000
}
