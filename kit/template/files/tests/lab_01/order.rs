//! Step 2: Which answer belongs to which question?

use super::{LAB, server};
use harness::{Client, Rule, expect_bytes, expect_eq};
use lab::client::{Client as Asker, NoAnswer};
use lab::wire::{Answer, Lines, MAX_LINE, Request};

/// Sends all of it at once, and reads as many bytes as are expected.
fn converse(sent: &str, want: &str) {
    // A server's threads can't tell this test that step 1 isn't written yet; this can.
    let _ = Lines::default().push(b"");
    let mut client = Client::connect_plain(&server());
    client.send(sent);
    client.finish();
    expect_bytes(&format!("{sent:?} was answered by"), client.rest(), want);
}

fn get(key: &str) -> Request {
    Request::Get { key: key.to_owned() }
}

#[test]
fn step_2_order_questions_do_not_wait() {
    LAB.check(
        Rule {
            place: "server.rs, `answers`",
            text: "the answers come in the order of the questions, however many come at once",
            source: "as in RFC 9112 §9.3.2",
            cost: "Ten questions take ten ways to the server and back, instead of one.",
        },
        || {
            converse("SET a 1\nGET a\nGET b\nSET a 2\nGET a\n", "OK\nVALUE 1\nNONE\nOK\nVALUE 2\n");
        },
    );
}

#[test]
fn step_2_order_every_line_has_one_answer() {
    LAB.check(
        Rule {
            place: "server.rs, `answers`",
            text: "a line that is no request is answered, too: by ERROR and the reason",
            source: "as in memcached's protocol.txt, Error strings",
            cost: "The client takes every answer that follows for the answer to another question.",
        },
        || {
            converse(
                "SET a 1\nFLY a\nGET a\n\nGET b\n",
                "OK\nERROR I know SET and GET\nVALUE 1\nERROR I know SET and GET\nNONE\n",
            );
            converse("SET a C:\\temp\nGET a\n", "ERROR after \\\\ comes \\\\, n or r\nNONE\n");
            let long = format!("SET a {}\nGET a\n", "x".repeat(MAX_LINE));
            converse(&long, &format!("ERROR a line has at most {MAX_LINE} bytes\nNONE\n"));
        },
    );
}

#[test]
fn step_2_order_an_answer_belongs_to_the_oldest_question() {
    LAB.check(
        Rule {
            place: "client.rs, `Client::question`",
            text: "the next answer belongs to the oldest question that has none",
            source: "as in RFC 9112 §9.3.2",
            cost: "Anna is shown Ben's mail.",
        },
        || {
            let mut client = Asker::default();
            for key in ["anna", "ben"] {
                client.ask(get(key));
            }
            let got = client.push(b"VALUE to Anna\nNONE\n");
            let want =
                [(get("anna"), Answer::Value("to Anna".to_owned())), (get("ben"), Answer::Nothing)];
            expect_eq("GET anna, GET ben, then two answers gave", got, Ok(want.to_vec()));
            let got = client.push(b"NONE\n");
            expect_eq("an answer to nothing gave", got, Err(NoAnswer::Unasked));
        },
    );
}
