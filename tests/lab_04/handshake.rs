//! Step 2: How does new data reach the client? First the handshake, which is what push costs here.

use super::{LAB, TEXT, awaited_event, expect_to_stay, member, room, server_with};
use fixture::Target;
use harness::{Client, Failure, HANDSHAKE, Head, Rule, costing, frame};
use lab::wire::accept_key;

#[test]
fn step_2_push_the_accept_key_is_over_the_text_as_received() {
    LAB.check(
        Rule {
            place: "wire.rs, `accept_key`",
            text: "the Base64 of the SHA-1 of the key's text, as it came, followed by the GUID",
            source: "RFC 6455 §1.3 and §4.2.2",
            cost: "Every browser refuses you, and says no more than \"connection failed\".",
        },
        || {
            for (key, want) in [
                ("dGhlIHNhbXBsZSBub25jZQ==", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="),
                ("x3JJHMbDL1EzLkh9GBhXDw==", "HSmrc0sMlYUkAGmm5OPpG2HaGWk="),
                ("x3JJHmbDL1EzLkh9GBhXDw==", "udZv+T+g/kcypqdFyiHWQX+n3ZE="),
                ("AQIDBAUGBwgJCgsMDQ4PEC==", "OfS0wDaT5NoxF2gqm7Zj2YtetzM="),
                ("AQIDBAUGBwgJCgsMDQ4PEA==", "C/0nmHhBztSRGR1CwL6Tf4ZjwpY="),
                ("AAAAAAAAAAAAAAAAAAAAAA==", "ICX+Yqv66kxgM0FcWaLWlFLwTAI="),
            ] {
                let got = accept_key(key);
                if got != want {
                    Failure::new(format!("accept_key({key:?}) gave {got:?}"))
                        .said(recognised(&got))
                        .expected(format!("{want:?}"))
                        .raise();
                }
            }
        },
    );
}

/// What people often compute instead, for the first key.
fn recognised(got: &str) -> &'static str {
    match got {
        "e9DSD+7odi4L33gvS+JMr+joojo=" | "sTcNwj8OyDSTM5dZc4AhkyEM50M=" => {
            "This is the hash with a GUID that is cut short. It ends in C5AB0DC85B11."
        }
        hex if hex.len() == 40 && hex.bytes().all(|byte| byte.is_ascii_hexdigit()) => {
            "This is hexadecimal: right so far, but the answer is Base64."
        }
        hex if hex.len() == 56 => {
            "This is the Base64 of the hexadecimal text: encode the 20 bytes."
        }
        base64 if base64.len() == 28 => {
            "This has the right form. Is it the hash of key and GUID, as text, nothing between?"
        }
        _ => "A right answer has 28 characters: the Base64 of 20 bytes.",
    }
}

#[test]
fn step_2_push_chat_is_chosen_only_if_offered() {
    LAB.check_server(
        Rule {
            place: "server.rs, `chat`",
            text: "of the subprotocols that the client offers, name the one that you speak, or none",
            source: "RFC 6455 §4.2.2 and §4.1; WebSockets Living Standard §3.1",
            cost: "The browser closes the connection: it was answered something that it didn't offer.",
        },
        || {
            let server = server_with(0);
            for (offers, want) in [
                (&["chat"][..], Some("chat")),
                (&["superchat, chat"], Some("chat")),
                (&["mqtt,chat ,wamp"], Some("chat")),
                (&["superchat", "chat"], Some("chat")),
                (&["superchat"], None),
                (&["Chat"], None),
                (&["chat.v2"], None),
                (&[], None),
            ] {
                // The extension, which every browser offers, is never taken up.
                let mut fields = vec![("Sec-WebSocket-Extensions", "permessage-deflate")];
                fields.extend(offers.iter().map(|offer| ("Sec-WebSocket-Protocol", *offer)));
                let mut client = Client::connect(&server);
                let head = client.open_websocket("/chat", &fields);
                match want {
                    Some(want) => costing("The browser closes the connection: it offered, and nobody took it up.", || {
                        head.expect_field("Sec-WebSocket-Protocol", want, |it| it == want);
                    }),
                    None => head.expect_no_field("Sec-WebSocket-Protocol"),
                }
            }
        },
    );
}

#[test]
fn step_2_push_tokens_in_a_list_any_case() {
    LAB.check_server(
        Rule {
            place: "server.rs, `chat`",
            text: "Connection is a list in which Upgrade stands; case doesn't matter",
            source: "RFC 6455 §4.2.1; RFC 9110 §7.6.1",
            cost: "It works in one browser. Firefox sends `keep-alive, Upgrade`, and is refused.",
        },
        || {
            let server = server_with(0);
            for (upgrade, connection) in
                [("WebSocket", "keep-alive, UPGRADE"), ("websocket", "Upgrade, keep-alive")]
            {
                let mut client = Client::connect(&server);
                let fields = [HANDSHAKE[2], HANDSHAKE[3]];
                let fields = [&[("Upgrade", upgrade), ("Connection", connection)], &fields[..]];
                client.get("/chat", &fields.concat());
                client.head().expect_status(101);
            }
        },
    );
}

#[test]
fn step_2_push_bad_handshakes_are_refused() {
    LAB.check_server(
        Rule {
            place: "server.rs, `chat`",
            text: "what isn't a whole WebSocket handshake gets an HTTP error, and no upgrade",
            source: "RFC 6455 §4.2.1 and §4.4",
            cost: "Something that isn't WebSocket is sent frames, and shows them as a page.",
        },
        || {
            let server = server_with(0);
            let without = |name: &str| -> Vec<_> {
                HANDSHAKE.into_iter().filter(|field| field.0 != name).collect()
            };
            let with = |name: &str, value: &'static str| {
                let mut fields = HANDSHAKE;
                if let Some(field) = fields.iter_mut().find(|field| field.0 == name) {
                    field.1 = value;
                }
                fields.to_vec()
            };
            for (fields, status) in [
                (without("Upgrade"), 400),
                (without("Connection"), 400),
                (with("Connection", "keep-alive"), 400),
                (without("Sec-WebSocket-Key"), 400),
                (with("Sec-WebSocket-Key", "!!!"), 400),
                (with("Sec-WebSocket-Key", "AAAAAAAAAAAAAAAAAAAA"), 400),
                (without("Sec-WebSocket-Version"), 400),
                (with("Sec-WebSocket-Version", "8"), 426),
            ] {
                let mut client = Client::connect(&server);
                client.get("/chat", &fields);
                let head = client.head();
                head.expect_status(status);
                if status == 426 {
                    head.expect_field("Sec-WebSocket-Version", "13", |it| it == "13");
                }
            }
            let mut client = Client::connect(&server);
            client.request("POST", "/chat", &HANDSHAKE, b"");
            client.head().expect_status(405);
        },
    );
}

#[test]
fn step_2_push_a_foreign_origin_is_403() {
    LAB.check_server(
        Rule {
            place: "server.rs, `allowed_origin`",
            text: "a page of another site is refused before the upgrade, with 403",
            source: "RFC 6455 §10.2; ansible/awx issue 2467",
            cost: "Any page that a colleague opens can join the chat, with that colleague's cookies.",
        },
        || {
            let server = server_with(0);
            for origin in [
                "https://evil.example",
                "http://evil.example",
                "http://localhost.evil.example",
                "http://127.0.0.1.evil.example:8004",
                "http://evil.example:8004",
                "null",
            ] {
                refused(&server, origin);
            }
            costing("Any page may have megabytes said back to it.", || {
                let mut client = Client::connect(&server);
                client.ask_for_websocket("/echo", &[("Origin", "http://evil.example")]);
                expect_forbidden(&client.head());
            });
            // A browser says none of these for a stranger's page.
            costing("A name that isn't yours is let in. The next one may be a stranger's.", || {
                for origin in [
                    "http://notlocalhost",
                    "http://evil.localhost",
                    "https://localhost",
                    "http://[::1]",
                    "http://localhost/",
                    "http://localhost:x",
                    "http://localhost:80@evil.example",
                    "",
                    "\u{20ac}",
                ] {
                    refused(&server, origin);
                }
            });
            // Her name server says that the name means your machine (DNS rebinding): to the browser
            // the page and your server are one site.
            let mut client = Client::connect(&server);
            let mut request = "GET /chat HTTP/1.1\r\nHost: evil.example:8004\r\n".to_owned();
            for (name, value) in [&HANDSHAKE[..], &[("Origin", "http://evil.example:8004")]].concat() {
                request += &format!("{name}: {value}\r\n");
            }
            client.send(format!("{request}\r\n"));
            client.note("with `evil.example:8004` in Origin and Host");
            expect_forbidden(&client.head());
            for origin in
                ["http://127.0.0.1:8004", "http://localhost:8004", "http://localhost", "http://127.0.0.1:3000"]
            {
                let mut client = Client::connect(&server);
                costing("Your own page is refused.", || {
                    client.open_websocket("/chat", &[("Origin", origin)]);
                });
            }
            costing("A program that is no browser is refused: it has no origin.", || {
                member(&server, "/chat");
            });
        },
    );
}

#[track_caller]
fn refused(server: &Target, origin: &str) {
    let mut client = Client::connect(server);
    client.ask_for_websocket("/chat", &[("Origin", origin)]);
    expect_forbidden(&client.head());
}

#[track_caller]
fn expect_forbidden(head: &Head) {
    match head.status() {
        101 => head.expect_status(403),
        _ => costing(
            "A client that is refused isn't told why, and looks in the wrong place.",
            || {
                head.expect_status(403);
            },
        ),
    }
}

#[test]
fn step_2_push_bytes_after_the_head_are_the_first_frame() {
    LAB.check_server(
        Rule {
            place: "server.rs, `chat`",
            text: "what follows the head in the same read is the first frame, and isn't lost",
            source: "RFC 6455 §4.1: once open, the client may send at once",
            cost: "Now and then the first message of a member is never heard.",
        },
        || {
            let server = server_with(0);
            expect_to_stay(&server);
            let mut client = Client::connect(&server);
            let hall = room(&server, "hall", "");
            let mut request = format!("GET {hall} HTTP/1.1\r\nHost: 127.0.0.1\r\n");
            for (name, value) in HANDSHAKE {
                request += &format!("{name}: {value}\r\n");
            }
            let said = frame(TEXT, "{\"text\":\"Hello\"}");
            client.send([format!("{request}\r\n").as_bytes(), &said].concat());
            client.head().expect_status(101);
            // What is made of it is another test's.
            awaited_event(&mut client, "what was said in that frame, as an event");
        },
    );
}
