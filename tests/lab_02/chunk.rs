//! Step 6: How does each side learn the other is gone? Where HTTP/1.1 says that a body ends.

use super::LAB;
use feed::Event;
use harness::{Failure, Random, Rule, costing, expect, expect_eq};
use lab::chunks::{ChunkError, Chunks, MAX_CHUNK, MAX_LINE, MAX_TRAILERS, chunk_head};
use lab::client::Client;
use lab::wire::encode;
use std::time::Instant;

#[test]
fn step_6_goodbye_chunk_sizes_are_hex() {
    LAB.check(
        Rule {
            place: "chunks.rs, `chunk_head`",
            text: "a chunk's size is hexadecimal, in either case; leading zeros mean nothing",
            source: "RFC 9112 §7.1",
            cost: "Ten bytes are read as sixteen, and the next size is looked for inside the text.",
        },
        || {
            for (head, size) in
                [("4", 4), ("A", 10), ("a", 10), ("1e", 30), ("0004", 4), ("49", 73)]
            {
                gives(head, Ok(Some((size, head.len() + 2))));
            }
            decodes("4\r\nWiki\r\n5\r\npedia\r\n0\r\n\r\n", "Wikipedia");
            decodes("10\r\n0123456789abcdef\r\n0\r\n\r\n", "0123456789abcdef");
            // The data is anything, also what looks like the coding itself.
            decodes("6\r\nWi\r\n0\r\r\n2\r\n\r\n\r\n0\r\n\r\n", "Wi\r\n0\r\r\n");
            for last in ["0\r\n\r\n", "000\r\n\r\n"] {
                decodes(last, "");
            }
        },
    );
}

#[test]
fn step_6_goodbye_chunk_extensions_are_skipped() {
    LAB.check(
        Rule {
            place: "chunks.rs, `chunk_head`",
            text: "what follows a semicolon is an extension, and one that nobody knows is ignored",
            source: "RFC 9112 §7.1.1",
            cost: "One proxy on the way adds a signature to each chunk, and nothing can be read.",
        },
        || {
            for extension in [";foo=bar", ";foo", ";x=\"a;b\\\"c\"", " ; foo = bar", "\t;a;b=c"] {
                let head = format!("4{extension}");
                gives(&head, Ok(Some((4, head.len() + 2))));
            }
            decodes("4;foo\r\nWiki\r\n0;last\r\n\r\n", "Wiki");
        },
    );
}

#[test]
fn step_6_goodbye_chunk_trailers_follow_the_last() {
    LAB.check(
        Rule {
            place: "chunks.rs, `line`",
            text: "after the last chunk come trailers, line by line, and an empty line ends it all",
            source: "RFC 9112 §7.1.2",
            cost: "The trailers are taken for the next answer's head, and the connection is useless.",
        },
        || {
            let stream = "4\r\nWiki\r\n0\r\nX-Sum: 1\r\nContent-Length: 9\r\n\r\nHTTP/1.1 200";
            let (mut chunks, mut body) = (Chunks::default(), Vec::new());
            let got = chunks.push(stream.as_bytes(), &mut body);
            let got = got.map(|()| String::from_utf8_lossy(&body).into_owned());
            expect_eq("a body with two trailers was", got, Ok("Wiki".to_owned()));
            let trailers = ["X-Sum: 1", "Content-Length: 9"];
            expect_eq("its trailers were", chunks.trailers(), trailers);
            expect_eq("it was complete:", chunks.is_complete(), true);
            let rest = String::from_utf8_lossy(chunks.rest());
            expect_eq("what is left for the next answer was", rest, "HTTP/1.1 200");
        },
    );
}

#[test]
fn step_6_goodbye_chunk_need_more_is_no_error() {
    LAB.check(
        Rule {
            place: "chunks.rs, `line` and `chunk_head`",
            text: "half a head is no error: more is on its way; and without the last chunk no body is complete",
            source: "RFC 9112 §8",
            cost: "A connection fails each time that a packet ends in the wrong place.",
        },
        || {
            for head in ["", "4", "4\r", "4;foo", "4;foo=\"", "0"] {
                let got = chunk_head(head.as_bytes());
                expect_eq(&format!("chunk_head({head:?}) gave"), got, Ok(None));
            }
            let whole = "4\r\nWiki\r\n0\r\nA: b\r\n\r\n";
            for cut in 0..whole.len() {
                let mut chunks = Chunks::default();
                let got = chunks.push(&whole.as_bytes()[..cut], &mut Vec::new());
                let did = format!("of a body the first {cut} bytes came, {:?}:", &whole[..cut]);
                expect_eq(&format!("{did} an error"), got.err(), None);
                costing("A server crashes, and half a body is taken for all of it.", || {
                    expect_eq(&format!("{did} complete"), chunks.is_complete(), false);
                });
            }
        },
    );
}

#[test]
fn step_6_goodbye_chunk_smugglers_are_refused() {
    LAB.check(
        Rule {
            place: "chunks.rs, `line` and `chunk_head`",
            text: "a head that others could read in another way is refused, never repaired",
            source: "RFC 9112 §7.1 and §11.2",
            cost: "A proxy sees one message, you see two: the second can be somebody else's.",
        },
        || {
            for head in ["+4", "-1", " 4", "0x4", "4_0", "G", "", "4 ", "4;", "4; ", "4,a", "\t4"] {
                refuses(&format!("{head}\r\n"));
            }
            for head in [
                "4\n",
                "4\r\r\n",
                "4;a\nb\r\n",
                "4;a\rb\r\n",
                "4;a\0b\r\n",
                "4\x0c;a\r\n",
                "4;a\x7f\r\n",
                "\n",
                "4\rX",
            ] {
                refuses(head);
            }
            // Four bits too many, and what is left of it is 3.
            for size in ["f0000000000000003", "10000000000000000", "ffffffffffffffff"] {
                refuses(&format!("{size}\r\n"));
            }
            for body in
                ["5\r\nWiki\r\n0\r\n\r\n", "3\r\nWiki\r\n", "4\r\nWiki\n0\r\n\r\n", "4\r\nWikiXX"]
            {
                fails(body);
            }
            costing(
                "A trailer that ends in LF alone: one of the two sees the next message in it.",
                || {
                    fails("4\r\nWiki\r\n0\r\nA: b\n\r\n");
                },
            );
        },
    );
}

#[test]
fn step_6_goodbye_chunk_heads_are_bounded() {
    LAB.check(
        Rule {
            place: "chunks.rs, `line`",
            text: "a head or a trailer that never ends is refused after a few hundred bytes",
            source: "RFC 9112 §7.1.1",
            cost: "One connection fills the memory with an extension that nobody reads.",
        },
        || {
            for start in ["4;", "4;a=\"", "0000"] {
                let endless = start.to_owned() + &"0".repeat(MAX_LINE + 2);
                let got = chunk_head(endless.as_bytes());
                let did = format!(
                    "chunk_head of {} bytes, {start}0000… without an end, gave",
                    endless.len()
                );
                expect_eq(&did, got, Err(ChunkError::TooLong));
            }
            // Both sides of each limit.
            costing("A limit that isn't where it is said to be can't be relied on.", || {
                let longest = "4;".to_owned() + &"0".repeat(MAX_LINE - 2);
                gives(&longest, Ok(Some((4, MAX_LINE + 2))));
                gives(&(longest.clone() + "0"), Err(ChunkError::TooLong));
                let unended =
                    [(longest.clone(), Ok(None)), (longest + "0", Err(ChunkError::TooLong))];
                for (head, want) in unended {
                    let did = format!("chunk_head of {} bytes without an end gave", head.len());
                    expect_eq(&did, chunk_head(head.as_bytes()), want);
                }
                gives("40000000", Ok(Some((MAX_CHUNK, 10))));
                gives("40000001", Err(ChunkError::TooLarge));
                let most = "0\r\n".to_owned() + &"A: b\r\n".repeat(MAX_TRAILERS) + "\r\n";
                decodes(&most, "");
            });
            let trailer = "0\r\n".to_owned() + &"a".repeat(MAX_LINE + 2);
            expect_eq("an endless trailer gave", push(&trailer).err(), Some(ChunkError::TooLong));
            let trailers = "0\r\n".to_owned() + &"A: b\r\n".repeat(MAX_TRAILERS + 1);
            expect_eq("endless trailers gave", push(&trailers).err(), Some(ChunkError::TooLong));
        },
    );
}

#[test]
fn step_6_goodbye_chunk_at_every_cut() {
    LAB.check(
        Rule {
            place: "chunks.rs and wire.rs",
            text: "a read may end anywhere, also in a chunk's head and in a letter; the events are the same",
            source: "RFC 9112 §7.1.1: chunks are recoded on the way",
            cost: "On localhost it never happens. On a train the page stops every few minutes.",
        },
        || {
            let texts = ["KYŌTO 30.5 🌧", "BERLIN 25.5\nLONDON 24.4", "ZÜRICH 19.0"];
            let events = [7, 8, 9].into_iter().zip(texts);
            let lines = events.map(|(id, text)| encode(&Event::new(id, "weather", text)));
            let lines = lines.collect::<String>();
            // Chunks that a proxy made: they end in letters, and in the midst of lines.
            let mut stream = Vec::new();
            for (index, data) in lines.as_bytes().chunks(17).enumerate() {
                let extension = if index % 2 == 0 { "" } else { ";q=\"\\\"\"" };
                stream.extend(format!("{:x}{extension}\r\n", data.len()).bytes());
                stream.extend([data, b"\r\n"].concat());
            }
            stream.extend(b"0\r\nX-Sum: 1\r\n\r\n");
            costing("Nothing that a proxy has chunked anew can be read.", || {
                same_events(&texts, &[&stream]);
            });
            for cut in 1..stream.len() {
                let (first, second) = stream.split_at(cut);
                same_events(&texts, &[first, second]);
            }
            same_events(&texts, &stream.chunks(1).collect::<Vec<_>>());
        },
    );
}

#[test]
fn step_6_goodbye_chunk_any_cut_of_anything_is_the_same() {
    LAB.check(
        Rule {
            place: "chunks.rs",
            text: "right or wrong, what is read doesn't depend on the cuts; an error and the end are final",
            source: "RFC 9112 §7.1, §8 and §11.2",
            cost: "Two programs on the way see two bodies: the difference can be somebody else's answer.",
        },
        || {
            let pieces: [&[u8]; 16] = [
                b"4\r\nWiki\r\n",
                b"5;foo=\"bar\"\r\npedia\r\n",
                b"1\r\n\n\r\n",
                b"0\r\n",
                b"X-Sum: 1\r\n",
                b"0\r\n\r\n",
                b"\r\n",
                b"\r",
                b"\n",
                b"4",
                b";",
                b" ",
                b"g",
                b"\0",
                b"HTTP/1.1 200 OK\r\n",
                &[b'0'; 200],
            ];
            let mut random = Random(2);
            for _ in 0..2000 {
                let stream = random.some_of(&pieces, 9);
                let whole = read_all(&[&stream]);
                let reads = random.cut(&stream);
                let cut = read_all(&reads);
                if cut != whole {
                    let lengths: Vec<_> = reads.iter().map(|read| read.len()).collect();
                    let failure = Failure::new("`Chunks` was given a body").seen_so_far(&stream);
                    failure
                        .said(format!("in reads of {lengths:?} bytes it gave {cut:?}"))
                        .expected(format!("the same as in one read, {whole:?}"))
                        .raise();
                }
            }
        },
    );
}

#[test]
fn step_6_goodbye_chunk_after_chunk_costs_the_same() {
    LAB.check(
        Rule {
            place: "chunks.rs, `push`",
            text: "thousands of chunks in one read take no longer than in a read each",
            source: "CWE-407: inefficient algorithmic complexity",
            cost: "One answer in the smallest chunks, a few hundred kB, stops the page for seconds.",
        },
        || {
            const CHUNK: &[u8] = b"1\r\nx\r\n";
            const COUNT: usize = 96_000;
            let time = |reads: &[&[u8]]| {
                let (mut chunks, mut body) = (Chunks::default(), Vec::with_capacity(COUNT));
                let started = Instant::now();
                let error = reads.iter().find_map(|read| chunks.push(read, &mut body).err());
                let took = started.elapsed();
                expect_eq("chunks of one byte gave", (error, body.len()), (None, COUNT));
                took
            };
            let all = CHUNK.repeat(COUNT);
            // Both take the same time, unless the machine does something else in one of the two.
            let mut times = Vec::new();
            for _ in 0..3 {
                let (in_one, in_many) = (time(&[&all]), time(&vec![CHUNK; COUNT]));
                if in_one < 3 * in_many {
                    return;
                }
                times.push((in_one, in_many));
            }
            let did = format!("{COUNT} chunks in one read, and in as many, took {times:?}");
            expect(false, &did, "in one no longer than in many; three times as long is too much");
        },
    );
}

/// What is read of these: the body, an error, whether it is complete, its trailers, what is left.
/// What comes after an error changes nothing.
#[track_caller]
fn read_all(reads: &[&[u8]]) -> (String, Option<ChunkError>, bool, Vec<String>, String) {
    let (mut chunks, mut body) = (Chunks::default(), Vec::new());
    let error = reads.iter().find_map(|read| chunks.push(read, &mut body).err());
    if error.is_some() {
        let length = body.len();
        let again = chunks.push(b"4\r\nWiki\r\n0\r\n\r\n", &mut body).err();
        expect_eq("after an error a good body gave", (again, body.len()), (error, length));
    }
    let [body, rest] = [&body, chunks.rest()].map(|it| String::from_utf8_lossy(it).into_owned());
    (body, error, chunks.is_complete(), chunks.trailers().to_vec(), rest)
}

/// Fails unless a complete line is read as this head.
#[track_caller]
fn gives(head: &str, want: Result<Option<(u64, usize)>, ChunkError>) {
    let input = format!("{head}\r\nWiki");
    let got = chunk_head(input.as_bytes());
    if got != want {
        let failure = Failure::new("chunk_head was given").seen_so_far(input.as_bytes());
        failure.said(format!("and gave {got:?}")).expected(format!("{want:?}")).raise();
    }
}

/// Fails unless this head is an error.
#[track_caller]
fn refuses(head: &str) {
    let got = chunk_head(head.as_bytes());
    if got.is_ok() {
        let failure = Failure::new("chunk_head was given").seen_so_far(head.as_bytes());
        failure.said(format!("and gave {got:?}")).expected("an error").raise();
    }
}

/// Fails unless this body is an error.
#[track_caller]
fn fails(body: &str) {
    let got = push(body);
    if let Ok(read) = got {
        let failure = Failure::new("`Chunks` was given").seen_so_far(body.as_bytes());
        let read = String::from_utf8_lossy(&read).into_owned();
        failure.said(format!("and read {read:?}")).expected("an error").raise();
    }
}

#[track_caller]
fn decodes(stream: &str, want: &str) {
    let (mut chunks, mut body) = (Chunks::default(), Vec::new());
    let got = chunks.push(stream.as_bytes(), &mut body);
    let got = got.map(|()| String::from_utf8_lossy(&body).into_owned());
    if got.as_deref() != Ok(want) || !chunks.is_complete() {
        let failure = Failure::new("`Chunks` was given").seen(stream.as_bytes());
        let complete = if chunks.is_complete() { "complete" } else { "incomplete" };
        let failure = failure.said(format!("and gave {got:?}, {complete}"));
        failure.expected(format!("Ok({want:?}), complete")).raise();
    }
}

fn push(stream: &str) -> Result<Vec<u8>, ChunkError> {
    let mut body = Vec::new();
    Chunks::default().push(stream.as_bytes(), &mut body).map(|()| body)
}

#[track_caller]
fn same_events(want: &[&str], pieces: &[&[u8]]) {
    let (mut chunks, mut client) = (Chunks::default(), Client::new());
    let mut got = Vec::new();
    for piece in pieces {
        let mut body = Vec::new();
        match chunks.push(piece, &mut body) {
            Ok(()) => got.extend(client.on_bytes(&body)),
            Err(error) => came(pieces)
                .said(format!("gave the error {error:?}"))
                .expected(format!("no error, and the events {want:?}"))
                .raise(),
        }
    }
    let got: Vec<_> = got.into_iter().map(|it| it.map(|event| event.data.to_string())).collect();
    let want: Vec<_> = want.iter().map(|text| Ok((*text).to_owned())).collect();
    if got != want {
        came(pieces).said(format!("gave {got:?}")).expected(format!("{want:?}")).raise();
    }
    expect_eq("at the end the body is complete:", chunks.is_complete(), true);
}

/// The beginning of a failure: how a body came.
fn came(pieces: &[&[u8]]) -> Failure {
    let all = pieces.concat();
    match pieces {
        [_] => Failure::new("a body of 3 events, in one read,").seen(&all),
        [first, _] => Failure::new("a body of 3 events, cut in two,")
            .seen(&all)
            .caret(first.len(), "the second read begins here"),
        _ => Failure::new("a body of 3 events, byte by byte,").seen(&all),
    }
}
