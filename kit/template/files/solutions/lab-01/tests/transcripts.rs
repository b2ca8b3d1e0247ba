//! What the finished server puts on the wire, byte for byte. The book shows these recordings.

use harness::{Client, Lab, Rule};
use solution_01::server::{Store, run};
use std::net::{Ipv4Addr, TcpListener};
use std::thread;

const LAB: Lab = Lab { number: "01", chapter: "lines" };

#[test]
fn conversation() {
    let rule = Rule {
        place: "server.rs",
        text: "the book shows what the server says",
        source: "tests/snapshots/lab_01",
        cost: "A reader compares the book with the server, and one of them is wrong.",
    };
    LAB.check_as(2, rule, || {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let address = listener.local_addr().expect("a bound listener has an address");
        thread::spawn(move || run(listener, Store::default()));
        let mut client = Client::connect_plain(&address);
        client.send("SET tyger burning bright,\\nIn the forests of the night\nGET tyger\n");
        client.until(b"night\n");
        client.send("FLY tyger\nGET lamb\n");
        client.until(b"NONE\n");
        client.finish();
        client.ended();
        client.snapshot("lab_01/conversation");
    });
}
