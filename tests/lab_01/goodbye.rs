//! Step 6: How does each side learn the other is gone? The server's side.

use super::{
    LAB, all_parked, ask_when, expect_events, expect_nothing_new, parked, wait_for_waiting,
};
use fixture::Target;
use harness::{Client, Rule, at_once, costing, expect, wait_until};
use lab::server::run;
use std::time::Duration;
use weather::Limits;

#[test]
fn step_6_goodbye_a_client_that_left_frees_its_seat() {
    LAB.check_server(
        Rule {
            place: "server.rs, `run`",
            text: "a client that closed politely (FIN) is gone: its seat is free at once",
            source: "actix/actix-web issue 1313; HttpServer::h1_allow_half_closed",
            cost: "Each closed tab keeps its seat for as long as it would wait: soon none is free.",
        },
        || leaves("closed politely (FIN)", |mut client| client.finish()),
    );
}

#[test]
fn step_6_goodbye_shutdown_answers_all_who_wait() {
    LAB.check_server(
        Rule {
            place: "server.rs, `newer_or_end`",
            text: "a server that stops answers all who wait: 204 at once; they ask the next one",
            source: "actix/actix-web issue 929; RFC 9110 §15.3.5",
            cost: "Every deploy hangs until a time-out, and then cuts off all who wait.",
        },
        || {
            let mut server = Target::start(run);
            server.publish(8);
            let mut clients = all_parked(&server, 8, 3);
            wait_for_waiting(&server, 3);
            server.shut_down();
            for client in &mut clients {
                client.note("shutdown");
                let cost = "All clients back off, though another server is up already.";
                expect_nothing_new(client, cost);
            }
            server.expect_stopped(Duration::from_secs(2));
        },
    );
}

/// Fails unless a client that leaves like this is forgotten at once: by the feed, and by the only
/// seat there is.
#[track_caller]
pub(super) fn leaves(how: &str, leave: impl FnOnce(Client)) {
    let server = Target::start_with_exactly(run, Limits { waiting: 1, ..Limits::TEST });
    server.publish(8);
    let client = parked(&server, 8);
    wait_for_waiting(&server, 1);
    leave(client);
    wait_until(at_once(), &format!("a client to be forgotten that {how}"), || {
        server.subscribers() == 0
    });
    let how = format!("the client in the only seat {how}, and nothing waits for it any more");
    let mut next = ask_when(&server, &how, &format!("?since={}&wait=60", server.id(8)));
    let lost = "A seat that is counted by hand is lost here. Each time the server has one less.";
    costing(lost, || {
        next.nothing_but(b"", Duration::from_millis(30));
    });
    wait_for_waiting(&server, 1);
    server.publish(1);
    next.note(format!("publish of event {}", server.id(9)));
    expect_events(&server, &mut next, &[9]);
    expect(server.panicked().is_none(), "a handler panicked", "no panic");
}
