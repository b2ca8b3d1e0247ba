//! Step 1: Where does one message end?

use super::LAB;
use harness::{Failure, Rule, calling, costing, expect, expect_eq};
use lab::wire::{Body, WireError, body_length};

/// The cost of an error where none is.
const REFUSED: &str = "An answer whose end is known is thrown away, and its connection with it.";

/// The cost of an end that somebody else may see elsewhere.
const GUESSED: &str =
    "A proxy may take it otherwise: then one reader's answer is given to another.";

const FIRST: &str = "HTTP/1.1 200 OK\r\ncontent-length: 11\r\n\r\nBERLIN 25.5";
const SECOND: &str = "HTTP/1.1 200 OK\r\nCONTENT-LENGTH: 0\r\n\r\n";

#[test]
fn step_1_frame_content_length_says_where_the_next_answer_starts() {
    LAB.check(
        Rule {
            place: "wire.rs, `body_length`",
            text: "Content-Length counts the body's bytes; the next byte begins the next answer",
            source: "RFC 9112 §6.3; RFC 9110 §5.1 for the case of names",
            cost: "The next answer on this connection is looked for at the wrong byte, or never.",
        },
        || {
            reads_as("two answers on one connection", FIRST, SECOND, Body::Bytes(11));
            reads_as("an empty answer, then another", SECOND, FIRST, Body::Bytes(0));
            gives(200, &[("Content-Length", "18446744073709551615")], Body::Bytes(u64::MAX));
            for status in [205, 301, 303, 307, 404, 503] {
                gives(status, &[("Content-Length", "11")], Body::Bytes(11));
            }
        },
    );
}

#[test]
fn step_1_frame_no_body_after_204_and_304() {
    LAB.check(
        Rule {
            place: "wire.rs, `body_length`",
            text: "1xx, 204 and 304 have no body, whatever their fields say",
            source: "RFC 9112 §6.3; RFC 9110 §8.6 for the length in a 304",
            cost: "The answer that follows is taken for the body of this one.",
        },
        || {
            let quiet = "HTTP/1.1 304 Not Modified\r\netag: \"8\"\r\ncontent-length: 73\r\n\r\n";
            reads_as("a 304 with Content-Length: 73, then a 200", quiet, FIRST, Body::None);
            let (length, other) = (("Content-Length", "73"), ("Content-Length", "74"));
            let chunked = ("Transfer-Encoding", "chunked");
            for status in [100, 103, 204, 304] {
                gives(status, &[], Body::None);
                gives(status, &[length], Body::None);
                gives(status, &[chunked], Body::None);
                // Even what would be an error elsewhere.
                gives(status, &[length, other], Body::None);
                gives(status, &[length, chunked], Body::None);
                gives(status, &[("Content-Length", "+5")], Body::None);
                gives(status, &[("Transfer-Encoding", "gzip")], Body::None);
            }
        },
    );
}

#[test]
fn step_1_frame_chunks_or_the_end_of_the_connection() {
    LAB.check(
        Rule {
            place: "wire.rs, `body_length`",
            text: "without a length, it is chunked or lasts until the connection ends",
            source: "RFC 9112 §6.3; §7 for the case of codings",
            cost: "The weather is cut off, or read as something else.",
        },
        || {
            costing(
                "The sizes of chunks are read as weather, or as the next answer's head.",
                || {
                    gives(200, &[("Transfer-Encoding", "chunked")], Body::Chunked);
                    gives(200, &[("transfer-encoding", "Chunked")], Body::Chunked);
                },
            );
            gives(200, &[], Body::UntilClose);
            gives(205, &[], Body::UntilClose);
            gives(200, &[("X-Content-Length", "5")], Body::UntilClose);
            costing("What somebody packed is read as if it were plain.", || {
                refuses(&[("Transfer-Encoding", "gzip")]);
                refuses(&[("Transfer-Encoding", "gzip, chunked")]);
            });
            costing(GUESSED, || {
                for (first, second) in
                    [("gzip", "chunked"), ("chunked", "gzip"), ("chunked", "chunked")]
                {
                    refuses(&[("Transfer-Encoding", first), ("Transfer-Encoding", second)]);
                }
            });
        },
    );
}

#[test]
fn step_1_frame_both_lengths_are_an_error() {
    LAB.check(
        Rule {
            place: "wire.rs, `body_length`",
            text: "Content-Length beside Transfer-Encoding is an error",
            source: "RFC 9112 §6.3: it \"ought to be handled as an error\"",
            cost: GUESSED,
        },
        || {
            refuses(&[("Content-Length", "5"), ("Transfer-Encoding", "chunked")]);
            refuses(&[("Transfer-Encoding", "chunked"), ("Content-Length", "5")]);
        },
    );
}

#[test]
fn step_1_frame_a_length_is_digits() {
    LAB.check(
        Rule {
            place: "wire.rs, `body_length`",
            text: "a length is one number, in digits and nothing else",
            source: "RFC 9110 §8.6; RFC 9112 §6.3",
            cost: GUESSED,
        },
        || {
            for bad in ["+5", "", "-1", "0x5", "5 5", "18446744073709551616"] {
                refuses(&[("Content-Length", bad)]);
            }
            refuses(&[("Content-Length", "5"), ("content-length", "6")]);
            refuses(&[("Content-Length", "5"), ("Content-Length", "5")]);
        },
    );
}

/// Two answers in one buffer: the second one must begin where the first one ends.
#[track_caller]
fn reads_as(what: &str, first: &str, second: &str, want: Body) {
    let (status, fields) = head_of(first);
    let got = calling(&format!("{what}: body_length"), || body_length(status, &fields));
    if ends_alike(got, want) {
        return;
    }
    let failure = Failure::new(format!("{what}; for the first `body_length` gave {got:?}"))
        .seen(format!("{first}{second}").as_bytes())
        .caret(first.len(), "the next answer begins here")
        .expected(format!("Ok({want:?})"));
    match got {
        Err(_) => failure.cost(REFUSED).raise(),
        Ok(_) => failure.raise(),
    }
}

#[track_caller]
fn gives(status: u16, fields: &[(&str, &str)], want: Body) {
    let call = format!("body_length({status}, {fields:?})");
    let got = calling(&call, || body_length(status, fields));
    if ends_alike(got, want) {
        return;
    }
    match got {
        Err(_) => costing(REFUSED, || expect_eq(&format!("{call} gave"), got, Ok(want))),
        Ok(_) => expect_eq(&format!("{call} gave"), got, Ok(want)),
    }
}

/// Whether the next answer begins at the same byte. After no bytes it is there at once, too.
fn ends_alike(got: Result<Body, WireError>, want: Body) -> bool {
    let at_once = |body| matches!(body, Body::None | Body::Bytes(0));
    got.is_ok_and(|got| got == want || at_once(got) && at_once(want))
}

#[track_caller]
fn refuses(fields: &[(&str, &str)]) {
    let call = format!("body_length(200, {fields:?})");
    let got = calling(&call, || body_length(200, fields));
    expect(got.is_err(), &format!("{call} gave {got:?}"), "an error");
}

fn head_of(answer: &str) -> (u16, Vec<(&str, &str)>) {
    let mut lines = answer.lines();
    let status = lines.next().and_then(|line| line.get(9..12)?.parse().ok());
    let fields = lines.map_while(|line| line.split_once(": "));
    (status.expect("a status line"), fields.collect())
}
