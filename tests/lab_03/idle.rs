//! Step 3: What happens when nothing happens?

use super::{LAB, PATH, awaited_event, event, field, reader};
use fixture::Target;
use harness::{Client, Failure, Rule, at_once, costing, expect, expect_bytes, expect_eq};
use lab::server::run;
use lab::wire::Parser;
use std::thread;
use std::time::{Duration, Instant};
use weather::Limits;

/// Short, so that nobody waits long for the verdict.
const HEARTBEAT: Duration = Duration::from_millis(20);
const LIMITS: Limits = Limits { heartbeat: HEARTBEAT, ..Limits::TEST };

#[test]
fn step_3_idle_silence_is_never_longer_than_the_heartbeat() {
    LAB.check_server(
        Rule {
            place: "server.rs, `or_heartbeat`",
            text: "when nothing happens the stream says so, every `heartbeat`",
            source: "HTML Living Standard §9.2.7",
            cost: "Night in Berlin: a proxy cuts the quiet connection, and every screen goes dark.",
        },
        || {
            let (_server, mut client, started) = quiet_reader();
            for _ in 0..3 {
                beat(&mut client);
            }
            let took = started.elapsed();
            let did = format!("3 heartbeats, one every {HEARTBEAT:?}, came in {took:?}");
            costing("Bytes for nothing, and a phone's radio that never sleeps.", || {
                expect(took >= 3 * HEARTBEAT, &did, "one when the time is over, not before");
            });
            // A busy machine may delay some of them, but not all.
            let looks = Instant::now();
            let (mut last, mut shortest) = (looks, Duration::MAX);
            while shortest > 2 * HEARTBEAT && looks.elapsed() < at_once() {
                beat(&mut client);
                shortest = shortest.min(last.elapsed());
                last = Instant::now();
            }
            let did = format!("the shortest silence between two heartbeats was {shortest:?}");
            expect(shortest <= 2 * HEARTBEAT, &did, &format!("{HEARTBEAT:?}, give or take"));
        },
    );
}

#[test]
fn step_3_idle_a_beat_is_a_comment() {
    LAB.check_server(
        Rule {
            place: "server.rs, `or_heartbeat`",
            text: "a heartbeat is a comment: a line that begins with a colon, then an empty line",
            source: "HTML Living Standard §9.2.6 and §9.2.7",
            cost: "The page redraws \"no cities\" every 15 s, so nobody is there when it happens.",
        },
        || {
            let (_server, mut client, _) = quiet_reader();
            let beat = beat(&mut client);
            let did = "a stream was quiet, then it said";
            match &beat[..] {
                b":\n" => Failure::new(did)
                    .seen_so_far(&beat)
                    .expected(":␊␊: the comment's line has come, its empty line hasn't")
                    .cost("No browser minds; but a client that reads block by block, up to an empty line, takes the next event for a comment.")
                    .raise(),
                b":" => costing("The next event's first line becomes a comment: its id is lost.", || {
                    expect_bytes(did, &beat, ":\n\n");
                }),
                // With words in it, it is a comment all the same.
                [b':', .., b'\n', b'\n'] => {}
                _ => expect_bytes(did, &beat, ":\n\n"),
            }
            expect_eq("the parser made of it", Parser::default().push(&beat), vec![]);
        },
    );
}

/// What it costs that a future that has taken an event is dropped.
const LOST: &str = "Reports are lost when they come just as a beat is due: `timeout` drops the future \
                    that it waits for, and with it whatever that has taken from the feed already.";

#[test]
fn step_3_idle_a_beat_never_splits_an_event() {
    LAB.check_server(
        Rule {
            place: "server.rs, `or_heartbeat`",
            text: "a heartbeat comes between two events: never inside one, and never instead of one",
            source: "HTML Living Standard §9.2.6: its empty line ends the event",
            cost: "Now and then a report is cut in two: one of its cities is in the next one.",
        },
        || {
            let limits = Limits { heartbeat: Duration::from_millis(2), ..Limits::TEST };
            let server = Target::start_with(run, limits);
            let mut client = reader(&server, PATH, &[]);
            let text = "a line of a long report\n".repeat(1000);
            let want = format!("data: {}\n", text.replace('\n', "\ndata: "));
            for id in 1..=10 {
                server.publish_text(&text);
                let want = format!("id: {id}\nevent: weather\n{want}\n");
                let got = costing(LOST, || {
                    awaited_event(&mut client, &format!("event {id}, published when a beat was due"))
                });
                let got_id = field(&got, "id").unwrap_or("none");
                if got_id.parse::<usize>().is_ok_and(|got| got > id) {
                    Failure::new(format!("event {id} was published when a beat was due"))
                        .said(format!("and event {got_id} came next"))
                        .expected(format!("event {id}"))
                        .cost(LOST)
                        .raise();
                }
                expect_bytes("an event of 1000 lines came as", got, want);
                // Wait for silence, so that the next event comes when a beat is due.
                let beat = beat(&mut client);
                expect(
                    beat.starts_with(b":"),
                    "after an event and 2 ms of silence came something else than a comment",
                    "a heartbeat",
                );
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
            source: "HTML Living Standard §9.2.7",
            cost: "Every update comes up to 15 s late, exactly when a beat is due.",
        },
        || {
            let limits = Limits { heartbeat: Duration::from_secs(60), ..Limits::TEST };
            let server = Target::start_with(run, limits);
            let mut client = reader(&server, PATH, &[]);
            server.publish(1);
            event(&mut client);
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
            let server = Target::start_with(run, LIMITS);
            let started = Instant::now();
            let (mut published, mut until) = (started, started + 4 * HEARTBEAT);
            let mut client = reader(&server, PATH, &[]);
            while Instant::now() < until {
                // The last event went out after this moment, so no beat is due before it is over.
                let quiet_since = published;
                published = Instant::now();
                server.publish(1);
                // Some dozens of events a beat are busy enough; thousands would keep the core from others.
                thread::sleep(HEARTBEAT / 40);
                loop {
                    let block = client.until(b"\n\n");
                    if block.starts_with(b":") {
                        if quiet_since.elapsed() < HEARTBEAT {
                            Failure::new("a beat came less than a heartbeat after an event")
                                .seen_so_far(client.received())
                                .expected("nothing: the event was a sign of life")
                                .raise();
                        }
                        // It may have been due, since this machine was slow: look again.
                        until = (Instant::now() + 4 * HEARTBEAT).min(started + at_once());
                    }
                    if block.starts_with(b"id:") {
                        break;
                    }
                }
            }
        },
    );
}

/// A reader that has had one event, and now hears nothing; and when it came at the earliest.
#[track_caller]
fn quiet_reader() -> (Target, Client, Instant) {
    let server = Target::start_with(run, LIMITS);
    server.publish(1);
    let started = Instant::now();
    let mut client = reader(&server, PATH, &[]);
    event(&mut client);
    (server, client, started)
}

/// The next heartbeat: all up to its empty line, or up to the colon of the next one.
#[track_caller]
fn beat(client: &mut Client) -> Vec<u8> {
    client.until_some("a heartbeat", |body| {
        if body.starts_with(b"::") {
            return Some(1);
        }
        let at = body.windows(2).position(|pair| pair == b"\n\n" || pair == b"\n:")?;
        Some(if body[at + 1] == b'\n' { at + 2 } else { at + 1 })
    })
}
