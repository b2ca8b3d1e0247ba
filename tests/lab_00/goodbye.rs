//! Step 6: How does each side learn the other is gone? The server can't know. The client learns it
//! by an error, and must not make it worse.

use super::LAB;
use harness::{Rule, calling, costing, expect};
use lab::client::{Outcome, Pace};
use std::collections::BTreeMap;
use std::time::Duration;

#[test]
fn step_6_goodbye_failures_back_off_and_stay_under_the_longest_wait() {
    LAB.check(
        Rule {
            place: "client.rs, `after`",
            text: "the longest wait doubles with each failure in a row, from 1 s up to 60 s",
            source: "truncated exponential back-off, as RFC 6455 §7.2.3 asks of WebSocket clients",
            cost: SOONER,
        },
        || {
            let mut pace = Pace::new(seconds(5));
            for (number, longest) in (1..).zip([1, 2, 4, 8, 16, 32, 60, 60]) {
                let did = format!("after failure {number} in a row, with random 1,");
                waits(&did, wait(&mut pace, Outcome::Failed, 1.0), longest);
            }
            for number in 9..=201 {
                let did = format!("after failure {number} in a row, with random 1,");
                waits(&did, wait(&mut pace, Outcome::Failed, 1.0), 60);
            }
        },
    );
}

#[test]
fn step_6_goodbye_the_wait_is_drawn_from_zero() {
    LAB.check(
        Rule {
            place: "client.rs, `after`",
            text: "after a failure the wait is random · the longest one, and never less than 0.1 s",
            source: "\"full jitter\": Exponential Backoff and Jitter, AWS Architecture Blog, 2015",
            cost: "Clients that failed together come back together, or nearly.",
        },
        || {
            // The longest first: then a least wait can only bring clients closer together.
            let least = Pace::BACK_OFF_MIN;
            for (random, want) in
                [(1.0, seconds(8)), (0.0, least), (0.25, seconds(2)), (0.5, seconds(4))]
            {
                let mut pace = failed(3);
                let got = wait(&mut pace, Outcome::Failed, random);
                let did =
                    format!("after failure 4 in a row, with random {random}, the wait is {got:?}");
                costing(cost_of_drawn_wait(random, got), || {
                    expect(got == want, &did, &format!("{} s", want.as_secs_f64()));
                });
            }
        },
    );
}

#[test]
fn step_6_goodbye_an_answer_ends_the_row_of_failures() {
    LAB.check(
        Rule {
            place: "client.rs, `after`",
            text: "an answer, with news or without, ends the row of failures",
            source: "truncated exponential back-off: it counts failures in a row",
            cost: "After a bad morning one lost packet costs more silence than it must.",
        },
        || {
            for answer in [Outcome::News, Outcome::Nothing] {
                let mut pace = failed(5);
                let did = "after failure 6 in a row, with random 1,";
                waits(did, wait(&mut pace.clone(), Outcome::Failed, 1.0), 32);
                wait(&mut pace, answer, 0.5);
                let got = wait(&mut pace, Outcome::Failed, 1.0);
                let did = format!(
                    "after 5 failures, then {answer:?}, then a failure with random 1 the wait is {got:?}"
                );
                costing(cost_of_wait_after_an_answer(got), || {
                    expect(got == Pace::BACK_OFF, &did, "1 s, as after failure 1 in a row");
                });
            }
        },
    );
}

#[test]
fn step_6_goodbye_a_quiet_interval_is_jittered() {
    LAB.check(
        Rule {
            place: "client.rs, `after`",
            text: "after \"nothing new\" a client waits its interval, give or take a tenth",
            source: "chance alone parts pages that were opened together",
            cost: "Pages that were opened together drift apart less than they could, or not at all.",
        },
        || {
            let mut got = [0.0, 0.5, 1.0].map(|random| {
                wait(&mut Pace::new(seconds(10)), Outcome::Nothing, random).as_secs_f64()
            });
            let did =
                format!("with an interval of 10 s and random 0, 0.5 and 1 the waits are {got:?}, in s");
            // Which end is drawn by a 0 makes no difference.
            got.sort_by(f64::total_cmp);
            let right = got.iter().zip([9.0, 10.0, 11.0]).all(|(got, want)| (got - want).abs() < 0.001);
            costing(cost_of_quiet_waits(got), || expect(right, &did, "9, 10 and 11 s"));
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
            place: "client.rs, `after`",
            text: "after news a client asks again at once: an answer has a limit, there may be more",
            source: "the contract of GET /latest: `limit`",
            cost: "A client that was away waits between the answers that bring it up to date.",
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
            place: "client.rs, `after`",
            text: "a busy server says when to come back: never sooner, and at random after that",
            source: "RFC 9110 §10.2.3 and §15.6.4",
            cost: "A server asks for rest, and is asked again before the rest is over.",
        },
        || {
            let busy = |retry_after| Outcome::Busy { retry_after };
            // An hour is more than the longest wait of a failure.
            for rest in [7, 3600] {
                for random in [0.0, 0.5, 1.0] {
                    let got = wait(&mut failed(3), busy(Some(seconds(rest))), random);
                    let did = format!("Retry-After: {rest}; with random {random} the wait is {got:?}");
                    expect(got >= seconds(rest), &did, &format!("at least {rest} s"));
                }
            }
            let seven = Some(seconds(7));
            let [least, got] = [0.0, 1.0].map(|random| wait(&mut failed(3), busy(seven), random));
            costing(cost_of_spread(least, got), || {
                let did = format!(
                    "failure 4 in a row is a 503 with Retry-After: 7; with random 1 the wait is {got:?}"
                );
                expect(got == seconds(15), &did, "15 s: the random wait, here 8 s, comes on top");
                let did = format!(
                    "failure 4 in a row is a 503 with Retry-After: 7; with random 0 the wait is {least:?}"
                );
                expect(least == seconds(7), &did, "7 s: the random wait, here 0 s, comes on top");
            });
            let did = "failure 4 in a row is a 503 without Retry-After; with random 1";
            waits(did, wait(&mut failed(3), busy(None), 1.0), 8);
            let mut pace = Pace::new(seconds(5));
            for _ in 0..3 {
                wait(&mut pace, busy(None), 0.5);
            }
            let did = "after three 503s, a failure, the fourth in a row, with random 1:";
            waits(did, wait(&mut pace, Outcome::Failed, 1.0), 8);
            let got = wait(&mut failed(3), busy(Some(Duration::ZERO)), 0.0);
            costing("A full server is asked again at once.", || {
                let did = format!("Retry-After: 0; with random 0 the wait is {got:?}");
                expect(got == Pace::BACK_OFF_MIN, &did, "0.1 s, the shortest wait there is");
            });
            // The second is three thousand years.
            for (rest, want) in [(86_400, 86_400), (99_999_999_999, 86_400), (u64::MAX, 86_400)] {
                let got = wait(&mut failed(3), busy(Some(seconds(rest))), 0.0);
                let did = format!("Retry-After: {rest}; with random 0 the wait is {got:?}");
                costing(cost_of_long_rest(got, seconds(want)), || {
                    expect(got == seconds(want), &did, "a day, 86400 s, at most");
                });
            }
        },
    );
}

#[test]
fn step_6_goodbye_a_thousand_clients_spread() {
    LAB.check(
        Rule {
            place: "client.rs, `after`",
            text: "of a thousand clients that failed together, no second brings back more than 50",
            source: "\"full jitter\": Exponential Backoff and Jitter, AWS Architecture Blog, 2015",
            cost: "The server comes up, too many clients ask in one second, and it may go down again.",
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

const SOONER: &str = "A server that is down is asked sooner than is good for it.";
const OTHER_TIME: &str = "Clients come back spread over another time than the back-off says.";

/// Fails unless the longest wait is this one, in seconds.
#[track_caller]
fn waits(did: &str, got: Duration, want: u64) {
    costing(cost_of_longest_wait(got, seconds(want)), || {
        expect(got == seconds(want), &format!("{did} the wait is {got:?}"), &format!("{want} s"));
    });
}

/// What it costs that the longest wait is `got`, and not `want`.
fn cost_of_longest_wait(got: Duration, want: Duration) -> &'static str {
    match got < want {
        true => SOONER,
        false => "Once the server is well again, the page stays silent for longer than it must.",
    }
}

/// What it costs that a failure's wait is `got` with this `random`, and not what that draws.
fn cost_of_drawn_wait(random: f64, got: Duration) -> &'static str {
    match random {
        0.0 if got < Pace::BACK_OFF_MIN => {
            "The dice may fall so that a server that is down is asked at once."
        }
        0.0 => "Clients that failed together come back closer together than they need.",
        1.0 => OTHER_TIME,
        _ => "Clients come back more densely at one time than at another.",
    }
}

/// What it costs that the first failure after an answer has this longest wait, and not 1 s.
fn cost_of_wait_after_an_answer(got: Duration) -> &'static str {
    match got < Pace::BACK_OFF {
        true => SOONER,
        false => "After a bad morning one lost packet costs more silence than it must.",
    }
}

/// What it costs that an interval of 10 s has these waits, in s and sorted, and not 9, 10 and 11.
fn cost_of_quiet_waits(got: [f64; 3]) -> &'static str {
    match got {
        [least, ..] if least < 8.999 => "Each page asks sooner than anybody chose.",
        [.., most] if most > 11.001 => "News comes later than anybody chose.",
        _ => "Pages that were opened together drift apart less than they could, or not at all.",
    }
}

/// What it costs that clients of a busy server come back between these two, and at no other time.
fn cost_of_spread(least: Duration, most: Duration) -> &'static str {
    match most == least {
        true => "All obey, and all come back in the same instant.",
        false => OTHER_TIME,
    }
}

/// What it costs that a client rests for `got`, and not for `want`, which is the longest rest.
fn cost_of_long_rest(got: Duration, want: Duration) -> &'static str {
    match got > want {
        true => "One absurd number, and the page is silent for good.",
        false => "A server asks for rest, and is asked again before the rest is over.",
    }
}
