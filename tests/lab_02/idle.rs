//! Step 3: What happens when nothing happens?

use super::{LAB, LIMITS, NO_REPORT, PATH, line, next_line, reader};
use feed::Event;
use fixture::Target;
use harness::{Client, Failure, Fault, Relay, Rule, at_once, costing, expect, expect_bytes};
use lab::server::run;
use lab::wire::LineError;
use std::thread;
use std::time::{Duration, Instant};
use weather::Limits;

/// Short, so that nobody waits long for the verdict.
const HEARTBEAT: Duration = Duration::from_millis(20);
const BEATING: Limits = Limits { heartbeat: HEARTBEAT, ..LIMITS };

/// No beat came, or none in time; perhaps the stream has ended instead.
const NO_BEAT: &str =
    "Night in Berlin: the quiet connection ends before a beat comes, and every screen goes dark.";

#[test]
fn step_3_idle_silence_is_never_longer_than_the_heartbeat() {
    LAB.check_server(
        Rule {
            place: "server.rs, `or_heartbeat`",
            text: "when nothing happens the stream says so, every `heartbeat`",
            source: "HTML Living Standard §9.2.7, which has the same trouble and says 15 s",
            cost: NO_BEAT,
        },
        || {
            let (_server, mut client, started) = quiet_reader();
            for _ in 0..3 {
                beat(&mut client, HEARTBEAT);
            }
            let took = started.elapsed();
            let did = format!("3 heartbeats, one every {HEARTBEAT:?}, came in {took:?}");
            costing("Bytes for nothing, and a phone's radio that never sleeps.", || {
                expect(took >= 3 * HEARTBEAT, &did, "one when the time is over, not before");
            });
        },
    );
}

#[test]
fn step_3_idle_a_beat_is_an_empty_line() {
    LAB.check_server(
        Rule {
            place: "server.rs, `or_heartbeat`",
            text: "a heartbeat is a line without text: one byte, the line end",
            source: "ndjson-spec §3.2; RFC 9112 §7.1: an empty chunk would be the end",
            cost: NO_BEAT,
        },
        || {
            let (_server, mut client, _) = quiet_reader();
            let beat = beat(&mut client, HEARTBEAT);
            expect_empty_line("a stream was quiet, then it said", &beat);
        },
    );
}

#[test]
fn step_3_idle_the_application_never_sees_one() {
    LAB.check_server(
        Rule {
            place: "server.rs, `or_heartbeat`",
            text: "what the server sends as a heartbeat, the client makes nothing of",
            source: "ndjson-spec §3.2",
            cost: NO_BEAT,
        },
        || {
            let (server, mut client, _) = quiet_reader();
            let mut body = Vec::new();
            for _ in 0..3 {
                body.extend(beat(&mut client, HEARTBEAT));
            }
            server.publish(1);
            let newest = line(2);
            body.extend(costing(NO_REPORT, || client.until(newest.as_bytes())));
            let got = lab::client::Client::new().on_bytes(&body);
            let got: Vec<_> = got.into_iter().map(|it| it.map(|event| event.id)).collect();
            if got != [Ok(2)] {
                let failure = Failure::new("3 heartbeats and event 2 came").seen(&body);
                let failure = failure.said(format!("of which the application saw {got:?}"));
                failure.expected("[Ok(2)]").cost(cost_of_beats_seen(&got)).raise();
            }
        },
    );
}

#[test]
fn step_3_idle_the_idle_proxy_keeps_it() {
    LAB.check_server(
        Rule {
            place: "server.rs, `or_heartbeat`",
            text: "a proxy that cuts quiet connections keeps one with a heartbeat",
            source: "nginx, proxy_read_timeout; AWS, idle time-out: 60 s each",
            cost: NO_BEAT,
        },
        || {
            let patience = at_once() * 3 / 4;
            // Twice that would be too late.
            let heartbeat = patience * 3 / 5;
            let server = Target::start_with(run, Limits { heartbeat, ..LIMITS });
            let relay = Relay::to(&server, Fault::CutWhenIdle(patience));
            let mut client = Client::connect(&relay);
            client.get(PATH, &[]);
            client.note(format!(
                "through a proxy that cuts after {patience:?} of silence; heartbeat {heartbeat:?}"
            ));
            client.head().expect_status(200);
            let quiet = Instant::now();
            while quiet.elapsed() < patience {
                beat(&mut client, heartbeat);
            }
            server.publish(1);
            let next = costing(NO_REPORT, || next_line(&mut client));
            costing(cost_of(next.as_bytes()), || {
                expect_bytes("after a quiet time came", &next, line(1));
            });
        },
    );
}

#[test]
fn step_3_idle_a_beat_never_splits_an_event() {
    LAB.check_server(
        Rule {
            place: "server.rs, `or_heartbeat`",
            text: "a heartbeat comes between two events, never inside one, and in the place of none",
            source: "ndjson-spec §3.1: its line end would end the event",
            cost: NO_BEAT,
        },
        || {
            let heartbeat = Duration::from_millis(2);
            let server = Target::start_with(run, Limits { heartbeat, ..LIMITS });
            let mut client = reader(&server, PATH);
            let text = "a line of a long report, ".repeat(1000);
            for id in 1..=10 {
                server.publish_text(&text);
                let want = format!("{{\"id\":{id},\"event\":\"weather\",\"data\":\"{text}\"}}\n");
                let got = costing(cost_of_no_event(id), || next_line(&mut client));
                costing(cost_of_another_line(&got, &want), || {
                    expect_bytes("an event of 25 kB came as", got, want);
                });
                // Wait for silence, so that the next event comes when a beat is due.
                let beat = beat(&mut client, heartbeat);
                expect_empty_line("after an event and 2 ms of silence came", &beat);
            }
        },
    );
}

#[test]
fn step_3_idle_data_is_not_delayed_by_it() {
    LAB.check_server(
        Rule {
            place: "server.rs, `or_heartbeat`",
            text: "an event that comes before the heartbeat is due doesn't wait for it",
            source: "RFC 6202 §3.1",
            cost: "A report waits for the next beat, up to 15 s; or it never comes at all.",
        },
        || {
            let limits = Limits { heartbeat: Duration::from_secs(60), ..LIMITS };
            let server = Target::start_with(run, limits);
            let mut client = reader(&server, PATH);
            server.publish(1);
            next_line(&mut client);
        },
    );
}

#[test]
fn step_3_idle_a_busy_stream_has_none() {
    LAB.check_server(
        Rule {
            place: "server.rs, `or_heartbeat`",
            text: "an event is a sign of life too: a beat is due only after silence",
            source: "HTML Living Standard §9.2.7",
            cost: "Bytes for nothing: on a busy stream every reader gets beats that no proxy needs.",
        },
        || {
            // Long enough that a reader on a busy machine isn't taken for a quiet stream.
            let heartbeat = Duration::from_millis(100);
            let server = Target::start_with(run, Limits { heartbeat, ..LIMITS });
            let started = Instant::now();
            let (mut published, mut until) = (started, started + 3 * heartbeat);
            let mut client = reader(&server, PATH);
            while Instant::now() < until {
                // The last event went out after this moment, so no beat is due before it is over.
                let quiet_since = published;
                published = Instant::now();
                server.publish(1);
                // Some dozens of events a beat are busy enough; thousands would keep the core from others.
                thread::sleep(heartbeat / 40);
                while costing(NO_REPORT, || client.until(b"\n")) == b"\n" {
                    if quiet_since.elapsed() < heartbeat {
                        Failure::new("a beat came less than a heartbeat after an event")
                            .seen_so_far(client.received())
                            .expected("nothing: the event was a sign of life")
                            .raise();
                    }
                    // It may have been due, since this machine was slow: look again.
                    until = (Instant::now() + 3 * heartbeat).min(started + at_once());
                }
            }
        },
    );
}

/// A reader that has had event 1, and now hears nothing; and when it came at the earliest.
#[track_caller]
fn quiet_reader() -> (Target, Client, Instant) {
    let server = Target::start_with(run, BEATING);
    server.publish(1);
    let started = Instant::now();
    let client = costing(NO_REPORT, || {
        let mut client = reader(&server, PATH);
        next_line(&mut client);
        client
    });
    (server, client, started)
}

/// Waits for what a quiet stream says: a line, or two pieces that end none.
#[track_caller]
fn beat(client: &mut Client, heartbeat: Duration) -> Vec<u8> {
    costing(NO_BEAT, || {
        client.until_some(&format!("a heartbeat after {heartbeat:?} of silence"), |body| {
            let end = body.iter().position(|&byte| byte == b'\n');
            end.map(|at| at + 1).or((body.len() > 1).then_some(body.len()))
        })
    })
}

/// Fails unless a beat is an empty line; it has come, so only its form can be wrong.
#[track_caller]
fn expect_empty_line(did: &str, beat: &[u8]) {
    costing(cost_of(beat), || expect_bytes(did, beat, "\n"));
}

const NOT_READABLE: &str = "Every 15 s the reader tells of an error, and there is none.";
const NOT_A_REPORT: &str =
    "Every 15 s there is an event that is no report, and each program must know that.";

/// What it costs that this came instead of an empty line.
fn cost_of(said: &[u8]) -> &'static str {
    match said.strip_suffix(b"\n") {
        // JSON passes over white space, and over nothing else.
        None if said.trim_ascii().is_empty() => {
            "It ends no line: the reader keeps it, all through the night, before the next report."
        }
        None => "It ends no line: the next report begins with it, and can't be read.",
        Some(line) if line.trim_ascii().is_empty() => {
            "Not every reader takes a line with white space for an empty one: some tell of an error."
        }
        Some(line) if serde_json::from_slice::<Event>(line).is_ok() => NOT_A_REPORT,
        Some(_) => NOT_READABLE,
    }
}

/// What it costs that the application sees this of 3 beats and event 2, and not the event alone.
fn cost_of_beats_seen(got: &[Result<u64, LineError>]) -> &'static str {
    match got {
        got if !got.contains(&Ok(2)) => {
            "The report that ends a quiet night isn't shown when it comes."
        }
        got if got.iter().any(Result::is_err) => NOT_READABLE,
        _ => NOT_A_REPORT,
    }
}

/// What it costs that this event doesn't come. Before the first one no beat was due.
fn cost_of_no_event(id: u64) -> &'static str {
    match id {
        1 => NO_REPORT,
        _ => {
            "Now and then a report never comes: the beat that was due has dropped the future that \
             held it."
        }
    }
}

/// What it costs that this line came where an event was due, and not the event's line.
fn cost_of_another_line(got: &str, want: &str) -> &'static str {
    match want.starts_with(got.trim_ascii()) {
        true => "Now and then a report is cut into lines, and none of them can be read.",
        false => cost_of(got.strip_suffix(want).unwrap_or(got).as_bytes()),
    }
}
