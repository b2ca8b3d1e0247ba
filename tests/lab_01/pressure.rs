//! Step 5: What if the client reads slower than the server writes?

use super::goodbye::leaves;
use super::{
    LAB, PATH, all_parked, ask, ask_when, expect_events, news, server_with, wait_for_waiting,
};
use fixture::Target;
use harness::{Client, Rule, at_once, costing, expect, expect_eq};
use lab::server::run;
use std::time::Instant;
use weather::Limits;

// guard: the handler has it
#[test]
fn step_5_pressure_a_backlog_comes_in_batches() {
    LAB.check_server(
        Rule {
            place: "server.rs, `long_polling`",
            text: "an answer has at most `limit` events, oldest first; `next` leads to the others",
            source: "RFC 6202 §2.2, \"graceful degradation\"",
            cost: "A client that was away for a day gets the day in one answer, or only the end of it.",
        },
        || {
            let server = server_with(8);
            expect_events(
                &server,
                &mut ask(&server, &format!("?since={}&limit=2", server.id(4))),
                &[5, 6],
            );
            expect_events(
                &server,
                &mut ask(&server, &format!("?since={}&limit=2", server.id(6))),
                &[7, 8],
            );
            // Without a limit of the client's there is the server's.
            let limits = Limits { batch: 3, ..Limits::TEST };
            let server = Target::start_with(run, limits);
            server.publish(4);
            expect_events(
                &server,
                &mut ask(&server, &format!("?since={}", server.id(0))),
                &[1, 2, 3],
            );
        },
    );
}

#[test]
fn step_5_pressure_a_limit_holds_after_the_wait() {
    LAB.check_server(
        Rule {
            place: "server.rs, `long_polling`",
            text: "who has waited gets at most as many events as it has asked for, too",
            source: "RFC 6202 §2.2, \"graceful degradation\"",
            cost: "A small client is given more than it can hold, whenever much comes at once.",
        },
        || {
            let server = server_with(8);
            // Which events are there when the server looks is chance; mostly it is all three.
            for round in 0..10 {
                let newest = 8 + 3 * round;
                let query = format!("?since={}&wait=60&limit=2", server.id(newest));
                let mut client = ask(&server, &query);
                wait_for_waiting(&server, 1);
                // Another client's limit is none of its business.
                let others = format!("?since={}&limit=4&wait=0", server.id(newest - 1));
                expect_events(&server, &mut ask(&server, &others), &[newest]);
                server.publish(3);
                client.note(format!("publish of 3 events after {}", server.id(newest)));
                client.head().expect_status(200);
                let got: Vec<_> = news(&mut client).events.iter().map(|event| event.id).collect();
                let first = server.id(newest + 1);
                let did = format!("GET {PATH}{query}: 3 events came, and the answer has {got:?}");
                let right = got == [first] || got == [first, first + 1];
                expect(right, &did, &format!("{first}, or {first} and the next, and no third"));
            }
        },
    );
}

#[test]
fn step_5_pressure_a_full_waiting_room_is_503_with_retry_after() {
    LAB.check_server(
        Rule {
            place: "server.rs, `long_polling` and `full`",
            text: "when all seats are taken, \"later\" is 503 and says how much later, at once",
            source: "RFC 9110 §15.6.4 and §10.2.3",
            cost: "Anybody can open connections until the server has no memory left.",
        },
        || {
            let (server, _parked) = full_room();
            let seats = server.limits().waiting;
            let how = format!("{seats} of {seats} seats are taken");
            let started = Instant::now();
            // From outside, no seat at all looks like a seat that is given back, or waited for.
            let one_too_many = "Anybody can open connections until the memory is full. Is a seat taken, \
                 kept (`let Ok(_)` drops it at once, `let Ok(_seat)` doesn't) and tried for, not awaited?";
            let head = costing(one_too_many, || {
                ask_when(&server, &how, &format!("?since={}&wait=60", server.id(8))).head()
            });
            let mut took = started.elapsed();
            costing(cost_of_status(head.status()), || head.expect_status(503));
            costing("Clients come back sooner than is good, or later than they need to.", || {
                head.expect_field("Retry-After", "1", |value| value == "1");
            });
            // A busy machine may delay some answers. A queue delays all.
            let soon = at_once() / 20;
            for _ in 0..4 {
                if took > soon {
                    let started = Instant::now();
                    ask_when(&server, &how, &format!("?since={}&wait=60", server.id(8))).head();
                    took = took.min(started.elapsed());
                }
            }
            costing("A queue for the waiting room is a second one, and it has no limit.", || {
                let did = format!("{how}, and the quickest of five refusals took {took:?}");
                expect(took <= soon, &did, &format!("at most {soon:?}, since no seat is free"));
            });
        },
    );
}

#[test]
fn step_5_pressure_those_with_news_need_no_seat() {
    LAB.check_server(
        Rule {
            place: "server.rs, `long_polling`",
            text: "a seat is for waiting: a client that is answered at once needs none",
            source: "the contract: the limit is of those who wait",
            cost: "Under load, exactly when there is much news, the server refuses to tell it.",
        },
        || {
            let (server, _parked) = full_room();
            let how = "all seats are taken";
            expect_events(
                &server,
                &mut ask_when(&server, how, &format!("?since={}&wait=60", server.id(6))),
                &[7, 8],
            );
            // A client that doesn't wait needs no seat either.
            let head = ask_when(&server, how, &format!("?since={}&wait=0", server.id(8))).head();
            if head.status() != 200 {
                head.expect_status(204);
            }
        },
    );
}

#[test]
fn step_5_pressure_a_seat_is_free_again_after_an_answer() {
    LAB.check_server(
        Rule {
            place: "server.rs, `long_polling`",
            text: "a client that is answered leaves the seat",
            source: "tokio: a SemaphorePermit is given back when it is dropped",
            cost: "The server runs fine for a while; then it says 503 until it is restarted.",
        },
        || {
            let limits = Limits { waiting: 1, ..Limits::TEST };
            let server = Target::start_with_exactly(run, limits);
            for id in 1..=20 {
                let mut client = ask(&server, &format!("?since={}&wait=60", server.id(id - 1)));
                wait_for_waiting(&server, 1);
                server.publish(1);
                let id = server.id(id);
                client.note(format!("publish of event {id}; there is one seat"));
                client.head().expect_status(200);
                let newest = news(&mut client).events.last().map(|event| event.id);
                expect_eq("the answer's last event is", newest, Some(id));
                wait_for_waiting(&server, 0);
            }
        },
    );
}

#[test]
fn step_5_pressure_a_reset_frees_its_seat() {
    LAB.check_server(
        Rule {
            place: "server.rs, `long_polling`",
            text: "a client that breaks off (RST) leaves the seat too, and all that waited there is gone",
            source: "actix/actix-web issue 1313; the handler's future is dropped at its `.await`",
            cost: "What waits for nobody piles up, until no seat is left for anybody.",
        },
        || leaves("broke off (RST)", |client| drop(client.reset())),
    );
}

/// A server with four seats, and those who have taken them.
#[track_caller]
fn full_room() -> (Target, Vec<Client>) {
    let server = Target::start(run);
    server.publish(8);
    let parked = all_parked(&server, 8, server.limits().waiting);
    wait_for_waiting(&server, server.limits().waiting);
    (server, parked)
}

/// What it costs that a client for whom there is no seat gets this status, and not 503.
fn cost_of_status(status: u16) -> &'static str {
    match status {
        400.. => "Clients can't tell a full server from a broken one, or from their own fault.",
        _ => "The client asks again at once: the fullest server is asked most.",
    }
}
