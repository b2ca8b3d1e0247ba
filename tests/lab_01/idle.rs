//! Step 3: What happens when nothing happens?

use super::{LAB, ask, ask_when, expect_nothing_new, server_with};
use feed::Limits;
use harness::{Fault, Relay, Rule, Server, at_once, costing, expect};
use lab::server::run;
use std::time::{Duration, Instant};

/// What it costs to say "nothing new" by an error.
const FAILURES: &str = "To clients and dashboards a quiet night looks like a row of failures.";

#[test]
fn step_3_idle_quiet_ends_in_204_at_the_deadline() {
    LAB.check(
        Rule {
            step: 3,
            place: "server.rs, `hold`",
            text: "after `wait` without news the answer is 204: once, not before, not much later",
            source: "RFC 6202 §2.1 and §5.5; RFC 9110 §15.3.5",
            cost: "A proxy, or the client, gives up first: an error where all is well.",
        },
        || {
            let server = server_with(8);
            let started = Instant::now();
            let mut client = ask(&server, "?since=8&wait=1");
            client.patient(Duration::from_secs(1) + at_once());
            let head = client.head();
            let took = started.elapsed();
            costing(
                "To clients and dashboards a quiet night looks like a row of failures.",
                || {
                    head.expect_status(204);
                },
            );
            costing("A poll that isn't long: it costs what short polling costs.", || {
                let did = format!("GET /long-polling?since=8&wait=1 was answered after {took:?}");
                expect(took >= Duration::from_secs(1), &did, "no answer before the second is over");
            });
            // The connection is good for the next poll, and carries one answer to each.
            costing("The second answer is taken for the one to the next question.", || {
                client.get("/long-polling?since=7&wait=60", &[]);
                super::expect_events(&mut client, &[8]);
                client.nothing_but(b"", Duration::from_millis(50));
            });
        },
    );
}

#[test]
fn step_3_idle_wait_zero_is_short_polling() {
    LAB.check(
        Rule {
            step: 3,
            place: "server.rs, `long_polling` and `hold`",
            text: "`wait=0` asks for an answer at once, whatever it is",
            source: "the contract: wait is 0 to 60 seconds",
            cost: "A page that only wants to know whether it is up to date hangs.",
        },
        || {
            let server = server_with(8);
            expect_nothing_new(&mut ask(&server, "?since=8&wait=0"), FAILURES);
        },
    );
}

#[test]
fn step_3_idle_the_idle_proxy_sees_an_answer_in_time() {
    LAB.check(
        Rule {
            step: 3,
            place: "server.rs, `hold`",
            text: "the server ends the wait, before anything on the way does",
            source: "RFC 6202 §5.5; nginx, proxy_read_timeout: 60 s",
            cost: "The user sees 504 every minute, and the server's log shows nothing at all.",
        },
        || {
            let server = server_with(8);
            let proxy = Relay::to(&server, Fault::CutWhenIdle(Duration::from_secs(2)));
            let how = "a proxy cuts after 2 s of silence";
            let mut client = ask_when(&proxy, how, "?since=8&wait=1");
            client.patient(Duration::from_secs(2) + at_once());
            expect_nothing_new(&mut client, FAILURES);
        },
    );
}

#[test]
fn step_3_idle_no_cache_may_keep_it() {
    LAB.check(
        Rule {
            step: 3,
            place: "server.rs, `run`",
            text: "every answer says `Cache-Control: no-store`, also an empty one, also an error",
            source: "RFC 6202 §5.6; RFC 9110 §15.1: 204 and 410 may be stored too",
            cost: "A cache answers for the server: \"nothing new\", at once, and it isn't true.",
        },
        || {
            let server = Server::start_with(run, Limits { waiting: 0, ..Limits::TEST });
            super::publish(server.feed(), 8);
            for query in [
                "?since=6",         // news
                "?since=8&wait=0",  // nothing
                "?since=abc",       // a mistake
                "?since=2&wait=0",  // a gap
                "?since=8&wait=60", // no seat
            ] {
                let mut client = ask(&server, query);
                // What hasn't a limit yet waits; then the answer comes at the next event.
                if query.ends_with("60") {
                    super::publish(server.feed(), 1);
                }
                let head = client.head();
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
