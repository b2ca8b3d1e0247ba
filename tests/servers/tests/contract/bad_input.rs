//! Targets that can't be judged: each is told in its own words, soon, before any test runs.

use crate::command::{Said, contract, contract_at, solution};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::thread;
use std::time::Duration;

/// A server for all who come: says these bytes, and waits until they leave.
fn says(bytes: &'static [u8]) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("an address");
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            thread::spawn(move || {
                let _ = stream.write_all(bytes);
                let _ = stream.read_to_end(&mut Vec::new());
            });
        }
    });
    address
}

/// Fails unless it was refused for this reason, soon, and no test was run.
#[track_caller]
fn refused(said: &Said, why: &str) {
    assert!(said.text().contains(why), "{}", said.text());
    assert!(!said.success && said.stdout.is_empty(), "{}", said.text());
    // Its own waits are a second each, and 5 s for a command's address; the rest is cargo's, which
    // looks whether all is built.
    assert!(said.took < Duration::from_secs(30), "took {:?}", said.took);
}

#[track_caller]
fn at(address: SocketAddr, why: &str) {
    refused(&contract_at("03", &address), why);
}

#[test]
fn nobody_is_there() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("an address");
    drop(listener);
    at(address, &format!("no server is there at {address}"));
}

#[test]
fn it_speaks_another_protocol() {
    at(says(b"SSH-2.0-OpenSSH_9.6\r\n"), "speaks another protocol than HTTP/1.1: it said SSH-2.0-");
    at(says(b"HTTP/1.0 200 OK\r\n\r\n"), "speaks another protocol than HTTP/1.1: it said HTTP/1.0");
}

#[test]
fn it_accepts_and_never_answers() {
    at(says(b""), "accepts a connection and doesn't answer: waited 1 s for: a word");
}

#[test]
fn it_knows_no_stats() {
    at(
        says(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"),
        "GET /stats with Connection: close was answered",
    );
}

#[test]
fn its_limits_are_others() {
    let server = solution("03", &[("WORKSHOP_CAPACITY", "8")]);
    let said = contract_at("03", &server);
    refused(
        &said,
        "it has other limits than the tests want: WORKSHOP_CAPACITY=4, where the server has 8",
    );
    assert!(said.text().contains("start it with WORKSHOP_CAPACITY=4 WORKSHOP_BATCH=4"));
}

#[test]
fn a_command_that_is_no_server() {
    for (command, why) in [
        (
            &["03", "--", "there-is-no-such-program"][..],
            "starting `there-is-no-such-program --port 0",
        ),
        (&["03", "--", "true"], "it has ended: exit status: 0"),
        (&["03", "--", "sleep"], "it has ended: exit status: 1"),
        (&["03", "--", "sh", "-c", "exec sleep 60"], "waited 5 s for: its address"),
    ] {
        refused(&contract(command), why);
    }
}

#[test]
fn words_that_name_no_lab_or_no_server() {
    for (words, why) in [
        (&["09", "http://127.0.0.1:9000"][..], "there is no lab `09`; there is: lab-00, lab-01"),
        (&["tea", "http://127.0.0.1:9000"], "there is no lab `tea`; there is: lab-00"),
        (&["03"], "say which server: cargo workshop contract LAB http://HOST:PORT"),
        (&["03", "127.0.0.1:9000"], "say which server"),
        (&["03", "https://127.0.0.1:9000"], "TLS isn't spoken here"),
        (&["03", "http://127.0.0.1:90000"], "WORKSHOP_TARGET is \"http://127.0.0.1:90000\""),
    ] {
        refused(&contract(words), why);
    }
}
