//! Bytes as the servers send them, cut anywhere.

use load::decode::{Decoder, Seen};
use load::transport::Transport;

const ONE: &str = r#"{"id":1,"event":"weather","data":"a\nbc"}"#;
const RESET: &str = r#"{"id":1,"event":"reset","data":"4"}"#;
const SIX: &str = r#"{"id":6,"event":"weather","data":""}"#;

/// A head of 47 bytes, and the chunks.
fn chunks(chunks: &[&str]) -> Vec<u8> {
    let mut text = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n".to_owned();
    chunks.iter().for_each(|chunk| text += &format!("{:x}\r\n{chunk}\r\n", chunk.len()));
    text.into_bytes()
}

/// Every way to cut the bytes in two, and all of them one by one.
fn every_cut(transport: Transport, bytes: &[u8], expected: &[Seen]) {
    let decode = |pieces: &[&[u8]]| -> Vec<Seen> {
        let mut decoder = Decoder::new(transport);
        pieces.iter().flat_map(|piece| decoder.push(piece).unwrap()).collect()
    };
    assert_eq!(decode(&[bytes]), expected);
    for cut in 0..bytes.len() {
        assert_eq!(decode(&[&bytes[..cut], &bytes[cut..]]), expected, "cut at {cut}");
    }
    assert_eq!(decode(&bytes.chunks(1).collect::<Vec<_>>()), expected);
}

#[test]
fn an_event_stream_is_understood_at_every_cut() {
    let bytes = chunks(&[
        "retry: 3000\n\n",
        "id: 1\nevent: weather\ndata: a\ndata: bc\n\n:\n\n",
        "id: 1\nevent: reset\ndata: 4\n\nid: 6\nda",
        "ta: \n\n",
    ]);
    every_cut(Transport::Sse, &bytes, &[Seen::Head(47), Seen::Event(1, 4), Seen::Event(6, 0)]);
}

#[test]
fn lines_are_understood_at_every_cut() {
    let bytes = chunks(&["\n", &format!("{ONE}\n{RESET}\n{{"), &SIX[1..], "\n\n"]);
    let expected = [Seen::Head(47), Seen::Event(1, 4), Seen::Event(6, 0)];
    every_cut(Transport::Streaming, &bytes, &expected);
}

#[test]
fn frames_are_understood_at_every_cut() {
    let long = SIX.to_owned() + &" ".repeat(200);
    let bytes = [
        &b"HTTP/1.1 101 Switching Protocols\r\n\r\n"[..],
        &[0x81, ONE.len() as u8],
        ONE.as_bytes(),
        b"\x89\x02hi",
        &[0x81, RESET.len() as u8],
        RESET.as_bytes(),
        &[0x81, 126, 0, long.len() as u8],
        long.as_bytes(),
    ]
    .concat();
    let ping = Seen::Ping(b"hi".to_vec());
    let expected = [Seen::Head(36), Seen::Event(1, 4), ping, Seen::Event(6, 0)];
    every_cut(Transport::WebSocket, &bytes, &expected);
}

#[test]
fn answers_are_understood_at_every_cut() {
    let body = format!("{{\"events\":[{ONE},{SIX}],\"next\":6}}");
    let bytes = format!(
        "HTTP/1.1 200 OK\r\nContent-Length: {:03}\r\n\r\n{body}HTTP/1.1 204 No Content\r\n\r\n",
        body.len()
    );
    let first = [Seen::Head(40), Seen::Event(1, 4), Seen::Event(6, 0), Seen::Answered];
    let expected = first.into_iter().chain([Seen::Head(27), Seen::Answered]).collect::<Vec<_>>();
    every_cut(Transport::LongPolling, bytes.as_bytes(), &expected);
}

#[test]
fn what_breaks_the_protocol_is_told() {
    let broken = |transport, bytes: &str| {
        Decoder::new(transport).push(bytes.as_bytes()).expect_err("it should have been refused")
    };
    let head = "HTTP/1.1 200 OK\r\n\r\n";
    let full = "HTTP/1.1 503 Service Unavailable\r\n\r\n";
    assert_eq!(broken(Transport::Sse, full), "answered 503 instead of 200");
    assert_eq!(broken(Transport::WebSocket, head), "answered 200 instead of 101");
    assert_eq!(
        broken(Transport::LongPolling, &full.replace("\r\n\r\n", "\r\nContent-Length: 0\r\n\r\n")),
        "a poll was answered 503"
    );
    assert_eq!(broken(Transport::Sse, &format!("{head}0\r\n\r\n")), "the server ended the stream");
    assert!(broken(Transport::Sse, &format!("{head}xyz\r\n")).starts_with("not a chunk"));
    assert!(broken(Transport::Sse, &format!("{head}1\r\nabc")).contains("the chunk said 1 bytes"));
    assert!(broken(Transport::Sse, &format!("{head}a\r\ndata: xy\n\n\r\n")).contains("without id"));
    assert!(broken(Transport::Streaming, &format!("{head}2\r\n{{\n\r\n")).contains("EOF"));
}
