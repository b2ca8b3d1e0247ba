//! Step 2: How does new data reach the client?

use super::{LAB, PATH, line, newcomer, next_line, reader, server_with};
use fixture::given::head_is_answered_as_get;
use harness::{Client, Fault, Relay, Rule, costing, expect_bytes, unzip};

#[test]
fn step_2_push_the_head_says_what_it_is() {
    LAB.check_server(
        Rule {
            place: "server.rs, `head`",
            text: "a type, and what others may do with it: not store it, not hold it back, not guess",
            source: "ndjson-spec §3.3; RFC 9111 §5.2.2.5; nginx, X-Accel-Buffering; Fetch, nosniff",
            cost: "No client gets a stream.",
        },
        || {
            let server = server_with(0);
            let mut client = Client::connect(&server);
            client.get(PATH, &[]);
            let head = client.head();
            head.expect_status(200);
            let fields = [
                (
                    "Content-Type",
                    "application/x-ndjson",
                    "Nothing says that these are lines of JSON: each client must guess it.",
                ),
                (
                    "Cache-Control",
                    "no-store",
                    "A cache may keep the stream: its disk fills, or somebody is shown old weather.",
                ),
                (
                    "X-Accel-Buffering",
                    "no",
                    "Behind nginx there is silence until a buffer is full, then all comes at once.",
                ),
                (
                    "X-Content-Type-Options",
                    "nosniff",
                    "A browser may take it for another type than you said, such as a page with scripts.",
                ),
            ];
            for (name, expected, cost) in fields {
                costing(cost, || head.expect_field(name, expected, |value| value == expected));
            }
            costing("The body ends after so many bytes, in the midst of a report.", || {
                head.expect_no_field("Content-Length");
            });
        },
    );
}

#[test]
fn step_2_push_each_update_comes_at_once() {
    LAB.check_server(
        Rule {
            place: "server.rs, `next_bytes`",
            text: "an update goes out when it is published, whole, in one chunk",
            source: "RFC 6202 §3.1",
            cost: "Each reader is one update behind: right in every test that publishes twice.",
        },
        || {
            let server = server_with(0);
            let mut client = newcomer(&server, PATH);
            for id in server.id(1)..=server.id(3) {
                server.publish(1);
                client.note(format!("publish of event {id}"));
                let chunk = loop {
                    let chunk = client.chunk().unwrap_or_default();
                    if chunk != b"\n" {
                        break chunk;
                    }
                };
                expect_bytes(
                    &format!("the chunk after the publish of event {id} was"),
                    chunk,
                    line(id),
                );
            }
        },
    );
}

#[test]
fn step_2_push_also_to_a_gzip_client() {
    LAB.check_server(
        Rule {
            place: "server.rs, `head` and `next_bytes`",
            text: "a client that asks for gzip gets gzip, and still each update at once",
            source: "actix/actix-web issue 3410, mended in actix-http 3.18.12",
            cost: "Every browser asks for gzip, and no test does: silence until a buffer is full.",
        },
        || {
            let server = server_with(0);
            let mut client = Client::connect(&server);
            client.get(PATH, &[("Accept-Encoding", "gzip")]);
            let head = client.head();
            head.expect_status(200);
            costing("Five times the bytes, on the slowest line of the whole way.", || {
                head.expect_field("Content-Encoding", "gzip", |value| value == "gzip");
            });
            let mut zipped = Vec::new();
            // A newcomer is told the newest event that was there before, too.
            let before = usize::from(!server.is_new());
            for id in server.id(1)..=server.id(3) {
                server.publish(1);
                client.note(format!("publish of event {id}"));
                let want = (server.id(1)..=id).map(line).collect::<String>();
                let mut got = String::new();
                while got.len() < want.len() {
                    zipped.extend(client.chunk().unwrap_or_default());
                    // Without the heartbeats, which are empty lines.
                    let lines = unzip(&zipped);
                    let lines = lines.split_inclusive('\n').filter(|line| *line != "\n");
                    got = lines.skip(before).collect();
                }
                expect_bytes("unzipped, the stream said", got, want);
            }
        },
    );
}

#[test]
fn step_2_push_through_a_buffering_proxy() {
    LAB.check_server(
        Rule {
            place: "server.rs, `head`",
            text: "a proxy that buffers passes an update on at once, if the head asks it to",
            source: "nginx, proxy_buffering and X-Accel-Buffering",
            cost: "On your machine there is no nginx. In production nothing comes until 64 KB are full.",
        },
        || {
            let server = server_with(0);
            let relay = Relay::to(&server, Fault::Buffer);
            let mut client = Client::connect(&relay);
            client.get(PATH, &[]);
            client.note("through a proxy that buffers unless told X-Accel-Buffering: no");
            client.head().expect_status(200);
            if !server.is_new() {
                next_line(&mut client);
            }
            for id in server.id(1)..=server.id(3) {
                server.publish(1);
                expect_bytes("through the proxy came", next_line(&mut client), line(id));
            }
        },
    );
}

#[test]
fn step_2_push_to_every_reader_on_every_worker() {
    LAB.check_server(
        Rule {
            place: "server.rs, `run` and `stream`",
            text: "every reader gets every event, on whatever worker it is",
            source: "actix-web's documentation of HttpServer::workers",
            cost: "Half of the readers never hear anything, and which half changes with each reload.",
        },
        || {
            let server = server_with(0);
            let mut readers: Vec<_> = (0..8).map(|_| newcomer(&server, PATH)).collect();
            for id in server.id(1)..=server.id(2) {
                server.publish(1);
                for reader in &mut readers {
                    expect_bytes("one of 8 readers got", next_line(reader), line(id));
                }
            }
        },
    );
}

#[test]
fn step_2_push_the_library_says_the_same() {
    LAB.check_server(
        Rule {
            place: "server.rs, `next_bytes`",
            text: "by hand or with the library, an event is the same bytes",
            source: "actix_web_lab::respond::NdJson",
            cost: "Nothing yet: but you could no longer exchange one for the other.",
        },
        || {
            let server = server_with(1);
            server.must_be_here("it compares with a library that the lab uses");
            let mut by_hand = reader(&server, PATH);
            let mut by_library = reader(&server, "/stream-by-library");
            let want = next_line(&mut by_library);
            expect_bytes("by hand, the stream said", next_line(&mut by_hand), want);
        },
    );
}

#[test]
fn step_2_push_head_is_answered_as_get() {
    LAB.check_server(
        Rule {
            place: "server.rs, `run`",
            text: "HEAD is answered as GET is, without the body: nothing stays open, nobody is counted",
            source: "RFC 9110 §9.1 and §9.3.2",
            cost: "A monitor that asks with HEAD reports a server that is down.",
        },
        || head_is_answered_as_get(&server_with(1), PATH),
    );
}
