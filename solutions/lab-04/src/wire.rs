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

// ANCHOR: head
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
// ANCHOR_END: head

// ANCHOR: step_2_accept_key
/// What the server answers to `Sec-WebSocket-Key`. It shows that the server has read a WebSocket
/// handshake and means to answer one. It is no secret and no session.
pub fn accept_key(key: &str) -> String {
    // ANCHOR: todo_2 the Base64 of the SHA-1 of the key, as it came, and the GUID
    const GUID: &str = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    BASE64_STANDARD.encode(Sha1::digest(format!("{key}{GUID}")))
    // ANCHOR_END: todo_2
}
// ANCHOR_END: step_2_accept_key

// ANCHOR: step_1_encode
/// A whole message, or a control frame, as one frame. A client masks it, with a new random key each
/// time; a server doesn't.
pub fn encode(opcode: u8, payload: &[u8], mask: Option<[u8; 4]>) -> Vec<u8> {
    // ANCHOR: todo_1 the head, with the shortest form of the length; the mask; the payload, masked
    let masked = if mask.is_some() { 0x80 } else { 0 };
    let mut frame = vec![0x80 | opcode];
    match payload.len() {
        length @ ..126 => frame.push(masked | length as u8),
        length @ 126..65_536 => {
            frame.push(masked | 126);
            frame.extend((length as u16).to_be_bytes());
        }
        length => {
            frame.push(masked | 127);
            frame.extend((length as u64).to_be_bytes());
        }
    }
    if let Some(key) = mask {
        frame.extend(key);
    }
    let start = frame.len();
    frame.extend(payload);
    if let Some(key) = mask {
        apply_mask(&mut frame[start..], key, 0);
    }
    frame
    // ANCHOR_END: todo_1
}
// ANCHOR_END: step_1_encode

// ANCHOR: step_1_apply_mask
/// Masks bytes of a payload, or unmasks them. They are the payload's bytes from `offset` on.
pub fn apply_mask(bytes: &mut [u8], key: [u8; 4], offset: usize) {
    // ANCHOR: todo_1 XOR each byte with the key's byte at its place in the payload, modulo 4
    for (index, byte) in bytes.iter_mut().enumerate() {
        *byte ^= key[(offset + index) % 4];
    }
    // ANCHOR_END: todo_1
}
// ANCHOR_END: step_1_apply_mask

// ANCHOR: step_1_decode_head
/// The head at the start of `bytes`; `None` while it isn't whole. It allows a payload of `max`
/// bytes: a longer one is refused when it is announced, not when it has filled the memory.
///
/// # Errors
/// The code to close the connection with.
pub fn decode_head(bytes: &[u8], role: Role, max: usize) -> Result<Option<Head>, CloseCode> {
    // ANCHOR: todo_1 two bytes; a longer length; the mask; whatever breaks a rule is a close code
    let Some((&[first, second], rest)) = bytes.split_first_chunk() else { return Ok(None) };
    let (fin, opcode, short) = (first & 0x80 != 0, first & 0x0f, second & 0x7f);
    let known = matches!(opcode, 0..=2 | 8..=10) && first & 0x70 == 0;
    let whole_and_short = opcode < opcode::CLOSE || (fin && short <= 125);
    let masked = second & 0x80 != 0;
    if !known || !whole_and_short || masked != (role == Role::Server) {
        return Err(CloseCode::PROTOCOL_ERROR);
    }
    let (length, least, rest): (u64, u64, &[u8]) = match short {
        126 => {
            let Some((two, rest)) = rest.split_first_chunk() else { return Ok(None) };
            (u16::from_be_bytes(*two).into(), 126, rest)
        }
        127 => {
            let Some((eight, rest)) = rest.split_first_chunk() else { return Ok(None) };
            (u64::from_be_bytes(*eight), 65_536, rest)
        }
        _ => (short.into(), 0, rest),
    };
    if length < least || length > i64::MAX as u64 {
        return Err(CloseCode::PROTOCOL_ERROR);
    }
    if length > max as u64 {
        return Err(CloseCode::TOO_BIG);
    }
    let (mask, rest) = match rest.split_first_chunk() {
        _ if !masked => (None, rest),
        Some((key, rest)) => (Some(*key), rest),
        None => return Ok(None),
    };
    let (length, size) = (length as usize, bytes.len() - rest.len());
    Ok(Some(Head { fin, opcode, length, mask, size }))
    // ANCHOR_END: todo_1
}
// ANCHOR_END: step_1_decode_head

/// A goodbye: why, if the other side has said so, and in words for a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Close {
    /// None if the frame was empty. "1005" stands for that in programs, never on the wire.
    pub code: Option<CloseCode>,
    /// At most 123 bytes of UTF-8.
    pub reason: String,
}

// ANCHOR: step_6_parse_close
/// Reads the payload of a close frame: nothing, or a code and then a reason.
///
/// # Errors
/// The code to close the connection with.
pub fn parse_close(payload: &[u8]) -> Result<Close, CloseCode> {
    // ANCHOR: todo_6 no code at all, or two bytes of a code that may be sent, then UTF-8
    if payload.is_empty() {
        return Ok(Close { code: None, reason: String::new() });
    }
    let Some((code, reason)) = payload.split_first_chunk() else {
        return Err(CloseCode::PROTOCOL_ERROR);
    };
    let code = u16::from_be_bytes(*code);
    if !matches!(code, 1000..=1003 | 1007..=1014 | 3000..=4999) {
        return Err(CloseCode::PROTOCOL_ERROR);
    }
    let reason = str::from_utf8(reason).map_err(|_| CloseCode::INVALID_TEXT)?;
    Ok(Close { code: Some(CloseCode(code)), reason: reason.to_owned() })
    // ANCHOR_END: todo_6
}
// ANCHOR_END: step_6_parse_close

// ANCHOR: step_6_close_payload
/// The payload of a close frame that says this. A reason that is too long is cut between letters.
pub fn close_payload(close: &Close) -> Vec<u8> {
    // ANCHOR: todo_6 nothing without a code; else its two bytes, and 123 bytes of the reason
    let Some(CloseCode(code)) = close.code else { return Vec::new() };
    let reason = &close.reason[..close.reason.floor_char_boundary(123)];
    [&code.to_be_bytes(), reason.as_bytes()].concat()
    // ANCHOR_END: todo_6
}
// ANCHOR_END: step_6_close_payload
