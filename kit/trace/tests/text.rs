//! The text form: every byte shows, and the text can be read back.

mod random;

use random::Random;
use std::time::Duration;
use trace::{Direction, Kind, Line, caret, parse, to_text, to_text_with_times, visible};

fn line(direction: Direction, kind: Kind, bytes: &[u8], note: &str) -> Line {
    Line { at: Duration::ZERO, direction, kind, bytes: bytes.to_vec(), note: note.into() }
}

#[test]
fn any_transcript_comes_back_as_it_went() {
    for seed in 0..2_000 {
        let mut random = Random(seed);
        let lines: Vec<Line> = (0..random.below(6))
            .map(|_| Line {
                at: Duration::ZERO,
                direction: random.one_of(&[Direction::Sent, Direction::Received]),
                kind: random.one_of(&Kind::ALL),
                bytes: random.bytes(12),
                note: String::from_utf8_lossy(&random.bytes(4)).into_owned(),
            })
            .collect();
        let text = to_text(&lines);
        assert_eq!(parse(&text).as_ref(), Ok(&lines), "seed {seed}:\n{text}");
        assert!(text.lines().all(|row| row == row.trim_end()), "seed {seed}: a space hides");
    }
}

#[test]
fn bytes_that_differ_never_look_the_same() {
    for seed in 0..2_000 {
        let mut random = Random(seed);
        let (one, other) = (random.bytes(3), random.bytes(3));
        assert_eq!(visible(&one) == visible(&other), one == other, "{one:?} {other:?}");
        assert!(!visible(&one).chars().any(char::is_control));
    }
}

#[test]
fn each_of_these_slips_shows() {
    let right = b"data: KETTLE 25.5\n\n".as_slice();
    for wrong in [
        b"data: KETTLE 25.5\n".as_slice(), // the blank line is missing
        b"data: KETTLE 25.5\n\n\n",        // a newline too many
        b"data: KETTLE 25.5\r\n\n",        // a CR
        b"data: KETTLE 25.5 \n\n",         // a space at the end
        b"data:\tKETTLE 25.5\n\n",         // a tab
        b"data: KETTLE\xc2\xa025.5\n\n",   // a space that doesn't break
    ] {
        assert_ne!(
            to_text(&[line(Direction::Received, Kind::Body, right, "")]),
            to_text(&[line(Direction::Received, Kind::Body, wrong, "")])
        );
    }
}

#[test]
fn times_are_for_people() {
    let mut heartbeat = line(Direction::Received, Kind::Event, b":\n", "a comment: a heartbeat");
    heartbeat.at = Duration::from_millis(15_002);
    assert_eq!(
        to_text_with_times(&[heartbeat]),
        "  15.002 s  ← event      :␊                                       │ a comment: a heartbeat\n⟨end⟩\n"
    );
}

#[test]
fn what_is_no_transcript_is_refused_with_its_line() {
    for (text, message) in [
        ("", "line 1 of the transcript: the last line must be ⟨end⟩"),
        ("→ head       a␊\n", "line 2 of the transcript: the last line must be ⟨end⟩"),
        ("⟨end⟩\n\nmore\n", "line 3 of the transcript: text after ⟨end⟩"),
        ("head a\n⟨end⟩", "line 1 of the transcript: it must begin with → or ← and a space"),
        ("← body       ⟦f⟧\n⟨end⟩", "line 1 of the transcript: ⟦f⟧ isn't a byte"),
        ("← body       ⟦+f⟧\n⟨end⟩", "line 1 of the transcript: ⟦+f⟧ isn't a byte"),
        ("← body       ⟦ff\n⟨end⟩", "line 1 of the transcript: ⟦ without ⟧"),
        ("← body       a\tb\n⟨end⟩", "line 1 of the transcript: \\u{9} can't stand here by itself"),
        ("← body       a │ ⟦ff⟧\n⟨end⟩", "line 1 of the transcript: the note isn't text"),
        (
            "← bädy       a\n⟨end⟩",
            "line 1 of the transcript: `bädy` is no kind of line; the kinds are head, chunk-size, \
             chunk, event, body, chunk-end, last-chunk, trailer, frame, payload, fin, reset, line, other",
        ),
    ] {
        assert_eq!(parse(text).unwrap_err().to_string(), message);
    }
}

#[test]
fn a_caret_stands_under_the_wrong_byte_however_wide_the_others_show() {
    assert_eq!(caret(b"\xff\0\r\nX\n", 4, "here"), "⟦ff⟧␀␍␊\nX␊⟨end⟩\n^ here");
    assert_eq!(caret(b"\xff\0A", 2, ""), "⟦ff⟧␀A⟨end⟩\n     ^");
    assert_eq!(caret("aüb".as_bytes(), 3, "b"), "aüb⟨end⟩\n  ^ b");
    assert_eq!(caret("aüb".as_bytes(), 2, "inside ü"), "aüb⟨end⟩\n ^ inside ü");
}

#[test]
fn a_caret_can_point_past_the_end() {
    assert_eq!(caret(b"data: x\n", 8, "a blank line"), "data: x␊⟨end⟩\n        ^ a blank line");
    assert_eq!(caret(b"", 0, "nothing came"), "⟨end⟩\n^ nothing came");
}

#[test]
fn a_caret_shows_only_what_is_near() {
    let many = b"x\n".repeat(100);
    assert_eq!(
        caret(&many, 100, "the 51st"),
        "… 45 more before\nx␊\nx␊\nx␊\nx␊\nx␊\nx␊\n^ the 51st\nx␊\nx␊\nx␊\n… 46 more after"
    );
    let long = caret(&b"x".repeat(10_000), 5_000, "in the middle");
    let (bytes, pointer) = long.split_once('\n').unwrap();
    assert_eq!(bytes.chars().count(), 1 + 60 + 40 + 1);
    assert_eq!(pointer, format!("{}^ in the middle", " ".repeat(61)));
}
