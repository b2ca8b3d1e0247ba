//! Step 5: What if the client reads slower than the server writes?

use super::{LAB, PATH, awaited_event, event, parsed, reader, server_with};
use feed::Event;
use fixture::{Stall, Target};
use harness::{
    Client, Ended, Failure, Rule, at_once, costing, expect, expect_bytes, expect_eq, wait_until,
};
use lab::server::run;
use weather::Limits;

/// 256 KB in all, through buffers that are as small as they can be: they hold some 40 KB, and the log
/// 32 KB. No more, for a learner's unoptimised encoder goes through every byte.
const EVENTS: usize = 64;
const EVENT: usize = 4 * 1024;
const KEPT: usize = 8;
const STALL: Stall = Stall { events: EVENTS, size: EVENT, kept: KEPT };

const SHOWS_NONE: &str = "The page says that it missed updates, and then shows none.";

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
            let (server, mut stalled) = stall();
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
            let (server, mut stalled) = stall();
            let mut last = 0;
            for event in read_on(&server, &mut stalled) {
                let want = match &*event.event {
                    "reset" => last + event.data.parse::<u64>().unwrap_or(0),
                    _ => last + 1,
                };
                if event.id != want {
                    not_counted(last, &event, want);
                }
                last = want;
            }
        },
    );
}

#[test]
fn step_5_pressure_each_kind_of_gap_is_told() {
    LAB.check_server(
        Rule {
            place: "server.rs, `next_bytes`",
            text: "who comes back after a gap hears of it first: how many were missed, or `unknown`",
            source: "HTML Living Standard §9.2.4: the id is all that a reconnect says",
            cost: "After a restart the chart has a hole, and nothing says so.",
        },
        || {
            let server = server_with(8);
            let old = server.id(2).to_string();
            // Forgotten; of another life of the server; of another release.
            for (id, missed) in [(&*old, "2"), ("18446744073709551615", "unknown"), ("abc", "unknown")] {
                let mut client = reader(&server, PATH, &[("Last-Event-ID", id)]);
                let first = parsed(&event(&mut client));
                if first.id == server.id(8) {
                    // Step 4 isn't done, and this is a newcomer's stream: there is no gap to tell of.
                    return;
                }
                let did = format!("after the id {id}, of which {missed} were missed, came first the event");
                let want = ("reset", missed, server.id(4));
                expect_eq(&did, (&*first.event, &*first.data, first.id), want);
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
            source: "HTML Living Standard §9.2.6: an id counts at its empty line",
            cost: "A connection that breaks right after a reset is reset again, and again.",
        },
        || {
            let (server, mut stalled) = stall();
            let events = read_on(&server, &mut stalled);
            let (reset, next) = reset_and_next(&events);
            let did =
                format!("the reset had the id {}, and after it came event {}", reset.id, next.id);
            costing(cost_of_a_wrong_place(reset, next), || {
                expect(reset.id + 1 == next.id, &did, &format!("id: {}", next.id - 1));
            });
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
            let (server, _stalled) = stall();
            let mut other = reader(&server, PATH, &[]);
            event(&mut other);
            for id in EVENTS + 1..EVENTS + 100 {
                server.publish_text("BERLIN 25.5");
                let want = format!("id: {id}\nevent: weather\ndata: BERLIN 25.5\n\n");
                expect_bytes("beside a stalled reader, another one got", event(&mut other), want);
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
            let (_server, mut stalled) = stall();
            let last = chunk_with_the_newest(&mut stalled);
            let count = last.matches("event: weather\n").count();
            expect(
                count == KEPT,
                &format!("{KEPT} events waited for a slow reader, and a chunk brought {count}"),
                &format!("{KEPT} in one chunk"),
            );
        },
    );
}

#[test]
fn step_5_pressure_full_is_200_retry_end() {
    LAB.check_server(
        Rule {
            place: "server.rs, `full`",
            text: "when all places are taken, \"later\" is a stream that says `retry` and ends",
            source: "HTML Living Standard §9.2.3: any status but 200 is final",
            cost: "EventSource treats 503 as final: a full minute at noon freezes pages all day.",
        },
        || {
            let server = Target::start(run);
            let waiting = server.limits().waiting;
            let mut readers: Vec<_> = (0..waiting).map(|_| reader(&server, PATH, &[])).collect();
            let streams = server.subscribers();
            expect_eq(&format!("{waiting} readers came, and the streams are"), streams, waiting);
            let mut client = Client::connect(&server);
            client.note(format!("{waiting} of {waiting} streams are open"));
            client.get(PATH, &[("Connection", "close")]);
            let head = client.head();
            head.expect_status(200);
            head.expect_field("Content-Type", "text/event-stream", |value| {
                value.split(';').next() == Some("text/event-stream")
            });
            let said = client.rest();
            costing(cost_of_another_later(&said), || {
                expect_bytes("the stream that was one too many said", &said, "retry: 5000\n\n");
            });
            expect(client.ended() == Ended::Closed, "then it was reset", "an orderly end");

            // When somebody leaves there is a place again.
            readers.pop().map(Client::reset);
            wait_until(at_once(), "a place to be free again", || server.subscribers() < waiting);
            reader(&server, PATH, &[]);
        },
    );
}

/// Fails for an event after `last` whose id isn't the one that it must have.
#[track_caller]
fn not_counted(last: u64, event: &Event, want: u64) -> ! {
    Failure::new(format!("a reader stalled after event {last}; the next it got was"))
        .said(format!("id: {}, event: {}", event.id, event.event))
        .expected(format!("id: {want}, or a reset that counts what is missing"))
        .cost(cost_of_a_wrong_count(event))
        .raise()
}

/// What it costs that this event's id isn't the one that it must have.
fn cost_of_a_wrong_count(event: &Event) -> &'static str {
    match &*event.event {
        "reset" => {
            "The number that the page shows and the cursor that it keeps contradict each other."
        }
        _ => "A chart that is wrong and says nothing: worse than one that is late.",
    }
}

/// The first reset, and what follows it.
#[track_caller]
fn reset_and_next(events: &[Event]) -> (&Event, &Event) {
    let Some(reset) = events.iter().position(|event| event.event == "reset") else {
        Failure::new("a reader that missed events read on")
            .expected("a `reset`")
            .cost("A chart that is wrong and says nothing.")
            .raise()
    };
    let Some(next) = events.get(reset + 1) else {
        Failure::new(format!("after the reset with the id {}", events[reset].id))
            .said("nothing more came")
            .expected("the events that the log still has")
            .raise()
    };
    (&events[reset], next)
}

/// What it costs that a reset's id isn't the one before the next event's.
fn cost_of_a_wrong_place(reset: &Event, next: &Event) -> &'static str {
    match reset.id < next.id {
        true => "A connection that breaks right after a reset is reset again, and again.",
        false => "A connection that breaks right after it loses events that were still there.",
    }
}

/// Reads on to the chunk that has the newest event in it, or a reset before it.
#[track_caller]
fn chunk_with_the_newest(stalled: &mut Client) -> String {
    let newest = format!("id: {EVENTS}\n");
    loop {
        let Some(chunk) = stalled.chunk() else {
            let failure = Failure::new("a slow reader read on, and the body ended");
            failure.expected("the events still kept").cost("").raise()
        };
        let text = String::from_utf8_lossy(&chunk).into_owned();
        if text.contains("event: reset\n") || text.contains(&newest) {
            return text;
        }
    }
}

/// What it costs that the stream that was one too many said this, and not `retry: 5000`.
fn cost_of_another_later(said: &[u8]) -> String {
    let text = String::from_utf8_lossy(said);
    match text.strip_prefix("retry: ").and_then(|text| text.trim().parse().ok()) {
        Some(millis @ 0u64..1000) => {
            format!("Clients come back after {millis} ms, all of them: the server gets no rest.")
        }
        Some(5000) => {
            "A browser needs no more; a client that reads block by block waits for the end.".into()
        }
        Some(_) => "Clients come back at another time than the server meant.".into(),
        None => "Each browser has its own idea of when to come back, and most come soon.".into(),
    }
}

/// A server that has published far more than its log keeps, and a reader that has read nothing of it.
#[track_caller]
fn stall() -> (Target, Client) {
    let limits = Limits { batch: KEPT, ..Limits::TEST };
    let open = |stalled: &mut Client| {
        stalled.get(PATH, &[]);
        stalled.head().expect_status(200);
    };
    STALL.start(run, limits, open, |server| reader(server, PATH, &[]), |other| drop(event(other)))
}

/// Reads on to the newest event.
#[track_caller]
fn read_on(server: &Target, stalled: &mut Client) -> Vec<Event> {
    Stall::read_on(server, stalled, |stalled, oldest| match oldest {
        None => parsed(&event(stalled)),
        Some(oldest) => {
            let what =
                format!("event {oldest}: a gap is delivered together with the events still kept");
            costing(SHOWS_NONE, || parsed(&awaited_event(stalled, &what)))
        }
    })
}
