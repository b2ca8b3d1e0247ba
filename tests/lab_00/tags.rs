//! Step 3, the tags: what names a state, and what counts as naming it.

use super::{FOUND, LAB, PATH, server_with};
use harness::{Client, Head, Rule, calling, costing, expect_eq, under};
use lab::wire::{self, matches};

pub const MATCHES: Rule = Rule {
    place: "wire.rs, `matches`",
    text: "If-None-Match is a list of tags, or `*`; `W/` before a tag makes no difference",
    source: "RFC 9110 §13.1.2 and §8.8.3.2",
    cost: "A client that names this state gets the whole weather again.",
};

pub const HEAD: Rule = Rule {
    place: "server.rs, `head`",
    text: "an answer names the state of the log: one ETag for one state, another for the next",
    source: "RFC 9110 §8.8.1 and §8.8.3",
    cost: "Without a tag no client can ask whether something has changed.",
};

pub const NOT_MODIFIED: Rule = Rule {
    place: "server.rs, `not_modified`",
    text: "a client that names the state that the log is in gets 304: no body, and the connection goes on",
    source: "RFC 9110 §13.1.2 and §15.4.5",
    cost: "Every quiet poll carries the whole weather again, to everybody.",
};

#[test]
fn step_3_idle_a_list_and_a_star_match_weakly() {
    LAB.check(MATCHES, || {
        for (known, cost) in [
            (r#""8""#, "Every quiet poll carries the whole weather again, to everybody."),
            (r#"W/"8""#, "Behind a proxy that weakens tags each poll carries the whole weather."),
            (r#"W/"7", "8""#, "A cache asks with all that it holds, and gets the weather again."),
            (r#""8","9""#, "A cache asks with all that it holds, and gets the weather again."),
            ("*", "A client that wants nothing that is there already gets it all the same."),
            (r#" "8" "#, "One space, and a poll carries the whole weather again."),
        ] {
            costing(cost, || match_is(known, r#""8""#, true));
        }
        costing("A client that hasn't named this state is told that nothing has changed.", || {
            for known in
                [r#""7""#, r#""80", "18""#, "8", "", r#""""#, r#""a*b""#, r#"x"8""#, r#""7W/8""#]
            {
                match_is(known, r#""8""#, false);
            }
        });
    });
}

#[test]
fn step_3_idle_each_field_counts() {
    LAB.check_server(
        Rule {
            place: "server.rs, `not_modified`",
            text: "a list may come in one field or in several, and each tag in it counts",
            source: "RFC 9110 §5.2 and §5.3",
            cost: "Where the list comes in two fields, a quiet poll carries the whole weather.",
        },
        || {
            let server = server_with(1);
            let mut client = Client::connect(&server);
            let etag = etag(&mut client);
            not_modified(&mut client, &etag);
            under(3, MATCHES, || match_is("\"x\"", &etag, false));
            for fields in [
                [("If-None-Match", "\"x\""), ("if-none-match", &*etag)],
                [("If-None-Match", &*etag), ("if-none-match", "\"x\"")],
            ] {
                client.get(PATH, &fields);
                client.head().expect_status(304);
            }
            let list = format!("\"x\", W/{}", opaque(&etag));
            under(3, MATCHES, || match_is(&list, opaque(&etag), true));
            costing("A cache asks with all that it holds, and gets the weather again.", || {
                client.get(PATH, &[("If-None-Match", &list)]);
                client.head().expect_status(304);
            });
        },
    );
}

#[test]
fn step_3_idle_a_field_that_is_no_text_is_skipped() {
    LAB.check_server(
        Rule {
            place: "server.rs, `not_modified`",
            text: "a field that can't be read as text names nothing, and hides no other",
            source: "RFC 9110 §5.5: a value may have any bytes from 0x80 on; §8.8.3: so may a tag",
            cost: "One strange field, and a client gets no weather.",
        },
        || {
            let server = server_with(1);
            let mut client = Client::connect(&server);
            let etag = etag(&mut client);
            not_modified(&mut client, &etag);
            client.get(PATH, &[("If-None-Match", "\"Zürich\"")]);
            client.head().expect_status(200);
            client.rest();
            let (strange, known) = (("If-None-Match", "\"Zürich\""), ("If-None-Match", &*etag));
            costing("Beside a strange field the right one counts no more.", || {
                for fields in [[known, strange], [strange, known]] {
                    client.get(PATH, &fields);
                    client.head().expect_status(304);
                }
            });
        },
    );
}

/// `head` sends what the given `etag` makes; if that was changed, it is to blame.
pub fn head_rule() -> Rule {
    let one_each = wire::etag(1) == wire::etag(1) && wire::etag(1) != wire::etag(2);
    Rule { place: if one_each { HEAD.place } else { "wire.rs, `etag`" }, ..HEAD }
}

pub const TAG: &str = "a tag in quotes";

/// A tag, strong or weak.
pub fn is_tag(value: &str) -> bool {
    let quoted = opaque(value);
    quoted.len() >= 2 && quoted.starts_with('"') && quoted.ends_with('"')
}

/// A tag without its `W/`: this is what counts in `If-None-Match`.
pub fn opaque(tag: &str) -> &str {
    tag.strip_prefix("W/").unwrap_or(tag)
}

/// The tag of the state that the log is in. Asked twice, so that one that changes by itself is found
/// here.
#[track_caller]
pub fn etag(client: &mut Client) -> String {
    let [once, twice] = [(); 2].map(|()| {
        client.get(PATH, &[]);
        let head = client.head();
        under(2, FOUND, || head.expect_status(200));
        client.rest();
        under(3, head_rule(), || {
            costing(cost_of_tag(head.field("ETag")), || head.expect_field("ETag", TAG, is_tag));
        });
        head.field("ETag").unwrap_or_default().to_owned()
    });
    under(3, head_rule(), || {
        costing(
            "The tag changes by itself, so every quiet poll carries the whole weather.",
            || {
                let did = format!("nothing was published between two polls; they gave {once} and");
                expect_eq(&did, &twice, &once);
            },
        );
    });
    once
}

/// What it costs that an answer has this in its `ETag`, and not a tag in quotes.
fn cost_of_tag(said: Option<&str>) -> &'static str {
    match said {
        None => "Without a tag no client can ask whether something has changed.",
        Some(_) => "What isn't in quotes is no tag, and a cache may drop it.",
    }
}

/// Asks with the tag of the state that the log is in. Where there is no 304, it is the fault of the
/// comparison, of the tag, or of who should compare.
#[track_caller]
pub fn not_modified(client: &mut Client, etag: &str) -> Head {
    under(3, MATCHES, || match_is(etag, opaque(etag), true));
    client.get(PATH, &[("If-None-Match", etag)]);
    let head = client.head();
    let given = (0..=9).any(|newest| wire::etag(newest) == etag);
    let place = match given {
        true => NOT_MODIFIED.place,
        false => "server.rs, `head` and `not_modified`",
    };
    under(3, Rule { place, ..NOT_MODIFIED }, || head.expect_status(304));
    head
}

#[track_caller]
pub fn match_is(known: &str, etag: &str, want: bool) {
    let call = format!("matches({known:?}, {etag:?})");
    let got = calling(&call, || matches(known, etag));
    expect_eq(&format!("{call} gave"), got, want);
}
