//! What each fault does to a connection.

use crate::common::{LAB, RULE, answer_and_hang, serve};
use harness::{Client, Ended, Fault, Relay, at_once};
use std::io::{ErrorKind, Read, Write};
use std::sync::mpsc;
use std::time::Duration;

const SHORT: Duration = Duration::from_millis(100);

/// A client that asked through a relay.
fn through(relay: &Relay) -> Client {
    let mut client = Client::connect(relay);
    client.get("/", &[]);
    client
}

#[test]
fn an_idle_connection_is_cut_and_a_busy_one_is_not() {
    LAB.check_as(3, RULE, || {
        let server = serve(|mut stream| {
            stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").unwrap();
            let mut byte = [0];
            while stream.read(&mut byte).is_ok_and(|length| length == 1) {
                stream.write_all(&byte).unwrap();
            }
        });
        let cut = Duration::from_millis(300);
        let relay = Relay::to(&server, Fault::CutWhenIdle(cut));
        let mut client = through(&relay);
        client.head();
        // Longer in all than the relay's patience, but never quiet for so long.
        for beat in 0..8 {
            client.nothing_but(b"", cut / 6);
            client.send([b'0' + beat]);
            client.until(&[b'0' + beat]);
        }
        assert_eq!(client.ended(), Ended::Closed);
    });
}

#[test]
fn a_dark_relay_says_nothing_to_either_side() {
    LAB.check_as(6, RULE, || {
        let (tell, told) = mpsc::channel();
        let server = serve(move |mut stream| {
            stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").unwrap();
            tell.send(stream.read(&mut [0])).unwrap();
        });
        let relay = Relay::to(&server, Fault::None);
        let mut client = through(&relay);
        client.head();
        relay.go_dark();
        client.send("hello?");
        client.nothing_but(b"", SHORT);
        drop(client);
        assert!(told.recv_timeout(SHORT).is_err(), "the server heard something");
    });
}

#[test]
fn byte_by_byte_loses_nothing() {
    LAB.check_as(1, RULE, || {
        let bytes = b"HTTP/1.1 200 OK\r\nContent-Length: 18\r\n\r\ndata: OOLONG 25.5\n";
        let server = answer_and_hang(bytes);
        let relay = Relay::to(&server, Fault::ByteByByte);
        let mut client = through(&relay);
        client.head();
        assert_eq!(client.rest(), b"data: OOLONG 25.5\n");
    });
}

#[test]
fn a_buffering_relay_holds_a_stream_back() {
    LAB.check_as(2, RULE, || {
        let bytes = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nearly\r\n";
        let server = serve(move |mut stream| {
            stream.write_all(bytes).unwrap();
            let _ = stream.read(&mut [0]);
            stream.write_all(b"0\r\n\r\n").unwrap();
            let _ = stream.read(&mut [0]);
        });
        let relay = Relay::to(&server, Fault::Buffer);
        let mut client = through(&relay);
        client.nothing_but(b"", SHORT);
        client.send("x");
        client.head();
        assert_eq!(client.rest(), b"early");
    });
}

#[test]
fn a_buffering_relay_lets_a_stream_pass_that_asks_for_it() {
    LAB.check_as(2, RULE, || {
        let server = answer_and_hang(
            b"HTTP/1.1 200 OK\r\nX-Accel-Buffering: no\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nearly\r\n",
        );
        let relay = Relay::to(&server, Fault::Buffer);
        let mut client = through(&relay);
        client.head();
        assert_eq!(client.until(b"early"), b"early");
    });
}

/// What a server's read gives through a relay, once the client has done something.
fn what_the_server_reads(act: impl FnOnce(Client)) -> Result<usize, ErrorKind> {
    let (tell, told) = mpsc::channel();
    let server = serve(move |mut stream| {
        stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").unwrap();
        tell.send(stream.read(&mut [0]).map_err(|error| error.kind())).unwrap();
    });
    let relay = Relay::to(&server, Fault::None);
    let mut client = through(&relay);
    client.head();
    act(client);
    told.recv_timeout(at_once()).expect("the server to notice")
}

#[test]
fn a_polite_end_is_handed_on() {
    LAB.check_as(6, RULE, || {
        let read = what_the_server_reads(|mut client| {
            client.finish();
            assert_eq!(client.ended(), Ended::Closed);
        });
        assert_eq!(read, Ok(0));
    });
}

#[test]
fn a_rude_end_is_handed_on() {
    LAB.check_as(6, RULE, || {
        let read = what_the_server_reads(|client| drop(client.reset()));
        assert_eq!(read, Err(ErrorKind::ConnectionReset));
    });
}

#[test]
fn dropping_a_relay_ends_its_connections() {
    LAB.check_as(6, RULE, || {
        let server = answer_and_hang(b"HTTP/1.1 200 OK\r\n\r\n");
        let relay = Relay::to(&server, Fault::None);
        let mut client = through(&relay);
        client.head();
        drop(relay);
        client.ended();
    });
}
