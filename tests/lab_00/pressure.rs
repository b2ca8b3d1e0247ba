//! Step 5: What if the client reads slower than the server writes?

use super::{LAB, poll, server_with};
use feed::{Event, Limits};
use harness::{Client, Rule, calling, costing, expect, expect_eq};
use lab::log::Log;
use lab::wire::answer;
use std::cmp::Ordering;
use std::num::NonZeroUsize;

const LOST: &str =
    "What lies between is lost: the client never asks for it. But only on busy days.";
const AGAIN: &str = "The client gets again what it has, at every poll.";

#[test]
fn step_5_pressure_the_ring_never_outgrows_its_capacity() {
    LAB.check(
        Rule {
            step: 5,
            place: "log.rs, `forget`",
            text: "the log keeps its last `capacity` events, however many come",
            source: "the log: somebody who may be away for ever must not fill the memory",
            cost: "The server runs well for weeks, and is killed on a Sunday.",
        },
        || {
            for capacity in [1, 4] {
                let mut log = Log::new(NonZeroUsize::new(capacity).unwrap());
                let data: std::sync::Arc<str> = "BERLIN 25.5".into();
                for published in 1..=100_000 {
                    log.publish(data.clone());
                    let (kept, want) = (log.events().count(), published.min(capacity));
                    let did = format!("of {published} events a log for {capacity} keeps {kept}");
                    costing(cost_of(kept, want), || {
                        expect(kept == want, &did, &want.to_string());
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
            step: 5,
            place: "log.rs, `forget`",
            text: "when the log is full, the oldest event makes room",
            source: "the log: what is kept has no holes, and ends with the newest",
            cost: "Everybody misses the same report, and no cursor shows it.",
        },
        || {
            let mut log = Log::new(Limits::TEST.capacity);
            for _ in 1..=10 {
                log.publish("BERLIN 25.5");
            }
            let kept: Vec<_> = log.events().map(|event| event.id).collect();
            costing(cost_of(kept.len(), 4), || {
                expect_eq("ten events were published, and a log for 4 keeps", kept, [7, 8, 9, 10]);
            });
        },
    );
}

#[test]
fn step_5_pressure_next_is_the_last_id_in_the_batch() {
    LAB.check(
        Rule {
            step: 5,
            place: "wire.rs, `answer`",
            text: "`next` is the cursor of who has read this answer, and nothing beyond it",
            source: "the log: asking `since=6` says \"I have everything up to 6\"",
            cost: "The client asks for something else than what it lacks.",
        },
        || {
            let events = [5, 6].map(|id| Event::new(id, "weather", "BERLIN 25.5"));
            let got = calling("answer", || answer(events.to_vec(), 8));
            let did = "the newest event is 8; answer([5, 6], 8) has the next cursor";
            costing(if got.next > 6 { LOST } else { AGAIN }, || expect_eq(did, got.next, 6));

            costing("A client that has everything begins anew with its next question.", || {
                let got = calling("answer", || answer(Vec::new(), 8));
                expect_eq("the newest event is 8; answer([], 8) has the next cursor", got.next, 8);
            });

            let server = server_with(4);
            let answer = poll(&mut Client::connect(&server), "/latest?since=0&limit=2");
            let did = "the log holds 1, 2, 3, 4; GET /latest?since=0&limit=2 gave the events";
            costing("An answer brings other events than were asked for.", || {
                expect_eq(did, answer.ids(), [1, 2]);
            });
            let did = "GET /latest?since=0&limit=2 gave 1 and 2, and the next cursor";
            costing(if answer.next > 2 { LOST } else { AGAIN }, || expect_eq(did, answer.next, 2));
        },
    );
}

#[test]
fn step_5_pressure_batches_join_up() {
    LAB.check(
        Rule {
            step: 5,
            place: "wire.rs, `answer`",
            text: "who follows `next` gets every event once, in order, whatever the limit",
            source: "the log: a cursor moves forward, in order",
            cost: "Events are missing where two answers join, and nowhere else.",
        },
        || {
            let server = server_with(4);
            for limit in 1..=4 {
                let mut client = Client::connect(&server);
                let (mut cursor, mut seen) = (0, Vec::new());
                while cursor < 4 {
                    let answer =
                        poll(&mut client, &format!("/latest?since={cursor}&limit={limit}"));
                    seen.extend(answer.ids());
                    costing("The client asks the same question for ever.", || {
                        let did = format!(
                            "since={cursor}&limit={limit} gave the next cursor {}",
                            answer.next
                        );
                        expect(answer.next > cursor, &did, "a cursor that moves");
                    });
                    cursor = answer.next;
                }
                let cost = match seen.len() > 4 {
                    true => "Reports come twice where two answers join, and nowhere else.",
                    false => "Reports are missing where two answers join, and nowhere else.",
                };
                costing(cost, || {
                    expect_eq(&format!("answers of {limit}, joined, gave"), seen, [1, 2, 3, 4]);
                });
            }
        },
    );
}

/// What is wrong with a log that keeps so many events, where it should keep `want`.
fn cost_of(kept: usize, want: usize) -> &'static str {
    match kept.cmp(&want) {
        Ordering::Greater => "The server runs well for weeks, and is killed on a Sunday.",
        Ordering::Less => "Clients that were hardly behind have a gap, and start over.",
        Ordering::Equal => "Everybody misses the same report, and no cursor shows it.",
    }
}
