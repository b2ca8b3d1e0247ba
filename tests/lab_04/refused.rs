//! Step 5: What if the client reads slower than the server writes? And the other way round: what if
//! it sends too much, or what nobody understands?

use super::{BINARY, CLOSE, LAB, TEXT, expect_event, member, room, say, server_with};
use harness::{Client, Rule, costing, expect, expect_eq, hex};

#[test]
fn step_5_pressure_too_big_is_1009() {
    LAB.check_server(
        Rule {
            place: "listen.rs, `messages` and `close_code`",
            text: "a message over `limits.message` ends the connection with 1009, in one frame or in many",
            source: "RFC 6455 §7.4.1 and §10.4",
            cost: "Each member may fill a megabyte of your memory; or is thrown out and told the wrong reason.",
        },
        || {
            let server = server_with(0);
            let most = server.limits().message;
            // Just the limit: a text that fills the JSON up to it.
            let mut client = member(&server, &room(&server, "hall", "&name=Ana"));
            let text = "x".repeat(most - r#"{"text":""}"#.len());
            say(&mut client, &text);
            costing("A message of just the size that you promise is refused.", || {
                expect_event(&mut client, 1, "chat", &format!("Ana\n{text}"));
            });
            let mut client = member(&server, &room(&server, "garden", ""));
            say(&mut client, &format!("{text}x"));
            closes(&mut client, "a message of one byte too many", 1009);

            let mut client = member(&server, &room(&server, "garden", ""));
            let piece = "x".repeat(most / 2);
            client.send_frame(0x01, &piece);
            client.send_frame(0x00, &piece);
            client.send_frame(0x00, &piece);
            client.note("3 frames of one message, each within the limit, together over it");
            closes(&mut client, "3 frames, each within the limit, together over it,", 1009);
        },
    );
}

#[test]
fn step_5_pressure_too_big_is_refused_by_its_head() {
    LAB.check_server(
        Rule {
            place: "server.rs, `most`",
            text: "a frame that announces too much is refused before it has come",
            source: "RFC 6455 §10.4",
            cost: "Each member may fill as much of your memory as the connection brings, for as long as it takes.",
        },
        || {
            let server = server_with(0);
            let most = server.limits().message as u64;
            for length in [most + 1, 1 << 30] {
                let mut client = member(&server, &room(&server, "hall", ""));
                client.send(long_head(length));
                client.note(format!("the head of a frame of {length} bytes, and none of them"));
                closes(&mut client, &format!("a frame that announces {length} bytes"), 1009);
            }
        },
    );
}

/// The head of a masked text in one frame of 126 bytes or more.
fn long_head(length: u64) -> Vec<u8> {
    let mut head = vec![TEXT];
    match u16::try_from(length) {
        Ok(length) => {
            head.push(0x80 | 126);
            head.extend(length.to_be_bytes());
        }
        Err(_) => {
            head.push(0x80 | 127);
            head.extend(length.to_be_bytes());
        }
    }
    head.extend([0x37, 0xfa, 0x21, 0x3d]);
    head
}

#[test]
fn step_5_pressure_not_utf8_is_1007() {
    LAB.check_server(
        Rule {
            place: "listen.rs, `close_code`",
            text: "a text that isn't UTF-8 is 1007; bytes that aren't WebSocket are 1002",
            source: "RFC 6455 §7.4.1 and §8.1",
            cost: "The author of that client reads the wrong reason, and looks in the wrong place.",
        },
        || {
            let server = server_with(0);
            let mut client = member(&server, &room(&server, "hall", ""));
            client.send_frame(TEXT, b"\xc3\x28");
            closes(&mut client, "a text that isn't UTF-8", 1007);
            let mut client = member(&server, &room(&server, "hall", ""));
            client.send_frame(0x01, b"\xe2\x82");
            client.send_frame(0x80, b"\x28");
            closes(&mut client, "a text in two pieces that isn't UTF-8", 1007);
            for (first, what) in [
                (0xc1, "a reserved bit"),
                (0x83, "an unknown opcode"),
                (0x80, "the end of nothing"),
            ] {
                let mut client = member(&server, &room(&server, "hall", ""));
                client.send_frame(first, "x");
                closes(&mut client, what, 1002);
            }
        },
    );
}

#[test]
fn step_5_pressure_binary_is_1003_and_not_our_json_is_1008() {
    LAB.check_server(
        Rule {
            place: "listen.rs, `listen`; `on_text` of step 2",
            text: "bytes where only text is spoken are 1003; a text that isn't our JSON is 1008",
            source: "RFC 6455 §7.4.1",
            cost: "The author of a client can't tell a wrong opcode from a wrong field.",
        },
        || {
            let server = server_with(0);
            let mut client = member(&server, &room(&server, "hall", ""));
            client.send_frame(BINARY, "{\"text\":\"Hello\"}");
            closes(&mut client, "a binary message", 1003);
            for text in [
                "Hello",
                "{}",
                "{\"text\":1}",
                "{\"text\":\"a\"} {\"text\":\"b\"}",
                "[\"a\"]",
                "\"a\"",
                "null",
                "",
            ] {
                let mut client = member(&server, &room(&server, "hall", ""));
                client.send_frame(TEXT, text);
                closes(&mut client, &format!("the text {text:?}"), 1008);
            }
        },
    );
}

#[test]
fn step_5_pressure_a_bad_member_disturbs_nobody() {
    LAB.check_server(
        Rule {
            place: "listen.rs, `listen`",
            text: "whatever one member sends, the others don't notice",
            source: "RFC 6455 §7.1.7: fail *the* connection",
            cost: "One bad client, and everybody who shares its worker is thrown out.",
        },
        || {
            let server = server_with(0);
            let mut ana = member(&server, &room(&server, "hall", "&name=Ana"));
            let mut ben = member(&server, &room(&server, "hall", "&name=Ben"));
            let frames: [&[u8]; 6] = [
                b"\x83\x80\x37\xfa\x21\x3d",
                b"\x81\x05Hello",
                b"\x81\xff\xff\xff\xff\xff\xff\xff\xff\xff\x37\xfa\x21\x3d",
                b"\x88\x81\x37\xfa\x21\x3d\x00",
                b"\x81\x82\x37\xfa\x21\x3d\xf4\xd2",
                b"GET / HTTP/1.1\r\n\r\n",
            ];
            for (round, bytes) in frames.into_iter().enumerate() {
                let mut bad = member(&server, &room(&server, "hall", "&name=Eve"));
                bad.send(bytes);
                bad.close_code();
                let mut gone = member(&server, &room(&server, "hall", "&name=Eve"));
                gone.send(&bytes[..1]);
                gone.reset();
                say(&mut ana, "still here?");
                for client in [&mut ana, &mut ben] {
                    expect_event(client, round as u64 + 1, "chat", "Ana\nstill here?");
                }
            }
            expect(server.panicked().is_none(), "the server panicked", "no panic");
        },
    );
}

/// Fails unless the server closes with this code.
#[track_caller]
fn closes(client: &mut Client, what: &str, want: u16) {
    let frame = client.frame(&format!("a close frame with the code {want}"));
    let did = format!("{what} was answered by the frame {}", hex(&frame.bytes));
    expect(frame.first == CLOSE, &did, &format!("a close frame with the code {want}"));
    let did = format!("{what} was answered by a close frame with the code");
    expect_eq(&did, frame.code().unwrap_or(1005), want);
}
