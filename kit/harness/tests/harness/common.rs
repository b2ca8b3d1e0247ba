//! Hand-made servers, and what a test that fails says.

use harness::{Lab, Rule};
use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

/// A lab that these tests pretend to be about.
pub const LAB: Lab = Lab { number: "42", chapter: "tea" };

/// A rule that these tests pretend to check.
pub const RULE: Rule = Rule {
    place: "pot.rs, `pour`",
    text: "each cup reaches the guest at once, as one pour",
    source: "ISO 3103 §6",
    cost: "The guest would drink yesterday's tea.",
};

/// The message of a test that fails, the same in every run.
#[track_caller]
pub fn message(step: u8, body: impl FnOnce() + Send + 'static) -> String {
    LAB.message(step, RULE, body)
}

/// A server for one connection: reads a head, if `reads`, and goes on with `then`.
pub fn serve(then: impl FnOnce(TcpStream) + Send + 'static) -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            match stream.read(&mut byte) {
                Ok(1) => head.push(byte[0]),
                _ => return,
            }
        }
        then(stream);
    });
    address
}

/// A server that answers with these bytes and closes.
pub fn answer(bytes: &'static [u8]) -> SocketAddr {
    serve(move |mut stream| stream.write_all(bytes).unwrap())
}

/// A server that answers with these bytes, and then with nothing until the client leaves.
pub fn answer_and_hang(bytes: &'static [u8]) -> SocketAddr {
    serve(move |mut stream| {
        stream.write_all(bytes).unwrap();
        let _ = stream.read(&mut [0]);
    })
}
