//! What the panel's client does, without a browser.

use panel::publish;
use std::time::Duration;
use trace::{Direction, parse, to_text};
use weather::Report;
use widgets::{Event, Panel, Publisher, Session, Turn};

const NOW: Duration = Duration::ZERO;
const HEAD: &str =
    "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n";

/// The panel of `<wire-panel lab="03" path="/api/v1/live-data">`.
fn describe() -> Panel {
    let attributes = [("lab", "03"), ("path", "/api/v1/live-data")];
    let value = |wanted: &str| attributes.iter().find(|(name, _)| *name == wanted);
    panel::describe(&|name| value(name).map(|(_, value)| value.to_string()), 7)
}

fn session() -> Session {
    let panel = describe();
    let mut session = Session::new(panel.protocol);
    session.restart(&panel.servers[0].host);
    session
}

fn connected() -> Session {
    let mut session = session();
    session.connect();
    session.ask(NOW);
    session
}

fn event(caption: &str, data: &str) -> Event {
    Event { caption: caption.into(), data: data.into() }
}

fn stop(why: &str) -> Turn {
    Turn::Stop(format!("{why} An EventSource stops here, for good."))
}

fn chunk(text: &str) -> String {
    format!("{:x}\r\n{text}\r\n", text.len())
}

#[test]
fn events_come_out_however_the_stream_is_cut() {
    let chunks = [chunk("id: 7\nevent: wea"), chunk("ther\ndata: x\ndata: "), chunk("y\n\n")];
    let stream = HEAD.to_owned() + &chunks.concat();
    for at in 0..stream.len() {
        let (one, other) = stream.as_bytes().split_at(at);
        let mut session = connected();
        let mut events = session.receive(one, NOW, 0.0).events;
        events.extend(session.receive(other, NOW, 0.0).events);
        assert_eq!(events, [event("weather, last id 7", "x\ny")], "cut at {at}");
    }
}

#[test]
fn a_cut_comes_back_with_the_last_id_of_a_finished_event() {
    let mut session = connected();
    let open = session.receive(HEAD.as_bytes(), NOW, 0.0);
    assert_eq!(open.turn, Some(Turn::Open));
    let body = chunk("retry: 2000\nid: 8\ndata: x\n\nid: 9\ndata: half");
    session.receive(body.as_bytes(), NOW, 0.0);
    let cut = session.end(Direction::Sent, NOW, 0.5);
    assert_eq!(
        cut.turn,
        Some(Turn::Reconnect {
            after: Duration::from_secs(3), // 2 s, and a random part of as much again
            how: "with Last-Event-ID: 8".into()
        })
    );
    session.connect();
    let (_, lines) = session.ask(NOW);
    assert!(to_text(&lines).contains("→ head       Last-Event-ID: 8␍␊"));
}

#[test]
fn a_quiet_stream_that_is_cut_is_no_failure_and_one_that_says_nothing_at_once_is() {
    let wait = |session: &mut Session, end| {
        session.connect();
        session.ask(NOW);
        session.receive(HEAD.as_bytes(), NOW, 0.0);
        match session.end(Direction::Received, end, 1.0).turn {
            Some(Turn::Reconnect { after, .. }) => after.as_secs(),
            turn => panic!("{turn:?}"),
        }
    };
    let mut session = session();
    let minute = Duration::from_secs(60);
    assert_eq!([minute; 3].map(|end| wait(&mut session, end)), [6, 6, 6]);
    assert_eq!([NOW; 3].map(|end| wait(&mut session, end)), [9, 15, 27]);
}

#[test]
fn a_reader_who_begins_anew_has_seen_nothing() {
    let mut session = connected();
    session.receive((HEAD.to_owned() + &chunk("id: 8\ndata: x\n\n")).as_bytes(), NOW, 0.0);
    session.end(Direction::Sent, NOW, 0.0);
    session.restart("127.0.0.1:8003");
    session.connect();
    let (_, lines) = session.ask(NOW);
    assert!(!to_text(&lines).contains("Last-Event-ID"));
    let end = session.end(Direction::Received, NOW, 0.0);
    assert!(
        matches!(end.turn, Some(Turn::Reconnect { how, .. }) if how == "without Last-Event-ID")
    );
}

#[test]
fn an_ended_body_comes_back_once() {
    let mut session = connected();
    let end = session.receive(format!("{HEAD}0\r\n\r\n").as_bytes(), NOW, 0.0);
    assert!(
        matches!(end.turn, Some(Turn::Reconnect { how, .. }) if how == "without Last-Event-ID")
    );
    assert_eq!(session.end(Direction::Received, NOW, 0.0).turn, None);
}

#[test]
fn a_body_of_known_length_ends_before_the_connection() {
    let full = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-length: 13\r\n\r\n\
                retry: 5000\n\n";
    for at in 0..full.len() {
        let (one, other) = full.as_bytes().split_at(at);
        let mut session = connected();
        assert!(!matches!(session.receive(one, NOW, 0.0).turn, Some(Turn::Reconnect { .. })));
        let end = session.receive(other, NOW, 0.0).turn;
        let (after, how) = (Duration::from_secs(5), "without Last-Event-ID".into());
        assert_eq!(end, Some(Turn::Reconnect { after, how }), "cut at {at}");
        assert_eq!(session.end(Direction::Received, NOW, 0.0).turn, None);
    }
}

#[test]
fn no_connection_is_tried_again_and_backs_off() {
    let mut session = session();
    let mut waits = Vec::new();
    for _ in 0..3 {
        session.connect();
        let Some(Turn::Reconnect { after, .. }) = session.fail(1.0).turn else { panic!() };
        waits.push(after.as_secs());
    }
    assert!(waits.is_sorted_by(|one, next| one < next), "{waits:?}");
}

#[test]
fn what_an_event_source_would_not_read_stops_it() {
    for (answer, why) in [
        ("HTTP/1.1 204 No Content\r\n\r\n", "204 No Content: “don't come back”."),
        ("HTTP/1.1 503 Full\r\ncontent-length: 0\r\n\r\n", "The status is 503, not 200."),
        (
            "HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\n\r\n",
            "text/plain is not text/event-stream.",
        ),
        ("HTTP/1.1 200 OK\r\n\r\n", "no content-type is not text/event-stream."),
        ("SSH-2.0-OpenSSH_9.2\r\n", "That is not HTTP/1.1."),
    ] {
        let mut session = connected();
        let update = session.receive(answer.as_bytes(), NOW, 0.0);
        assert_eq!(update.turn, Some(stop(why)));
        assert_eq!(session.end(Direction::Received, NOW, 0.0).turn, None, "it must not come back");
    }
}

#[test]
fn an_update_is_published_by_hand() {
    let request =
        publish::request("127.0.0.1:8003", &Report::of(&[("BERLIN", 25.5), ("PARIS", -0.5)]));
    let (head, body) =
        request.split_at(request.windows(4).position(|w| w == b"\r\n\r\n").unwrap() + 4);
    assert_eq!(
        body,
        br#"{"readings":[{"city":"BERLIN","celsius":25.5},{"city":"PARIS","celsius":-0.5}]}"#
    );
    let length = format!("Content-Length: {}\r\n", body.len());
    assert!(String::from_utf8_lossy(head).contains(&length));
}

#[test]
fn the_answer_to_a_publication_is_told() {
    let weather = publish::Weather::new(7);
    for (answer, words) in [
        (
            "HTTP/1.1 201 Created\r\ncontent-length: 8\r\n\r\n{\"id\":9}",
            "Published: 201 Created, {\"id\":9}",
        ),
        (
            "HTTP/1.1 400 Bad Request\r\ncontent-length: 7\r\n\r\nno city",
            "Not published: 400 Bad Request. no city",
        ),
        ("", "Not published: the server closed without an answer."),
        ("\0", "Not published: the server closed without an answer."),
    ] {
        assert_eq!(weather.outcome(answer.as_bytes()), words);
    }
}

#[test]
fn it_publishes_the_weather_to_the_server_that_is_asked() {
    let mut publisher = describe().publisher.unwrap();
    let request = String::from_utf8(publisher.request("127.0.0.1:8003").unwrap()).unwrap();
    assert!(request.starts_with("POST /publish HTTP/1.1\r\nHost: 127.0.0.1:8003\r\n"), "{request}");
    assert!(request.contains(r#"{"city":"BERLIN","celsius":25.5}"#), "{request}");
}

#[test]
fn it_talks_to_the_reference_or_to_the_readers_server() {
    let servers = describe().servers;
    let tunnels: Vec<&str> = servers.iter().map(|server| server.tunnel.as_str()).collect();
    assert_eq!(tunnels, ["03/reference", "03/yours"]);
    for server in servers {
        assert_eq!(server.host, "127.0.0.1:8003");
    }
}

#[test]
fn the_books_recording_replays_its_events() {
    let recording = include_str!("../../../tests/snapshots/lab_03/reconnect.snap");
    let recording = recording.splitn(3, "---\n").last().unwrap();
    let mut session = session();
    let lines = parse(recording).unwrap();
    let events: Vec<Event> = lines.iter().flat_map(|line| session.replay(line)).collect();
    let captions: Vec<&str> = events.iter().map(|event| event.caption.as_str()).collect();
    assert_eq!(captions, ["weather, last id 1", "weather, last id 2", "weather, last id 3"]);
}
