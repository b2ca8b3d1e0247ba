//! WebSocket's handshake through nginx: `Upgrade` is meant for the next hop only, so a proxy drops it
//! unless it is told to pass it on (RFC 9110 §7.8).

use crate::nginx::{NAIVE, Nginx, OURS};
use crate::origin::Origin;
use harness::Client;

const HANDSHAKE: [(&str, &str); 5] = [
    ("Connection", "Upgrade"),
    ("Upgrade", "websocket"),
    ("Sec-WebSocket-Version", "13"),
    ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
    ("Origin", "http://weather.example:8080"),
];

#[test]
fn the_naive_one_drops_the_upgrade_and_the_host() {
    let origin = Origin::new();
    let Some(nginx) = Nginx::start(NAIVE, &origin) else { return };
    let mut client = Client::connect(&nginx);
    client.get("/chat", &HANDSHAKE);
    let head = origin.asked().head;
    for lost in ["upgrade: websocket", "connection: upgrade", "http/1.1"] {
        assert!(!head.to_lowercase().contains(lost), "{head}");
    }
    // A server that compares the page's Origin with its Host refuses everybody now.
    assert!(head.contains("\r\nHost: weather\r\n"), "{head}");
}

#[test]
fn ours_upgrades_and_then_passes_bytes_both_ways() {
    let origin = Origin::new();
    let Some(nginx) = Nginx::start(OURS, &origin) else { return };
    let mut client = Client::connect(&nginx);
    client.get("/chat?since=41", &HANDSHAKE);
    let mut asked = origin.asked();
    assert!(asked.head.starts_with("GET /chat?since=41 HTTP/1.1\r\n"), "{}", asked.head);
    for kept in HANDSHAKE {
        let line = format!("\r\n{}: {}\r\n", kept.0, kept.1).to_lowercase();
        assert!(asked.head.to_lowercase().contains(&line), "{line:?} in {}", asked.head);
    }
    asked.say(
        "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n",
    );
    client.head().expect_status(101);
    client.send("from the client");
    asked.expect("from the client");
}

#[test]
fn a_request_without_upgrade_gets_none() {
    let origin = Origin::new();
    let Some(nginx) = Nginx::start(OURS, &origin) else { return };
    let mut client = Client::connect(&nginx);
    client.get("/latest", &[]);
    let head = origin.asked().head.to_lowercase();
    assert!(head.contains("\r\nconnection: close\r\n"), "{head}");
    assert!(!head.contains("upgrade"), "{head}");
}
