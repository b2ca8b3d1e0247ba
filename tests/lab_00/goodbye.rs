//! Step 6: How does each side learn the other is gone? The server can't know. The client learns it
//! by an error, and must not make it worse.

use super::LAB;
use harness::{Rule, calling, costing, expect, expect_eq};
use lab::client::{Outcome, Pace};
use std::time::Duration;

#[test]
fn step_6_goodbye_failures_back_off_and_stay_under_the_longest_wait() {
    LAB.check(
        Rule {
            step: 6,
            place: "client.rs, `after`",
            text: "the longest wait doubles with each failure in a row, from 1 s up to 60 s",
            source: "RFC 6455 §7.2.3 has the same rule for WebSockets",
            cost: "A server that is down is asked by everybody, all the time, and can't come up.",
        },
        || {
            let mut pace = Pace::new(seconds(5));
            let longest: Vec<_> =
                (0..8).map(|_| wait(&mut pace, Outcome::Failed, 1.0).as_secs_f64()).collect();
            let did = "eight polls failed in a row; with random 1 the waits are, in seconds,";
            expect_eq(did, longest, [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 60.0, 60.0]);
            costing(
                "A server that is down for an hour crashes every client that waits for it.",
                || {
                    for failures in 9..=200 {
                        let did = format!("after {failures} failures the longest wait is");
                        expect_eq(&did, wait(&mut pace, Outcome::Failed, 1.0), Pace::BACK_OFF_MAX);
                    }
                },
            );
        },
    );
}

#[test]
fn step_6_goodbye_the_wait_is_drawn_from_zero() {
    LAB.check(
        Rule {
            step: 6,
            place: "client.rs, `after`",
            text: "after a failure the wait is anything from zero to the longest one, at random",
            source: "\"full jitter\": Exponential Backoff and Jitter, AWS Architecture Blog, 2015",
            cost: "Clients that failed together come back together.",
        },
        || {
            for (random, want) in [(0.0, 0), (0.25, 2), (0.5, 4), (1.0, 8)] {
                let mut pace = Pace::new(seconds(5));
                for _ in 0..3 {
                    wait(&mut pace, Outcome::Failed, 1.0);
                }
                let did =
                    format!("after 3 failures, at the fourth, with random {random} the wait is");
                expect_eq(&did, wait(&mut pace, Outcome::Failed, random), seconds(want));
            }
        },
    );
}

#[test]
fn step_6_goodbye_an_answer_ends_the_row_of_failures() {
    LAB.check(
        Rule {
            step: 6,
            place: "client.rs, `after`",
            text: "an answer, with news or without, ends the row of failures",
            source: "RFC 6455 §7.2.3 has the same rule for WebSockets",
            cost: "After a bad morning one lost packet costs a minute of silence.",
        },
        || {
            for answer in [Outcome::News, Outcome::Nothing] {
                let mut pace = Pace::new(seconds(5));
                for _ in 0..5 {
                    wait(&mut pace, Outcome::Failed, 1.0);
                }
                let sixth = wait(&mut pace.clone(), Outcome::Failed, 1.0);
                expect_eq(
                    "after 5 failures, at the sixth, the longest wait is",
                    sixth,
                    seconds(32),
                );
                wait(&mut pace, answer, 0.5);
                let did = format!(
                    "after 5 failures and then {answer:?} the next failure's longest wait is"
                );
                expect_eq(&did, wait(&mut pace, Outcome::Failed, 1.0), Pace::BACK_OFF);
            }
        },
    );
}

#[test]
fn step_6_goodbye_a_quiet_interval_is_jittered() {
    LAB.check(
        Rule {
            step: 6,
            place: "client.rs, `after`",
            text: "after \"nothing new\" a client waits its interval, give or take a tenth",
            source: "the same dice: pages that were opened together must drift apart",
            cost: "All pages that were opened at nine o'clock ask in the same instant, all day.",
        },
        || {
            for (random, want) in [(0.0, 9.0), (0.5, 10.0), (1.0, 11.0)] {
                let got = wait(&mut Pace::new(seconds(10)), Outcome::Nothing, random);
                let did =
                    format!("with an interval of 10 s and random {random}, the wait is {got:?}");
                let near = (got.as_secs_f64() - want).abs() < 0.001;
                expect(near, &did, &format!("{want} s"));
            }
            costing(
                "Long polling asks with an interval of zero, and would be late each time.",
                || {
                    let got = wait(&mut Pace::new(seconds(0)), Outcome::Nothing, 1.0);
                    expect_eq("with an interval of zero the wait is", got, seconds(0));
                },
            );
        },
    );
}

#[test]
fn step_6_goodbye_news_is_followed_at_once() {
    LAB.check(
        Rule {
            step: 6,
            place: "client.rs, `after`",
            text: "after news a client asks again at once: an answer has a limit, there may be more",
            source: "GET /latest: `limit`",
            cost: "A client that was away for an hour is an hour late for the next hour.",
        },
        || {
            let got = wait(&mut Pace::new(seconds(5)), Outcome::News, 1.0);
            expect_eq("after news the wait is", got, seconds(0));
        },
    );
}

#[test]
fn step_6_goodbye_retry_after_is_obeyed() {
    LAB.check(
        Rule {
            step: 6,
            place: "client.rs, `after`",
            text: "a busy server says when to come back: never sooner, and at random after that",
            source: "RFC 9110 §10.2.3 and §15.6.4",
            cost: "A server asks for rest, and is asked again by everybody at once.",
        },
        || {
            let busy = |retry_after| Outcome::Busy { retry_after };
            let mut pace = Pace::new(seconds(5));
            for (random, least, most) in [(0.0, 7, 7), (1.0, 8, 67), (0.0, 7, 7)] {
                let got = wait(&mut pace, busy(Some(seconds(7))), random);
                let did = format!("Retry-After: 7; with random {random} the wait is {got:?}");
                expect(got >= seconds(7), &did, "never less than 7 s");
                costing("They obey, and all of them come back in the same instant.", || {
                    let expected = format!("{least} to {most} s: the random wait comes on top");
                    expect((seconds(least)..=seconds(most)).contains(&got), &did, &expected);
                });
            }
            costing("A server that is too busy for a Retry-After gets no rest at all.", || {
                let got = wait(&mut pace, busy(None), 1.0);
                let did = format!(
                    "three times busy, then busy without Retry-After: the longest wait is {got:?}"
                );
                expect(got == seconds(8), &did, "8 s: as after a fourth failure");
            });
            costing("One absurd header, and the client has crashed.", || {
                let got = wait(&mut pace, busy(Some(Duration::MAX)), 1.0);
                expect_eq("with the longest of all Retry-After the wait is", got, Duration::MAX);
            });
        },
    );
}

#[test]
fn step_6_goodbye_a_thousand_clients_spread() {
    LAB.check(
        Rule {
            step: 6,
            place: "client.rs, `after`",
            text: "of a thousand clients that failed together, no second brings back more than 50",
            source: "\"full jitter\": Exponential Backoff and Jitter, AWS Architecture Blog, 2015",
            cost: "The server comes up, all clients ask in the same second, and it is down again.",
        },
        || {
            let mut clients_in = std::collections::BTreeMap::<u64, u32>::new();
            for client in 0..1000 {
                let mut pace = Pace::new(seconds(5));
                for _ in 0..5 {
                    wait(&mut pace, Outcome::Failed, 0.5);
                }
                let got = wait(&mut pace, Outcome::Failed, f64::from(client) / 1000.0);
                *clients_in.entry(got.as_secs()).or_default() += 1;
            }
            let (second, clients) =
                clients_in.into_iter().max_by_key(|&(_, clients)| clients).expect("a thousand");
            let did = format!(
                "1000 clients failed for the sixth time; {clients} of them come back in second {second}"
            );
            expect(clients <= 50, &did, "at most 50");
        },
    );
}

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

#[track_caller]
fn wait(pace: &mut Pace, outcome: Outcome, random: f64) -> Duration {
    let call = format!("after({outcome:?}, {random})");
    calling(&call, || pace.after(outcome, random))
}
