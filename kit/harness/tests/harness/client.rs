//! What the raw client does on the wire, seen from the other side.

use crate::common::{LAB, RULE, answer, answer_and_hang, serve};
use harness::{Client, Ended, at_once};
use std::io::{ErrorKind, Read, Write};
use std::sync::mpsc;
use std::time::Duration;
use trace::{Direction, What};

#[test]
fn a_transcript_is_the_same_for_every_right_run() {
    LAB.check_as(2, RULE, || {
        let mut client = Client::connect(&answer(
            b"HTTP/1.1 200 OK\r\nx-accel-buffering: no\r\ndate: Mon, 23 Nov 2026 21:11:26 GMT\r\n\
              content-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n\
              32\r\nid: 1\nevent: brewing\ndata: OOLONG 25.5\ndata: Fog\n\n\r\n0\r\n\r\n",
        ));
        client.get("/api/v1/tea-house", &[]);
        client.head();
        client.rest();
        client.ended();
        client.snapshot("harness/one_event");
    });
}

#[test]
fn what_a_snapshot_replaces_keeps_its_other_bytes() {
    LAB.check_as(2, RULE, || {
        let bytes = b"HTTP/1.1 200 OK\r\nDate:   never\r\nContent-Length: 0\r\n\r\n";
        let mut client = Client::connect(&answer_and_hang(bytes));
        client.send("GET / HTTP/1.1\r\nhost:127.0.0.1:99\t\r\n\r\n");
        client.head();
        let text = client.transcript();
        assert!(text.contains("host:127.0.0.1:8042⟦09⟧␍␊"), "{text}");
        assert!(text.contains("Date:   never␍␊"), "{text}");
    });
}

#[test]
fn answers_follow_each_other_on_one_connection() {
    LAB.check_as(1, RULE, || {
        let mut client = Client::connect(&answer(
            b"HTTP/1.1 304 Not Modified\r\nContent-Length: 73\r\n\r\n\
              HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\none\
              HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\ntw\r\nA\r\no and more\r\n0\r\n\r\n\
              HTTP/1.1 200 OK\r\n\r\nthe rest",
        ));
        client.get("/", &[]);
        assert_eq!(client.head().status(), 304);
        assert_eq!(client.head().field("Content-Length"), Some("3"));
        assert_eq!(client.rest(), b"one");
        client.head().expect_no_field("content-length");
        assert_eq!(client.chunk().as_deref(), Some(&b"tw"[..]));
        assert_eq!(client.until(b"and"), b"o and");
        assert_eq!(client.rest(), b" more");
        assert_eq!(client.chunk(), None);
        client.head();
        assert_eq!(client.rest(), b"the rest");
        assert_eq!(client.ended(), Ended::Closed);
    });
}

#[test]
fn a_protocol_without_heads_is_read_as_it_comes() {
    LAB.check_as(1, RULE, || {
        let mut client = Client::connect_plain(&answer(b"READY\nHTTP/1.1 is none\nBYE"));
        client.send("BREW oolong\n\r\n\r\n");
        assert_eq!(client.until(b"\n"), b"READY\n");
        assert_eq!(client.until(b"none\n"), b"HTTP/1.1 is none\n");
        assert_eq!(client.rest(), b"BYE");
        assert_eq!(client.ended(), Ended::Closed);
        let text = client.transcript();
        assert!(text.starts_with("→ line       BREW oolong␊\n"), "{text}");
        assert!(text.contains("← line       BYE  "), "{text}");
    });
}

#[test]
fn byte_by_byte_is_a_write_for_each_byte() {
    LAB.check_as(1, RULE, || {
        let server = serve(|mut stream| stream.write_all(b"HTTP/1.1 204 \r\n\r\n").unwrap());
        let mut client = Client::connect(&server);
        client.send_byte_by_byte("GET / HTTP/1.1\r\n\r\n");
        client.head().expect_status(204);
        let sent =
            client.trace().records().iter().filter(|record| record.direction == Direction::Sent);
        let lengths: Vec<usize> = sent
            .map(|record| match &record.what {
                What::Bytes(bytes) => bytes.len(),
                _ => 0,
            })
            .collect();
        assert_eq!(lengths, [1; 18]);
    });
}

/// What a server's read gives, once the client has done something.
fn what_the_server_reads(act: impl FnOnce(Client)) -> Result<usize, ErrorKind> {
    let (tell, told) = mpsc::channel();
    let server = serve(move |mut stream| {
        stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").unwrap();
        tell.send(stream.read(&mut [0]).map_err(|error| error.kind())).unwrap();
    });
    let mut client = Client::connect(&server);
    client.get("/", &[]);
    client.head();
    act(client);
    told.recv_timeout(at_once()).expect("the server to notice")
}

#[test]
fn a_polite_end_is_a_fin_and_the_client_reads_on() {
    LAB.check_as(6, RULE, || {
        let read = what_the_server_reads(|mut client| {
            client.finish();
            assert_eq!(client.ended(), Ended::Closed);
        });
        assert_eq!(read, Ok(0));
    });
}

#[test]
fn a_rude_end_is_a_reset() {
    LAB.check_as(6, RULE, || {
        let read = what_the_server_reads(|client| drop(client.reset()));
        assert_eq!(read, Err(ErrorKind::ConnectionReset));
    });
}

#[test]
fn a_client_that_does_not_read_stalls_its_server() {
    LAB.check_as(5, RULE, || {
        let (tell, told) = mpsc::channel();
        let server = serve(move |mut stream| {
            stream.set_write_timeout(Some(Duration::from_millis(100))).unwrap();
            let mut written = 0;
            while let Ok(length) = stream.write(&[b'x'; 64 * 1024]) {
                written += length;
            }
            tell.send(written).unwrap();
        });
        let mut client = Client::connect_with_small_buffer(&server);
        client.get("/", &[]);
        // The kernel's own buffers hold a few megabytes at most.
        let written = told.recv_timeout(harness::in_all()).expect("the server to stall");
        assert!(written < 16 << 20, "{written} bytes");
    });
}

#[test]
fn silence_and_beats_are_told_apart() {
    LAB.check_as(3, RULE, || {
        let server = serve(|mut stream| {
            stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").unwrap();
            let mut byte = [0];
            while stream.read(&mut byte).is_ok_and(|length| length == 1) {
                stream.write_all(b":\n\n").unwrap();
            }
        });
        let mut client = Client::connect(&server);
        client.get("/", &[]);
        client.head();
        assert_eq!(client.nothing_but(b"", Duration::from_millis(50)), 0);
        client.send("xx");
        client.until(b":\n\n:\n\n");
        client.send("x");
        client.until(b":\n");
        assert_eq!(client.nothing_but(b"\n", Duration::from_millis(50)), 1);
    });
}
