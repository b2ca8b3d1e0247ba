//! Step 5: What if the client reads slower than the server writes?

use super::{LAB, poll, server_with};
use feed::{Event, Limits};
use harness::{Client, Rule, calling, costing, expect, expect_eq};
use lab::log::Log;
use lab::wire::answer;
use std::num::NonZeroUsize;

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
                    let kept = log.events().count();
                    expect(
                        kept == published.min(capacity),
                        &format!(
                            "of {published} events a log with a capacity of {capacity} keeps {kept}"
                        ),
                        &format!("{}", published.min(capacity)),
                    );
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
            expect_eq("ten events were published, and a log of four keeps", kept, [7, 8, 9, 10]);
            expect_eq("then its oldest and its newest are", (log.oldest(), log.newest()), (7, 10));
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
            cost: "7 and 8 are lost: the client asks since=8 next. But only on busy days.",
        },
        || {
            let events = [5, 6].map(|id| Event::new(id, "weather", "BERLIN 25.5"));
            let got = calling("answer", || answer(events.to_vec(), 8));
            expect_eq("the newest event is 8; answer([5, 6], 8) has the next cursor", got.next, 6);
            let ids: Vec<_> = got.events.iter().map(|event| event.id).collect();
            expect_eq("and it has the events", ids, [5, 6]);

            let server = server_with(4);
            let answer = poll(&mut Client::connect(&server), "/latest?since=0&limit=2");
            let did = "the log holds 1, 2, 3, 4; GET /latest?since=0&limit=2 gave";
            expect_eq(did, (answer.ids(), answer.next), (vec![1, 2], 2));
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
                expect_eq(&format!("the answers of {limit}, joined, gave"), seen, [1, 2, 3, 4]);
            }
        },
    );
}
