//! Step 6: How does each side learn the other is gone? The server can't know. The client learns it
//! by an error, and must not make it worse.

use super::LAB;
use harness::{Rule, calling, costing, expect, expect_eq};
use lab::client::{Outcome, Pace};
use std::collections::BTreeMap;
use std::time::Duration;

#[test]
fn step_6_goodbye_failures_back_off_and_stay_under_the_longest_wait() {
    LAB.check(
        Rule {
            step: 6,
            place: "client.rs, `after`",
            text: "the longest wait doubles with each failure in a row, from 1 s up to 60 s",
            source: "truncated exponential back-off, as RFC 6455 §7.2.3 asks of WebSocket clients",
            cost: "A server that is down is asked by everybody, all the time, and can't come up.",
        },
        || {
            let mut pace = Pace::new(seconds(5));
            for (failures, longest) in [1, 2, 4, 8, 16, 32, 60, 60].into_iter().enumerate() {
                let did = format!("after {failures} failures in a row, with random 1,");
                waits(&did, wait(&mut pace, Outcome::Failed, 1.0), longest);
            }
            for failures in 8..=200 {
                let did = format!("after {failures} failures in a row, with random 1,");
                waits(&did, wait(&mut pace, Outcome::Failed, 1.0), 60);
            }
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
            cost: "Clients that failed together come back together, or nearly.",
        },
        || {
            for (random, want) in [(0.0, 0), (0.25, 2), (0.5, 4), (1.0, 8)] {
                let mut pace = failed(3);
                let got = wait(&mut pace, Outcome::Failed, random);
                let did =
                    format!("after 3 failures in a row, with random {random}, the wait is {got:?}");
                let cost = match random {
                    0.0 => "Clients that failed together come back together, or nearly.",
                    _ => "Clients come back spread over another time than the back-off says.",
                };
                costing(cost, || expect(got == seconds(want), &did, &format!("{want} s")));
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
            source: "truncated exponential back-off: it counts failures in a row",
            cost: "After a bad morning one lost packet costs a minute of silence.",
        },
        || {
            for answer in [Outcome::News, Outcome::Nothing] {
                let mut pace = failed(5);
                let did = "after 5 failures in a row, with random 1,";
                waits(did, wait(&mut pace.clone(), Outcome::Failed, 1.0), 32);
                wait(&mut pace, answer, 0.5);
                let got = wait(&mut pace, Outcome::Failed, 1.0);
                let did = format!(
                    "after 5 failures, then {answer:?}, a failure with random 1 brings a wait of {got:?}"
                );
                expect(got == Pace::BACK_OFF, &did, "1 s, as after a first failure");
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
            source: "chance alone parts pages that were opened together",
            cost: "All pages that were opened at nine o'clock ask in the same instant, all day.",
        },
        || {
            for (random, want) in [(0.0, 9.0), (0.5, 10.0), (1.0, 11.0)] {
                let got = wait(&mut Pace::new(seconds(10)), Outcome::Nothing, random).as_secs_f64();
                let did =
                    format!("with an interval of 10 s and random {random} the wait is {got} s");
                let cost = match got {
                    0.0..9.0 => {
                        "Each page asks more often than anybody chose, and hears no more news."
                    }
                    9.0..=11.0 => {
                        "Pages that were opened at nine o'clock ask in one instant, all day."
                    }
                    _ => "News comes later than anybody chose.",
                };
                costing(cost, || {
                    expect((got - want).abs() < 0.001, &did, &format!("{want} s"));
                });
            }
            costing("Long polling has an interval of zero, and would be late each time.", || {
                let got = wait(&mut Pace::new(seconds(0)), Outcome::Nothing, 1.0);
                let did = format!("with an interval of 0 s and random 1 the wait is {got:?}");
                expect(got.is_zero(), &did, "0 s");
            });
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
            source: "the contract of GET /latest: `limit`",
            cost: "Who was away catches up by one answer an interval, and is late for a long time.",
        },
        || {
            let got = wait(&mut Pace::new(seconds(5)), Outcome::News, 1.0);
            expect(got.is_zero(), &format!("after news the wait is {got:?}"), "0 s");
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
            cost: "A server asks for rest, and is asked again at once.",
        },
        || {
            let busy = |retry_after| Outcome::Busy { retry_after };
            let seven = Some(seconds(7));
            for random in [0.0, 0.5, 1.0] {
                let got = wait(&mut failed(3), busy(seven), random);
                let did = format!("Retry-After: 7; with random {random} the wait is {got:?}");
                expect(got >= seconds(7), &did, "at least 7 s");
            }
            let got = wait(&mut failed(3), busy(seven), 1.0);
            let cost = match got == seconds(7) {
                true => "All obey, and all come back in the same instant.",
                false => "Clients come back spread over another time than the back-off says.",
            };
            costing(cost, || {
                let did =
                    format!("after 3 failures, Retry-After: 7; with random 1 the wait is {got:?}");
                expect(got == seconds(15), &did, "15 s: the random wait, here 8 s, comes on top");
            });
            costing("A server that is too busy for a Retry-After gets no rest.", || {
                let got = wait(&mut failed(3), busy(None), 1.0);
                let did = format!(
                    "after 3 failures, busy without Retry-After; with random 1 the wait is {got:?}"
                );
                expect(got == seconds(8), &did, "8 s, as after a failure");
                let mut pace = Pace::new(seconds(5));
                for _ in 0..3 {
                    wait(&mut pace, busy(None), 0.5);
                }
                let got = wait(&mut pace, Outcome::Failed, 1.0);
                let did =
                    format!("busy three times, then a failure; with random 1 the wait is {got:?}");
                expect(got == seconds(8), &did, "8 s: being busy counts as a failure");
            });
            costing("One absurd header, and the client has crashed.", || {
                let got = wait(&mut failed(3), busy(Some(Duration::MAX)), 1.0);
                expect_eq("with the longest possible Retry-After the wait is", got, Duration::MAX);
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
            cost: "The server comes up, its clients ask all together, and it is down again.",
        },
        || {
            // After the sixth failure the longest wait has grown to half of its limit; after the
            // twelfth it would be far beyond it.
            for (before, which) in [(5, "sixth"), (11, "twelfth")] {
                let mut clients_in = BTreeMap::<u64, u32>::new();
                for client in 0..1000 {
                    let random = f64::from(client) / 1000.0;
                    let got = wait(&mut failed(before), Outcome::Failed, random);
                    *clients_in.entry(got.as_secs()).or_default() += 1;
                }
                let busiest = clients_in.into_iter().max_by_key(|&(_, clients)| clients);
                let (second, clients) = busiest.expect("a thousand clients");
                let did = format!(
                    "1000 clients failed for the {which} time; {clients} of them come back in second \
                     {second}"
                );
                expect(clients <= 50, &did, "at most 50");
            }
        },
    );
}

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// The pace of a client that has failed so often in a row.
#[track_caller]
fn failed(failures: usize) -> Pace {
    let mut pace = Pace::new(seconds(5));
    for _ in 0..failures {
        wait(&mut pace, Outcome::Failed, 0.5);
    }
    pace
}

#[track_caller]
fn wait(pace: &mut Pace, outcome: Outcome, random: f64) -> Duration {
    calling(&format!("after({outcome:?}, {random})"), || pace.after(outcome, random))
}

/// Fails unless the longest wait is this one, in seconds.
#[track_caller]
fn waits(did: &str, got: Duration, want: u64) {
    let cost = match got < seconds(want) {
        true => "A server that is down is asked by everybody, all the time, and can't come up.",
        false => "The server is well again, and the page stays silent for longer than it must.",
    };
    costing(cost, || {
        expect(got == seconds(want), &format!("{did} the wait is {got:?}"), &format!("{want} s"));
    });
}
