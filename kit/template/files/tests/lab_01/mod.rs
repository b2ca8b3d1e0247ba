//! What lab 01 promises, question by question.
//!
//! Each test states its rule, who says so, and what somebody would notice if it were broken; a
//! failure prints just that, with the bytes. The server is a real one on a free port.

mod line;
mod order;

use harness::Lab;
use lab::server::{Store, run};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::thread;

const LAB: Lab = Lab { number: "01", chapter: "lines" };

/// A server with an empty store, which ends with the tests.
fn server() -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    let address = listener.local_addr().expect("a bound listener has an address");
    thread::spawn(move || run(listener, Store::default()));
    address
}
