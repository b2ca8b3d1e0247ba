//! Step 3: What happens when nothing happens?

use super::{FAILURES, LAB, PATH, ask, cost_of_nothing_new_as, expect_nothing_new, server_with};
use fixture::Target;
use harness::{Client, Fault, Relay, Rule, at_once, costing, expect};
use lab::server::run;
use std::time::{Duration, Instant};
use weather::Limits;

#[test]
fn step_3_idle_quiet_ends_in_204_at_the_deadline() {
    LAB.check_server(
        Rule {
            place: "server.rs, `hold`",
            text: "after `wait` without news the answer is 204: once, not before, not much later",
            source: "RFC 6202 §2.1 and §5.5; RFC 9110 §15.3.5",
            cost: "A proxy, or the client, gives up first: an error where all is well.",
        },
        || {
            let server = server_with(8);
            let started = Instant::now();
            let mut clients =
                [1, 2].map(|wait| ask(&server, &format!("?since={}&wait={wait}", server.id(8))));
            for (wait, client) in (1..).zip(&mut clients) {
                // The second is read when the first is answered: there is a second left.
                client.patient(Duration::from_secs(1) + at_once());
                let head = client.head();
                let took = started.elapsed();
                costing(cost_of_nothing_new_as(head.status(), FAILURES), || {
                    head.expect_status(204);
                });
                costing("Each poll costs a connection of its own, and its handshake.", || {
                    let closes = head.field("Connection").is_some_and(|it| it == "close");
                    let did = format!("the answer says Connection: {:?}", head.field("Connection"));
                    expect(!closes, &did, "a connection that is kept for the next poll");
                });
                costing(
                    "The shorter the polls, the more of them: that is what short polling costs.",
                    || {
                        let did = format!(
                            "GET {PATH}?since={}&wait={wait} was answered after {took:?}",
                            server.id(8)
                        );
                        let expected = format!("no answer before {wait} s are over");
                        expect(took >= Duration::from_secs(wait), &did, &expected);
                    },
                );
            }
            // The connection is good for the next poll, and carries one answer to each.
            costing("The second answer is taken for the one to the next question.", || {
                let [client, _] = &mut clients;
                client.get(&format!("{PATH}?since={}&wait=60", server.id(7)), &[]);
                super::expect_events(&server, client, &[8]);
                client.nothing_but(b"", Duration::from_millis(50));
            });
        },
    );
}

#[test]
fn step_3_idle_wait_zero_is_short_polling() {
    LAB.check_server(
        Rule {
            place: "server.rs, `long_polling` and `hold`",
            text: "`wait=0` asks for an answer at once, whatever it is",
            source: "the contract: wait is 0 to 60 seconds",
            cost: "A page that only wants to know whether it is up to date hangs.",
        },
        || {
            let server = server_with(8);
            expect_nothing_new(
                &mut ask(&server, &format!("?since={}&wait=0", server.id(8))),
                FAILURES,
            );
        },
    );
}

#[test]
fn step_3_idle_the_idle_proxy_sees_an_answer_in_time() {
    LAB.check_server(
        Rule {
            place: "server.rs, `hold`",
            text: "the server ends the wait, before anything on the way does",
            source: "RFC 6202 §5.5; nginx, proxy_read_timeout: 60 s",
            cost: "The user sees 504 every minute, and the server's log shows nothing at all.",
        },
        || {
            let server = server_with(8);
            let patience = Duration::from_secs(2);
            let proxy = Relay::to(&server, Fault::CutWhenIdle(patience));
            let mut client = Client::connect(&proxy);
            client.note("a proxy cuts after 2 s of silence");
            let started = Instant::now();
            client
                .get(&format!("{PATH}?since={}&wait=1", server.id(8)), &[("Connection", "close")]);
            client.patient(patience + at_once());
            client.ended();
            if client.received().is_empty() && started.elapsed() >= patience {
                let failure =
                    client.failure().said("the proxy has cut; the server had said nothing");
                failure.expected("an answer of the server before that").raise();
            }
            expect_nothing_new(&mut client, FAILURES);
        },
    );
}

#[test]
fn step_3_idle_no_cache_may_keep_it() {
    LAB.check_server(
        Rule {
            place: "server.rs, `run`",
            text: "every answer says `Cache-Control: no-store`, also an empty one, also an error",
            source: "RFC 6202 §5.6; RFC 9110 §15.1: 204 and 410 may be stored too",
            cost: "Some cache keeps an answer that is true for a moment only.",
        },
        || {
            let server = Target::start_with_exactly(run, Limits { waiting: 0, ..Limits::TEST });
            server.publish(8);
            for target in [
                "/long-polling?since=6",        // news
                "/long-polling?since=8&wait=0", // nothing
                "/long-polling?since=abc",      // a mistake
                "/long-polling?since=2&wait=0", // a gap
                "/long-poling?since=8",         // no such place
                "/long-polling?since=8&wait=1", // no seat; where there are none yet, nothing
            ] {
                let mut client = Client::connect(&server);
                client.get(target, &[]);
                client.patient(Duration::from_secs(1) + at_once());
                let late = "A proxy, or the client, gives up first: an error where all is well.";
                let head = costing(late, || client.head());
                let said = head.field("Cache-Control").unwrap_or("nothing");
                if said != "no-store" {
                    let failure = client.failure();
                    failure
                        .said(format!("the answer, a {}, says {said} to caches", head.status()))
                        .expected("Cache-Control: no-store")
                        .raise();
                }
            }
        },
    );
}
