//! Step 3: What happens when nothing happens?

use super::{LAB, LIMITS, PING, PONG, expect_event, member, room, say, server_with};
use fixture::Target;
use harness::{
    Client, Fault, Relay, Rule, at_once, costing, expect, expect_eq, expect_hex, frame, wait_until,
};
use lab::client::{Liveness, Tick};
use lab::server::run;
use std::thread;
use std::time::{Duration, Instant};
use weather::Limits;

/// Short, so that nobody waits long for the verdict.
const QUICK: Limits =
    Limits { heartbeat: Duration::from_millis(50), pong: Duration::from_millis(100), ..LIMITS };

/// What it costs when a ping isn't answered as it must be.
const UNANSWERED: &str =
    "A client that numbers its pings takes you for dead, and drops you every 20 s.";

/// As many as fill a line with small buffers.
const PINGS: usize = 1000;

/// As many more each time that somebody looks.
const MORE_PINGS: usize = 8;

/// For a member who is there, and may be slow on a busy machine.
const PATIENT: Limits = Limits { pong: Duration::from_millis(600), ..QUICK };

#[test]
fn step_3_idle_a_ping_is_answered_with_its_payload() {
    LAB.check_server(
        Rule {
            place: "listen.rs, `listen`",
            text: "a ping is answered by a pong with the same payload; actix-ws leaves that to you",
            source: "RFC 6455 §5.5.3",
            cost: UNANSWERED,
        },
        || {
            let server = server_with(0);
            let mut client = member(&server, &room(&server, "hall", ""));
            for payload in [&b"Hello"[..], b"", &[7; 125]] {
                expect_pong(&mut client, payload);
            }
        },
    );
}

#[test]
fn step_3_idle_silence_is_pinged() {
    LAB.check_server(
        Rule {
            place: "listen.rs, `listen`, and client.rs, `Liveness::tick`",
            text: "after `heartbeat` of silence the server asks: a ping",
            source: "RFC 6455 §5.5.2",
            cost: "Night in Berlin: a proxy cuts the quiet connection, and nobody notices until morning.",
        },
        || {
            let server = Target::start_with(run, PATIENT);
            let started = Instant::now();
            let mut client = member(&server, &room(&server, "hall", ""));
            for answered in 0..3 {
                let frame = match answered {
                    0 => client.frame("a ping"),
                    _ => costing(
                        "A member that answered is thrown out, or isn't asked again: a pong must clear `asked`.",
                        || client.frame("the next ping"),
                    ),
                };
                expect_hex("a quiet member was sent the frame", &frame.bytes, [PING, 0]);
                client.send_frame(PONG, frame.payload);
            }
            let took = started.elapsed();
            costing("Bytes for nothing, and a phone's radio that never sleeps.", || {
                let did = format!("3 pings, one after each {:?} of silence, came in {took:?}", PATIENT.heartbeat);
                expect(took >= 3 * PATIENT.heartbeat, &did, "one when the time is over, not before");
            });
        },
    );
}

#[test]
fn step_3_idle_no_answer_is_dropped_in_time() {
    LAB.check_server(
        Rule {
            place: "listen.rs, `listen`, and client.rs, `Liveness::tick`",
            text: "a member that doesn't answer within `pong` is gone: out of the room, and no goodbye is said",
            source: "websockets/ws issue 2283; RFC 9293 §3.8.3: TCP itself takes minutes",
            cost: "A laptop is closed, and its owner stays \"online\" for a quarter of an hour.",
        },
        || {
            let server = Target::start_with(run, QUICK);
            let gone = || server.subscribers() == 0;
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
fn step_3_idle_who_never_reads_pongs_is_dropped_in_time() {
    LAB.check_server(
        Rule {
            place: "listen.rs, `listen`",
            text: "a member that pings on and on and takes no pongs is gone after `pong`: the loop waits so long, no longer",
            source: "RFC 9293 §3.8.6: a window may stay closed for ever",
            cost: "A client that pings and never reads keeps its place for as long as it likes.",
        },
        || {
            // Nobody falls silent here: a member that is freed is freed because of the pongs.
            let server = Target::with_small_buffers(run, Limits { pong: QUICK.pong, ..LIMITS });
            let mut client = Client::connect_with_small_buffer(&server);
            client.open_websocket("/chat", &[]);
            // Else there is nothing here that a buffer would be full of.
            costing(UNANSWERED, || expect_pong(&mut client, b"Hello"));
            client.send(frame(PING, [7; 125]).repeat(PINGS));
            wait_until(at_once(), "a member to be freed that goes on pinging and never reads", || {
                // If some system's buffers hold more pongs than that, they are full soon.
                client.offer(frame(PING, [7; 125]).repeat(MORE_PINGS));
                server.subscribers() == 0
            });
        },
    );
}

#[test]
fn step_3_idle_any_frame_is_life() {
    LAB.check_server(
        Rule {
            place: "client.rs, `Liveness`, and listen.rs, `listen`",
            text: "whatever comes is a sign of life: a text as much as a pong",
            source: "RFC 6455 §5.5.3: an unsolicited pong is a heartbeat of one side; so is any frame",
            cost: "A member that talks all the time is thrown out, because the pong waits behind a long message.",
        },
        || {
            let mut story = Story::new();
            story.ticks(0, Tick::Wait(QUICK.heartbeat));
            story.ticks(20, Tick::Wait(Duration::from_millis(30)));
            story.heard(30);
            story.ticks(50, Tick::Wait(Duration::from_millis(30)));
            story.ticks(80, Tick::Ping);
            story.ticks(80, Tick::Wait(QUICK.pong));
            story.ticks(100, Tick::Wait(Duration::from_millis(80)));
            story.heard(110);
            story.ticks(120, Tick::Wait(Duration::from_millis(40)));

            // The same on the wire: Ana never answers a ping, but she talks.
            let server = Target::start_with(run, PATIENT);
            let mut ana = member(&server, &room(&server, "hall", "&name=Ana"));
            let until = Instant::now() + 3 * (PATIENT.heartbeat + PATIENT.pong) / 2;
            let mut said = 0;
            while Instant::now() < until {
                said += 1;
                say(&mut ana, "still here");
                ana.note("pings that she doesn't answer");
                expect_event(&mut ana, said, "chat", "Ana\nstill here");
                // Talking without a pause would keep the core from others.
                thread::sleep(PATIENT.heartbeat / 10);
            }
        },
    );
}

#[test]
fn step_3_idle_a_dead_peer_is_told_once() {
    LAB.check(
        Rule {
            place: "client.rs, `Liveness::tick`",
            text: "one ping, then a wait of `pong`, then Dead",
            source: "RFC 6455 §5.5.2",
            cost: "A dead line is pinged for ever, and its member never leaves.",
        },
        || {
            let mut story = Story::new();
            story.ticks(50, Tick::Ping);
            story.ticks(149, Tick::Wait(Duration::from_millis(1)));
            story.ticks(150, Tick::Dead);
            // Late ticks, on a busy machine: still a ping first, and its full time.
            let mut story = Story::new();
            story.ticks(10_000, Tick::Ping);
            story.ticks(10_001, Tick::Wait(Duration::from_millis(99)));
        },
    );
}

#[track_caller]
fn expect_pong(client: &mut Client, payload: &[u8]) {
    client.send_frame(PING, payload);
    let want = [&[PONG, payload.len() as u8], payload].concat();
    let frame = client.frame("a pong");
    expect_hex("a ping was answered by the frame", frame.bytes, want);
}

/// A connection in a time that is made up, and what happened on it.
struct Story {
    life: Liveness,
    start: Instant,
    told: String,
}

impl Story {
    fn new() -> Story {
        let start = Instant::now();
        let life = Liveness::new(QUICK.heartbeat, QUICK.pong, start);
        Story { life, start, told: "heartbeat 50 ms, pong 100 ms; heard at 0 ms".to_owned() }
    }

    fn heard(&mut self, millis: u64) {
        self.told += &format!(", heard at {millis} ms");
        self.life.heard(self.start + Duration::from_millis(millis));
    }

    /// Fails unless a tick says this.
    #[track_caller]
    fn ticks(&mut self, millis: u64, want: Tick) {
        let got = self.life.tick(self.start + Duration::from_millis(millis));
        costing(cost_of_a_wrong_tick(got, want), || {
            expect_eq(&format!("{}: a tick at {millis} ms gave", self.told), got, want);
        });
        self.told += &format!(", {got:?} at {millis} ms");
    }
}

/// What it costs that a tick said `got`, and not `want`.
fn cost_of_a_wrong_tick(got: Tick, want: Tick) -> &'static str {
    match (got, want) {
        (Tick::Dead, _) => "Somebody who is there is thrown out.",
        (_, Tick::Dead) => "A member that is gone stays in the room, for too long or for ever.",
        (Tick::Wait(_), Tick::Ping) => "A member that is silent is asked too late, or never.",
        (Tick::Ping, _) => "Bytes for nothing, and a phone's radio that never sleeps.",
        (Tick::Wait(got), Tick::Wait(want)) if got > want => "It is noticed too late.",
        (Tick::Wait(_), Tick::Wait(_)) => "The server looks again before there is anything to see.",
    }
}
