//! Step 1: Where does one message end?

use super::LAB;
use feed::Event;
use harness::{Failure, Random, Rule, costing, expect, expect_bytes, expect_eq};
use lab::wire::{LineError, Lines, MAX_LINE, encode};

#[test]
fn step_1_frame_an_event_is_one_line() {
    LAB.check(
        Rule {
            place: "wire.rs, `encode`",
            text: "an event is JSON on one line; the line end after it is the only one",
            source: "ndjson-spec §3.1; RFC 8259 §7",
            cost: "A report of three lines arrives as three messages, and none of them can be read.",
        },
        || {
            let report = "BERLIN 25.5\nLONDON 24.4\nPARIS 27.4";
            let json = r#"{"id":2,"event":"weather","data":"BERLIN 25.5\nLONDON 24.4\nPARIS 27.4"}"#;
            let got = encode(&Event::new(2, "weather", report));
            let did = format!("encode(id 2, \"weather\", {report:?}) gave");
            expect_bytes(&did, got, format!("{json}\n"));
            for text in ["a\nb\n", "a\rb", "Fog.\r\nWind."] {
                let got = encode(&Event::new(2, "weather", text));
                let within = got.strip_suffix('\n').unwrap_or(&got);
                if let Some(at) = within.find(['\n', '\r']) {
                    Failure::new(format!("encode(id 2, \"weather\", {text:?}) gave"))
                        .seen(got.as_bytes())
                        .caret(at, "a line end inside of the message")
                        .expected("it escaped, as JSON does: \\n, \\r")
                        .raise();
                }
            }
        },
    );
}

#[test]
fn step_1_frame_text_comes_back_as_it_went() {
    LAB.check(
        Rule {
            place: "wire.rs, `encode` and `Lines`",
            text: "whatever the text holds, what was encoded is read as the same event",
            source: "RFC 8259 §7",
            cost: "Some notes arrive changed, or not at all, and nobody knows which.",
        },
        || {
            let pieces = ["", "a", " ", "\n", "\r\n", "\0", "\"7\"", "\\n", "{}", "🌧", "\u{2028}"];
            for first in pieces {
                for second in pieces {
                    let text = format!("{first}{second}");
                    let line = encode(&Event::new(2, "weather", text.clone()));
                    reads(&[line.as_bytes()], &[&[&text]]);
                }
            }
        },
    );
}

#[test]
fn step_1_frame_every_cut_gives_the_same_events() {
    LAB.check(
        Rule {
            place: "wire.rs, `Lines::push`",
            text: "a read is no message: it may bring a part of one, or several, or both",
            source: "RFC 9112 §7.1; node-fetch issue 1239",
            cost: "On localhost every report is one read. On a train, some arrive broken, or not at all.",
        },
        || {
            let texts = ["BERLIN 25.5", "KYŌTO 30.5 🌧", "LONDON 24.4\nPARIS 27.4"];
            let events = texts.map(|text| Event::new(7, "weather", text));
            let stream = events.each_ref().map(encode).concat();
            let stream = stream.as_bytes();
            costing("Of the reports that come together, only some arrive.", || {
                reads(&[stream], &[&texts]);
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
fn step_1_frame_a_cut_inside_a_letter_is_harmless() {
    LAB.check(
        Rule {
            place: "wire.rs, `Lines::push`",
            text: "a letter may come in two reads: keep bytes, and decode whole lines",
            source: "api7/aisix issue 111",
            cost: "Kyōto becomes Ky��to every few minutes, and never on the machine of the programmer.",
        },
        || {
            let line = encode(&Event::new(7, "weather", "KYŌTO 30.5"));
            let inside = line.find('Ō').map_or(0, |at| at + 1);
            let (first, second) = line.as_bytes().split_at(inside);
            reads(&[first, second], &[&[], &["KYŌTO 30.5"]]);
        },
    );
}

#[test]
fn step_1_frame_a_line_ends_it_and_nothing_else_does() {
    LAB.check(
        Rule {
            place: "wire.rs, `Lines::push`",
            text: "an event is there when its line end is: at once, and not before",
            source: "ndjson-spec §3.1",
            cost: "Each report comes when the next one does: on the hour, instead of now.",
        },
        || {
            let line = encode(&Event::new(7, "weather", "BERLIN 25.5"));
            let (all_but_one, last) = line.as_bytes().split_at(line.len() - 1);
            reads(&[line.as_bytes()], &[&["BERLIN 25.5"]]);
            costing("Half a report is shown as if it were whole.", || {
                reads(&[all_but_one, last], &[&[], &["BERLIN 25.5"]]);
            });
        },
    );
}

#[test]
fn step_1_frame_crlf_and_empty_lines_are_no_events() {
    LAB.check(
        Rule {
            place: "wire.rs, `Lines::end_of_line`",
            text: "a line may end with CR LF, and an empty line is nothing: neither event nor error",
            source: "ndjson-spec §3.2",
            cost: "Each heartbeat, a line without text, is an error in the log or a redraw of the page.",
        },
        || {
            let line = |text| encode(&Event::new(7, "weather", text));
            reads(&[b"\n\n\r\n\n"], &[&[]]);
            let crlf = line("a").replace('\n', "\r\n");
            let stream = ["\n", &crlf, "\r\n", &line("b"), "\n"].concat();
            reads(&[stream.as_bytes()], &[&["a", "b"]]);
        },
    );
}

#[test]
fn step_1_frame_one_bad_line_harms_only_itself() {
    LAB.check(
        Rule {
            place: "wire.rs, `Lines::end_of_line`",
            text: "a line that is no event is an error; the lines before and after it are read",
            source: "ndjson-spec §3.2; pamelafox/ndjson-readablestream issue 11",
            cost: "One bad line, and the page is deaf for the rest of the day.",
        },
        || {
            let good = encode(&Event::new(7, "weather", "BERLIN 25.5"));
            let array = r#"[7,"weather","KYŌTO 30.5"]"#;
            for bad in ["{oops", "{}", "[7]", array, "\"", r#"{"id":-1,"event":"a","data":""}"#] {
                let stream = format!("{good}{bad}\n{good}");
                let want = ["BERLIN 25.5", "NotAnEvent", "BERLIN 25.5"];
                reads(&[stream.as_bytes()], &[&want]);
            }
            // The second is half of a letter, inside the text of what would be an event.
            let torn = [br#"{"id":7,"event":"a","data":"W"#, &b"\xc5"[..], br#"rsch"}"#].concat();
            for bad in [&b"\"\xff\""[..], &torn] {
                let stream = [good.as_bytes(), bad, b"\n", good.as_bytes()].concat();
                let want = ["BERLIN 25.5", "NotAnEvent", "BERLIN 25.5"];
                reads(&[&stream], &[&want]);
            }
        },
    );
}

#[test]
fn step_1_frame_any_cut_of_anything_is_the_same() {
    LAB.check(
        Rule {
            place: "wire.rs, `Lines`",
            text: "right or wrong, what is read doesn't depend on where the reads end",
            source: "RFC 9112 §7.1; ndjson-spec §3",
            cost: "What a page shows depends on the network. It can't be found by trying again.",
        },
        || {
            let good = encode(&Event::new(7, "weather", "KYŌTO 30.5 🌧"));
            let long = [b' '; MAX_LINE - 40];
            let pieces: [&[u8]; 11] = [
                good.as_bytes(),
                good.trim_end().as_bytes(),
                b"\n",
                b"\r\n",
                b"\r",
                b"{oops",
                b"[7]\n",
                b" ",
                b"\xc5",
                b"\0",
                &long,
            ];
            let mut random = Random(1);
            for round in 0..400 {
                // The long one only now and then: it takes its time byte by byte.
                let pieces = if round % 40 == 0 { &pieces[..] } else { &pieces[..10] };
                let stream = random.some_of(pieces, 9);
                let read = |reads: &[&[u8]]| {
                    let mut lines = Lines::default();
                    told(reads.iter().flat_map(|read| lines.push(read)).collect())
                };
                let (whole, reads) = (read(&[&stream]), random.cut(&stream));
                let cut = read(&reads);
                if cut != whole {
                    let failure = Failure::new("`Lines` was given, in several reads,");
                    failure
                        .seen_so_far(&stream)
                        .said(format!("and gave {cut:?}"))
                        .expected(format!("the same as in one read, {whole:?}"))
                        .raise();
                }
            }
        },
    );
}

#[test]
fn step_1_frame_a_line_has_a_limit() {
    LAB.check(
        Rule {
            place: "wire.rs, `Lines::end_of_line`",
            text: "a line that is too long is an error, also if its beginning is fine; the next one is read",
            source: "CWE-770: allocation without limits",
            cost: "A server that never ends its line fills the memory of every reader.",
        },
        || {
            let mut lines = Lines::default();
            let spaces = " ".repeat(MAX_LINE);
            for _ in 0..16 {
                expect_eq("64 KiB more of spaces gave", lines.push(spaces.as_bytes()), []);
            }
            let end = lines.push(b"\n");
            let did = "a line of 1 MiB, all of it spaces, then its end, gave";
            expect_eq(did, end, [Err(LineError::TooLong)]);
            let good = encode(&Event::new(7, "weather", "BERLIN 25.5"));
            let next = told(lines.push(good.as_bytes()));
            expect_eq("after a line that was too long, a good one gave", next, ["BERLIN 25.5"]);

            // What is cut off can be a whole event, and still isn't the line that was sent.
            let long = good.trim_end().to_owned() + &spaces;
            let got = told(Lines::default().push(format!("{long}\n{good}").as_bytes()));
            let did = format!("a line of {} bytes, then a good one, gave", long.len());
            expect_eq(&did, got, ["TooLong", "BERLIN 25.5"]);

            // Both sides of the limit.
            let good = good.trim_end();
            for (length, want) in [(MAX_LINE, "BERLIN 25.5"), (MAX_LINE + 1, "TooLong")] {
                let got = told(Lines::default().push(format!("{good}{}\n", " ".repeat(length - good.len())).as_bytes()));
                let did = format!("an event, and spaces up to {length} bytes, gave");
                costing(cost_of_limit(want), || expect_eq(&did, got, [want]));
            }
        },
    );
}

#[test]
fn step_1_frame_a_line_over_the_limit_is_not_kept() {
    LAB.check(
        Rule {
            place: "wire.rs, `Lines`",
            text: "of a line that is too long no more is kept than the limit, while it comes",
            source: "CWE-770: allocation without limits",
            cost: "It is refused in the end. Until then it fills the memory of every reader.",
        },
        || {
            let mut lines = Lines::default();
            // What is kept is what `Debug` shows: a digit or more for each byte.
            let shown = |lines: &Lines| format!("{lines:?}").len();
            for _ in 0..4 {
                lines.push(&[b'x'; MAX_LINE]);
            }
            let first = shown(&lines);
            for _ in 0..16 {
                lines.push(&[b'x'; MAX_LINE]);
            }
            let then = shown(&lines);
            let did = format!(
                "of one line came 256 KiB, and `Lines` is shown in {first} bytes; after 1 MiB more, \
                 in {then}"
            );
            expect(then <= first + 100, &did, "no more: nothing of it is kept");
        },
    );
}

/// Fails unless a new reader makes this of each of these reads: texts, and errors.
#[track_caller]
fn reads(reads: &[&[u8]], want: &[&[&str]]) {
    let mut lines = Lines::default();
    for (index, (read, want)) in reads.iter().zip(want).enumerate() {
        let got = told(lines.push(read));
        if got != *want {
            Failure::new(match reads {
                [_] => "`Lines` was given".to_owned(),
                reads => format!("`Lines` was given read {} of {}", index + 1, reads.len()),
            })
            .seen_so_far(read)
            .said(format!("and gave {got:?}"))
            .expected(format!("{want:?}"))
            .raise();
        }
    }
}

#[track_caller]
fn same_events(want: &[&str], pieces: &[&[u8]]) {
    let mut lines = Lines::default();
    let got = pieces.iter().flat_map(|piece| lines.push(piece)).collect();
    let got = told(got);
    if got != want {
        let all = pieces.concat();
        match pieces {
            [first, _] => Failure::new("a stream of 3 events, cut in two,")
                .seen(&all)
                .caret(first.len(), "the second read begins here"),
            _ => Failure::new("a stream of 3 events, byte by byte,").seen(&all),
        }
        .said(format!("gave {got:?}"))
        .expected(format!("{want:?}"))
        .raise();
    }
}

/// Each event's text, each error's name.
fn told(results: Vec<Result<Event, LineError>>) -> Vec<String> {
    let told = |result| match result {
        Ok::<Event, _>(event) => event.data.to_string(),
        Err(LineError::TooLong) => "TooLong".to_owned(),
        Err(LineError::NotAnEvent(_)) => "NotAnEvent".to_owned(),
    };
    results.into_iter().map(told).collect()
}

/// What it costs that a line at the limit, or one byte beyond, isn't taken as `want` says.
fn cost_of_limit(want: &str) -> &'static str {
    match want {
        "TooLong" => "A limit that isn't where it is said to be can't be relied on.",
        _ => "The longest line that is allowed is refused.",
    }
}
