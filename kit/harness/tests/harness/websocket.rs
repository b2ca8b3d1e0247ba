//! The raw client as a WebSocket: what it sends, what it takes, and what it says about the rest.

use crate::common::{LAB, RULE, message, serve};
use harness::{Client, Ended, frame};
use std::io::{Read, Write};
use std::net::SocketAddr;

const AGREED: &str = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\
    Connection: Upgrade\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";

/// A server that agrees, says these bytes, and waits for the client to leave.
fn says(bytes: &'static [u8]) -> SocketAddr {
    serve(move |mut stream| {
        stream.write_all(&[AGREED.as_bytes(), bytes].concat()).unwrap();
        let _ = stream.read(&mut [0]);
    })
}

fn open(server: SocketAddr) -> Client {
    let mut client = Client::connect(&server);
    client.open_websocket("/chat?room=hall", &[]);
    client
}

#[test]
fn frames_are_sent_as_the_rfc_shows_them() {
    assert_eq!(frame(0x81, "Hello"), b"\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58");
    assert_eq!(frame(0x89, ""), b"\x89\x80\x37\xfa\x21\x3d");
    assert_eq!(frame(0x82, [0; 126])[..4], [0x82, 0xfe, 0, 126]);
    assert_eq!(frame(0x82, [0; 65_536])[..10], [0x82, 0xff, 0, 0, 0, 0, 0, 1, 0, 0]);
}

#[test]
fn frames_of_all_lengths_are_read() {
    LAB.check_as(1, RULE, || {
        let server = serve(|mut stream| {
            let mut bytes = AGREED.as_bytes().to_vec();
            bytes.extend(b"\x81\x05Hello\x89\x00\x82\x7e\x00\x7e");
            bytes.extend([7; 126]);
            bytes.extend(b"\x82\x7f\x00\x00\x00\x00\x00\x01\x00\x00");
            bytes.extend([8; 65_536]);
            bytes.extend(b"\x8a\x01!\x81\x03bye\x88\x02\x03\xe8");
            stream.write_all(&bytes).unwrap();
        });
        let mut client = open(server);
        assert_eq!(client.frame("a text").payload, b"Hello");
        assert_eq!(client.frame("a ping").bytes, b"\x89\x00");
        assert_eq!(client.frame("126 bytes").payload, [7; 126]);
        assert_eq!(client.frame("65536 bytes").payload, [8; 65_536]);
        assert_eq!(client.text("a text"), "bye");
        assert_eq!(client.close_code(), Some(1000));
        assert_eq!(client.ended(), Ended::Closed);
    });
}

#[test]
fn a_handshake_that_is_never_answered() {
    insta::assert_snapshot!(message(2, || {
        let server = serve(|mut stream| drop(stream.read(&mut [0])));
        open(server);
    }));
}

#[test]
fn a_wrong_accept() {
    insta::assert_snapshot!(message(2, || {
        let server = serve(|mut stream| {
            let answer =
                AGREED.replace("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", "NvbPHxLFhLkLJv8M7a9ySPffrwM=");
            stream.write_all(answer.as_bytes()).unwrap();
            let _ = stream.read(&mut [0]);
        });
        open(server);
    }));
}

#[test]
fn a_masked_frame() {
    let server = says(b"\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58");
    insta::assert_snapshot!(message(1, move || drop(open(server).frame("a text"))));
}

#[test]
fn a_length_that_has_a_shorter_form() {
    let server = says(b"\x81\x7e\x00\x05Hello");
    insta::assert_snapshot!(message(1, move || drop(open(server).frame("a text"))));
}

#[test]
fn a_frame_that_stays_unfinished() {
    let server = says(b"\x81\x06Hello");
    insta::assert_snapshot!(message(1, move || drop(open(server).frame("a text"))));
}

#[test]
fn a_goodbye_instead_of_a_text() {
    let server = says(b"\x89\x00\x88\x02\x03\xf0");
    insta::assert_snapshot!(message(2, move || {
        let mut client = open(server);
        client.send_frame(0x81, "{\"text\":\"Hello\"}");
        client.text("what the room says");
    }));
}
