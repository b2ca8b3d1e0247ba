//! Step 1: Where does one message end?

use super::LAB;
use feed::Event;
use harness::{Failure, Random, Rule, costing, expect_bytes, expect_eq, under};
use lab::wire::{Parser, TooLong, encode};

#[test]
fn step_1_frame_each_line_of_text_is_a_data_line() {
    LAB.check(
        Rule {
            place: "wire.rs, `encode`",
            text: "each line of the text gets its own `data:`, whatever ended that line",
            source: "HTML Living Standard §9.2.5 and §9.2.6",
            cost: "A browser would show what stands before the first line end, and no error.",
        },
        || {
            encodes(
                "BERLIN 25.5\nLONDON 24.4\nPARIS 27.4",
                "data: BERLIN 25.5\ndata: LONDON 24.4\ndata: PARIS 27.4\n",
            );
            costing("The text arrives with a line too many, or one too few.", || {
                encodes("a\r\nb\rc\n", "data: a\ndata: b\ndata: c\ndata: \n");
            });
            costing("A tab in a visitor's note becomes a line end.", || {
                let text = "a\tb\u{b}c\u{85}d\u{2028}e";
                encodes(text, &format!("data: {text}\n"));
            });

            let forged = "Fog.\rid: 99\rdata: 40.0\r\rdata: forged";
            let text = encode(&Event::new(2, "weather", forged));
            if let Some(at) = text.find('\r') {
                Failure::new("a visitor's note became an event's text, and `encode` gave")
                    .seen(text.as_bytes())
                    .caret(at, "this CR ends a line too: what follows is read as a field")
                    .expected("no CR: a line of the text is a line of `data:`")
                    .cost("A visitor wrote two events, and every reader's last id is now 99.")
                    .raise();
            }
        },
    );
}

#[test]
fn step_1_frame_an_empty_line_ends_the_event() {
    LAB.check(
        Rule {
            place: "wire.rs, `encode`",
            text: "an empty line ends the event, and only that",
            source: "HTML Living Standard §9.2.6",
            cost: "The browser holds every event back until the next one comes, or for ever.",
        },
        || {
            encodes("BERLIN 25.5", "data: BERLIN 25.5\n");
            costing("This one event never fires: without a `data` line it is none.", || {
                encodes("", "data: \n");
            });
        },
    );
}

#[test]
fn step_1_frame_text_comes_back_as_it_went() {
    LAB.check(
        Rule {
            place: "wire.rs, `encode` and `Parser`",
            text: "what was encoded is parsed to the same text, with LF for every line end",
            source: "HTML Living Standard §9.2.5 and §9.2.6",
            cost: "Some notes arrive changed, and nobody knows which.",
        },
        || {
            let pieces =
                ["", "a", " ", ":", "\n", "\r", "\r\n", "\n\n", "data: x", "🌧", "\u{feff}"];
            for first in pieces {
                for second in pieces {
                    for third in pieces {
                        let text = [first, second, third].concat();
                        let bytes = encode(&Event::new(2, "weather", text.clone()));
                        let same = text.replace("\r\n", "\n").replace('\r', "\n");
                        parses(bytes, &[&same]);
                    }
                }
            }
        },
    );
}

#[test]
fn step_1_frame_cr_lf_and_crlf_end_a_line() {
    LAB.check(
        Rule {
            place: "wire.rs, `Parser::push`",
            text: "a line ends with LF, with CR, or with CR LF, which is one end and not two",
            source: "HTML Living Standard §9.2.5",
            cost: "Your client understands your own server and no other.",
        },
        || {
            parses("data: a\n\ndata: b\n\n", &["a", "b"]);
            parses("data: a\r\rdata: b\r\n\r\ndata: c\n\n", &["a", "b", "c"]);
            parses("data: a\r\ndata: b\r\n\r\n", &["a\nb"]);
            parses("data: x\r\n\n", &["x"]);
            parses("data: one\ndata: two\r\n\r\ndata:three\r\r", &["one\ntwo", "three"]);
        },
    );
}

#[test]
fn step_1_frame_crlf_cut_in_two_is_one_ending() {
    LAB.check(
        Rule {
            place: "wire.rs, `Parser::push`",
            text: "CR ends the line at once; an LF that follows it, even in the next read, is nothing",
            source: "HTML Living Standard §9.2.5; rexxars/eventsource-parser issue 17",
            cost: "Now and then a report is cut in two, when a packet happens to end in between.",
        },
        || {
            reads(&["data: A\r", "\ndata: B\n\n"], &[&[], &["A\nB"]]);
            // The second CR is an empty line. A parser that waits for what follows it is one event late.
            reads(&["data: A\r", "\r"], &[&[], &["A"]]);
            reads(&["data: A\r\n\r", "\ndata: B\r\n\r\n"], &[&["A"], &["B"]]);
        },
    );
}

#[test]
fn step_1_frame_every_cut_gives_the_same_events() {
    LAB.check(
        Rule {
            place: "wire.rs, `Parser::push`",
            text: "a read may end anywhere, also inside a letter; the messages are the same",
            source: "RFC 9112 §7.1.1; HTML Living Standard §9.2.5",
            cost: "On localhost it never happens. On a train, Kyōto becomes Ky��to every few minutes.",
        },
        || {
            let streams: [(&[u8], &[&str]); 6] = [
                (
                    "data: KYŌTO 30.5 🌧\ndata: ZÜRICH 19.0\n\n".as_bytes(),
                    &["KYŌTO 30.5 🌧\nZÜRICH 19.0"],
                ),
                ("\u{feff}data: BERLIN 25.5\n\n".as_bytes(), &["BERLIN 25.5"]),
                (
                    b"data: a\r\ndata: b\r\n\r\ndata: c\rdata: d\r\rdata: e\n\n",
                    &["a\nb", "c\nd", "e"],
                ),
                (b": comment\r\n\r\ndata\r\n\r\ndata: \xe2\x82\r\n\r\n", &["", "\u{fffd}"]),
                (b"data: YHOO\ndata: +2\ndata: 10\n\ndata: unfinished\n", &["YHOO\n+2\n10"]),
                (b"\n\n\ndata: x\n\n\n\n:\n\ndata:\n\n", &["x", ""]),
            ];
            for (stream, want) in streams {
                costing("It arrives changed also when it comes in one read.", || {
                    parses(stream, want);
                });
                for cut in 1..stream.len() {
                    let (first, second) = stream.split_at(cut);
                    same_messages(want, &[first, second]);
                }
                same_messages(want, &stream.chunks(1).collect::<Vec<_>>());
            }
        },
    );
}

#[test]
fn step_1_frame_an_unfinished_event_is_dropped() {
    LAB.check(
        Rule {
            place: "wire.rs, `Parser`",
            text: "without its empty line an event never happened",
            source: "HTML Living Standard §9.2.6: \"any pending data must be discarded\"",
            cost: "A connection that breaks shows half a report as if it were whole.",
        },
        || {
            parses("data: first\n\ndata: x\n", &["first"]);
            parses("data: x", &[]);

            let too_large = Rule {
                place: "wire.rs, `Parser::push`",
                text: "an event over the limit is dropped, once and aloud: `keep` takes each byte, and \
                       counts",
                source: "no standard's: a bound of this book",
                cost: "A server that never ends an event fills the client's memory.",
            };
            under(1, too_large, || {
                let one_line = format!("data: {}\n", "x".repeat(1100 * 1024));
                let many_lines = format!("data: {}\n", "x".repeat(1024)).repeat(1100);
                for endless in [one_line, many_lines] {
                    let stream = format!("{endless}\ndata: small\n\n");
                    let got = Parser::default().push(stream.as_bytes());
                    let got: Vec<_> =
                        got.iter().map(|it| it.as_ref().map(|it| it.data.len())).collect();
                    let did = "1100 KiB of text, then \"small\": the messages' lengths are";
                    expect_eq(did, got, [Err(&TooLong { max: 1024 * 1024 }), Ok(5)]);
                }
                // Both sides of a limit that the caller has set: "a\nb" is as long as "abc".
                for (event, fits) in [
                    ("data: abc\n", true),
                    ("data:abc\n", true),
                    ("data: a\ndata: b\n", true),
                    ("data: abcd\n", false),
                    ("data:abcd\n", false),
                    ("data: ab\ndata: c\n", false),
                    ("event: 12345678\ndata: abc\n", false),
                    // Nobody keeps a comment.
                    (": a heartbeat with words\ndata: abc\n", true),
                ] {
                    let stream = format!("{event}\ndata: x\n\n");
                    let got = Parser::default().at_most(3).push(stream.as_bytes());
                    let got: Vec<_> = got.iter().map(Result::is_ok).collect();
                    let did = format!("with room for 3 bytes of text, {stream:?} gave messages");
                    expect_eq(&did, got, [fits, true]);
                }
            });
        },
    );
}

#[test]
fn step_1_frame_empty_data_still_fires() {
    LAB.check(
        Rule {
            place: "wire.rs, `Parser::dispatch`",
            text: "a message needs a `data` line, not a text: one empty line of data is an empty text",
            source: "HTML Living Standard §9.2.6, example 3",
            cost: "The event that says \"the note was deleted\" never comes.",
        },
        || {
            parses("data\n\ndata\ndata\n\ndata:", &["", "\n"]);
            parses("data: a\ndata:\ndata: b\n\n", &["a\n\nb"]);
            parses("\n\n\ndata: x\n\n\n\n", &["x"]);
            parses("data:\0\n\n", &["\0"]);
        },
    );
}

#[test]
fn step_1_frame_names_are_exact_and_comments_are_nothing() {
    LAB.check(
        Rule {
            place: "wire.rs, `Parser::end_of_line`",
            text: "a field's name is exact, the first colon ends it, and no name is a comment",
            source: "HTML Living Standard §9.2.6",
            cost: "A heartbeat, or a field that a later standard adds, shows up as weather.",
        },
        || {
            parses("Data: x\ndata: y\n\n", &["y"]);
            parses(" data: x\n\ndata : y\n\n", &[]);
            parses("data:a:b: c\n\n", &["a:b: c"]);
            parses("foo: bar\ndata: x\n\n", &["x"]);
            parses(":\n:ok\n\n:\n\n:data: x\n\n", &[]);
        },
    );
}

#[test]
fn step_1_frame_the_space_and_the_bom_go_once() {
    LAB.check(
        Rule {
            place: "wire.rs, `Parser::end_of_line` and `dispatch`",
            text: "one space after the colon goes, if there is one, and one byte order mark at the start",
            source: "HTML Living Standard §9.2.5 and §9.2.6, example 4",
            cost: "Text loses spaces that belong to it; or a server that saves one isn't understood.",
        },
        || {
            parses("data:test\n\ndata: test\n\n", &["test", "test"]);
            parses("data:  third event\n\ndata: \u{3000}x \n\n", &[" third event", "\u{3000}x "]);
            parses("\u{feff}data: x\n\n", &["x"]);
            // The second mark is part of a name that nobody knows.
            parses("\u{feff}\u{feff}data:1\n\ndata:2\n\n", &["2"]);
            parses(b"data: \xff\n\n", &["\u{fffd}"]);
        },
    );
}

#[test]
fn step_1_frame_any_cut_of_anything_is_the_same() {
    LAB.check(
        Rule {
            place: "wire.rs, `Parser::push`",
            text: "right or wrong, what is read doesn't depend on where the reads end",
            source: "RFC 9112 §7.1.1; HTML Living Standard §9.2.5",
            cost: "What a page shows depends on the network. It can't be found by trying again.",
        },
        || {
            let pieces: [&[u8]; 18] = [
                b"data: BERLIN 25.5\n",
                "data: KYŌTO 30.5 🌧\n".as_bytes(),
                b"data",
                b"data:",
                b"id: 7",
                b"id: 1\x002\n",
                b"event: reset\n",
                b"retry: 5\n",
                b":",
                b" ",
                b"\n",
                b"\r",
                b"\r\n",
                b"\n\n",
                b"\xef\xbb\xbf",
                b"\xc5",
                b"\0",
                b"longer than may be in one event",
            ];
            let mut random = Random(1);
            for _ in 0..2000 {
                let stream = random.some_of(&pieces, 12);
                let read = |reads: &[&[u8]]| {
                    let mut parser = Parser::default().at_most(30);
                    let got: Vec<_> = reads.iter().flat_map(|read| parser.push(read)).collect();
                    (got, parser.last_event_id().to_owned(), parser.retry())
                };
                let (whole, cut) = (read(&[&stream]), read(&random.cut(&stream)));
                if cut != whole {
                    Failure::new("a parser with room for 30 bytes was given, in several reads,")
                        .seen(&stream)
                        .said(format!("and gave {cut:?}"))
                        .expected(format!("the same as in one read, {whole:?}"))
                        .raise();
                }
            }
        },
    );
}

/// Fails unless this text, as event 2, is encoded as these `data` lines.
#[track_caller]
fn encodes(text: &str, data: &str) {
    let got = encode(&Event::new(2, "weather", text));
    let want = format!("id: 2\nevent: weather\n{data}\n");
    let did = format!("encode(id 2, \"weather\", {text:?}) gave");
    if got != want && got.replace("\ndata:", "\ndata: ") == want {
        let cost =
            "Nothing yet: the space is optional. But the library writes it, and so do all tests.";
        costing(cost, || expect_bytes(&did, &got, &want));
    }
    expect_bytes(&did, got, want);
}

/// Fails unless a new parser reads these texts from this stream.
#[track_caller]
fn parses(stream: impl AsRef<[u8]>, want: &[&str]) {
    let got = texts(&mut Parser::default(), stream.as_ref());
    if got != want {
        Failure::new("a parser was given")
            .seen(stream.as_ref())
            .said(format!("and read {got:?}"))
            .expected(format!("{want:?}"))
            .raise();
    }
}

/// Fails unless a new parser reads these texts at each of these reads.
#[track_caller]
fn reads(reads: &[&str], want: &[&[&str]]) {
    let mut parser = Parser::default();
    for (read, want) in reads.iter().zip(want) {
        let got = texts(&mut parser, read.as_bytes());
        expect_eq(&format!("of the reads {reads:?}, {read:?} gave"), got, want.to_vec());
    }
}

#[track_caller]
fn same_messages(whole: &[&str], pieces: &[&[u8]]) {
    let mut parser = Parser::default();
    let got: Vec<String> = pieces.iter().flat_map(|piece| texts(&mut parser, piece)).collect();
    if got != whole {
        Failure::new(match pieces {
            [first, _] => format!("a stream cut after {} bytes", first.len()),
            _ => "a stream that came byte by byte".to_owned(),
        })
        .seen(&pieces.concat())
        .said(format!("gave {got:?}"))
        .expected(format!("{whole:?}, as when it came in one read"))
        .raise();
    }
}

fn texts(parser: &mut Parser, bytes: &[u8]) -> Vec<String> {
    parser.push(bytes).into_iter().flatten().map(|message| message.data).collect()
}
