//! What nginx keeps back of a stream, and when.

use crate::nginx::{NAIVE, Nginx, OURS};
use crate::origin::Origin;
use harness::Client;
use std::time::Duration;

/// Long enough for an event that is not held back.
const A_MOMENT: Duration = Duration::from_millis(300);

const HEAD: &str = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n";

/// A body that ends where the connection ends: what a server answers to HTTP/1.0, and that is what
/// nginx speaks to servers unless told otherwise, before 1.29.7 (RFC 9112 §6.1, §6.3).
#[test]
fn a_body_without_chunks_is_held_back() {
    let origin = Origin::new();
    let Some(nginx) = Nginx::start(NAIVE, &origin) else { return };
    let mut client = Client::connect(&nginx);
    client.get("/api/v1/live-data", &[]);
    let mut asked = origin.asked();
    assert!(asked.head.starts_with("GET /api/v1/live-data HTTP/1.0\r\n"), "{}", asked.head);
    asked.say(&format!("{HEAD}\r\ndata: BERLIN 25.5\n\n"));
    asked.say("data: BERLIN 25.6\n\n");
    client.nothing_but(b"", A_MOMENT);
    drop(asked);
    client.head().expect_status(200);
    assert_eq!(client.rest(), b"data: BERLIN 25.5\n\ndata: BERLIN 25.6\n\n");
}

/// nginx takes chunks apart, and passes on what it has.
#[test]
fn chunks_are_passed_on_even_so() {
    let origin = Origin::new();
    let Some(nginx) = Nginx::start(NAIVE, &origin) else { return };
    let mut client = Client::connect(&nginx);
    client.get("/api/v1/live-data", &[]);
    let mut asked = origin.asked();
    asked.say(&format!("{HEAD}Transfer-Encoding: chunked\r\n\r\n"));
    // Without anything after it, even the head waits.
    client.nothing_but(b"", A_MOMENT);
    asked.say("13\r\ndata: BERLIN 25.5\n\n\r\n");
    client.head().expect_status(200);
    assert_eq!(client.until(b"\n\n"), b"data: BERLIN 25.5\n\n");
}

#[test]
fn a_compressor_holds_chunks_back() {
    let origin = Origin::new();
    let Some(nginx) = Nginx::start(NAIVE, &origin) else { return };
    let mut client = Client::connect(&nginx);
    client.get("/api/v1/live-data", &[("Accept-Encoding", "gzip")]);
    let mut asked = origin.asked();
    asked.say(&format!("{HEAD}Transfer-Encoding: chunked\r\n\r\n"));
    asked.say("13\r\ndata: BERLIN 25.5\n\n\r\n");
    client.nothing_but(b"", A_MOMENT);
}

/// The header works without any configuration, and the compressor obeys it too.
#[test]
fn x_accel_buffering_no_lets_everything_through() {
    let origin = Origin::new();
    let Some(nginx) = Nginx::start(NAIVE, &origin) else { return };
    for encoding in ["identity", "gzip"] {
        let mut client = Client::connect(&nginx);
        client.get("/api/v1/live-data", &[("Accept-Encoding", encoding)]);
        let mut asked = origin.asked();
        asked.say(&format!("{HEAD}X-Accel-Buffering: no\r\n\r\n"));
        client.head().expect_no_field("x-accel-buffering");
        asked.say("data: BERLIN 25.5\n\n");
        client.until_some("a piece of the body", |body| (!body.is_empty()).then_some(body.len()));
    }
}

#[test]
fn our_configuration_holds_nothing_back() {
    let origin = Origin::new();
    let Some(nginx) = Nginx::start(OURS, &origin) else { return };
    for path in ["/api/v1/live-data", "/stream?since=3"] {
        let mut client = Client::connect(&nginx);
        client.get(path, &[("Accept-Encoding", "gzip")]);
        let mut asked = origin.asked();
        assert!(asked.head.starts_with(&format!("GET {path} HTTP/1.1\r\n")), "{}", asked.head);
        asked.say(&format!("{HEAD}\r\n"));
        client.head().expect_no_field("content-encoding");
        for event in ["data: BERLIN 25.5\n\n", "data: BERLIN 25.6\n\n"] {
            asked.say(event);
            assert_eq!(client.until(b"\n\n"), event.as_bytes());
        }
    }
}

/// A reader that doesn't read: with a buffer, nginx reads on for it, to memory and then to disk; so
/// the server behind it never learns, and all that the reader will ever get is old.
#[test]
fn a_slow_reader_is_the_servers_business_only_without_a_buffer() {
    const PIECE: usize = 64 * 1024;
    const PIECES: usize = 512; // 32 MiB, more than all the kernel's buffers on the way
    let taken = |configuration| {
        let origin = Origin::new();
        let nginx = Nginx::start(configuration, &origin)?;
        let mut client = Client::connect_with_small_buffer(&nginx);
        client.get("/stream", &[]);
        let mut asked = origin.asked();
        asked.say(&format!("{HEAD}\r\n"));
        Some((0..PIECES).take_while(|_| asked.fits(&[b'x'; PIECE])).count())
    };
    let (Some(naive), Some(ours)) = (taken(NAIVE), taken(OURS)) else { return };
    assert_eq!(naive, PIECES, "nginx takes everything, and keeps it");
    assert!(ours < PIECES, "nginx stops reading when its client does");
}

/// Over HTTP/1.0 the end of the connection is the end of the body, so a crash looks like a goodbye.
#[test]
fn a_cut_can_be_told_from_an_end_only_with_chunks() {
    let broken_off = |configuration, head: &str, piece: &str| {
        let origin = Origin::new();
        let nginx = Nginx::start(configuration, &origin)?;
        let mut client = Client::connect(&nginx);
        client.get("/stream", &[("Connection", "close")]);
        let mut asked = origin.asked();
        asked.say(&format!("{HEAD}{head}\r\n{piece}"));
        drop(asked);
        client.ended();
        Some(String::from_utf8_lossy(client.received()).into_owned())
    };
    let Some(naive) = broken_off(NAIVE, "", "{\"id\":7}\n") else { return };
    assert!(naive.ends_with("0\r\n\r\n"), "looks complete: {naive:?}");
    let chunked = "Transfer-Encoding: chunked\r\n";
    let Some(ours) = broken_off(OURS, chunked, "9\r\n{\"id\":7}\n\r\n") else { return };
    assert!(!ours.ends_with("0\r\n\r\n"), "the reader can see that it isn't: {ours:?}");
}
