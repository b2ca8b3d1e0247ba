//! The five transports, as a client asks for them.

use serde::{Deserialize, Serialize};

/// How news reach a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Transport {
    /// Lab 00: ask again and again.
    ShortPolling,
    /// Lab 01: ask, and be answered when there is something.
    LongPolling,
    /// Lab 02: an answer that goes on.
    Streaming,
    /// Lab 03: server-sent events.
    Sse,
    /// Lab 04: frames in both directions.
    WebSocket,
}

impl Transport {
    /// In the order of the labs.
    pub const ALL: [Transport; 5] = [
        Transport::ShortPolling,
        Transport::LongPolling,
        Transport::Streaming,
        Transport::Sse,
        Transport::WebSocket,
    ];

    /// The number of the lab, as in its name.
    pub fn lab(self) -> &'static str {
        match self {
            Transport::ShortPolling => "00",
            Transport::LongPolling => "01",
            Transport::Streaming => "02",
            Transport::Sse => "03",
            Transport::WebSocket => "04",
        }
    }

    /// The name in the book.
    pub fn name(self) -> &'static str {
        match self {
            Transport::ShortPolling => "short polling",
            Transport::LongPolling => "long polling",
            Transport::Streaming => "HTTP streaming",
            Transport::Sse => "SSE",
            Transport::WebSocket => "WebSocket",
        }
    }

    /// Does a client ask once for each answer?
    pub fn polls(self) -> bool {
        matches!(self, Transport::ShortPolling | Transport::LongPolling)
    }

    /// The request for all that comes after `cursor`, as short as HTTP allows. A browser's is 400
    /// to 600 bytes longer.
    pub fn request(self, cursor: u64) -> String {
        let path = match self {
            Transport::ShortPolling => "/latest",
            Transport::LongPolling => "/long-polling",
            Transport::Streaming => "/stream",
            Transport::Sse => "/api/v1/live-data",
            Transport::WebSocket => "/chat",
        };
        // The key is the example of RFC 6455, section 1.2.
        let upgrade = match self {
            Transport::WebSocket => {
                "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n\
                 Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
            }
            _ => "",
        };
        format!("GET {path}?since={cursor} HTTP/1.1\r\nHost: 127.0.0.1\r\n{upgrade}\r\n")
    }
}
