//! Step 1: Where does one message end?

use super::LAB;
use harness::{Failure, Rule, expect_bytes, expect_eq};
use lab::wire::{Answer, LineError, Lines, MAX_LINE, Request};

fn set(text: &str) -> Request {
    Request::Set { key: "poem".to_owned(), text: text.to_owned() }
}

#[test]
fn step_1_line_a_text_of_two_lines_is_one_line() {
    LAB.check(
        Rule {
            place: "wire.rs, `escape`",
            text: "a line end inside of a text must not look like the end of the message",
            source: "CWE-93: improper neutralization of CRLF sequences",
            cost: "Whoever may choose a text may also give orders: `x\\nSET admin me`.",
        },
        || {
            let did = r#"encode of SET poem "a\nb" gave"#;
            expect_bytes(did, set("a\nb").encode(), "SET poem a\\nb\n");
            let did = r#"encode of VALUE "a\r\nb" gave"#;
            let answer = Answer::Value("a\r\nb".to_owned());
            expect_bytes(did, answer.encode(), "VALUE a\\r\\nb\n");
        },
    );
}

#[test]
fn step_1_line_every_text_comes_back() {
    LAB.check(
        Rule {
            place: "wire.rs, `escape`",
            text: "whatever a text holds, the other side reads the same text",
            source: "CWE-116: improper encoding or escaping of output",
            cost: r"A path such as C:\new arrives as two lines.",
        },
        || {
            let pieces = ["", "a", " ", "\n", "\r", "\\", "\\n", "Ω", "🐢"];
            for text in pieces.iter().flat_map(|one| pieces.map(|other| format!("{one}{other}"))) {
                let line = set(&text).encode();
                let read = Request::parse(line.strip_suffix('\n').unwrap_or(&line));
                if read != Ok(set(&text)) {
                    Failure::new(format!("{text:?} was sent as"))
                        .seen(line.as_bytes())
                        .said(format!("and read as {read:?}"))
                        .expected("the same text")
                        .raise();
                }
            }
        },
    );
}

#[test]
fn step_1_line_every_cut_gives_the_same_lines() {
    LAB.check(
        Rule {
            place: "wire.rs, `Lines::push`",
            text: "a read is no message: it may bring a part of one, or several, or both",
            source: "RFC 9293 §2.2: TCP is a stream of bytes",
            cost: "It works on your machine. On a train, every tenth order is lost.",
        },
        || {
            let stream = "GET poem\nGET Ω\n\nGET song\n".as_bytes();
            let want = ["GET poem", "GET Ω", "", "GET song"].map(|line| Ok(line.to_owned()));
            for cut in 0..=stream.len() {
                let (first, second) = stream.split_at(cut);
                let mut lines = Lines::default();
                let got = [lines.push(first), lines.push(second)].concat();
                if got != want {
                    Failure::new("`Lines` was given these bytes in two reads")
                        .seen(stream)
                        .caret(cut, "the second read begins here")
                        .said(format!("and gave {got:?}"))
                        .expected(format!("{want:?}"))
                        .raise();
                }
            }
        },
    );
}

#[test]
fn step_1_line_it_is_there_with_its_line_end_and_not_before() {
    LAB.check(
        Rule {
            place: "wire.rs, `Lines::push`",
            text: "a line is complete when its LF has come: at once, and not before",
            source: "POSIX.1-2017, Base Definitions §3.206, Line",
            cost: "`SET account 100` is carried out while the last 0 is still on its way.",
        },
        || {
            let mut lines = Lines::default();
            expect_eq("push of \"SET account 10\" gave", lines.push(b"SET account 10"), []);
            expect_eq("push of \"0\" gave", lines.push(b"0"), []);
            let end = lines.push(b"\n");
            expect_eq("then push of LF gave", end, [Ok("SET account 100".to_owned())]);
        },
    );
}

#[test]
fn step_1_line_a_bad_line_harms_only_itself() {
    LAB.check(
        Rule {
            place: "wire.rs, `Lines::push`",
            text: "a line that is too long or no text is an error; the next one is read",
            source: "CWE-770: allocation of resources without limits",
            cost: "One client that never ends its line takes the memory of all.",
        },
        || {
            let mut lines = Lines::default();
            for _ in 0..1024 {
                let more = lines.push(&[b'x'; MAX_LINE]);
                expect_eq("more of one endless line gave", more, []);
            }
            let next = || Ok("GET poem".to_owned());
            let got = lines.push(b"\nGET poem\n");
            expect_eq("its end and a good line gave", got, [Err(LineError::TooLong), next()]);
            let got = lines.push(b"GET \xff\nGET poem\n");
            expect_eq(
                "a line with ff in it and a good one gave",
                got,
                [Err(LineError::NotText), next()],
            );
        },
    );
}
