//! Step 3: What happens when nothing happens?

use super::{LAB, LIMITS, PING, PONG, expect_event, member, say};
use feed::Limits;
use harness::{
    Client, Fault, Relay, Rule, Server, at_once, costing, expect, expect_eq, expect_hex, wait_until,
};
use lab::client::{Liveness, Tick};
use lab::server::run;
use std::time::{Duration, Instant};

/// Short, so that nobody waits long for the verdict.
const QUICK: Limits =
    Limits { heartbeat: Duration::from_millis(50), pong: Duration::from_millis(100), ..LIMITS };

#[test]
fn step_3_idle_a_ping_is_answered_with_its_payload() {
    LAB.check(
        Rule {
            step: 3,
            place: "server.rs, `Member::listen`",
            text: "a ping is answered by a pong with the same payload; actix-ws leaves that to you",
            source: "RFC 6455 §5.5.3",
            cost: "A client that numbers its pings takes you for dead, and drops you every 20 s.",
        },
        || {
            let server = Server::start_with(run, LIMITS);
            let mut client = member(&server, "/chat?room=hall");
            for payload in [&b"Hello"[..], b"", &[7; 125]] {
                client.send_frame(PING, payload);
                let want = [&[PONG, payload.len() as u8], payload].concat();
                let frame = client.frame("a pong");
                expect_hex("a ping was answered by the frame", frame.bytes, want);
            }
        },
    );
}

#[test]
fn step_3_idle_silence_is_pinged() {
    LAB.check(
        Rule {
            step: 3,
            place: "server.rs, `Member::listen`, and client.rs, `Liveness::tick`",
            text: "after `heartbeat` of silence the server asks: a ping",
            source: "RFC 6455 §5.5.2",
            cost: "Night in Berlin: a proxy cuts the quiet connection, and nobody notices until morning.",
        },
        || {
            let server = Server::start_with(run, QUICK);
            let started = Instant::now();
            let mut client = member(&server, "/chat?room=hall");
            for _ in 0..3 {
                let frame = client.frame("a ping");
                expect_hex("a quiet member was sent the frame", &frame.bytes, [PING, 0]);
                client.send_frame(PONG, frame.payload);
            }
            let took = started.elapsed();
            costing("Bytes for nothing, and a phone's radio that never sleeps.", || {
                let did = format!("3 pings, one after each {:?} of silence, came in {took:?}", QUICK.heartbeat);
                expect(took >= 3 * QUICK.heartbeat, &did, "one when the time is over, not before");
            });
        },
    );
}

#[test]
fn step_3_idle_no_answer_is_dropped_in_time() {
    LAB.check(
        Rule {
            step: 3,
            place: "server.rs, `Member::listen`, and client.rs, `Liveness::tick`",
            text: "who doesn't answer within `pong` is gone: out of the room, and no goodbye is said",
            source: "websockets/ws issue 2283; RFC 9293 §3.8.3: TCP itself takes minutes",
            cost: "A laptop is closed, and its owner stays \"online\" for a quarter of an hour.",
        },
        || {
            let server = Server::start_with(run, QUICK);
            let gone = || server.feed().subscribers() == 0;
            let relay = Relay::to(&server, Fault::None);
            let mut client = Client::connect(&relay);
            client.open_websocket("/chat", &[]);
            relay.go_dark();
            wait_until(at_once(), "a member to be freed whose line went dark", gone);

            // The same, seen from a client that is there and says nothing.
            let mut client = member(&server, "/chat");
            client.frame("a ping");
            wait_until(at_once(), "a member to be freed that answers no ping", gone);
            client.ended();
            let said = client.received();
            let after = said.windows(4).rposition(|end| end == b"\r\n\r\n").map_or(0, |at| at + 4);
            costing("A goodbye waits in a line that is dead, and the server with it.", || {
                let did = "to a member that answered no ping the server sent the frames";
                expect_hex(did, &said[after..], [PING, 0]);
            });
        },
    );
}

#[test]
fn step_3_idle_any_frame_is_life() {
    LAB.check(
        Rule {
            step: 3,
            place: "client.rs, `Liveness`, and server.rs, `Member::listen`",
            text: "whatever comes is a sign of life: a text as much as a pong",
            source: "RFC 6455 §5.5.3: an unsolicited pong is a heartbeat of one side; so is any frame",
            cost: "Who talks all the time is thrown out, because the pong waits behind a long message.",
        },
        || {
            let start = Instant::now();
            let at = |millis| start + Duration::from_millis(millis);
            let mut life = Liveness::new(QUICK.heartbeat, QUICK.pong, start);
            ticks(&mut life, at(0), Tick::Wait(QUICK.heartbeat));
            ticks(&mut life, at(20), Tick::Wait(Duration::from_millis(30)));
            life.heard(at(30));
            ticks(&mut life, at(50), Tick::Wait(Duration::from_millis(30)));
            ticks(&mut life, at(80), Tick::Ping);
            ticks(&mut life, at(80), Tick::Wait(QUICK.pong));
            ticks(&mut life, at(100), Tick::Wait(Duration::from_millis(80)));
            life.heard(at(110));
            ticks(&mut life, at(120), Tick::Wait(Duration::from_millis(40)));

            // The same on the wire: Ana never answers a ping, but she talks.
            let server = Server::start_with(run, QUICK);
            let mut ana = member(&server, "/chat?room=hall&name=Ana");
            let until = Instant::now() + 3 * (QUICK.heartbeat + QUICK.pong);
            let mut said = 0;
            while Instant::now() < until {
                said += 1;
                say(&mut ana, "still here");
                ana.note("pings that she doesn't answer");
                expect_event(&mut ana, said, "chat", "Ana\nstill here");
            }
        },
    );
}

#[test]
fn step_3_idle_a_dead_peer_is_told_once() {
    LAB.check(
        Rule {
            step: 3,
            place: "client.rs, `Liveness::tick`",
            text: "one ping, then a wait of `pong`, then Dead",
            source: "RFC 6455 §5.5.2",
            cost: "A dead line is pinged for ever, and its member never leaves.",
        },
        || {
            let start = Instant::now();
            let at = |millis| start + Duration::from_millis(millis);
            let mut life = Liveness::new(QUICK.heartbeat, QUICK.pong, start);
            ticks(&mut life, at(50), Tick::Ping);
            ticks(&mut life, at(149), Tick::Wait(Duration::from_millis(1)));
            ticks(&mut life, at(150), Tick::Dead);
            // Late ticks, on a busy machine: still a ping first, and its full time.
            let mut life = Liveness::new(QUICK.heartbeat, QUICK.pong, start);
            costing("A server that was busy for a moment throws everybody out.", || {
                ticks(&mut life, at(10_000), Tick::Ping);
                ticks(&mut life, at(10_001), Tick::Wait(Duration::from_millis(99)));
            });
        },
    );
}

/// Fails unless a tick says this; `after` is how long ago the peer came, in words of the test.
#[track_caller]
fn ticks(life: &mut Liveness, now: Instant, want: Tick) {
    let story = "heartbeat 50 ms, pong 100 ms: after the same calls, with these times, `tick` gave";
    expect_eq(story, life.tick(now), want);
}
