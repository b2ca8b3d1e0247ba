//! Step 2: How does new data reach the client? Then the messages, both ways.

use super::{
    LAB, LIMITS, TEXT, event, expect_event, expect_to_stay, member, newcomer, room, say,
    server_with,
};
use fixture::Target;
use harness::{Rule, costing, expect, expect_eq, expect_hex, frame};
use lab::chat;
use lab::message::{Decoder, Message};
use lab::server::run;
use lab::wire::{CloseCode, Role, encode};
use std::num::NonZeroUsize;
use weather::Limits;

#[test]
fn step_2_push_an_event_is_one_text_at_once() {
    LAB.check_server(
        Rule {
            place: "server.rs, `frames`",
            text: "each event goes out at once, as one text message in one frame",
            source: "RFC 6455 §5.6",
            cost: "What has happened isn't shown: not at all, or only with the next update.",
        },
        || {
            let server = server_with(0);
            expect_to_stay(&server);
            let mut client = newcomer(&server, "/chat");
            server.publish(1);
            let id = server.id(1);
            client.note(format!("publish of event {id}"));
            let json = format!(
                r#"{{"id":{id},"event":"weather","data":"BERLIN 25.5\nLONDON 24.4\nPARIS 27.4"}}"#
            );
            let frame = client.frame(&format!("event {id}"));
            let want = [&[TEXT, json.len() as u8], json.as_bytes()].concat();
            costing("A page gets something else than the event as a text, and shows nothing, or nonsense.", || {
                expect_hex(&format!("after the publish of event {id} came the frame"), frame.bytes, want);
            });
        },
    );
}

#[test]
fn step_2_push_everyone_in_the_room_hears_it() {
    LAB.check_server(
        Rule {
            place: "listen.rs, `on_text`, and server.rs, `frames`",
            text: "what a member says is heard by all in the room, the speaker too, and by nobody else",
            source: "a room is a feed: its members read the same log",
            cost: "Everyone has another conversation; or a stranger reads yours.",
        },
        || {
            let server = server_with(0);
            expect_to_stay(&server);
            let mut ana = member(&server, &room(&server, "hall", "&name=Ana"));
            let mut ben = member(&server, &room(&server, "hall", "&name=Ben"));
            let mut cem = member(&server, &room(&server, "garden", "&name=Cem"));
            say(&mut ana, "Hello\n🌧");
            for client in [&mut ana, &mut ben] {
                expect_event(client, 1, "chat", "Ana\nHello\n🌧");
            }
            say(&mut ben, "Hello, Ana");
            for client in [&mut ana, &mut ben] {
                expect_event(client, 2, "chat", "Ben\nHello, Ana");
            }
            costing("What is heard isn't what was said: a poem loses its form, a pause is lost.", || {
                for (id, text) in [(3, " x\n "), (4, "")] {
                    say(&mut ana, text);
                    expect_event(&mut ben, id, "chat", &format!("Ana\n{text}"));
                }
            });
            // Had Cem heard one of these, it would have been first.
            say(&mut cem, "anybody here?");
            costing("A stranger reads along in a room that isn't his.", || {
                expect_event(&mut cem, 1, "chat", "Cem\nanybody here?");
            });
        },
    );
}

#[test]
fn step_2_push_what_one_says_stays_in_order() {
    LAB.check_server(
        Rule {
            place: "listen.rs, `on_text`",
            text: "what a member says is heard in the order in which it was said",
            source: "RFC 6455 §5.4: the pieces of messages, and messages, keep their order",
            cost: "Words change places, now and then, when somebody types fast.",
        },
        || {
            // Often, since messages that race may come in order by chance.
            const ROUNDS: u64 = 30;
            const MESSAGES: u64 = 200;
            let many = NonZeroUsize::new(256).unwrap();
            let server = Target::start_with(run, Limits { capacity: many, ..LIMITS });
            expect_to_stay(&server);
            let mut ana = member(&server, &room(&server, "hall", "&name=Ana"));
            for round in 0..ROUNDS {
                let ids = round * MESSAGES + 1..=(round + 1) * MESSAGES;
                let said = ids.clone().flat_map(|id| frame(TEXT, chat::say(&id.to_string())));
                ana.send(said.collect::<Vec<_>>());
                ana.note(format!("{MESSAGES} messages in one write, round {}", round + 1));
                for id in ids {
                    expect_event(&mut ana, id, "chat", &format!("Ana\n{id}"));
                }
            }
        },
    );
}

#[test]
fn step_2_push_the_server_says_who_speaks() {
    LAB.check_server(
        Rule {
            place: "listen.rs, `on_text`",
            text: "the name comes from the connection; the message can't say another one",
            source: "RFC 6455 §10.5: the server decides who a client is",
            cost: "Anybody speaks in anybody's name.",
        },
        || {
            let server = server_with(0);
            expect_to_stay(&server);
            let mut ben = member(&server, &room(&server, "hall", "&name=Ben"));
            let mut eve = member(&server, &room(&server, "hall", "&name=Eve%3A%20x"));
            say(&mut eve, "Ana\nI'll pay for everybody");
            expect_event(&mut ben, 1, "chat", "Eve: x\nAna\nI'll pay for everybody");
            costing("A name of just the length that you promise is refused.", || {
                member(&server, &format!("/chat?name={}", "%C3%BC".repeat(32)));
                member(&server, &format!("/chat?room={}", "r".repeat(32)));
            });
            eve.send_frame(TEXT, r#"{"text":"x","name":"Ana"}"#);
            let code = eve.close_code();
            let did =
                "a message with a name of its own was answered by a close frame with the code";
            expect_eq(did, code, Some(CloseCode::POLICY.0));
        },
    );
}

#[test]
fn step_2_push_both_ways_at_once() {
    LAB.check_server(
        Rule {
            place: "server.rs, `chat`",
            text: "neither way waits for the other: a member who only listens hears, and one who talks hears too",
            source: "RFC 6455 §1.2: a two-way conversation",
            cost: "The weather comes only after you have said something.",
        },
        || {
            let server = server_with(0);
            expect_to_stay(&server);
            let mut client = newcomer(&server, "/chat?name=Ana");
            let mut other = newcomer(&server, "/chat?name=Ben");
            for round in 0..20 {
                server.publish(1);
                say(&mut client, "and now?");
                for client in [&mut client, &mut other] {
                    let heard = [event(client), event(client)];
                    let mut kinds: Vec<&str> = heard.iter().map(|event| &*event.event).collect();
                    kinds.sort_unstable();
                    let did = format!("in round {round} a member heard events of the kinds");
                    expect_eq(&did, kinds, ["chat", "weather"]);
                }
            }
        },
    );
}

#[test]
fn step_2_push_eight_members_on_all_workers_hear_it() {
    LAB.check_server(
        Rule {
            place: "server.rs, `run`",
            text: "all workers share the rooms: a member that connects to another one misses nothing",
            source: "actix/actix-web issue 531: a state for each worker",
            cost: "Half of the room doesn't hear the other half. With one worker, as in a test, all is well.",
        },
        || {
            let server = server_with(0);
            expect_to_stay(&server);
            let mut members: Vec<_> = (0..8).map(|_| member(&server, &room(&server, "hall", ""))).collect();
            say(&mut members[0], "Hello");
            for member in &mut members {
                expect_event(member, 1, "chat", "guest\nHello");
            }
        },
    );
}

#[test]
fn step_2_push_your_codec_talks_to_your_server() {
    LAB.check_server(
        Rule {
            place: "server.rs, with wire.rs and message.rs",
            text: "what you wrote by hand and the library understand each other",
            source: "RFC 6455 §5",
            cost: "Your client would talk to no server but its own.",
        },
        || {
            let server = server_with(0);
            expect_to_stay(&server);
            let mut client = member(&server, &room(&server, "hall", "&name=Ana"));
            let mut key = 1u32;
            let mut decoder = Decoder::new(Role::Client, 1 << 20);
            for text in ["Hello", "KYŌTO 30.5 🌧", &"x".repeat(900)] {
                key = key.wrapping_mul(0x9e37_79b9) | 1;
                let said = chat::say(text);
                client.send(encode(1, said.as_bytes(), Some(key.to_be_bytes())));
                let frame = client.frame("what Ana said");
                let mut messages = Vec::new();
                let ended = decoder.push(&frame.bytes, &mut messages);
                let [Message::Text(heard)] = &messages[..] else {
                    expect_eq(
                        "your decoder made of the server's frame",
                        (ended, messages),
                        (Ok(()), vec![Message::Text("an event".into())]),
                    );
                    return;
                };
                let heard = chat::decode(heard).map(|event| event.data.to_string());
                let want = format!("Ana\n{text}");
                expect(
                    heard.as_ref().is_ok_and(|heard| *heard == want),
                    &format!("Ana said {text:.20?}, and heard {heard:.20?}"),
                    &format!("{want:.20?}"),
                );
            }
        },
    );
}
