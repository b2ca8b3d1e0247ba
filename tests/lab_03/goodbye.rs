//! Step 6: How does each side learn the other is gone?

use super::{LAB, PATH, event, publish, reader, server_with};
use feed::{End, Limits};
use harness::{
    Client, Failure, Rule, Server, at_once, expect, expect_bytes, expect_eq, wait_until,
};
use lab::client::{self, Next};
use lab::server::run;
use lab::wire::Parser;
use std::time::Duration;

const EVENT_STREAM: Option<&str> = Some("text/event-stream");

#[test]
fn step_6_goodbye_an_ended_body_means_come_back() {
    LAB.check(
        Rule {
            step: 6,
            place: "client.rs, `on_response` and `on_end`",
            text: "a stream that ends, or a connection that breaks, is asked for again",
            source: "HTML Living Standard §9.2.3, \"reestablish the connection\"",
            cost: "A server is restarted, and every page is silent until somebody reloads it.",
        },
        || {
            let mut client = client::Client::new();
            client.on_connect();
            let next = client.on_response(200, EVENT_STREAM);
            expect_eq("a 200 that is an event stream gave", next, Next::Read);
            comes_back("the end of the body", client.on_end(0.5));
            // The server is still down: no answer at all.
            client.on_connect();
            comes_back("a connection that was refused", client.on_end(0.5));
        },
    );
}

#[test]
fn step_6_goodbye_204_and_every_other_status_stop() {
    LAB.check(
        Rule {
            step: 6,
            place: "client.rs, `on_response`",
            text: "any status but 200 is final: 204 on purpose, 500 and 503 by accident",
            source: "HTML Living Standard §9.2.3, \"fail the connection\"; Yaffle/EventSource issue 88",
            cost: "A finished stream is asked for again every few seconds, from every tab, for ever.",
        },
        || {
            for status in [201, 204, 404, 500, 502, 503] {
                let mut client = client::Client::new();
                client.on_connect();
                let next = client.on_response(status, EVENT_STREAM);
                expect_eq(&format!("the status {status} gave"), next, Next::Stop);
                let next = client.on_end(0.5);
                expect_eq(&format!("the end of a {status} gave"), next, Next::Stop);
            }
        },
    );
}

#[test]
fn step_6_goodbye_a_wrong_type_stops() {
    LAB.check(
        Rule {
            step: 6,
            place: "client.rs, `on_response`",
            text: "the media type must be text/event-stream; its parameters and its case don't matter",
            source: "HTML Living Standard §9.2.3; RFC 9110 §8.3.1",
            cost: "A captive portal's login page is read as weather; or a fine stream is refused.",
        },
        || {
            let answer = |media_type| client::Client::new().on_response(200, media_type);
            for bad in [None, Some("text/plain"), Some("text/event-stream-x"), Some("text/html")] {
                expect_eq(&format!("the type {bad:?} gave"), answer(bad), Next::Stop);
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
fn step_6_goodbye_reconnects_carry_the_id_and_back_off() {
    LAB.check(
        Rule {
            step: 6,
            place: "client.rs, `on_end`",
            text: "a reconnect waits at least `retry`, longer after each failure, at random; and has the id",
            source: "HTML Living Standard §9.2.3 and §9.2.4; RFC 6455 §7.2.3 for the random wait",
            cost: "The server comes up again, all clients ask in the same instant, and it is down again.",
        },
        || {
            let next = client::Client::new().on_end(0.0);
            let (_, id) = comes_back("the end of a stream without ids", next);
            expect_eq("the reconnect would send the last id", id, None);
            let next = client::Client::after("8").on_end(0.0);
            let (_, id) = comes_back("the end of a stream, after event 8", next);
            expect_eq("the reconnect would send the last id", id, Some("8".to_owned()));

            let wait = |failures: usize, random| {
                let mut client = client::Client::new();
                for _ in 0..failures {
                    client.on_end(random);
                    client.on_connect();
                }
                comes_back(&format!("the end, after {failures} failures"), client.on_end(random)).0
            };
            for failures in [0, 1, 5, 200] {
                let (least, most) = (wait(failures, 0.0), wait(failures, 1.0));
                let did = format!("after {failures} failures the wait is {least:?} to {most:?}");
                expect(least >= client::RETRY, &did, "never less than `retry`");
                let at_most = client::RETRY + client::BACK_OFF_MAX;
                expect(most <= at_most, &did, "at most the longest back-off on top of `retry`");
                expect(
                    most - least >= client::RETRY,
                    &did,
                    "clients that fail together come back spread over `retry` or more",
                );
            }
            let (first, third) = (wait(0, 1.0), wait(2, 1.0));
            let did = format!("the longest wait is {first:?} at first and {third:?} after 2 failures");
            expect(third >= 2 * first, &did, "it doubles with each failure");
        },
    );
}

#[test]
fn step_6_goodbye_only_one_reconnect_is_pending() {
    LAB.check(
        Rule {
            step: 6,
            place: "client.rs, `on_end`",
            text: "a connection that ends twice, by an error and by its end, is one reconnect",
            source: "EventSource/eventsource issue 57",
            cost: "Each restart of the server doubles the connections of every client.",
        },
        || {
            let mut client = client::Client::new();
            client.on_connect();
            client.on_response(200, EVENT_STREAM);
            comes_back("an error", client.on_end(0.5));
            expect_eq("then the end of the body gave", client.on_end(0.5), Next::Wait);
            client.on_connect();
            comes_back("the next connection's end", client.on_end(0.5));
        },
    );
}

#[test]
fn step_6_goodbye_retry_is_digits_only() {
    LAB.check(
        Rule {
            step: 6,
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

#[test]
fn step_6_goodbye_the_stream_says_when_to_come_back() {
    LAB.check(
        Rule {
            step: 6,
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
            expect_bytes("the stream began with", first, retry);
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
            // No heartbeat comes to the rescue.
            let limits = Limits { heartbeat: Duration::from_secs(60), ..Limits::TEST };
            let server = Server::start_with(run, limits);
            let gone = || server.feed().subscribers() == 0;

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
fn step_6_goodbye_shutdown_ends_streams() {
    LAB.check(
        Rule {
            step: 6,
            place: "server.rs, `next_bytes`",
            text: "a server that stops ends its streams properly, in less than two seconds",
            source: "RFC 9112 §7.1: the last chunk; actix/actix-web issue 929",
            cost: "Every deploy hangs until a time-out, and then cuts all readers off.",
        },
        || {
            let server = server_with(1);
            let mut client = reader(&server, PATH, &[]);
            event(&mut client);
            server.feed().end(End::Shutdown);
            server.begin_shutdown();
            client.note("shutdown");
            client.rest();
            server.expect_stopped(Duration::from_secs(2));
        },
    );
}

#[test]
fn step_6_goodbye_finished_is_204() {
    LAB.check(
        Rule {
            step: 6,
            place: "server.rs, `refusal`",
            text: "a finished stream ends, and who asks again is told never to come back: 204",
            source: "HTML Living Standard §9.2.3; EventSource/eventsource issue 14",
            cost: "An ended 200 looks like an accident: every tab asks again, for ever.",
        },
        || {
            let server = Server::start(run);
            publish(server.feed(), 1);
            server.feed().end(End::Finished);
            let mut client = Client::connect(&server);
            client.note("the feed is finished");
            client.get(PATH, &[("Last-Event-ID", "1")]);
            client.head().expect_status(204);
        },
    );
}

/// Fails unless the client comes back; says after what time and with which id.
#[track_caller]
fn comes_back(did: &str, next: Next) -> (Duration, Option<String>) {
    match next {
        Next::Reconnect { after, last_event_id } => (after, last_event_id),
        other => Failure::new(format!("{did} gave {other:?}")).expected("a `Reconnect`").raise(),
    }
}

#[track_caller]
fn retries(stream: &str, want: Option<u64>) {
    let mut parser = Parser::default();
    parser.push(stream.as_bytes());
    let did = format!("after {stream:?} the parser would wait");
    expect_eq(&did, parser.retry(), want.map(Duration::from_millis));
}
