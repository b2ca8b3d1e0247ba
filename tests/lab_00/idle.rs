//! Step 3: What happens when nothing happens?

use super::{LAB, PATH, report, server_with};
use harness::{Client, Rule, Server, costing, expect, expect_eq};
use lab::server::run;
use lab::wire::matches;
use trace::Way;

#[test]
fn step_3_idle_same_state_is_304_without_a_body() {
    LAB.check(
        Rule {
            step: 3,
            place: "server.rs, `head` and `not_modified`",
            text: "who names the state that the log is in gets 304: no body, and the connection goes on",
            source: "RFC 9110 §13.1.2 and §15.4.5",
            cost: "Every quiet poll carries the whole weather again, to everybody.",
        },
        || {
            let server = server_with(2);
            let mut client = Client::connect(&server);
            for _ in 0..2 {
                let etag = etag(&mut client);
                client.get(PATH, &[("If-None-Match", &etag)]);
                client.head().expect_status(304);
            }
        },
    );
}

#[test]
fn step_3_idle_a_304_repeats_etag_and_cache_control() {
    LAB.check(
        Rule {
            step: 3,
            place: "server.rs, `not_modified`",
            text: "a 304 has the ETag and the Cache-Control that the 200 would have",
            source: "RFC 9110 §15.4.5",
            cost: "A cache that holds several answers can't tell which of them is still good.",
        },
        || {
            let server = server_with(1);
            let mut client = Client::connect(&server);
            let etag = etag(&mut client);
            client.get(PATH, &[("If-None-Match", &etag)]);
            let head = client.head();
            head.expect_status(304);
            head.expect_field("ETag", &etag, |value| value == etag);
            costing("A cache doesn't learn that the rule for this answer has changed.", || {
                head.expect_field("Cache-Control", "no-cache", |value| value == "no-cache");
            });
        },
    );
}

#[test]
fn step_3_idle_a_list_and_a_star_match_weakly() {
    LAB.check(
        Rule {
            step: 3,
            place: "wire.rs, `matches`",
            text: "If-None-Match is a list of tags, or `*`; `W/` before a tag makes no difference",
            source: "RFC 9110 §13.1.2 and §8.8.3.2",
            cost: "A shared cache asks with all that it holds, and gets the weather again each time.",
        },
        || {
            for known in [r#""8""#, r#"W/"8""#, r#"W/"7", "8""#, r#""8","9""#, "*", r#" "8" "#] {
                let got = matches(known, r#""8""#);
                expect_eq(&format!("matches({known:?}, {:?}) gave", r#""8""#), got, true);
            }
            costing("The weather changes, and the page is told that it didn't.", || {
                for known in
                    [r#""7""#, r#""80", "18""#, "8", "", r#""""#, r#""a*b""#, r#"x"8""#, r#""7W/8""#]
                {
                    let got = matches(known, r#""8""#);
                    expect_eq(&format!("matches({known:?}, {:?}) gave", r#""8""#), got, false);
                }
            });
        },
    );
}

#[test]
fn step_3_idle_each_field_counts() {
    LAB.check(
        Rule {
            step: 3,
            place: "server.rs, `not_modified`",
            text: "a list may come in several fields of the same name, and from any client",
            source: "RFC 9110 §5.2 and §5.3",
            cost: "Behind one proxy in a hundred, every quiet poll carries the whole weather.",
        },
        || {
            let server = server_with(1);
            let mut client = Client::connect(&server);
            let etag = etag(&mut client);
            client.get(PATH, &[("If-None-Match", "\"x\""), ("if-none-match", &etag)]);
            client.head().expect_status(304);
        },
    );
}

#[test]
fn step_3_idle_news_is_200() {
    LAB.check(
        Rule {
            step: 3,
            place: "server.rs, `head` and `not_modified`",
            text: "a new event is a new state: it has another tag, and the old one matches no more",
            source: "RFC 9110 §8.8.1: a validator changes when the content does",
            cost: "The page stands still, and its requests all succeed.",
        },
        || {
            let server = server_with(1);
            let mut client = Client::connect(&server);
            let before = etag(&mut client);
            // The same text: the content is the same but for its id.
            harness::publish(&server, &report());
            client.note("publish of event 2");
            client.get(PATH, &[("If-None-Match", &before)]);
            let head = client.head();
            head.expect_status(200);
            head.expect_field("ETag", "not the one from before", |value| value != before);
            client.rest();
        },
    );
}

#[test]
fn step_3_idle_an_answer_may_not_be_reused_unasked() {
    LAB.check(
        Rule {
            step: 3,
            place: "server.rs, `head`",
            text: "200, 204 and 304 say `no-cache`: may be kept, may not be given again without asking",
            source: "RFC 9111 §4.2.2 and §5.2.2.4",
            cost: "Some cache decides by itself how long the weather lasts: the page is late by hours.",
        },
        || {
            let server = Server::start(run);
            let mut client = Client::connect(&server);
            for status in [204, 200, 304] {
                match status {
                    304 => {
                        let etag = etag(&mut client);
                        client.get(PATH, &[("If-None-Match", &etag)]);
                    }
                    _ => client.get(PATH, &[]),
                }
                let head = client.head();
                costing("A client that is up to date is told something else.", || {
                    head.expect_status(status);
                });
                client.rest();
                let cost = match head.field("Cache-Control") {
                    Some("no-store") => "No browser keeps it, so none can ask whether it has changed.",
                    _ => "Some cache decides how long the weather lasts, and the page is hours late.",
                };
                costing(cost, || {
                    head.expect_field("Cache-Control", "no-cache", |value| value == "no-cache");
                });
                if status == 204 {
                    harness::publish(&server, &report());
                }
            }
        },
    );
}

#[test]
fn step_3_idle_a_hundred_empty_polls_are_counted() {
    LAB.check(
        Rule {
            step: 3,
            place: "server.rs, `not_modified`",
            text: "a hundred empty polls cost 20 kB at most, on one connection",
            source: "RFC 9112 §9.3: a connection serves one request after the other",
            cost: "The page costs its readers money while nothing happens.",
        },
        || {
            let server = server_with(1);
            let etag = etag(&mut Client::connect(&server));
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

/// The tag of the state that the log is in.
#[track_caller]
fn etag(client: &mut Client) -> String {
    client.get(PATH, &[]);
    let head = client.head();
    costing("Without a tag no client can ask whether something has changed.", || {
        head.expect_status(200);
        head.expect_field("ETag", "a tag in quotes", |value| value.starts_with('"'));
    });
    client.rest();
    head.field("ETag").unwrap_or_default().to_owned()
}

/// What went over this connection, both ways.
fn bytes(client: &Client) -> usize {
    client.trace().bytes(Way::Sent).len() + client.received().len()
}
