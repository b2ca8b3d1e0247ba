//! Step 5: What if the client reads slower than the server writes?

use super::{LAB, LIMITS, awaited_event, event, expect_event, member, say, server_with};
use feed::Event;
use fixture::{Stall, Target};
use harness::{Client, Failure, Rule, at_once, calling, costing, expect, expect_eq, wait_until};
use lab::rooms::capacity;
use lab::server::run;
use std::num::NonZeroUsize;
use weather::Limits;

/// 1.6 MB in all, through buffers that are as small as they can be. The log keeps 64 KB of it. Who
/// sends by a session has two queues more, of 32 messages each.
const EVENTS: usize = 200;
const EVENT: usize = 8 * 1024;
const KEPT: usize = 8;
const STALL: Stall = Stall { events: EVENTS, size: EVENT, kept: KEPT };

#[test]
fn step_5_pressure_one_slow_member_delays_nobody() {
    LAB.check_server(
        Rule {
            place: "server.rs, `frames`",
            text: "a member that doesn't read is waited for by nobody else: a task and a cursor for each member",
            source: "RFC 9293 §3.8.6: each connection has its own window; websockets/ws issue 1620",
            cost: "One phone in a lift stalls the whole room.",
        },
        || {
            let (server, _ben) = stall();
            let mut ana = member(&server, "/chat?name=Ana");
            let mut cem = member(&server, "/chat?name=Cem");
            event(&mut ana);
            event(&mut cem);
            for id in EVENTS + 1..EVENTS + 50 {
                say(&mut ana, "anybody here?");
                ana.note("Ben has stopped reading");
                for client in [&mut ana, &mut cem] {
                    expect_event(client, id as u64, "chat", "Ana\nanybody here?");
                }
            }
        },
    );
}

#[test]
fn step_5_pressure_a_stalled_member_costs_nothing() {
    LAB.check_server(
        Rule {
            place: "server.rs, `frames`",
            text: "what a member doesn't read isn't kept for it: only the log holds events",
            source: "RFC 9293 §3.8.6, the send window; the log's capacity",
            cost: "One phone in a lift fills the server's memory, and it is killed for everybody.",
        },
        || {
            let (server, mut ben) = stall();
            read_on(&server, &mut ben);
            let did = format!(
                "a member didn't read while {EVENTS} events of {EVENT} bytes came; then it got {} bytes",
                ben.received().len()
            );
            let most = EVENTS * EVENT / 2;
            expect(ben.received().len() <= most, &did, "what was on the way already, then what the log still has");
        },
    );
}

#[test]
fn step_5_pressure_what_it_missed_is_counted() {
    LAB.check_server(
        Rule {
            place: "server.rs, `frames`",
            text: "before each jump in the ids stands a `reset` that says how many were missed",
            source: "Ivy-Interactive/Ivy-Tendril-V2 issue 146: subscribers that lag and aren't told",
            cost: "A conversation with holes that nobody sees: worse than one that says \"you missed 4\".",
        },
        || {
            let (server, mut ben) = stall();
            let mut last = 0;
            for event in read_on(&server, &mut ben) {
                let want = match &*event.event {
                    "reset" => last + event.data.parse::<u64>().unwrap_or(0),
                    _ => last + 1,
                };
                if event.id != want {
                    Failure::new(format!("a member stalled after event {last}; the next it got was"))
                        .said(format!("id {}, event {}", event.id, event.event))
                        .expected(format!("id {want}, or a reset that counts what is missing"))
                        .cost(cost_of_a_wrong_count(&event))
                        .raise();
                }
                last = want;
            }
        },
    );
}

/// What it costs that this event's id isn't the one that it must have.
fn cost_of_a_wrong_count(event: &Event) -> &'static str {
    match &*event.event {
        "reset" => "The page says how many messages it missed, and it isn't true.",
        _ => "A conversation with holes that nobody sees.",
    }
}

#[test]
fn step_5_pressure_each_kind_of_gap_is_told() {
    LAB.check_server(
        Rule {
            place: "server.rs, `frames`",
            text: "who comes back after a gap hears of it first: how many were missed, or `unknown`",
            source: "the log: what it forgot is a gap, and so is a place that it never had",
            cost: "After a restart the conversation has a hole, and nothing says so.",
        },
        || {
            let server = server_with(8);
            // Forgotten; and of another life of the server.
            for (id, missed) in [(server.id(2), "2"), (u64::MAX, "unknown")] {
                let first = event(&mut member(&server, &format!("/chat?since={id}")));
                if first.id == server.id(8) {
                    // Step 4 isn't done, and this is a newcomer: there is no gap to tell of.
                    return;
                }
                let did = format!("after event {id}, of which {missed} were missed, came first the event");
                let want = ("reset", missed, server.id(4));
                expect_eq(&did, (&*first.event, &*first.data, first.id), want);
            }
        },
    );
}

#[test]
fn step_5_pressure_a_room_has_a_size() {
    LAB.check(
        Rule {
            place: "rooms.rs, `capacity`",
            text: "a room keeps as many messages as fit into 256 KiB, if each is as long as may be; one \
                   at least, and no more than `limits.capacity`",
            source: "RFC 6455 §10.4",
            cost: "Four rooms with long messages hold half a gigabyte after everybody has left.",
        },
        || {
            for (message, most, want) in [
                (4096, 1024, 64),
                (1024, 4, 4),
                (64 * 1024, 5, 4),
                (64 * 1024 + 1, 4, 3),
                (64 * 1024, 3, 3),
                (256 * 1024, 4, 1),
                (256 * 1024 + 1, 4, 1),
                (usize::MAX, 4, 1),
            ] {
                let limits =
                    Limits { message, capacity: NonZeroUsize::new(most).unwrap(), ..LIMITS };
                let did = format!(
                    "with messages of {message} bytes and a capacity of {most}, the messages that \
                     a room keeps are"
                );
                let kept = calling(&did, || capacity(&limits).get());
                costing(cost_of_keeping(kept, want), || expect_eq(&did, kept, want));
            }
        },
    );
}

/// What it costs that a room keeps so many messages, and not `want`.
fn cost_of_keeping(kept: usize, want: usize) -> &'static str {
    match kept < want {
        true => "Who comes back misses messages that there was room for.",
        false => "Four rooms with long messages hold half a gigabyte after everybody has left.",
    }
}

#[test]
fn step_5_pressure_full_is_503_before_the_upgrade() {
    LAB.check_server(
        Rule {
            place: "server.rs, `refusal`",
            text: "when all places are taken, in all rooms together, the handshake is answered by 503",
            source: "RFC 9110 §15.6.4 and §10.2.3; RFC 6455 §4.2.2",
            cost: "The server takes in members until it has no descriptors left, and then takes in nobody.",
        },
        || {
            let server = Target::start_with(run, Limits { waiting: 4, ..LIMITS });
            let places = server.limits().waiting;
            let mut members: Vec<_> = costing("Somebody is refused, and there is a place left.", || {
                (0..places).map(|room| member(&server, &format!("/chat?room=r{}", room % 2))).collect()
            });
            let mut client = Client::connect(&server);
            client.note(format!("{places} of {places} places are taken"));
            client.ask_for_websocket("/chat?room=r3", &[]);
            let head = client.head();
            costing(cost_of_a_wrong_refusal(head.status()), || head.expect_status(503));
            costing("All who were refused come back at once, and again.", || {
                head.expect_field("Retry-After", "5", |it| it == "5");
            });
            // When somebody leaves there is a place again.
            members.pop().map(Client::reset);
            costing("A place that was taken once is never free again.", || {
                wait_until(at_once(), "a place to be free again", || {
                    let mut client = Client::connect(&server);
                    client.ask_for_websocket("/chat?room=r3", &[]);
                    client.head().status() == 101
                });
            });
        },
    );
}

/// What it costs that a handshake for which there is no place is answered by this status.
fn cost_of_a_wrong_refusal(status: u16) -> &'static str {
    match status {
        101 => {
            "The server takes in members until it has no descriptors left, and then takes in nobody."
        }
        _ => "A client that is refused isn't told that there may be a place later.",
    }
}

/// A server that has published far more than its log keeps, and Ben, who has read nothing of it.
#[track_caller]
fn stall() -> (Target, Client) {
    let limits = Limits { batch: KEPT, ..LIMITS };
    let open = |ben: &mut Client| drop(ben.open_websocket("/chat?name=Ben", &[]));
    STALL.start(run, limits, open, |server| member(server, "/chat"), |other| drop(event(other)))
}

/// Reads on to the newest event.
#[track_caller]
fn read_on(server: &Target, ben: &mut Client) -> Vec<Event> {
    Stall::read_on(server, ben, |ben, oldest| match oldest {
        None => event(ben),
        Some(oldest) => {
            let what =
                format!("event {oldest}: a gap is delivered together with the events still kept");
            costing("The page says that it missed messages, and then shows none.", || {
                awaited_event(ben, &what)
            })
        }
    })
}
