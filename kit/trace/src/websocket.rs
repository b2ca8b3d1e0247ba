//! WebSocket in one direction: cuts bytes into the heads of frames and their payloads (RFC 6455,
//! section 5.2). Like the rest it is lenient: it shows what is there, also where that is wrong.

use crate::Kind;
use crate::head::count;

/// A note shows at most so many characters of a text.
const SHOWN: usize = 200;

/// What comes next.
#[derive(Debug)]
enum State {
    Head,
    Payload { opcode: u8, mask: Option<[u8; 4]>, offset: u64, left: u64 },
}

/// Reads the frames that went one way.
#[derive(Debug)]
pub(crate) struct Frames {
    state: State,
    closed: bool,
}

impl Default for Frames {
    fn default() -> Frames {
        Frames { state: State::Head, closed: false }
    }
}

impl Frames {
    /// One more byte of a line: what the line is, and its note, if it is complete.
    pub fn byte(&mut self, line: &[u8], too_long: bool) -> Option<(Kind, String)> {
        match &mut self.state {
            State::Head => {
                let [first, second, rest @ ..] = line else { return None };
                let (long, masked) = (second & 0x7f, second & 0x80 != 0);
                let (extended, needed) = match long {
                    126 => (2, 2 + 4 * usize::from(masked)),
                    127 => (8, 8 + 4 * usize::from(masked)),
                    _ => (0, 4 * usize::from(masked)),
                };
                if rest.len() < needed {
                    return None;
                }
                let length = match long {
                    126 | 127 => {
                        rest[..extended].iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte))
                    }
                    short => short.into(),
                };
                let mask = rest[extended..].first_chunk().copied().filter(|_| masked);
                let note = head_note(*first, mask.is_some(), length);
                let opcode = first & 0x0f;
                self.closed |= opcode == 8;
                if length > 0 {
                    self.state = State::Payload { opcode, mask, offset: 0, left: length };
                }
                Some((Kind::Frame, note))
            }
            State::Payload { opcode, mask, offset, left } => {
                let taken = line.len() as u64;
                if taken < *left && !too_long {
                    return None;
                }
                let note = payload_note(*opcode, *mask, *offset, line);
                *offset += taken;
                *left -= taken;
                if *left == 0 {
                    self.state = State::Head;
                }
                Some((Kind::Payload, note))
            }
        }
    }

    /// What an unfinished line is.
    pub fn unfinished(&mut self, line: &[u8]) -> (Kind, String) {
        match self.state {
            State::Head => (Kind::Frame, "unfinished".into()),
            State::Payload { opcode, mask, ref mut offset, ref mut left } => {
                let note = payload_note(opcode, mask, *offset, line);
                *offset += line.len() as u64;
                *left -= line.len() as u64;
                (Kind::Payload, note)
            }
        }
    }

    /// What it means that no more bytes come here.
    pub fn end(&self) -> Option<String> {
        match self.state {
            State::Payload { left, .. } => {
                Some(format!("{} of the frame are missing", count(left)))
            }
            State::Head if self.closed => None,
            State::Head => Some("no close frame came".into()),
        }
    }
}

/// What a frame is called.
pub(crate) fn name(opcode: u8) -> String {
    match opcode {
        0 => "continuation".into(),
        1 => "text".into(),
        2 => "binary".into(),
        8 => "close".into(),
        9 => "ping".into(),
        10 => "pong".into(),
        other => format!("opcode {other}"),
    }
}

fn head_note(first: u8, masked: bool, length: u64) -> String {
    let mut words = Vec::new();
    if first & 0x80 != 0 {
        words.push("FIN".into());
    }
    for (bit, name) in [(0x40, "RSV1"), (0x20, "RSV2"), (0x10, "RSV3")] {
        if first & bit != 0 {
            words.push(name.into());
        }
    }
    words.push(name(first & 0x0f));
    if masked {
        words.push("masked".into());
    }
    words.push(count(length));
    words.join(", ")
}

fn payload_note(opcode: u8, mask: Option<[u8; 4]>, offset: u64, payload: &[u8]) -> String {
    let mut clear = payload.to_vec();
    if let Some(key) = mask {
        for (index, byte) in clear.iter_mut().enumerate() {
            *byte ^= key[(offset as usize).wrapping_add(index) % 4];
        }
    }
    match (opcode, &clear[..]) {
        (8, [a, b, reason @ ..]) if offset == 0 => {
            let code = u16::from_be_bytes([*a, *b]);
            let reason = if reason.is_empty() { String::new() } else { shown(reason) };
            format!("{code}: {} {reason}", code_name(code)).trim_end().to_owned()
        }
        _ if mask.is_some() => format!("unmasked: {}", shown(&clear)),
        _ => String::new(),
    }
}

/// Text as it is, other bytes in hexadecimal; a note is made visible later, like all of them.
fn shown(bytes: &[u8]) -> String {
    let text = match str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.iter().map(|byte| format!("{byte:02x} ")).collect(),
    };
    match text.char_indices().nth(SHOWN) {
        Some((cut, _)) => format!("{}…", &text[..cut]),
        None => text.trim_end().to_owned(),
    }
}

/// What a close code says (RFC 6455, section 7.4.1, and IANA's registry for what came later).
fn code_name(code: u16) -> &'static str {
    match code {
        1000 => "normal",
        1001 => "going away",
        1002 => "protocol error",
        1003 => "unsupported data",
        1007 => "invalid text",
        1008 => "policy violation",
        1009 => "message too big",
        1010 => "an extension is missing",
        1011 => "server error",
        1012 => "service restart",
        1013 => "try again later",
        1014 => "bad gateway",
        3000..=3999 => "registered by a library",
        4000..=4999 => "private",
        _ => "may not be sent",
    }
}
