//! The WebSocket protocol: the answer to the handshake, frames, and the goodbye. No I/O.
//!
//! A frame is a head that says what it is and how long, then its payload.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use sha1::{Digest, Sha1};

/// What a frame is (RFC 6455 §5.2). From 8 on it is a control frame: short, and never in pieces.
pub mod opcode {
    /// The next piece of a message.
    pub const CONTINUATION: u8 = 0;
    /// A message of text, or its first piece.
    pub const TEXT: u8 = 1;
    /// A message of bytes, or its first piece.
    pub const BINARY: u8 = 2;
    /// "I say no more."
    pub const CLOSE: u8 = 8;
    /// "Are you there?"
    pub const PING: u8 = 9;
    /// "I am."
    pub const PONG: u8 = 10;
}

/// Why a connection is closed (RFC 6455 §7.4.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CloseCode(pub u16);

impl CloseCode {
    /// All is said.
    pub const NORMAL: CloseCode = CloseCode(1000);
    /// The server stops, or the page is left.
    pub const GOING_AWAY: CloseCode = CloseCode(1001);
    /// These bytes aren't WebSocket.
    pub const PROTOCOL_ERROR: CloseCode = CloseCode(1002);
    /// A kind of message that isn't taken here: binary.
    pub const UNSUPPORTED: CloseCode = CloseCode(1003);
    /// A text that isn't UTF-8.
    pub const INVALID_TEXT: CloseCode = CloseCode(1007);
    /// Well formed, and against the rules of this server.
    pub const POLICY: CloseCode = CloseCode(1008);
    /// A message that is too big.
    pub const TOO_BIG: CloseCode = CloseCode(1009);
}

/// Who reads. Clients mask what they send, servers don't.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Reads what a server sent.
    Client,
    /// Reads what a client sent.
    Server,
}

/// The head of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// Whether its message ends with this frame.
    pub fin: bool,
    /// One of [`opcode`].
    pub opcode: u8,
    /// Bytes of payload that follow.
    pub length: usize,
    /// What they are XORed with.
    pub mask: Option<[u8; 4]>,
    /// Bytes of the head itself.
    pub size: usize,
}

/// What the server answers to `Sec-WebSocket-Key`. It shows that the server has read a WebSocket
/// handshake and means to answer one. It is no secret and no session.
pub fn accept_key(key: &str) -> String {
    // step 2 ▼ the Base64 of the SHA-1 of the key, as it came, and the GUID
    todo!("step 2: the Base64 of the SHA-1 of the key, as it came, and the GUID")
    // step 2 ▲
}

/// A whole message, or a control frame, as one frame. A client masks it, with a new random key each
/// time; a server doesn't.
pub fn encode(opcode: u8, payload: &[u8], mask: Option<[u8; 4]>) -> Vec<u8> {
    // step 1 ▼ the head, with the shortest form of the length; the mask; the payload, masked
    todo!("step 1: the head, with the shortest form of the length; the mask; the payload, masked")
    // step 1 ▲
}

/// Masks bytes of a payload, or unmasks them. They are the payload's bytes from `offset` on.
pub fn apply_mask(bytes: &mut [u8], key: [u8; 4], offset: usize) {
    // step 1 ▼ XOR each byte with the key's byte at its place in the payload, modulo 4
    todo!("step 1: XOR each byte with the key's byte at its place in the payload, modulo 4")
    // step 1 ▲
}

/// The head at the start of `bytes`; `None` while it isn't whole. It allows a payload of `max`
/// bytes: a longer one is refused when it is announced, not when it has filled the memory.
///
/// # Errors
/// The code to close the connection with.
pub fn decode_head(bytes: &[u8], role: Role, max: usize) -> Result<Option<Head>, CloseCode> {
    // step 1 ▼ two bytes; a longer length; the mask; whatever breaks a rule is a close code
    todo!("step 1: two bytes; a longer length; the mask; whatever breaks a rule is a close code")
    // step 1 ▲
}

/// A goodbye: why, if the other side has said so, and in words for a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Close {
    /// None if the frame was empty. "1005" stands for that in programs, never on the wire.
    pub code: Option<CloseCode>,
    /// At most 123 bytes of UTF-8.
    pub reason: String,
}

/// Reads the payload of a close frame: nothing, or a code and then a reason.
///
/// # Errors
/// The code to close the connection with.
pub fn parse_close(payload: &[u8]) -> Result<Close, CloseCode> {
    // step 6 ▼ no code at all, or two bytes of a code that may be sent, then UTF-8
    todo!("step 6: no code at all, or two bytes of a code that may be sent, then UTF-8")
    // step 6 ▲
}

/// The payload of a close frame that says this. A reason that is too long is cut between letters.
pub fn close_payload(close: &Close) -> Vec<u8> {
    // step 6 ▼ nothing without a code; else its two bytes, and 123 bytes of the reason
    todo!("step 6: nothing without a code; else its two bytes, and 123 bytes of the reason")
    // step 6 ▲
}
