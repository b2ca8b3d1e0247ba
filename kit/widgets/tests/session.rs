//! What the panel's client does, without a browser.

use std::time::Duration;
use trace::{Way, to_text};
use weather::Report;
use widgets::publish;
use widgets::session::{Session, Turn};

const NOW: Duration = Duration::ZERO;
const HEAD: &str =
    "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n";

fn connected() -> Session {
    let mut session = Session::new("/api/v1/live-data", "127.0.0.1:8003");
    session.connect();
    session.request(NOW, None);
    session
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
        let mut messages = session.receive(one, NOW, 0.0).messages;
        messages.extend(session.receive(other, NOW, 0.0).messages);
        assert_eq!(messages.len(), 1, "cut at {at}");
        assert_eq!((messages[0].event.as_str(), messages[0].data.as_str()), ("weather", "x\ny"));
        assert_eq!(messages[0].last_event_id, "7");
    }
}

#[test]
fn a_cut_comes_back_with_the_last_id_of_a_finished_event() {
    let mut session = connected();
    let open = session.receive(HEAD.as_bytes(), NOW, 0.0);
    assert_eq!(open.turn, Some(Turn::Open));
    let body = chunk("retry: 2000\nid: 8\ndata: x\n\nid: 9\ndata: half");
    session.receive(body.as_bytes(), NOW, 0.0);
    let cut = session.end(Way::Sent, NOW, 0.5);
    assert_eq!(
        cut.turn,
        Some(Turn::Reconnect {
            after: Duration::from_secs(3), // 2 s, and a random part of as much again
            last_event_id: Some("8".into())
        })
    );
    session.connect();
    let (_, lines) = session.request(NOW, Some("8"));
    assert!(to_text(&lines).contains("→ head       Last-Event-ID: 8␍␊"));
}

#[test]
fn an_ended_body_comes_back_once() {
    let mut session = connected();
    let end = session.receive(format!("{HEAD}0\r\n\r\n").as_bytes(), NOW, 0.0);
    assert!(matches!(end.turn, Some(Turn::Reconnect { last_event_id: None, .. })));
    assert_eq!(session.end(Way::Received, NOW, 0.0).turn, None);
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
        let after = Duration::from_secs(5);
        assert_eq!(end, Some(Turn::Reconnect { after, last_event_id: None }), "cut at {at}");
        assert_eq!(session.end(Way::Received, NOW, 0.0).turn, None);
    }
}

#[test]
fn no_connection_is_tried_again_and_backs_off() {
    let mut session = Session::new("/", "127.0.0.1:8003");
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
        assert_eq!(update.turn, Some(Turn::Stop(why.into())));
        assert_eq!(session.end(Way::Received, NOW, 0.0).turn, None, "it must not come back");
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
        assert_eq!(publish::outcome(answer.as_bytes()), words);
    }
}
