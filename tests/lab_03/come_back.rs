//! Step 6: How does each side learn the other is gone? The client's side: when it comes back, after
//! what time, and when it stops.

use super::LAB;
use harness::{Failure, Rule, calling, costing, expect, expect_eq};
use lab::client::{BACK_OFF, BACK_OFF_MAX, Client, Next, RETRY, RETRY_MAX, STABLE};
use lab::wire::Parser;
use std::time::Duration;

const EVENT_STREAM: Option<&str> = Some("text/event-stream");

/// How long a connection lasted that wasn't well.
const SHORT: Duration = Duration::ZERO;

#[test]
fn step_6_goodbye_client_an_ended_body_means_come_back() {
    LAB.check(
        Rule {
            place: "client.rs, `on_response` and `on_end`",
            text: "a stream that ends, or a connection that breaks, is asked for again",
            source: "HTML Living Standard §9.2.3, \"reestablish the connection\"",
            cost: "A server is restarted, and every page is silent until somebody reloads it.",
        },
        || {
            let mut client = Client::new();
            client.on_connect();
            let next = client.on_response(200, EVENT_STREAM);
            expect_eq("a 200 that is an event stream gave", next, Next::Read);
            comes_back("the end of the body", client.on_end(SHORT, 0.5));
            // The server is still down: no answer at all.
            client.on_connect();
            comes_back("a connection that was refused", client.on_end(SHORT, 0.5));
        },
    );
}

#[test]
fn step_6_goodbye_client_204_and_every_other_status_stop() {
    LAB.check(
        Rule {
            place: "client.rs, `on_response`",
            text: "any status but 200 is final: 204 on purpose, 500 and 503 by accident",
            source: "HTML Living Standard §9.2.3, \"fail the connection\"; Yaffle/EventSource issue 88",
            cost: "A finished stream is asked for again every few seconds, from every tab, for ever.",
        },
        || {
            for status in [201, 204, 404, 500, 502, 503] {
                let mut client = Client::new();
                client.on_connect();
                let next = client.on_response(status, EVENT_STREAM);
                let did = format!("`on_response({status}, …)` gave");
                costing(cost_of_coming_back_after(status), || {
                    expect_eq(&did, next, Next::Stop);
                    let did = format!("{did} Stop, then `on_end` gave");
                    expect_eq(&did, client.on_end(SHORT, 0.5), Next::Stop);
                });
            }
        },
    );
}

/// What it costs that a client asks again after this status.
fn cost_of_coming_back_after(status: u16) -> &'static str {
    match status {
        204 => "A finished stream is asked for again every few seconds, for ever.",
        _ => "It works for you, and stands still in every browser.",
    }
}

#[test]
fn step_6_goodbye_client_a_wrong_type_stops() {
    LAB.check(
        Rule {
            place: "client.rs, `on_response`",
            text: "the media type must be text/event-stream; its parameters and its case don't matter",
            source: "HTML Living Standard §9.2.3; RFC 9110 §8.3.1",
            cost: "A captive portal's login page is read as weather; or a fine stream is refused.",
        },
        || {
            let answer = |media_type| Client::new().on_response(200, media_type);
            expect_eq("an answer without a type gave", answer(None), Next::Stop);
            for bad in ["text/plain", "text/event-stream-x", "text/html"] {
                expect_eq(&format!("the type {bad:?} gave"), answer(Some(bad)), Next::Stop);
            }
            for good in
                ["text/event-stream", "text/event-stream;charset=utf-8", "Text/Event-Stream ; a=b"]
            {
                expect_eq(&format!("the type {good:?} gave"), answer(Some(good)), Next::Read);
            }
        },
    );
}

#[test]
fn step_6_goodbye_client_reconnects_carry_the_id_and_back_off() {
    LAB.check(
        Rule {
            place: "client.rs, `on_end`",
            text: "a reconnect waits at least `retry`, longer after each failure, at random; and has the id",
            source: "HTML Living Standard §9.2.3 and §9.2.4; RFC 6455 §7.2.3 for the random wait",
            cost: "The server comes up again, all clients ask in the same instant, and it is down again.",
        },
        || {
            let next = Client::new().on_end(SHORT, 0.0);
            let (_, id) = comes_back("the end of a stream without ids", next);
            costing("The server can't read the header, and tells of a gap that isn't one.", || {
                let did = format!("the reconnect would send the last id {id:?}");
                expect(id.is_none(), &did, "no header");
            });
            let next = Client::after("8").on_end(SHORT, 0.0);
            let (_, id) = comes_back("the end of a stream, after event 8", next);
            let id = id.unwrap_or_default();
            expect_eq("the reconnect after event 8 would send the last id", id, "8");
            // Before the first request, too.
            let first = |client: Client| client.last_event_id().map(str::to_owned);
            let did = "the first request of a client that has seen nothing would send";
            expect_eq(did, first(Client::new()), None);
            let did = "the first request of a client that has seen event 8 would send";
            expect_eq(did, first(Client::after("8")), Some("8".to_owned()));
            let client = Client::with(Parser::after("8").at_most(3));
            expect_eq(did, first(client), Some("8".to_owned()));

            for failures in [0, 1, 5, 200] {
                let (least, most) = (wait_after(failures, 0.0), wait_after(failures, 1.0));
                let did = format!("after {failures} failures the wait is {least:?} to {most:?}");
                expect(least >= RETRY, &did, "never less than `retry`");
                let at_most = RETRY + BACK_OFF_MAX;
                costing("The server is back at noon, and some pages ask again in the evening.", || {
                    expect(most <= at_most, &did, "at most the longest back-off on top of `retry`");
                });
                expect(
                    most - least >= RETRY,
                    &did,
                    "clients that fail together come back spread over `retry` or more",
                );
            }
            let (first, third) = (wait_after(0, 1.0), wait_after(2, 1.0));
            let did = format!("the longest wait is {first:?} at first and {third:?} after 2 failures");
            expect(third >= 2 * first, &did, "it doubles with each failure");

            let no_pause = || {
                let mut client = connected();
                client.on_bytes(b"retry: 0\n\n");
                client
            };
            for (failures, want) in [(1, 2 * BACK_OFF), (5, 32 * BACK_OFF), (200, BACK_OFF_MAX)] {
                let after = wait_after_more(no_pause(), failures, 1.0);
                let did = format!(
                    "the server has said `retry: 0` and is gone; after {failures} failures the \
                     longest wait is"
                );
                costing(cost_of_a_wait_without_a_retry(after, want), || {
                    expect_eq(&did, after, want);
                });
            }
        },
    );
}

/// What it costs that a client waits for another time than `want` where the server said `retry: 0`.
fn cost_of_a_wait_without_a_retry(after: Duration, want: Duration) -> &'static str {
    match after < want {
        true => "A server that is down is asked without a pause, by every page.",
        false => "The server said that it is back at once, and the page waits.",
    }
}

#[test]
fn step_6_goodbye_client_the_first_wait_begins_at_retry() {
    LAB.check(
        Rule {
            place: "client.rs, `on_end`",
            text: "`retry` is the server's word: the first wait is at least that, be it long or short",
            source: "HTML Living Standard §9.2.3: \"wait a delay equal to the reconnection time\"",
            cost: "The server asked for 200 ms, and the page stands still for seconds.",
        },
        || {
            // What the program wants until the server says something.
            let delay = Duration::from_secs(20);
            for (stream, want) in [("", delay), ("retry: 200\n\n", Duration::from_millis(200))] {
                let mut client = Client::new().first_delay(delay);
                open(&mut client);
                client.on_bytes(stream.as_bytes());
                let (after, _) = comes_back("the end of the body", client.on_end(SHORT, 0.0));
                let did = format!("with a first delay of {delay:?}, after {stream:?} the wait is");
                expect_eq(&did, after, want);
            }
            for (stream, retry) in [
                ("", RETRY),
                ("retry: 200\n\n", Duration::from_millis(200)),
                ("retry: 20000\n\n", Duration::from_secs(20)),
                // Longer than the longest back-off, which is on top of it.
                ("retry: 90000\n\n", Duration::from_secs(90)),
                ("retry: 0\n\n", Duration::ZERO),
                // As long as is believed, and longer: fifty days, and the longest that can be said.
                ("retry: 3600000\n\n", RETRY_MAX),
                ("retry: 4320000000\n\n", RETRY_MAX),
                ("retry: 18446744073709551615\n\n", RETRY_MAX),
            ] {
                let most = retry + retry.clamp(BACK_OFF, BACK_OFF_MAX);
                for (random, want) in [(0.0, retry), (1.0, most)] {
                    let mut client = connected();
                    client.on_bytes(stream.as_bytes());
                    let (after, _) = comes_back("the end of the body", client.on_end(SHORT, random));
                    let did = match stream {
                        "" => "the server has said no `retry`".to_owned(),
                        stream => format!("the server has said {stream:?}"),
                    };
                    costing(cost_of_a_first_wait(after, want), || {
                        let did = format!("{did}; with random {random} the first wait is");
                        expect_eq(&did, after, want);
                    });
                }
            }
        },
    );
}

/// What it costs that a client's first wait is another one than `want`.
fn cost_of_a_first_wait(after: Duration, want: Duration) -> &'static str {
    match after > want {
        true => "The page stands still for longer than the server asked for.",
        false => "Clients come back sooner than the server can take them.",
    }
}

#[test]
fn step_6_goodbye_client_only_success_ends_a_row_of_failures() {
    LAB.check(
        Rule {
            place: "client.rs, `on_response` and `on_end`",
            text: "a row of failures is over when a message has come, or when a connection has stood for \
                   `STABLE`; not when it opens",
            source: "HTML Living Standard §9.2.3: a longer wait \"if the previous attempt failed\"",
            cost: "A server that accepts and hangs up is asked as often as one that is well.",
        },
        || {
            let mut client = connected();
            let (first, _) = comes_back("the end of the body", client.on_end(SHORT, 1.0));
            for failures in 1..=3 {
                open(&mut client);
                client.on_bytes(b":\n\n");
                let (after, _) = comes_back("the end of the body", client.on_end(SHORT, 1.0));
                let did = format!(
                    "{failures} times a 200 came that said nothing but a comment, and ended; the \
                     longest wait, {first:?} at first, is now {after:?}"
                );
                expect(after > first, &did, "more: no message has come");
            }
            open(&mut client);
            client.on_bytes(b"data: x\n\n");
            let (after, _) = comes_back("the end of the body", client.on_end(SHORT, 1.0));
            expect_eq("after a message the longest wait is", after, first);

            let just_short = STABLE - Duration::from_millis(1);
            for (lasted, want) in [(just_short, 2 * (first - RETRY) + RETRY), (STABLE, first)] {
                let mut client = connected();
                client.on_end(SHORT, 1.0);
                open(&mut client);
                let (after, _) = comes_back("the end of the body", client.on_end(lasted, 1.0));
                costing(cost_of_a_wait_after_one_that_lasted(lasted), || {
                    let did = format!(
                        "after one failure a quiet stream lasted {lasted:?}; then the longest wait is"
                    );
                    expect_eq(&did, after, want);
                });
            }
        },
    );
}

/// What it costs that a client waits for a wrong time after a quiet connection that lasted so long.
fn cost_of_a_wait_after_one_that_lasted(lasted: Duration) -> &'static str {
    match lasted >= STABLE {
        true => {
            "A proxy cuts quiet streams every minute, and the page is away for longer each time."
        }
        false => "A server that hangs up after a while is asked as often as one that is well.",
    }
}

#[test]
fn step_6_goodbye_client_what_was_unfinished_is_void() {
    LAB.check(
        Rule {
            place: "client.rs, `on_end`",
            text: "a stream begins anew: half an event of the one before isn't part of it",
            source: "HTML Living Standard §9.2.6: \"any pending data must be discarded\"",
            cost: "After a cut the first report has a piece of an older one in it.",
        },
        || {
            let halves = ["data: BERLIN 25.5\n", "data: BERLIN 25", "event: reset\n", "data: x\r"];
            for half in halves {
                let mut client = connected();
                client.on_bytes(half.as_bytes());
                comes_back("the end of the body", client.on_end(SHORT, 0.5));
                open(&mut client);
                let messages = client.on_bytes(b"data: PARIS 27.4\n\n");
                let got: Vec<_> =
                    messages.iter().flatten().map(|it| (&*it.event, &*it.data)).collect();
                let did = format!("a stream broke off after {half:?}; the next one gave");
                expect_eq(&did, got, [("message", "PARIS 27.4")]);
            }
        },
    );
}

#[test]
fn step_6_goodbye_client_only_one_reconnect_is_pending() {
    LAB.check(
        Rule {
            place: "client.rs, `on_end`",
            text: "a connection that ends twice, by an error and by its end, is one reconnect",
            source: "EventSource/eventsource issue 57",
            cost: "Each restart of the server doubles the connections of every client.",
        },
        || {
            let mut client = Client::new();
            client.on_connect();
            client.on_response(200, EVENT_STREAM);
            comes_back("an error", client.on_end(SHORT, 0.5));
            expect_eq("then the end of the body gave", client.on_end(SHORT, 0.5), Next::Wait);
            client.on_connect();
            comes_back("the next connection's end", client.on_end(SHORT, 0.5));
        },
    );
}

#[test]
fn step_6_goodbye_client_retry_is_digits_only() {
    LAB.check(
        Rule {
            place: "wire.rs, `Parser::end_of_line`",
            text: "`retry` is milliseconds in digits; any other value is ignored",
            source: "HTML Living Standard §9.2.6",
            cost: "A client of yours waits other times than a browser: seconds, or not at all.",
        },
        || {
            retries("retry: 2000\n\n", Some(2000));
            retries("retry: 2000\nretry: 1000x\ndata: x\n\n", Some(2000));
            // At once: it needs no empty line.
            retries("retry: 0\n", Some(0));
            for bad in ["+5", "3 ", " 3", "-1", "1.5", "", "99999999999999999999"] {
                retries(&format!("retry: {bad}\ndata: x\n\n"), None);
            }
        },
    );
}

/// A client whose stream is open.
fn connected() -> Client {
    let mut client = Client::new();
    open(&mut client);
    client
}

fn open(client: &mut Client) {
    client.on_connect();
    client.on_response(200, EVENT_STREAM);
}

/// How long a client waits that has failed so often in a row, and now fails again.
#[track_caller]
fn wait_after(failures: usize, random: f64) -> Duration {
    wait_after_more(Client::new(), failures, random)
}

/// How long this client waits that fails so often in a row, and once more.
#[track_caller]
fn wait_after_more(mut client: Client, failures: usize, random: f64) -> Duration {
    for before in 0..failures {
        calling(&format!("after {before} failures `on_end`"), || client.on_end(SHORT, random));
        client.on_connect();
    }
    client.on_connect();
    let did = format!("after {failures} failures `on_end`");
    comes_back(&did, calling(&did, || client.on_end(SHORT, random))).0
}

/// Fails unless the client comes back; says after what time and with which id.
#[track_caller]
fn comes_back(did: &str, next: Next) -> (Duration, Option<String>) {
    match next {
        Next::Reconnect { after, last_event_id } => (after, last_event_id),
        other => Failure::new(format!("{did} gave {other:?}"))
            .expected("a `Reconnect`")
            .cost("One cut, and the page is silent until somebody reloads it.")
            .raise(),
    }
}

#[track_caller]
fn retries(stream: &str, want: Option<u64>) {
    let mut parser = Parser::default();
    parser.push(stream.as_bytes());
    let did = format!("after {stream:?} the parser would wait");
    expect_eq(&did, parser.retry(), want.map(Duration::from_millis));
}
