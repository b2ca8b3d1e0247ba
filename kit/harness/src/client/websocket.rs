//! WebSocket over the raw client: the handshake, frames of chosen bytes, and frames read strictly
//! (RFC 6455).

use super::Client;
use crate::http::{Head, find};
use trace::{Direction, strict};

/// What a client sends to become a WebSocket. The key is the example of RFC 6455 §1.3.
pub const HANDSHAKE: [(&str, &str); 4] = [
    ("Upgrade", "websocket"),
    ("Connection", "Upgrade"),
    ("Sec-WebSocket-Version", "13"),
    ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
];

/// The right answer to that key.
const ACCEPT: &str = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

/// The masking key of RFC 6455 §5.7. A real client takes a new one for each frame; a transcript
/// should be the same each time.
const MASK: [u8; 4] = [0x37, 0xfa, 0x21, 0x3d];

/// A frame that a server sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// Its first byte: 0x80 if the message ends here, plus the opcode.
    pub first: u8,
    /// Its payload.
    pub payload: Vec<u8>,
    /// Head and payload, as they came.
    pub bytes: Vec<u8>,
}

impl Frame {
    /// The code in a close frame.
    pub fn code(&self) -> Option<u16> {
        self.payload.first_chunk().map(|code| u16::from_be_bytes(*code))
    }
}

/// A frame as a client sends it: its first byte, the length in its shortest form, the mask.
pub fn frame(first: u8, payload: impl AsRef<[u8]>) -> Vec<u8> {
    let payload = payload.as_ref();
    let mut frame = vec![first];
    match payload.len() {
        length @ ..126 => frame.push(0x80 | length as u8),
        length @ 126..65_536 => {
            frame.push(0x80 | 126);
            frame.extend((length as u16).to_be_bytes());
        }
        length => {
            frame.push(0x80 | 127);
            frame.extend((length as u64).to_be_bytes());
        }
    }
    frame.extend(MASK);
    frame.extend(payload.iter().zip(MASK.iter().cycle()).map(|(byte, key)| byte ^ key));
    frame
}

impl Client {
    /// Asks for a WebSocket with these fields beside [`HANDSHAKE`]. Read the answer with
    /// [`head`](Client::head).
    #[track_caller]
    pub fn ask_for_websocket(&mut self, target: &str, fields: &[(&str, &str)]) {
        let mut request = format!("GET {target} HTTP/1.1\r\nHost: {}\r\n", self.address);
        for (name, value) in HANDSHAKE.iter().chain(fields) {
            request += &format!("{name}: {value}\r\n");
        }
        let shown = fields.iter().map(|(name, value)| format!(" with {name}: {value}"));
        self.note(format!("a WebSocket to {target}{}", shown.collect::<Vec<_>>().join(",")));
        self.write(format!("{request}\r\n").as_bytes());
    }

    /// Opens a WebSocket: asks for it, and fails unless the server agrees as it must.
    #[track_caller]
    pub fn open_websocket(&mut self, target: &str, fields: &[(&str, &str)]) -> Head {
        self.ask_for_websocket(target, fields);
        let head = self.head();
        head.expect_status(101);
        head.expect_field("Upgrade", "websocket", |it| it.eq_ignore_ascii_case("websocket"));
        head.expect_field("Connection", "upgrade", |it| it.eq_ignore_ascii_case("upgrade"));
        head.expect_field("Sec-WebSocket-Accept", ACCEPT, |it| it == ACCEPT);
        head.expect_no_field("Sec-WebSocket-Extensions");
        head
    }

    /// Whether a handshake was sent, in whatever pieces.
    pub(super) fn asked_for_websocket(&self) -> bool {
        let sent = self.trace.bytes(Direction::Sent).to_ascii_lowercase();
        find(&sent, b"\r\nupgrade: websocket\r\n").is_some()
    }

    /// Sends one frame: its first byte, and a payload that is masked on the way.
    #[track_caller]
    pub fn send_frame(&mut self, first: u8, payload: impl AsRef<[u8]>) {
        let payload = payload.as_ref();
        self.note(format!("{} {}", name(first), super::shortened(payload)).trim_end().to_owned());
        self.write(&frame(first, payload));
    }

    /// Reads the next frame. `what` completes the sentence "waited 1 s for: …".
    #[track_caller]
    pub fn frame(&mut self, what: &str) -> Frame {
        let frame = self.wait(what, |client| {
            let rest = &client.received[client.read..];
            let frame = strict::frame(rest)?;
            Ok(frame.map(|frame| Frame {
                first: frame.first,
                payload: frame.payload.to_vec(),
                bytes: rest[..frame.length].to_vec(),
            }))
        });
        self.read += frame.bytes.len();
        frame
    }

    /// Reads the next text. Passes over pings and pongs.
    #[track_caller]
    pub fn text(&mut self, what: &str) -> String {
        loop {
            let frame = self.frame(what);
            match (frame.first, str::from_utf8(&frame.payload)) {
                (0x89 | 0x8a, _) => {}
                (0x81, Ok(text)) => return text.to_owned(),
                (0x88, _) => {
                    let code = frame
                        .code()
                        .map_or("no code".to_owned(), |code| format!("the code {code}"));
                    let is = format!("a close frame with {code}");
                    self.fail_frame(
                        &frame,
                        &is,
                        what,
                        "A client that did nothing wrong is thrown out.",
                    )
                }
                (0x82, _) => {
                    let cost = "A page that expects text gets a Blob: JSON.parse fails.";
                    self.fail_frame(&frame, "a binary message", what, cost)
                }
                (first, _) => self.fail_frame(&frame, &name(first), what, ""),
            }
        }
    }

    #[track_caller]
    fn fail_frame(&self, frame: &Frame, is: &str, what: &str, cost: &str) -> ! {
        let at = self.read - frame.bytes.len();
        let failure = self.failure().seen_so_far(&self.received);
        failure.caret(at, format!("this is {is}")).expected(what).cost(cost).raise()
    }

    /// Reads up to the close frame, and returns the code in it. Passes over everything else.
    #[track_caller]
    pub fn close_code(&mut self) -> Option<u16> {
        loop {
            let frame = self.frame("a close frame");
            if frame.first == 0x88 {
                return frame.code();
            }
        }
    }
}

/// What a frame is, in words.
fn name(first: u8) -> String {
    match first {
        0x81 => "a text".to_owned(),
        0x82 => "bytes".to_owned(),
        0x88 => "a close frame".to_owned(),
        0x89 => "a ping".to_owned(),
        0x8a => "a pong".to_owned(),
        0x01 | 0x02 => "the first piece of a message".to_owned(),
        0x00 => "the next piece".to_owned(),
        0x80 => "the last piece".to_owned(),
        first => format!("a frame that begins with {first:02x}"),
    }
}
