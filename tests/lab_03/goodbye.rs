//! Step 6: How does each side learn the other is gone? The server's side.

use super::{LAB, PATH, event, reader, server_with};
use feed::End;
use fixture::Target;
use harness::{Client, Rule, at_once, costing, expect_bytes, wait_until};
use lab::server::run;
use std::time::Duration;
use weather::Limits;

#[test]
fn step_6_goodbye_server_the_stream_says_when_to_come_back() {
    LAB.check_server(
        Rule {
            place: "server.rs, `retry`",
            text: "a stream begins with `retry`: the server knows best how fast it can take them back",
            source: "HTML Living Standard §9.2.6",
            cost: "Each browser has its own idea of \"a few seconds\", and a busy server can't ask for more.",
        },
        || {
            let server = server_with(1);
            let mut client = reader(&server, PATH, &[]);
            let first = client.until(b"\n\n");
            let retry = format!("retry: {}\n\n", server.limits().retry.as_millis());
            costing(cost_of_a_wrong_beginning(&first), || {
                expect_bytes("the stream began with", first, retry);
            });
        },
    );
}

/// What it costs that a stream begins with this, and not with the `retry` of the limits.
fn cost_of_a_wrong_beginning(first: &[u8]) -> &'static str {
    match first.starts_with(b"retry: ") {
        true => "A reader comes back at another time than the server asked for.",
        false => "Each browser has its own idea of \"a few seconds\".",
    }
}

#[test]
fn step_6_goodbye_server_a_client_that_left_is_freed() {
    LAB.check_server(
        Rule {
            place: "server.rs, `run`",
            text: "a reader that is gone is freed at once, also one that closed politely and in silence",
            source: "actix/actix-web issue 1313; HttpServer::h1_allow_half_closed",
            cost: "Every page that was ever closed stays subscribed, until no place is left.",
        },
        || {
            // No heartbeat comes to the rescue.
            let limits = Limits { heartbeat: Duration::from_secs(60), ..Limits::TEST };
            let server = Target::start_with(run, limits);
            let gone = || server.subscribers() == 0;

            let client = reader(&server, PATH, &[]);
            client.reset();
            wait_until(at_once(), "a reader to be freed that broke off (RST)", gone);

            let mut client = reader(&server, PATH, &[]);
            client.finish();
            wait_until(at_once(), "a reader to be freed that closed politely (FIN)", gone);
        },
    );
}

#[test]
fn step_6_goodbye_server_shutdown_ends_streams() {
    LAB.check_server(
        Rule {
            place: "server.rs, `next_bytes`, and `or_heartbeat`, which must let its `None` pass",
            text: "a server that stops ends its streams properly, in less than two seconds",
            source: "RFC 9112 §7.1: the last chunk; actix/actix-web issue 929",
            cost: "Every deploy hangs until a time-out, and then cuts all readers off.",
        },
        || {
            let mut server = server_with(1);
            let mut client = reader(&server, PATH, &[]);
            event(&mut client);
            server.shut_down();
            client.note("shutdown");
            client.rest();
            server.expect_stopped(Duration::from_secs(2));
        },
    );
}

#[test]
fn step_6_goodbye_server_finished_is_204() {
    LAB.check_server(
        Rule {
            place: "server.rs, `refusal`",
            text: "a finished stream ends, and a client that asks again is told never to come back: 204",
            source: "HTML Living Standard §9.2.3; EventSource/eventsource issue 14",
            cost: "An ended 200 looks like an accident: every tab asks again, for ever.",
        },
        || {
            let server = Target::start(run);
            server.publish(1);
            server.end(End::Finished);
            let mut client = Client::connect(&server);
            client.note("the feed is finished");
            client.get(PATH, &[("Last-Event-ID", "1")]);
            let head = client.head();
            match head.status() {
                400.. => costing("It stops too, but looks like a fault in every log.", || {
                    head.expect_status(204);
                }),
                _ => head.expect_status(204),
            }
        },
    );
}
