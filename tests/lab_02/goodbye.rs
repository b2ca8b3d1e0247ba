//! Step 6: How does each side learn the other is gone? The server's side.

use super::{LAB, LIMITS, PATH, line, next_event, next_line, publish, reader};
use feed::{End, Limits};
use harness::{Rule, Server, at_once, costing, expect, expect_bytes, expect_eq, wait_until};
use lab::server::run;
use std::time::{Duration, Instant};

/// No heartbeat comes to the rescue, nor between.
const SILENT: Limits = Limits { heartbeat: Duration::from_secs(60), ..LIMITS };

#[test]
fn step_6_goodbye_the_limit_ends_it_and_says_so() {
    LAB.check(
        Rule {
            step: 6,
            place: "server.rs, `limited` and `next_bytes`",
            text: "a stream ends after its limit, with a last line that says so and where it was",
            source: "RFC 9112 §7.1, the last chunk; the lab's last line",
            cost: "Nobody can tell a stream that has ended from one that broke.",
        },
        || {
            let limits = Limits { stream: Duration::from_millis(100), ..SILENT };
            let server = Server::start_with(run, limits);
            publish(server.feed(), 3);
            let started = Instant::now();
            let mut client = reader(&server, PATH);
            let body = costing(
                "A stream that lasts for ever: no deploy and no new token ends it.",
                || client.rest(),
            );
            let end = "{\"id\":3,\"event\":\"end\",\"data\":\"limit\"}\n";
            expect_bytes("the stream said", body, line(3) + end);
            let took = started.elapsed();
            let did = format!("a stream of at most {:?} ended after {took:?}", limits.stream);
            costing("Every reader comes back all the time.", || {
                expect(took >= limits.stream, &did, "an end at the limit, not before");
            });
        },
    );
}

#[test]
fn step_6_goodbye_a_busy_stream_ends_too() {
    LAB.check(
        Rule {
            step: 6,
            place: "server.rs, `limited`",
            text: "the limit is on the stream's whole life, not on its silence",
            source: "the limit `stream`",
            cost: "A busy stream never ends: a reader keeps the token that it came with for days.",
        },
        || {
            let limits = Limits { stream: Duration::from_millis(100), ..SILENT };
            let server = Server::start_with(run, limits);
            let started = Instant::now();
            let mut client = reader(&server, PATH);
            loop {
                publish(server.feed(), 1);
                let silent = "Nobody can tell a stream that has ended from one that broke.";
                let event = costing(silent, || next_event(&mut client));
                if event.event == "end" {
                    break expect_eq("the last line said", &*event.data, "limit");
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
    LAB.check(
        Rule {
            step: 6,
            place: "server.rs, `next_bytes`",
            text: "a server that stops ends its streams properly, and says that it stops",
            source: "RFC 9112 §7.1: the last chunk; actix/actix-web issue 3169",
            cost: "Every deploy hangs until a time-out, and then cuts all readers off.",
        },
        || {
            let server = Server::start_with(run, SILENT);
            publish(server.feed(), 1);
            let mut client = reader(&server, PATH);
            next_line(&mut client);
            server.feed().end(End::Shutdown);
            server.begin_shutdown();
            client.note("shutdown");
            let end = "{\"id\":1,\"event\":\"end\",\"data\":\"shutdown\"}\n";
            let said = client.rest();
            costing("Nobody can tell a stream that has ended from one that broke.", || {
                expect_bytes("after the shutdown the stream said", said, end);
            });
            server.expect_stopped(Duration::from_secs(2));
        },
    );
}

#[test]
fn step_6_goodbye_finished_is_said_to_all() {
    LAB.check(
        Rule {
            step: 6,
            place: "server.rs, `next_bytes`",
            text: "a finished feed tells who is there and who comes later: there will be no more",
            source: "the lab's last line",
            cost: "The show is over, and every page asks again, for ever.",
        },
        || {
            let server = Server::start_with(run, SILENT);
            publish(server.feed(), 1);
            let mut client = reader(&server, PATH);
            next_line(&mut client);
            server.feed().end(End::Finished);
            client.note("the feed is finished");
            let end = "{\"id\":1,\"event\":\"end\",\"data\":\"finished\"}\n";
            expect_bytes("then the stream said", client.rest(), end);
            let mut late = reader(&server, PATH);
            expect_bytes("who came later heard", late.rest(), line(1) + end);
        },
    );
}

#[test]
fn step_6_goodbye_a_client_that_left_is_freed() {
    LAB.check(
        Rule {
            step: 6,
            place: "server.rs, `run`",
            text: "a reader that is gone is freed at once, also one that closed politely and in silence",
            source: "actix/actix-web issue 1313; HttpServer::h1_allow_half_closed",
            cost: "Every page that was ever closed stays subscribed, until no place is left.",
        },
        || {
            let server = Server::start_with(run, SILENT);
            let gone = || server.feed().subscribers() == 0;

            let client = reader(&server, PATH);
            client.reset();
            wait_until(at_once(), "a reader to be freed that broke off (RST)", gone);

            let mut client = reader(&server, PATH);
            client.finish();
            wait_until(at_once(), "a reader to be freed that closed politely (FIN)", gone);
        },
    );
}
