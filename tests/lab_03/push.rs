//! Step 2: How does new data reach the client?

use super::{LAB, PATH, awaited_event, event, field, newcomer, reader, report, server_with};
use fixture::Target;
use fixture::given::head_is_answered_as_get;
use harness::{Client, Rule, costing, expect_bytes, expect_eq};
use lab::server::run;
use lab::wire::Parser;

#[test]
fn step_2_push_the_head_makes_it_an_event_stream() {
    LAB.check_server(
        Rule {
            place: "server.rs, `head`",
            text: "status 200 and `text/event-stream` make a stream; nobody may store it or hold it back",
            source: "HTML Living Standard §9.2.3; RFC 9111 §5.2.2.5; nginx, X-Accel-Buffering",
            cost: "EventSource: readyState 2, CLOSED. It never tries again until the page is reloaded.",
        },
        || {
            let server = Target::start(run);
            let mut client = Client::connect(&server);
            client.get(PATH, &[("Accept", "text/event-stream")]);
            let head = client.head();
            head.expect_status(200);
            head.expect_field("Content-Type", "text/event-stream", |value| {
                value.split(';').next() == Some("text/event-stream")
            });
            costing("A cache on the way may keep the stream, and show old news to the next.", || {
                head.expect_field("Cache-Control", "no-store", |value| {
                    value.split(',').any(|word| word.trim() == "no-store")
                });
            });
            costing("Behind nginx, events may come in bursts: when a buffer is full.", || {
                head.expect_field("X-Accel-Buffering", "no", |value| value == "no");
            });
            head.expect_no_field("Content-Length");
        },
    );
}

#[test]
fn step_2_push_one_event_is_one_block_at_once() {
    LAB.check_server(
        Rule {
            place: "server.rs, `next_bytes`",
            text: "an event goes out at once, whole, in one chunk",
            source: "HTML Living Standard §9.2.7",
            cost: "Each reader is one update behind: right in every test that publishes twice.",
        },
        || {
            let server = Target::start(run);
            let mut client = newcomer(&server, &[]);
            server.publish(1);
            client.note(format!("publish of event {}", server.id(1)));
            let chunk = loop {
                let chunk = client.chunk().unwrap_or_default();
                if !chunk.starts_with(b":") && !chunk.starts_with(b"retry:") {
                    break chunk;
                }
            };
            let did = format!("the chunk after the publish of event {} was", server.id(1));
            expect_bytes(&did, chunk, report(&server, 1));
        },
    );
}

#[test]
fn step_2_push_what_comes_together_arrives_whole() {
    LAB.check_server(
        Rule {
            place: "server.rs, `next_bytes`",
            text: "a delivery is a batch: all of its events go out, in their order",
            source: "crate feed, `Batch::encode`",
            cost: "In a busy minute there are holes, and no reader is told of any.",
        },
        || {
            let server = server_with(0);
            let mut client = newcomer(&server, &[]);
            for burst in 0..20 {
                // As many as the log keeps. Most of them are there before the reader has woken up.
                server.publish(4);
                for id in server.id(4 * burst + 1)..=server.id(4 * burst + 4) {
                    let event = awaited_event(&mut client, &format!("event {id}"));
                    let got = field(&event, "id").unwrap_or("none");
                    expect_eq(
                        "4 events at a time were published; the next id is",
                        got,
                        id.to_string(),
                    );
                }
            }
        },
    );
}

#[test]
fn step_2_push_through_gzip_and_two_workers() {
    LAB.check_server(
        Rule {
            place: "server.rs, `run` and `live_data`",
            text: "every reader gets every event at once, on whatever worker, also one that takes gzip",
            source: "actix/actix-web issue 3410; actix-web's documentation of HttpServer::workers",
            cost: "Half of the readers never hear anything; or all hear it when a buffer is full.",
        },
        || {
            let server = server_with(0);
            let fields = [("Accept-Encoding", "gzip, deflate, br, zstd")];
            let mut readers: Vec<_> = (0..8).map(|_| newcomer(&server, &fields)).collect();
            server.publish(1);
            for reader in &mut readers {
                expect_bytes("one of 8 readers got", event(reader), report(&server, 1));
            }
        },
    );
}

#[test]
fn step_2_push_the_type_is_weather_and_does_not_stick() {
    LAB.check(
        Rule {
            place: "wire.rs, `Parser::end_of_line` and `dispatch`",
            text: "an event's type is its last `event` field, else `message`; the next event starts anew",
            source: "HTML Living Standard §9.2.6",
            cost: "addEventListener(\"weather\") is deaf, or hears what isn't weather.",
        },
        || {
            types("event: weather\ndata: 1\n\n", &["weather"]);
            types("event: add\ndata: 1\n\ndata: 2\n\n", &["add", "message"]);
            // No data, so no event; its type goes with it.
            types("event: tick\n\ndata: x\n\n", &["message"]);
            types("event: a\nevent: b\ndata: 1\n\n", &["b"]);
            types("event:\ndata: x\n\n", &["message"]);
            types("event: a\nevent:\ndata: x\n\n", &["message"]);
            types("event:  a \ndata: x\n\n", &[" a "]);
        },
    );
}

#[test]
fn step_2_push_the_library_says_the_same() {
    LAB.check_server(
        Rule {
            place: "server.rs, `next_bytes`",
            text: "by hand or with the library, an event is the same bytes",
            source: "actix_web_lab::sse",
            cost: "Nothing yet: but you could no longer exchange one for the other.",
        },
        || {
            let server = server_with(1);
            server.must_be_here("it compares with a library that the lab uses");
            let mut by_hand = reader(&server, PATH, &[]);
            let mut by_library = reader(&server, "/api/v1/live-data-by-library", &[]);
            let want = event(&mut by_library);
            expect_bytes("by hand, the stream said", event(&mut by_hand), want);
        },
    );
}

#[test]
fn step_2_push_head_is_answered_and_nobody_stays() {
    LAB.check_server(
        Rule {
            place: "server.rs, `run` and `head`",
            text: "HEAD is answered as GET is, without the body: nothing stays open, nobody is counted",
            source: "RFC 9110 §9.1 and §9.3.2",
            cost: "A monitor that asks with HEAD reports a server that is down.",
        },
        || head_is_answered_as_get(&server_with(1), PATH),
    );
}

#[track_caller]
fn types(stream: &str, want: &[&str]) {
    let messages = Parser::default().push(stream.as_bytes());
    let got: Vec<String> = messages.into_iter().flatten().map(|message| message.event).collect();
    expect_eq(&format!("{stream:?} gave events of the types"), got, want.to_vec());
}
