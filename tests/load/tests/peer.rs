//! The benchmark, small, on a server to compare with.
#![cfg(target_os = "linux")]

use load::ledger::Mistakes;
use load::report::Who;
use load::server::Server;
use load::transport::Transport;
use load::transports::{self, Size};
use std::process::Command;

#[test]
fn a_peer_sends_the_same_events() {
    for transport in [Transport::Streaming, Transport::Sse, Transport::WebSocket] {
        let mut peer = Command::new(env!("CARGO_BIN_EXE_load"));
        peer.args(["peer", "actix"]);
        let server = Server::start(peer).unwrap();
        let row = transports::measure(server, transport, Who::Actix, Size::SMALL).unwrap();
        assert_eq!(row.bytes.payload, 34.0, "{transport:?}");
        assert_eq!(row.paced.load.mistakes, Mistakes::default(), "{transport:?}");
        assert_eq!(row.paced.load.deliveries, 200, "{transport:?}");
    }
}
