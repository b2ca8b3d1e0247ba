//! Step 1: Where does one message end? Second half: messages of several frames.

use super::{CLOSE, LAB, TEXT};
use harness::{Failure, Random, Rule, costing, expect_eq, frame, hex};
use lab::message::{Assembler, Decoder, MAX_FRAMES, Message};
use lab::wire::{CloseCode, Head, Role, encode};

const MAX: usize = 4096;

#[test]
fn step_1_frame_message_fin_ends_it() {
    LAB.check(
        Rule {
            place: "message.rs, `Assembler::push`",
            text: "FIN ends a message: the first frame has the opcode, those that go on have 0",
            source: "RFC 6455 §5.4 and §5.7",
            cost: "A long message arrives as several; or the end of one as the beginning of the next.",
        },
        || {
            reads(&[(0x81, b"Hello")], Ok(&[text("Hello")]));
            reads(&[(0x01, b"Hel"), (0x80, b"lo")], Ok(&[text("Hello")]));
            reads(&[(0x01, b""), (0x00, b"a"), (0x00, b""), (0x80, b"b")], Ok(&[text("ab")]));
            reads(&[(0x02, b"\xff"), (0x80, b"\0")], Ok(&[Message::Binary(b"\xff\0".into())]));
            reads(&[(0x01, b"a"), (0x80, b""), (0x81, b"b"), (0x81, b"")], Ok(&[text("a"), text("b"), text("")]));
            // Nothing to go on with, and a new one inside another.
            costing("Two peers disagree about what was said, and neither notices.", || {
                reads(&[(0x80, b"lo")], Err((&[], CloseCode::PROTOCOL_ERROR)));
                reads(&[(0x00, b"lo")], Err((&[], CloseCode::PROTOCOL_ERROR)));
                reads(&[(0x01, b"a"), (0x81, b"b")], Err((&[], CloseCode::PROTOCOL_ERROR)));
                reads(&[(0x81, b"a"), (0x80, b"b")], Err((&[text("a")], CloseCode::PROTOCOL_ERROR)));
            });
        },
    );
}

#[test]
fn step_1_frame_message_a_ping_may_come_between() {
    LAB.check(
        Rule {
            place: "message.rs, `Assembler::push`",
            text: "control frames may come between the pieces of a message, and change nothing in it",
            source: "RFC 6455 §5.4 and §5.5",
            cost: "A long message over a slow line is garbled, or lost, whenever a ping is due.",
        },
        || {
            let ping = Message::Ping(b"?".into());
            reads(&[(0x01, b"Hel"), (0x89, b"?"), (0x80, b"lo")], Ok(&[ping, text("Hello")]));
            let pong = Message::Pong(b"".into());
            reads(&[(0x02, b"a"), (0x8a, b""), (0x80, b"")], Ok(&[pong, Message::Binary(b"a".into())]));
            let close = Message::Close(b"\x03\xe8".into());
            reads(&[(0x01, b"Hel"), (0x88, b"\x03\xe8")], Ok(&[close]));
        },
    );
}

#[test]
fn step_1_frame_message_text_is_utf8_as_a_whole() {
    LAB.check(
        Rule {
            place: "message.rs, `Assembler::push`",
            text: "a text is UTF-8 as a whole: a frame may end inside a letter; what isn't is 1007",
            source: "RFC 6455 §5.6 and §8.1",
            cost: "A message is refused, or loses a letter, depending on where it was cut.",
        },
        || {
            reads(&[(0x01, b"\xe2\x82"), (0x80, b"\xac")], Ok(&[text("€")]));
            reads(&[(0x01, b"\xf0"), (0x00, b"\x9f"), (0x80, b"\x8c\xa7")], Ok(&[text("🌧")]));
            // Bytes needn't be text.
            reads(&[(0x82, b"\xc3\x28")], Ok(&[Message::Binary(b"\xc3\x28".into())]));
            costing(
                "Each reader repairs the text in its own way: what you log isn't what was shown.",
                || {
                    for bad in [
                        &b"\xc3\x28"[..],
                        b"\xed\xa0\x80",
                        b"\xf4\x90\x80\x80",
                        b"a\xff",
                        b"\xe2\x82",
                    ] {
                        reads(&[(0x81, bad)], Err((&[], CloseCode::INVALID_TEXT)));
                        reads(&[(0x01, bad), (0x80, b"")], Err((&[], CloseCode::INVALID_TEXT)));
                    }
                },
            );
        },
    );
}

#[test]
fn step_1_frame_message_total_and_count_are_bounded() {
    LAB.check(
        Rule {
            place: "message.rs, `Assembler::push`",
            text: "the limit holds for the message, not for a frame, and the frames are counted: 1009",
            source: "RFC 6455 §10.4",
            cost: "A film in frames of one kilobyte fills the memory that a limit should have saved.",
        },
        || {
            let piece = [b'x'; 1024];
            let pieces = [(0x01, &piece[..]), (0x00, &piece), (0x00, &piece), (0x80, &piece)];
            costing("A message of just the size that you promise is refused.", || {
                reads(&pieces, Ok(&[Message::Text("x".repeat(MAX))]));
            });
            let over = [&pieces[..3], &[(0x00, &piece), (0x00, b"x")]].concat();
            reads(&over, Err((&[], CloseCode::TOO_BIG)));

            let mut assembler = Assembler::new(MAX);
            let empty = |fin, opcode| Head { fin, opcode, length: 0, mask: None, size: 2 };
            let mut last = assembler.push(&empty(false, 1), Vec::new());
            let mut count = 1;
            while last == Ok(None) && count < 1_000_000 {
                last = assembler.push(&empty(false, 0), Vec::new());
                count += 1;
            }
            costing("One client keeps you busy for ever with a message of no bytes.", || {
                let did = format!("after {count} empty pieces `push` gave");
                expect_eq(&did, last, Err(CloseCode::TOO_BIG));
            });
            costing(cost_of_refusing_piece(count), || {
                let did = "of empty pieces `push` refused number";
                expect_eq(did, count, MAX_FRAMES + 1);
            });
            // Only the pieces of one message count.
            costing("A member that stays long enough is thrown out with 1009, and was never too big.", || {
                let mut assembler = Assembler::new(MAX);
                for number in 1..=MAX_FRAMES + 1 {
                    let got = assembler.push(&empty(true, 1), Vec::new());
                    if got != Ok(Some(text(""))) {
                        expect_eq(&format!("for whole text number {number} `push` gave"), got, Ok::<_, CloseCode>(Some(text(""))));
                    }
                }
                let first = assembler.push(&empty(false, 1), Vec::new());
                expect_eq("for the first piece of a text `push` gave", first, Ok::<_, CloseCode>(None));
                for number in 1..=MAX_FRAMES + 1 {
                    let got = assembler.push(&empty(true, 9), Vec::new());
                    if got != Ok(Some(Message::Ping(Vec::new()))) {
                        expect_eq(&format!("for ping number {number} in the middle of it `push` gave"), got, Ok::<_, CloseCode>(Some(Message::Ping(Vec::new()))));
                    }
                }
                let last = assembler.push(&empty(true, 0), Vec::new());
                expect_eq("and for the last piece of the text", last, Ok::<_, CloseCode>(Some(text(""))));
            });
        },
    );
}

/// What it costs that it is the piece with this number which is refused.
fn cost_of_refusing_piece(number: usize) -> &'static str {
    match number > MAX_FRAMES + 1 {
        true => "One client keeps you busy for longer than you promised.",
        false => "A long message in small pieces is refused.",
    }
}

#[test]
fn step_1_frame_message_every_cut_gives_the_same_messages() {
    LAB.check(
        Rule {
            place: "wire.rs and message.rs, all of step 1",
            text: "bytes may come cut anywhere, or several frames at once; the messages are the same",
            source: "RFC 9293 §3.8: TCP carries bytes, and knows no messages",
            cost: "It works until the network is busy. Then half a frame is read as a whole one.",
        },
        || {
            let key = Some([0x37, 0xfa, 0x21, 0x3d]);
            let long = "KYŌTO 30.5 🌧 ".repeat(20);
            let mut stream = encode(1, b"BERLIN 25.5", key);
            stream.extend(encode(9, b"", key));
            stream.extend(encode(1, long.as_bytes(), key));
            stream.extend(encode(8, b"\x03\xe8", key));
            let want = [
                text("BERLIN 25.5"),
                Message::Ping(Vec::new()),
                text(&long),
                Message::Close(b"\x03\xe8".into()),
            ];
            let same = |did: &str, pieces: &[&[u8]]| {
                let mut decoder = Decoder::new(Role::Server, MAX);
                let mut got = Vec::new();
                let ended = pieces.iter().try_for_each(|piece| decoder.push(piece, &mut got));
                expect_eq(&format!("{did}, a stream of 4 frames gave"), (ended, got), (Ok(()), want.to_vec()));
            };
            same("in one read", &[&stream]);
            for cut in 1..stream.len() {
                let (first, second) = stream.split_at(cut);
                same(&format!("cut after {cut} bytes"), &[first, second]);
            }
            same("byte by byte", &stream.chunks(1).collect::<Vec<_>>());
        },
    );
}

#[test]
fn step_1_frame_message_any_cut_of_anything_is_the_same_and_an_end_is_final() {
    LAB.check(
        Rule {
            place: "wire.rs and message.rs, all of step 1",
            text: "right or wrong, what is read doesn't depend on where the reads end; after a goodbye or \
                   an error nothing is read",
            source: "RFC 6455 §5.5.1 and §7.1.7; RFC 9293 §3.8",
            cost: "What a page shows depends on the network. It can't be found by trying again.",
        },
        || {
            let pieces: Vec<Vec<u8>> = vec![
                frame(TEXT, "BERLIN 25.5"),
                frame(TEXT, "🌧".repeat(40)),
                frame(0x01, "K"),
                frame(0x01, b"\xe2\x82"),
                frame(0x00, b"\xac"),
                frame(0x00, ""),
                frame(0x80, "Ō"),
                frame(0x80, b"\xac"),
                frame(0x82, vec![0; 200]),
                frame(0x89, "between"),
                frame(0x8a, ""),
                frame(CLOSE, b"\x03\xe8"),
                frame(TEXT, b"\xc3"),
                frame(TEXT, vec![b'x'; MAX + 1]),
                frame(0xc1, ""),
                frame(0x09, ""),
                b"\x81\x05Hello".to_vec(),
                b"\x81".to_vec(),
            ];
            let read = |reads: &[&[u8]]| {
                let mut decoder = Decoder::new(Role::Server, MAX);
                let mut got = Vec::new();
                let mut ended = Ok(());
                for read in reads {
                    ended = decoder.push(read, &mut got);
                }
                let over = ended.is_err() || matches!(got.last(), Some(Message::Close(_)));
                let count = got.len();
                // Once more, whatever comes.
                let after = decoder.push(&frame(TEXT, "still there?"), &mut got);
                if over && (got.len(), after) != (count, ended) {
                    Failure::new(format!("frames were {} and gave {}, {ended:?}", hex(&reads.concat()), list(&got[..count])))
                        .said(format!("then one more text came, and gave {}, {after:?}", list(&got[count..])))
                        .expected(format!("no message, {ended:?}: it had ended"))
                        .raise();
                }
                got.truncate(count);
                (got, ended)
            };
            let mut random = Random(1);
            for _ in 0..500 {
                let stream = random.some_of(&pieces, 6);
                let (whole, cut) = (read(&[&stream]), read(&random.cut(&stream)));
                if cut != whole {
                    Failure::new(format!("frames came in several reads: {}", hex(&stream)))
                        .said(format!("and gave {}, {:?}", list(&cut.0), cut.1))
                        .expected(format!("as in one read: {}, {:?}", list(&whole.0), whole.1))
                        .raise();
                }
            }
        },
    );
}

fn text(text: &str) -> Message {
    Message::Text(text.to_owned())
}

/// Fails unless these frames, each with its first byte and its payload, become these messages; or
/// these and then an error.
#[track_caller]
fn reads(frames: &[(u8, &[u8])], want: Result<&[Message], (&[Message], CloseCode)>) {
    let mut assembler = Assembler::new(MAX);
    let mut got = Vec::new();
    let mut ended = Ok(());
    for &(first, payload) in frames {
        let (fin, opcode) = (first & 0x80 != 0, first & 0x0f);
        let head = Head { fin, opcode, length: payload.len(), mask: None, size: 2 };
        match assembler.push(&head, payload.to_vec()) {
            Ok(message) => got.extend(message),
            Err(code) => {
                ended = Err(code);
                break;
            }
        }
    }
    let (messages, end) = match want {
        Ok(messages) => (messages, Ok(())),
        Err((messages, code)) => (messages, Err(code)),
    };
    if got != messages || ended != end {
        let shown = frames.iter().map(|(first, payload)| format!("{first:02x} {}", hex(payload)));
        let shown = shown.collect::<Vec<_>>().join(" · ");
        let say = |messages: &[Message], ended: Result<(), CloseCode>| match ended {
            Ok(()) => list(messages),
            Err(code) => format!("{}, then {code:?}", list(messages)),
        };
        Failure::new(format!("frames (first byte, payload) {shown} gave {}", say(&got, ended)))
            .expected(say(messages, end))
            .raise();
    }
}

/// Messages, without the middle of long ones.
fn list(messages: &[Message]) -> String {
    match messages {
        [] => "no message".to_owned(),
        messages => messages
            .iter()
            .map(|message| {
                let text = format!("{message:?}");
                match text.char_indices().nth(60) {
                    Some((cut, _)) => format!("{}…", &text[..cut]),
                    None => text,
                }
            })
            .collect::<Vec<_>>()
            .join(", "),
    }
}
