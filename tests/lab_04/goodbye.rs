//! Step 6: How does each side learn the other is gone?

use super::{CLOSE, LAB, TEXT, expect_event, member, newcomer, room, say, server_with};
use feed::End;
use fixture::report;
use harness::{
    Client, Rule, at_once, calling, costing, expect_eq, expect_hex, frame, hex, wait_until,
};
use lab::wire::{Close, CloseCode, close_payload, parse_close};
use std::time::Duration;

/// What it costs when a goodbye isn't answered.
const UNANSWERED: &str =
    "The browser reports 1006, an accident, for every page that was left politely.";

/// What it costs when it is answered, and not by the same.
const ANOTHER: &str = "The client hears another reason than it gave.";

/// For a connection that ends, at once or not: one test alone asks how soon.
const LINGER: Duration = Duration::from_secs(3);

#[test]
fn step_6_goodbye_close_payloads_are_read() {
    LAB.check(
        Rule {
            place: "wire.rs, `parse_close`",
            text: "nothing, or two bytes of a code that may be sent and then UTF-8; else 1002, or 1007",
            source: "RFC 6455 §5.5.1, §7.4 and §8.1",
            cost: "Your log says why they left, and it isn't what they said.",
        },
        || {
            let said = |code, reason: &str| {
                Ok(Close { code: Some(CloseCode(code)), reason: reason.to_owned() })
            };
            reads(b"", Ok(Close { code: None, reason: String::new() }));
            reads(b"\x03\xe8", said(1000, ""));
            reads(b"\x03\xe8bye", said(1000, "bye"));
            for code in (1000..=1003).chain(1007..=1014).chain([3000, 3999, 4000, 4999]) {
                costing("A good goodbye is answered as if it were an error.", || {
                    reads(&u16::to_be_bytes(code), said(code, ""));
                });
            }
            reads(b"a", Err(CloseCode::PROTOCOL_ERROR));
            for code in [0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65_535] {
                reads(&u16::to_be_bytes(code), Err(CloseCode::PROTOCOL_ERROR));
            }
            reads(b"\x03\xe8\xff", Err(CloseCode::INVALID_TEXT));
            reads("\x0f\x02€".as_bytes(), said(3842, "€"));
        },
    );
}

#[test]
fn step_6_goodbye_reasons_fit_in_123_bytes() {
    LAB.check(
        Rule {
            place: "wire.rs, `close_payload`",
            text: "a close frame has at most 125 bytes: the code, and 123 of the reason, cut between letters",
            source: "RFC 6455 §5.5 and §5.5.1",
            cost: "A reason that was too long, and the peer sees a protocol error instead of it.",
        },
        || {
            let payload = |code, reason: &str| {
                close_payload(&Close { code, reason: reason.to_owned() })
            };
            let normal = Some(CloseCode::NORMAL);
            expect_hex("the code 1000 and the reason \"bye\" gave", payload(normal, "bye"), b"\x03\xe8bye");
            expect_hex("the code 1000 gave", payload(normal, ""), b"\x03\xe8");
            costing("1005 stands for \"no code\" in programs. On the wire it is a protocol error.", || {
                expect_hex("no code gave", payload(None, ""), b"");
            });
            let full = "x".repeat(123);
            let want = [b"\x03\xe8", full.as_bytes()].concat();
            expect_hex("a reason of 123 bytes gave", payload(normal, &full), &want);
            expect_hex("a reason of 124 bytes gave", payload(normal, &format!("{full}x")), &want);
            let letters = format!("{}€", "x".repeat(121));
            let want = [b"\x03\xe8", "x".repeat(121).as_bytes()].concat();
            expect_hex("121 bytes and a letter of 3 gave", payload(normal, &letters), want);
        },
    );
}

#[test]
fn step_6_goodbye_a_close_is_echoed_once() {
    LAB.check_server(
        Rule {
            place: "listen.rs, `listen`",
            text: "a close frame is answered by one with the same code; by an empty one if it had none",
            source: "RFC 6455 §5.5.1 and §7.1.5",
            cost: UNANSWERED,
        },
        || {
            let server = server_with(0);
            for payload in [&b"\x03\xe8"[..], b"\x03\xe9", b"\x0f\xa0", b""] {
                let mut client = member(&server, &room(&server, "hall", ""));
                client.send_frame(CLOSE, payload);
                let answer = client.frame("a close frame").bytes;
                let want = [&[CLOSE, payload.len() as u8], payload].concat();
                costing(ANOTHER, || {
                    expect_hex(&format!("a close frame with {} was answered", hex(payload)), answer, want);
                });
            }
            // With a reason: the code must be the same, the reason may be.
            let mut client = member(&server, &room(&server, "hall", ""));
            client.send_frame(CLOSE, b"\x03\xe8bye");
            let code = client.frame("a close frame").code();
            costing(ANOTHER, || {
                expect_eq("a close frame with 1000 and \"bye\" was answered with", code, Some(1000));
            });
            // The end of the client's side may come with it.
            let mut client = Client::connect(&server);
            client.open_websocket(&room(&server, "hall", ""), &[]);
            client.send(frame(CLOSE, b"\x03\xe8"));
            client.finish();
            let answer = client.frame("a close frame").bytes;
            costing(ANOTHER, || {
                expect_hex("a close frame and a FIN were answered", answer, b"\x88\x02\x03\xe8");
            });
        },
    );
}

#[test]
fn step_6_goodbye_nothing_follows_a_close() {
    LAB.check_server(
        Rule {
            place: "listen.rs, `listen`",
            text: "after its close frame a side says nothing more, and isn't heard any more",
            source: "RFC 6455 §5.5.1",
            cost: "A message is heard from somebody who has left; or sent to a page that is closed.",
        },
        || {
            let server = server_with(0);
            let mut ben = newcomer(&server, "/chat?name=Ben");
            let mut ana = newcomer(&server, "/chat?name=Ana");
            ana.note("a close frame, and a text after it");
            ana.send([frame(CLOSE, b"\x03\xe8"), frame(TEXT, "{\"text\":\"late\"}")].concat());
            let answer = costing(UNANSWERED, || ana.frame("a close frame").bytes);
            costing(ANOTHER, || {
                expect_hex("the close frame was answered", answer, b"\x88\x02\x03\xe8");
            });
            server.publish(1);
            ana.patient(LINGER);
            ana.ended();
            costing("A page that is closed goes on receiving, and the browser calls it an error.", || {
                let after = ana.received().rsplit(|byte| *byte == CLOSE).next().unwrap_or_default();
                expect_hex("from its close frame on, the server sent", after, b"\x02\x03\xe8");
            });
            say(&mut ben, "next");
            expect_event(&mut ben, server.id(1), "weather", &report().to_string());
            expect_event(&mut ben, server.id(2), "chat", "Ben\nnext");
        },
    );
}

#[test]
fn step_6_goodbye_the_server_hangs_up_first() {
    LAB.check_server(
        Rule {
            place: "server.rs, `run`",
            text: "when both have said goodbye the server closes TCP first, and at once",
            source: "RFC 6455 §7.1.1",
            cost: "A page that is closed politely hears of it late, or never: the client waits for you.",
        },
        || {
            let server = server_with(0);
            // One after the other: a wait that is short, and not zero, ends for some and never for the
            // next. Its end is computed from a clock that is up to half a second behind.
            for nth in ["the first", "the second", "the third", "the fourth"] {
                let mut client = member(&server, &room(&server, "hall", ""));
                client.send_frame(CLOSE, b"\x03\xe8");
                client.note(format!("{nth} who leaves"));
                // Whether it answers is another test's.
                client.patient(at_once().mul_f64(0.4));
                client.ended();
            }
        },
    );
}

#[test]
fn step_6_goodbye_shutdown_says_1001() {
    LAB.check_server(
        Rule {
            place: "server.rs, `last_frame`",
            text: "a server that stops says 1001 in every room, and waits for nobody for ever",
            source: "RFC 6455 §7.4.1; equilibriumco/pathfinder issue 2750",
            cost: "At every deploy all pages see an accident, 1006, and can't tell it from a fault.",
        },
        || {
            let mut server = server_with(0);
            let mut weather = member(&server, "/chat");
            let mut hall = member(&server, &room(&server, "hall", ""));
            say(&mut hall, "Hello");
            expect_event(&mut hall, 1, "chat", "guest\nHello");
            server.shut_down();
            for client in [&mut weather, &mut hall] {
                client.note("shutdown");
                let frame = client.frame("a close frame").bytes;
                expect_hex("a server that stops said", frame, b"\x88\x02\x03\xe9");
            }
            // Neither of the two answers.
            costing("Every deploy hangs, because one laptop is closed.", || {
                server.expect_stopped(Duration::from_secs(2));
            });
        },
    );
}

#[test]
fn step_6_goodbye_a_limit_says_1001_too() {
    LAB.check_server(
        Rule {
            place: "server.rs, `last_frame`",
            text: "a connection that has reached a limit of time isn't done either: 1001, come back",
            source: "RFC 6455 §7.4.1",
            cost: "The page believes that all is said, and doesn't come back.",
        },
        || {
            let server = server_with(0);
            let mut client = member(&server, "/chat");
            server.end(End::Limit);
            client.note("the end of the feed, `End::Limit`");
            let frame = client.frame("a close frame").bytes;
            expect_hex("it was said", frame, b"\x88\x02\x03\xe9");
        },
    );
}

#[test]
fn step_6_goodbye_finished_says_1000() {
    LAB.check_server(
        Rule {
            place: "server.rs, `last_frame`",
            text: "a room that is finished says what it has, then 1000: all is said",
            source: "RFC 6455 §7.4.1",
            cost: "The match is over, and every page comes back every few seconds, for ever.",
        },
        || {
            let server = server_with(2);
            server.end(End::Finished);
            let mut client = member(&server, "/chat?since=1");
            expect_event(&mut client, 2, "weather", &report().to_string());
            let frame = client.frame("a close frame").bytes;
            expect_hex("a finished room said", frame, b"\x88\x02\x03\xe8");
            client.patient(LINGER);
            client.ended();
        },
    );
}

#[test]
fn step_6_goodbye_the_one_who_left_is_out_of_the_room() {
    LAB.check_server(
        Rule {
            place: "listen.rs, `listen`",
            text: "a member is gone when its connection is: by a close frame, a FIN or a reset",
            source: "RFC 6455 §7.1.4; actix/actix-extras pull request 672",
            cost: "The list of who is here fills with those who aren't, until no place is left.",
        },
        || {
            let server = server_with(0);
            let gone = || server.subscribers() == 0;

            let mut client = member(&server, "/chat");
            client.send_frame(CLOSE, b"\x03\xe8");
            wait_until(at_once(), "a member to be freed that said goodbye", gone);

            let mut client = member(&server, "/chat");
            client.finish();
            wait_until(at_once(), "a member to be freed that closed its side (FIN)", gone);

            let client = member(&server, "/chat");
            client.reset();
            wait_until(at_once(), "a member to be freed that broke off (RST)", gone);
        },
    );
}

/// Fails unless this payload of a close frame is read so.
#[track_caller]
fn reads(payload: &[u8], want: Result<Close, CloseCode>) {
    let did = format!("parse_close({})", hex(payload));
    let got = calling(&did, || parse_close(payload));
    expect_eq(&format!("{did} gave"), got, want);
}
