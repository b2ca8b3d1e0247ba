//! Step 4: What of the events missed while away? The client's side: where it is.

use super::LAB;
use feed::Event;
use harness::{Rule, costing, expect_eq};
use lab::client::Client;
use lab::wire::encode;

#[test]
fn step_4_resume_who_comes_back_says_where_it_was() {
    LAB.check(
        Rule {
            place: "client.rs, `target` and `move_on`",
            text: "the cursor is the id of the last event; a client that has none yet asks without `since`",
            source: "the log: no cursor isn't cursor 0",
            cost: "After each tunnel the page begins anew, and what happened meanwhile is lost.",
        },
        || {
            let mut client = Client::new();
            costing("A newcomer is told that it has missed what it never wanted.", || {
                expect_eq("a client that has seen nothing asks for", client.target(), "/stream");
            });
            client.on_bytes(weather(7).as_bytes());
            expect_eq("after event 7 it asks for", client.target(), "/stream?since=7");
            let client = Client::after(0);
            expect_eq("a client at cursor 0 asks for", client.target(), "/stream?since=0");
        },
    );
}

#[test]
fn step_4_resume_the_cursor_moves_with_whole_lines_only() {
    LAB.check(
        Rule {
            place: "client.rs, `move_on`",
            text: "an event counts when its line has ended: half a line moves nothing",
            source: "RFC 9112 §8: a message that is cut is incomplete",
            cost: "A connection that breaks loses an event for good, or brings one twice.",
        },
        || {
            let stream = weather(7) + &weather(8);
            let first = weather(7).len();
            for cut in 0..=stream.len() {
                let mut client = Client::after(6);
                client.on_bytes(&stream.as_bytes()[..cut]);
                let want = if cut < first {
                    6
                } else if cut < stream.len() {
                    7
                } else {
                    8
                };
                let did = format!(
                    "a client at 6 got {cut} of {} bytes, two events, and asks for",
                    stream.len()
                );
                expect_eq(&did, client.target(), format!("/stream?since={want}"));
            }
        },
    );
}

#[test]
fn step_4_resume_an_event_twice_is_shown_once() {
    LAB.check(
        Rule {
            place: "client.rs, `move_on`",
            text: "an event at or before the cursor was there already: it is dropped",
            source: "the log: at least once, and the id tells which",
            cost: "A sum counts a report twice; a chat repeats a line.",
        },
        || {
            let mut client = Client::after(6);
            let shown = shows(&mut client, [5, 6, 7, 7, 8]);
            costing(cost_of_showing(shown.len()), || {
                expect_eq("a client at 6 gets 5, 6, 7, 7, 8 and shows", shown, [7, 8]);
            });
            expect_eq("and it asks for", client.target(), "/stream?since=8");
            let mut client = Client::new();
            costing("The very first report is missing.", || {
                expect_eq("a newcomer gets event 1 and shows", shows(&mut client, [1]), [1]);
            });
        },
    );
}

#[test]
fn step_4_resume_a_reset_says_where_to_go_on() {
    LAB.check(
        Rule {
            place: "client.rs, `move_on`",
            text: "a `reset` moves the cursor, forwards or backwards; what comes after it is new",
            source: "the log: a cursor from another life is a gap",
            cost: "The server starts anew at 1, and a page that was at 99 is deaf until it gets there.",
        },
        || {
            for (cursor, missed) in [(2, "2"), (99, "unknown")] {
                let mut client = Client::after(cursor);
                let reset = encode(&Event::new(4, "reset", missed));
                let shown = client.on_bytes(reset.as_bytes()).len();
                let did = format!("a client at {cursor} gets a reset with id 4");
                costing("The page goes on as if nothing were missing.", || {
                    expect_eq(&format!("{did}; resets shown:"), shown, 1);
                });
                expect_eq(&format!("{did}, and asks for"), client.target(), "/stream?since=4");
                let shown = shows(&mut client, [5, 6]);
                expect_eq(&format!("{did}, then 5 and 6, and shows"), shown, [5, 6]);
            }
        },
    );
}

#[test]
fn step_4_resume_the_last_line_has_a_cursor_too() {
    LAB.check(
        Rule {
            place: "client.rs, `move_on`",
            text: "an `end` has the id at which the stream ended: the client comes back with it",
            source: "the log: a cursor is one place in one order",
            cost: "A page that was opened before the first report misses all that come while it is away.",
        },
        || {
            let mut client = Client::new();
            client.on_bytes(encode(&Event::new(0, "end", "limit")).as_bytes());
            let did = "a newcomer to an empty log gets an end with id 0, and asks for";
            expect_eq(did, client.target(), "/stream?since=0");
        },
    );
}

fn weather(id: u64) -> String {
    encode(&Event::new(id, "weather", "BERLIN 25.5"))
}

/// The ids that the application sees when these events come.
fn shows<const N: usize>(client: &mut Client, ids: [u64; N]) -> Vec<u64> {
    let body = ids.map(weather).concat();
    client.on_bytes(body.as_bytes()).into_iter().filter_map(|it| Some(it.ok()?.id)).collect()
}

/// What it costs that so many reports are shown, where two have come and one of them twice.
fn cost_of_showing(shown: usize) -> &'static str {
    match shown {
        0 | 1 => "A report that has come is never shown.",
        _ => "A sum counts a report twice; a chat repeats a line.",
    }
}
