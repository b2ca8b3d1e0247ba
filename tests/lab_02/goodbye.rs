//! Step 6: How does each side learn the other is gone? The server's side.

use super::{LAB, LIMITS, NO_REPORT, PATH, awaited_event, line, next_line, reader};
use feed::{End, Event};
use fixture::Target;
use harness::{Failure, Rule, at_once, costing, expect, expect_bytes, expect_eq, wait_until};
use lab::server::run;
use std::time::{Duration, Instant};
use weather::Limits;

/// No heartbeat comes to the rescue, nor between.
const SILENT: Limits = Limits { heartbeat: Duration::from_secs(60), ..LIMITS };

const NO_LAST_LINE: &str = "Nobody can tell a stream that has ended from one that broke.";
const TOO_LONG: &str =
    "The connection outlives its limit: a reader keeps its place, and the token it came with.";

#[test]
fn step_6_goodbye_the_limit_ends_it_and_says_so() {
    LAB.check_server(
        Rule {
            place: "server.rs, `limited` and `next_bytes`",
            text: "a stream ends after its limit, with a last line that says so and where it was",
            source: "RFC 9112 §7.1, the last chunk; the lab's last line",
            cost: TOO_LONG,
        },
        || {
            let mut did = String::new();
            // On a busy machine an end may come late, but not whatever the limit is.
            for millis in [100, 200, 400] {
                let stream = Duration::from_millis(millis);
                let server = Target::start_with(run, Limits { stream, ..SILENT });
                server.publish(3);
                let started = Instant::now();
                let mut client = costing(NO_REPORT, || reader(&server, PATH));
                client.patient(2 * at_once());
                let body = client.rest();
                let took = started.elapsed();
                expect_end("the stream said", &body, &line(3), 3, "limit");
                did = format!("a stream of at most {stream:?} ended after {took:.2?}");
                costing("Every reader comes back all the time.", || {
                    expect(took >= stream, &did, "an end at the limit, not before");
                });
                if took < 2 * stream {
                    return;
                }
            }
            Failure::new(did).expected("an end at the limit, not long after it").raise();
        },
    );
}

#[test]
fn step_6_goodbye_a_busy_stream_ends_too() {
    LAB.check_server(
        Rule {
            place: "server.rs, `limited`",
            text: "the limit is on the stream's whole life, not on its silence",
            source: "the limit `stream`",
            cost: TOO_LONG,
        },
        || {
            let limits = Limits { stream: Duration::from_millis(100), ..SILENT };
            let server = Target::start_with(run, limits);
            let started = Instant::now();
            let mut client = costing(NO_REPORT, || reader(&server, PATH));
            loop {
                server.publish(1);
                let silent =
                    "It stops without a last line: nobody can tell whether it has ended or broken.";
                let event =
                    costing(silent, || awaited_event(&mut client, "an event, or the last line"));
                if event.event == "end" {
                    break costing(cost_of_reason(&event.data, "limit"), || {
                        expect_eq("the last line said", &*event.data, "limit");
                    });
                }
                let took = started.elapsed();
                let did = format!(
                    "a stream of at most {:?} brought an event after {took:?}",
                    limits.stream
                );
                expect(took < at_once(), &did, "its last line");
            }
        },
    );
}

#[test]
fn step_6_goodbye_shutdown_ends_it_within_two_seconds() {
    LAB.check_server(
        Rule {
            place: "server.rs, `next_bytes`",
            text: "a server that stops ends its streams properly, and says that it stops",
            source: "RFC 9112 §7.1: the last chunk; actix/actix-web issue 3169",
            cost: "Every deploy hangs until a time-out, and then cuts all readers off.",
        },
        || {
            let mut server = Target::start_with(run, SILENT);
            server.publish(1);
            let mut client = costing(NO_REPORT, || reader(&server, PATH));
            costing(NO_REPORT, || next_line(&mut client));
            server.shut_down();
            client.note("shutdown");
            let said = client.rest();
            expect_end("after the shutdown the stream said", &said, "", 1, "shutdown");
            server.expect_stopped(Duration::from_secs(2));
        },
    );
}

#[test]
fn step_6_goodbye_finished_is_said_to_all() {
    LAB.check_server(
        Rule {
            place: "server.rs, `next_bytes`",
            text: "a finished feed tells the readers that are there and those that come later: there will be no more",
            source: "the lab's last line",
            cost: "The show is over, and every page waits on, or asks again, for ever.",
        },
        || {
            let server = Target::start_with(run, SILENT);
            server.publish(1);
            let mut client = costing(NO_REPORT, || reader(&server, PATH));
            costing(NO_REPORT, || next_line(&mut client));
            server.end(End::Finished);
            client.note("the feed is finished");
            expect_end("then the stream said", &client.rest(), "", 1, "finished");
            let mut late = reader(&server, PATH);
            expect_end("a reader that came later heard", &late.rest(), &line(1), 1, "finished");
        },
    );
}

#[test]
fn step_6_goodbye_a_client_that_left_is_freed() {
    LAB.check_server(
        Rule {
            place: "server.rs, `run`",
            text: "a reader that is gone is freed at once, also one that closed politely and in silence",
            source: "actix/actix-web issue 1313; HttpServer::h1_allow_half_closed",
            cost: "Every page that was ever closed stays subscribed, until no place is left.",
        },
        || {
            let server = Target::start_with(run, SILENT);
            let gone = || server.subscribers() == 0;

            let client = reader(&server, PATH);
            client.reset();
            wait_until(at_once(), "a reader to be freed that broke off (RST)", gone);

            let mut client = reader(&server, PATH);
            client.finish();
            wait_until(at_once(), "a reader to be freed that closed politely (FIN)", gone);
        },
    );
}

/// Fails unless a body that has ended said `before`, and then where it was and why it ended.
#[track_caller]
fn expect_end(did: &str, body: &[u8], before: &str, id: u64, why: &str) {
    let want = format!("{before}{{\"id\":{id},\"event\":\"end\",\"data\":\"{why}\"}}\n");
    costing(cost_of_end(body, id, why), || expect_bytes(did, body, want));
}

/// What it costs that a body ends like this, and not with a last line that says `id` and `why`.
fn cost_of_end(body: &[u8], id: u64, why: &str) -> &'static str {
    let last = body.trim_ascii_end().rsplit(|&byte| byte == b'\n').next().unwrap_or_default();
    let last = serde_json::from_slice::<Event>(last).ok();
    match last.filter(|last| last.event == "end" && body.ends_with(b"\n")) {
        None => NO_LAST_LINE,
        Some(last) if &*last.data != why => cost_of_reason(&last.data, why),
        Some(last) if last.id != id => cost_of_id(last.id, id),
        Some(_) => "Where and why it ended is right; but the stream says something else, too.",
    }
}

/// What it costs that the last line gives this reason, and not the right one.
fn cost_of_reason(said: &str, right: &str) -> &'static str {
    match (said, right) {
        ("finished", _) => "Every page stops for good, and there is more to come.",
        ("limit" | "shutdown", "finished") => {
            "The show is over, and every page asks again, for ever."
        }
        ("limit" | "shutdown", _) => {
            "Every page comes back all the same, but who looks for the cause is told a wrong one."
        }
        _ => "No client knows this reason: it takes a planned end for a cut.",
    }
}

/// What it costs that the last line says that the reader is at `said`.
fn cost_of_id(said: u64, right: u64) -> &'static str {
    match said < right {
        true => {
            "The client's cursor falls back: a client that comes back with it gets again what it has had."
        }
        false => {
            "The client's cursor runs ahead: a client that comes back with it skips reports, or is told of a \
             gap that isn't there."
        }
    }
}
