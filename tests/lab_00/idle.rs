//! Step 3: What happens when nothing happens?

use super::push::appends;
use super::tags::{
    HEAD, MATCHES, NOT_MODIFIED, TAG, etag, head_rule, is_tag, match_is, not_modified, opaque,
};
use super::{FOUND, LAB, PATH, server_with};
use harness::{Client, Head, Rule, costing, expect, under};
use trace::Direction;

const NO_CACHE: Rule = Rule {
    place: "server.rs, `head`",
    text: "200, 204 and 304 say `no-cache`: may be kept, may not be given again without asking",
    source: "RFC 9111 §4.2.2 and §5.2.2.4",
    cost: "A cache may show old weather again, without asking.",
};

const UNKNOWN_WHICH: &str =
    "A cache that holds several answers can't tell which of them is still good.";

#[test]
fn step_3_idle_same_state_is_304_without_a_body() {
    LAB.check_server(NOT_MODIFIED, || {
        let server = server_with(2);
        let mut client = Client::connect(&server);
        for _ in 0..2 {
            let etag = etag(&mut client);
            not_modified(&mut client, &etag);
        }
    });
}

#[test]
fn step_3_idle_a_304_repeats_etag_and_cache_control() {
    LAB.check_server(
        Rule {
            place: "server.rs, `not_modified`",
            text: "a 304 has the ETag and the Cache-Control that the 200 would have",
            source: "RFC 9110 §15.4.5",
            cost: UNKNOWN_WHICH,
        },
        || {
            let server = server_with(1);
            let mut client = Client::connect(&server);
            let etag = etag(&mut client);
            client.get(PATH, &[]);
            under(3, NO_CACHE, || says_no_cache(&client.head()));
            client.rest();
            let head = not_modified(&mut client, &etag);
            head.expect_field("ETag", &etag, |value| opaque(value) == opaque(&etag));
            costing(
                "A cache learns another rule for this answer than the 200 had, or none.",
                || {
                    head.expect_field("Cache-Control", "no-cache", is_no_cache);
                },
            );
        },
    );
}

#[test]
fn step_3_idle_each_answer_names_its_state() {
    LAB.check_server(
        Rule {
            // That the 200 has a tag is seen first; what is left is an answer without `head`.
            place: "server.rs, `found` or `head`",
            text: "a 204 names the state as well, and who repeats its tag gets 304",
            cost: "A client that was told \"nothing yet\" can't ask whether that has changed.",
            ..HEAD
        },
        || {
            etag(&mut Client::connect(&server_with(1)));
            let server = server_with(0);
            server.must_be_new();
            let mut client = Client::connect(&server);
            client.get(PATH, &[]);
            let head = client.head();
            under(2, FOUND, || {
                costing("A client is told something else than \"nothing yet\".", || {
                    head.expect_status(204);
                });
            });
            head.expect_field("ETag", TAG, is_tag);
            let nothing_yet = head.field("ETag").unwrap_or_default().to_owned();
            let head = not_modified(&mut client, &nothing_yet);
            let place = "server.rs, `not_modified` or `head`";
            under(3, Rule { place, cost: UNKNOWN_WHICH, ..HEAD }, || {
                head.expect_field("ETag", &nothing_yet, |value| {
                    opaque(value) == opaque(&nothing_yet)
                });
            });
            appends();
            server.publish(1);
            let first = etag(&mut client);
            under(3, head_rule(), || {
                costing("A client with an empty page is told that nothing has changed.", || {
                    let did =
                        format!("the empty log had the tag {nothing_yet}, and with one event");
                    expect(first != nothing_yet, &format!("{did} {first}"), "another tag");
                });
            });
        },
    );
}

#[test]
fn step_3_idle_news_is_200() {
    LAB.check_server(
        Rule {
            place: "server.rs, `not_modified`",
            text: "a new event is a new state: the old tag matches no more",
            source: "RFC 9110 §8.8.1: a validator changes when the content does",
            cost: "The client doesn't get the news that is there.",
        },
        || {
            appends();
            let server = server_with(1);
            let mut client = Client::connect(&server);
            let before = etag(&mut client);
            // The same text: the content is the same but for its id.
            server.publish(1);
            client.note(format!("publish of event {}", server.id(2)));
            let after = etag(&mut client);
            under(3, head_rule(), || {
                costing("A client that asks with this tag can't be told of news.", || {
                    let [first, second] = [1, 2].map(|number| server.id(number));
                    let did =
                        format!("event {first} had the tag {before}, and event {second} {after}");
                    expect(opaque(&after) != opaque(&before), &did, "another tag");
                });
            });
            // The second holds the newest id in each tag, and no tag of that event.
            let others = format!("\"{0}0\", \"1{0}\"", server.id(2));
            for known in [&*before, &others] {
                under(3, MATCHES, || {
                    costing("The weather changes, and the page is told that it didn't.", || {
                        match_is(known, opaque(&after), false);
                    });
                });
                client.get(PATH, &[("If-None-Match", known)]);
                let head = client.head();
                costing(cost_of_status(head.status()), || head.expect_status(200));
                client.rest();
            }
        },
    );
}

#[test]
fn step_3_idle_an_answer_may_not_be_reused_unasked() {
    LAB.check_server(NO_CACHE, || {
        let server = server_with(0);
        server.must_be_new();
        let mut client = Client::connect(&server);
        client.get(PATH, &[]);
        let empty = client.head();
        under(2, FOUND, || {
            costing("A client is told something else than \"nothing yet\".", || {
                empty.expect_status(204);
            });
        });
        server.publish(1);
        client.get(PATH, &[]);
        let full = client.head();
        under(2, FOUND, || full.expect_status(200));
        client.rest();
        says_no_cache(&full);
        // The 200 has it, so who lacks it wasn't begun by `head`, or `head` looks at the status.
        under(3, Rule { place: "server.rs, `found` or `head`", ..NO_CACHE }, || {
            says_no_cache(&empty)
        });
        let etag = etag(&mut client);
        let same = not_modified(&mut client, &etag);
        under(3, Rule { place: "server.rs, `not_modified` or `head`", ..NO_CACHE }, || {
            says_no_cache(&same);
        });
    });
}

#[test]
fn step_3_idle_a_hundred_empty_polls_are_counted() {
    LAB.check_server(
        Rule {
            place: "server.rs, `head`",
            text: "a hundred empty polls cost 20 kB at most, on one connection",
            source: "RFC 9112 §9.3: a connection serves one request after the other",
            cost: "The page costs more than it must while nothing happens.",
        },
        || {
            let server = server_with(1);
            let mut client = Client::connect(&server);
            let etag = etag(&mut client);
            not_modified(&mut client, &etag);
            let ask = [("If-None-Match", &*etag)];

            let mut client = Client::connect(&server);
            for _ in 0..100 {
                client.get(PATH, &ask);
                client.head();
                client.rest();
            }
            let one = bytes(&client);

            let mut many = 0;
            for _ in 0..100 {
                let mut client = Client::connect(&server);
                client.get(PATH, &[ask[0], ("Connection", "close")]);
                client.head();
                client.rest();
                many += bytes(&client);
            }
            println!("100 empty polls on one connection: {one} bytes of HTTP");
            println!(
                "100 empty polls on 100 connections: {many} bytes of HTTP, and 100 handshakes"
            );
            expect(
                one <= 20_000,
                &format!(
                    "100 empty polls on one connection took {one} bytes, on 100 of them {many}"
                ),
                "at most 20000",
            );
        },
    );
}

/// What it costs that a client for which there is news gets this status, and not 200.
fn cost_of_status(status: u16) -> &'static str {
    match status {
        304 => "The page stands still, and its requests all succeed.",
        _ => "The client doesn't get the news that is there.",
    }
}

fn is_no_cache(value: &str) -> bool {
    let says = |wanted| value.split(',').any(|it| it.trim().eq_ignore_ascii_case(wanted));
    says("no-cache") && !says("no-store")
}

#[track_caller]
fn says_no_cache(head: &Head) {
    costing(cost_of_cache_control(head.field("Cache-Control")), || {
        head.expect_field("Cache-Control", "no-cache", is_no_cache);
    });
}

/// What it costs that an answer says this to caches, and not `no-cache`.
fn cost_of_cache_control(said: Option<&str>) -> &'static str {
    match said.is_some_and(|value| value.contains("no-store")) {
        true => "No browser keeps it, so none can ask whether it has changed.",
        false => "A cache may show old weather again, without asking.",
    }
}

/// What went over this connection, both ways.
fn bytes(client: &Client) -> usize {
    client.trace().bytes(Direction::Sent).len() + client.received().len()
}
