//! Step 6: How does each side learn the other is gone? The client's side: how a stream ended.

use super::LAB;
use feed::{End, Event};
use harness::{Rule, costing, expect_eq, under};
use lab::client::{Client, Ending};
use lab::wire::encode;

#[test]
fn step_6_goodbye_a_cut_stream_is_not_finished() {
    LAB.check(
        Rule {
            place: "client.rs, `on_end`",
            text: "a stream that ends without an `end` line was cut, wherever it was cut",
            source: "RFC 9112 §8; actix-http 3.12.0's changelog, issue 3067",
            cost: "A server crashes, and every page says that the show is over.",
        },
        || {
            let event = encode(&Event::new(7, "weather", "BERLIN 25.5"));
            let end = last_line("finished");
            for body in ["", "\n\n", &event, &event[..20], end.trim_end()] {
                let did = format!("the body was {body:?}, and then nothing came; `on_end` gave");
                expect_eq(&did, ends(&mut Client::new(), body), Ending::Cut);
            }
        },
    );
}

const SAYS_WHY: Rule = Rule {
    place: "client.rs, `on_end`",
    text: "the `end` line says why: `limit` and `shutdown` mean come back, `finished` never",
    source: "the lab's last line",
    cost: "A page stops at the first limit; or asks for ever for a show that is over.",
};

#[test]
fn step_6_goodbye_the_last_line_says_why() {
    LAB.check(SAYS_WHY, || {
        let reasons =
            [("limit", End::Limit), ("shutdown", End::Shutdown), ("finished", End::Finished)];
        for (text, why) in reasons {
            let did = format!("the last line said {text:?}, and `on_end` gave");
            expect_eq(&did, ends(&mut Client::new(), &last_line(text)), Ending::Ended(why));
            // As a server says it: the id is that of the event before.
            let both = encode(&Event::new(8, "weather", "BERLIN 25.5")) + &last_line(text);
            let did = format!("event 8 came, then the last line said {text:?}; `on_end` gave");
            // Alone the last line was heard; so it was lost before.
            let place = "client.rs, `move_on`: an `end` is never old";
            under(6, Rule { place, ..SAYS_WHY }, || {
                expect_eq(&did, ends(&mut Client::new(), &both), Ending::Ended(why));
            });
        }
    });
}

#[test]
fn step_6_goodbye_each_connection_has_its_own_end() {
    LAB.check(
        Rule {
            place: "client.rs, `on_end`",
            text: "what a connection has left unsaid, or said at its end, is not the next one's",
            source: "RFC 9112 §8: what was incomplete stays incomplete",
            cost: "After a cut the first report is half an old one, and can't be read.",
        },
        || {
            let mut client = Client::new();
            ends(&mut client, r#"{"id":7,"event":"wea"#);
            let line = encode(&Event::new(7, "weather", "BERLIN 25.5"));
            let got = client.on_bytes(line.as_bytes());
            let got: Vec<_> = got.into_iter().map(|it| it.map(|event| event.id)).collect();
            expect_eq("a stream was cut inside a line; the next one brought", got, [Ok(7)]);

            ends(&mut client, &last_line("limit"));
            costing("A server crashes, and the page says that it was the limit.", || {
                let did = "a stream ended with `limit`, the next one without a word; `on_end` gave";
                expect_eq(did, ends(&mut client, &line), Ending::Cut);
            });
        },
    );
}

#[test]
fn step_6_goodbye_nothing_comes_after_the_last_line() {
    LAB.check(
        Rule {
            place: "client.rs, `on_line`",
            text: "an `end` is the last line: what follows it on this connection is nothing",
            source: "the lab's last line",
            cost: "A page shows what nobody meant for it, and goes on from there.",
        },
        || {
            let weather = encode(&Event::new(9, "weather", "BERLIN 25.5"));
            for after in [&*weather, "{oops\n", &last_line("finished")] {
                let mut client = Client::new();
                let shown = client.on_bytes((last_line("limit") + after).as_bytes()).len();
                let did = format!("the last line came, and after it {after:?}; shown:");
                expect_eq(&did, shown, 0);
                expect_eq("then it asks for", client.target().contains("since=9"), false);
                let shown = client.on_bytes(after.as_bytes()).len();
                expect_eq("another read brought it again; shown:", shown, 0);
            }
        },
    );
}

fn last_line(why: &'static str) -> String {
    encode(&Event::new(8, "end", why))
}

/// How a client says that a connection ended which brought this body.
fn ends(client: &mut Client, body: &str) -> Ending {
    client.on_bytes(body.as_bytes());
    client.on_end()
}
