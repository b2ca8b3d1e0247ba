//! Step 5: What if the client reads slower than the server writes?

use super::{LAB, LIMITS, NO_REPORT, PATH, awaited_event, next_event, reader, server_with};
use feed::Event;
use fixture::{Stall, Target};
use harness::{Client, Failure, Rule, at_once, costing, expect, expect_eq, wait_until};
use lab::server::run;
use weather::Limits;

/// 640 KB in all, through buffers that are as small as they can be. The log keeps 64 KB of it.
const EVENTS: usize = 80;
const EVENT: usize = 8 * 1024;
const KEPT: usize = 8;
const STALL: Stall = Stall { events: EVENTS, size: EVENT, kept: KEPT };

#[test]
fn step_5_pressure_a_stalled_reader_costs_nothing() {
    LAB.check_server(
        Rule {
            place: "server.rs, `next_bytes`",
            text: "what a reader doesn't read isn't kept for it: only the log holds events",
            source: "RFC 9293 §3.8.6, the send window; the log's capacity",
            cost: "One phone in a lift fills the server's memory, and it is killed for everybody.",
        },
        || {
            let (server, mut stalled) = stall(KEPT);
            read_on(&server, &mut stalled);
            expect(
                stalled.received().len() <= EVENTS * EVENT / 2,
                &format!(
                    "a reader didn't read while {EVENTS} events of {EVENT} bytes came; then it got \
                     {} bytes",
                    stalled.received().len()
                ),
                "what was on the way already, then what the log still has",
            );
        },
    );
}

#[test]
fn step_5_pressure_what_it_missed_is_counted() {
    LAB.check_server(
        Rule {
            place: "server.rs, `next_bytes`",
            text: "before each jump in the ids stands a `reset` that says how many were missed",
            source: "MarineYachtRadar/mayara-server issue 31: subscribers that lag and aren't told",
            cost: "A live chart that is silently wrong: worse than one that says \"reconnected\".",
        },
        || {
            let (server, mut stalled) = stall(KEPT);
            let mut last = 0;
            for event in read_on(&server, &mut stalled) {
                let want = match &*event.event {
                    "reset" => last + event.data.parse::<u64>().unwrap_or(0),
                    _ => last + 1,
                };
                if event.id != want {
                    Failure::new(format!(
                        "a reader stalled after event {last}; the next it got was"
                    ))
                    .said(format!("id {}, {}", event.id, event.event))
                    .expected(format!("id {want}, or a reset that counts what is missing"))
                    .cost(cost_of_wrong_id(&event))
                    .raise();
                }
                last = want;
            }
        },
    );
}

#[test]
fn step_5_pressure_a_reset_moves_the_cursor() {
    LAB.check_server(
        Rule {
            place: "server.rs, `next_bytes`",
            text: "a reset's id is where the stream goes on: the one before the oldest event kept",
            source: "the log: a cursor is the id of the last event that I have",
            cost: "A connection that breaks right after a reset is reset again, and again.",
        },
        || {
            let (server, mut stalled) = stall(KEPT);
            let events = read_on(&server, &mut stalled);
            let Some(reset) = events.iter().position(|event| event.event == "reset") else {
                told_nothing(&events)
            };
            // An event comes after each reset, or `read_on` has failed.
            let (reset, next) = (&events[reset], &events[reset + 1]);
            if reset.id + 1 != next.id {
                Failure::new("a reader that missed events got a reset, and the line after it")
                    .seen_so_far((json(reset) + &json(next)).as_bytes())
                    .said(format!("the reset has the id {}, and the next is {}", reset.id, next.id))
                    .expected(format!("a reset with the id {}, one before the next", next.id - 1))
                    .cost(cost_of_wrong_place(reset, next))
                    .raise();
            }
        },
    );
}

#[test]
fn step_5_pressure_a_strange_cursor_missed_an_unknown_number() {
    LAB.check_server(
        Rule {
            place: "server.rs, `next_bytes`",
            text: "a reader with a cursor that this log never had is told so: `unknown`, not a number",
            source: "the log: a gap's `missed` is `None` for a cursor that never was in it",
            cost: NO_REPORT,
        },
        || {
            let server = server_with(8);
            let mut client = reader(&server, &format!("{PATH}?since={}", server.id(99)));
            let first = awaited_event(&mut client, "a reset, or an event where it isn't called for");
            // Without step 4 every reader is a newcomer, who has missed nothing.
            if first.event != "reset" && first.id == server.id(8) {
                return;
            }
            let failure = || {
                let failure = client.failure().seen_so_far(json(&first).as_bytes());
                failure.said(server.kept())
            };
            if first.event != "reset" {
                let failure = failure().expected("a `reset` before what is kept");
                failure.cost("A restart, and the chart goes on as if nothing were missing.").raise();
            }
            if &*first.data != "unknown" {
                let failure = failure().expected(format!("the text `unknown`: {} was in another log", server.id(99)));
                failure.cost("The page says how many updates it missed, and nobody knows.").raise();
            }
            let before = server.id(4);
            if first.id != before {
                let failure = failure().expected(format!("id {before}, the one before the oldest event"));
                failure.cost("The page takes this id as its place, and the stream goes on elsewhere.").raise();
            }
        },
    );
}

#[test]
fn step_5_pressure_others_are_not_delayed() {
    LAB.check_server(
        Rule {
            place: "server.rs, `next_bytes`",
            text: "a reader that doesn't read delays nobody else",
            source: "RFC 9293 §3.8.6: each connection has its own window",
            cost: "One phone in a lift, and the weather stops for everybody.",
        },
        || {
            let (server, _stalled) = stall(KEPT);
            let mut other = reader(&server, PATH);
            for id in EVENTS as u64 + 1..EVENTS as u64 + 100 {
                server.publish(1);
                other.note(format!("publish of event {id} beside a stalled reader"));
                while awaited_event(&mut other, &format!("event {id}")).id < id {}
            }
        },
    );
}

#[test]
fn step_5_pressure_a_backlog_is_one_write() {
    LAB.check_server(
        Rule {
            place: "server.rs, `next_bytes`",
            text: "events that wait together go out together, in one chunk",
            source: "RFC 9112 §7.1: a chunk has its size, its line ends, and a write of its own",
            cost: "After a hiccup the server spends ten times the work, and falls further behind.",
        },
        || {
            let (_server, mut stalled) = stall(KEPT);
            let last = chunks_to_the_newest(&mut stalled).pop().unwrap_or(0);
            expect(
                last == KEPT,
                &format!(
                    "{KEPT} events waited for a slow reader, and the last chunk brought {last}"
                ),
                &format!("{KEPT} in one chunk"),
            );
        },
    );
}

#[test]
fn step_5_pressure_a_batch_is_bounded() {
    LAB.check_server(
        Rule {
            place: "server.rs, `stream`",
            text: "a long backlog comes in batches, so that one reader's can't fill the memory",
            source: "the limit `batch`",
            cost: "A thousand readers come back at once, and each gets a copy of the whole log.",
        },
        || {
            let (server, mut stalled) = stall(KEPT / 2);
            let most = chunks_to_the_newest(&mut stalled).into_iter().max().unwrap_or(0);
            let batch = server.limits().batch;
            expect(
                most <= batch,
                &format!("{KEPT} events waited for a slow reader, and a chunk brought {most}"),
                &format!("at most {batch}, the limit `batch`"),
            );
        },
    );
}

#[test]
fn step_5_pressure_full_is_503_with_retry_after() {
    LAB.check_server(
        Rule {
            place: "server.rs, `full`",
            text: "when all places are taken, the status says later, and a field says when",
            source: "RFC 9110 §15.6.4 and §10.2.3",
            cost: "A reader is sent away, though there is a place for it.",
        },
        || {
            let server = Target::start_with(run, Limits { waiting: 4, ..LIMITS });
            let waiting = server.limits().waiting;
            let mut readers: Vec<_> = (0..waiting).map(|_| reader(&server, PATH)).collect();
            let streams = server.subscribers();
            costing(
                "Nobody knows how many readers there are, so the limit is another one.",
                || {
                    expect_eq(
                        &format!("{waiting} readers came, and the streams are"),
                        streams,
                        waiting,
                    );
                },
            );
            let mut client = Client::connect(&server);
            client.note(format!("{waiting} of {waiting} streams are open"));
            client.get(PATH, &[("Connection", "close")]);
            let head = client.head();
            costing(cost_of_status(head.status()), || head.expect_status(503));
            let wait = head.field("Retry-After").and_then(|value| value.parse::<u64>().ok());
            costing(cost_of_retry_after(wait), || {
                head.expect_field("Retry-After", "a few seconds: 1 to 60", |value| {
                    value.parse().is_ok_and(|seconds: u32| (1..=60).contains(&seconds))
                });
            });
            client.rest();

            // When somebody leaves there is a place again.
            readers.pop().map(Client::reset);
            costing("A place that somebody has left is lost, until there are none.", || {
                wait_until(at_once(), "a place to be free again", || {
                    server.subscribers() < waiting
                });
            });
            reader(&server, PATH);
        },
    );
}

/// Fails for a stream without a `reset`: shows the lines between which it was due.
#[track_caller]
fn told_nothing(events: &[Event]) -> ! {
    let jump = events.windows(2).find(|two| two[1].id != two[0].id + 1);
    match jump {
        Some(two) => {
            Failure::new("a reader missed events; these two lines came one after the other")
                .seen_so_far((json(&two[0]) + &json(&two[1])).as_bytes())
                .expected("a `reset` between them")
                .cost("A chart that is wrong and says nothing: worse than one that is late.")
        }
        None => Failure::new(format!("a reader read nothing while {EVENTS} events came"))
            .said(format!(
                "then it got {} of them, without a hole, though the log keeps {KEPT}",
                events.len()
            ))
            .expected("a `reset`, and what the log still has")
            .cost("One phone in a lift fills the server's memory, and it is killed for everybody."),
    }
    .raise()
}

/// An event as a line, as step 1 has it.
fn json(event: &Event) -> String {
    serde_json::to_string(event).expect("texts and a number are always JSON") + "\n"
}

/// What it costs that a reader for whom there is no place gets this status, and not 503.
fn cost_of_status(status: u16) -> &'static str {
    match status {
        200..300 => {
            "The client takes it for a stream: there is no limit, or one that nobody is told."
        }
        429 => {
            "A client that asked once is told that it asks too often, and looks for a fault of its own."
        }
        400..500 => "The client is told that it asked for something wrong, so it never asks again.",
        500.. => "Somebody looks for a fault in the server. There is none: it is only full.",
        _ => "The client isn't told that the server is full, so it doesn't know what to do.",
    }
}

/// What it costs that a reader that was refused is told this wait in seconds, and not 1 to 60.
fn cost_of_retry_after(wait: Option<u64>) -> &'static str {
    match wait {
        None => "A reader that was refused isn't told when to come back: many ask again at once.",
        Some(0) => "Everybody who was refused asks again at once, and again.",
        Some(_) => "A reader that was refused stays away for so long, though a place is free soon.",
    }
}

/// What it costs that this event came after a stall, with an id that hides what is missing.
fn cost_of_wrong_id(event: &Event) -> &'static str {
    match &*event.event {
        "reset" => "The page says how many updates it missed, and it isn't true.",
        _ => "A chart that is wrong and says nothing: worse than one that is late.",
    }
}

/// What it costs that a reset's id isn't the one before the next event's.
fn cost_of_wrong_place(reset: &Event, next: &Event) -> &'static str {
    match reset.id < next.id {
        true => "A connection that breaks right after a reset is reset again, and again.",
        false => "A client takes what follows for old and drops it, though it had none of it.",
    }
}

/// A server that has published far more than its log keeps, and a reader that has read nothing of it.
#[track_caller]
fn stall(batch: usize) -> (Target, Client) {
    let open = |stalled: &mut Client| {
        stalled.get(PATH, &[]);
        stalled.head().expect_status(200);
    };
    costing(NO_REPORT, || {
        let limits = Limits { batch, ..LIMITS };
        STALL.start(
            run,
            limits,
            open,
            |server| reader(server, PATH),
            |other| drop(next_event(other)),
        )
    })
}

/// Reads on to the newest event.
#[track_caller]
fn read_on(server: &Target, stalled: &mut Client) -> Vec<Event> {
    Stall::read_on(server, stalled, |stalled, oldest| match oldest {
        None => costing("A reader that was too slow once hears nothing any more.", || {
            next_event(stalled)
        }),
        Some(oldest) => {
            let what =
                format!("event {oldest}: a gap is delivered together with the events still kept");
            costing("The page says that it missed updates, and then shows none.", || {
                awaited_event(stalled, &what)
            })
        }
    })
}

/// Reads on to the newest event. How many events there were in each chunk.
#[track_caller]
fn chunks_to_the_newest(stalled: &mut Client) -> Vec<usize> {
    let newest = format!("{{\"id\":{EVENTS},");
    let mut counts = Vec::new();
    loop {
        let Some(chunk) = stalled.chunk() else {
            let failure = Failure::new("a slow reader read on, and the body ended");
            failure.expected("the events still kept").cost("").raise()
        };
        let text = String::from_utf8_lossy(&chunk).into_owned();
        counts.push(text.matches("\"event\":\"weather\"").count());
        if text.contains(&newest) {
            return counts;
        }
    }
}
