//! Frames of a WebSocket, as a server sends them (RFC 6455, section 5.2).

use super::{Wrong, wrong};

/// The longest payload that is read.
const MOST: u64 = 1 << 24;

/// A whole frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Frame<'a> {
    /// Its first byte: 0x80 if the message ends here, plus the opcode.
    pub first: u8,
    /// Its payload.
    pub payload: &'a [u8],
    /// How many bytes it takes, with its head.
    pub length: usize,
}

/// The frame at the start of `bytes`; `None` while it isn't whole. No extension was agreed on.
///
/// # Errors
/// It is masked, has a reserved bit or opcode, a length that isn't in its shortest form or is more
/// than 16 MiB; or a control frame is long or a fragment.
pub fn frame(bytes: &[u8]) -> Result<Option<Frame<'_>>, Wrong> {
    let Some(&first) = bytes.first() else { return Ok(None) };
    if first & 0x70 != 0 {
        return wrong(0, "a reserved bit is set, and no extension was agreed on");
    }
    if !matches!(first & 0x0f, 0..=2 | 8..=10) {
        return wrong(0, "there is no such opcode");
    }
    let Some(&second) = bytes.get(1) else { return Ok(None) };
    if second & 0x80 != 0 {
        return wrong(1, "a server doesn't mask its frames");
    }
    if first & 0x08 != 0 && (first & 0x80 == 0 || second > 125) {
        return wrong(1, "a control frame is whole and has at most 125 bytes");
    }
    let (length, least, start) = match (second, &bytes[2..]) {
        (126, [a, b, ..]) => (u16::from_be_bytes([*a, *b]).into(), 126, 4),
        (127, rest) if rest.len() >= 8 => {
            let eight = rest.first_chunk().copied().unwrap_or_default();
            (u64::from_be_bytes(eight), 65_536, 10)
        }
        (126 | 127, _) => return Ok(None),
        (short, _) => (short.into(), 0, 2),
    };
    if length < least {
        return wrong(1, "this length has a shorter form, which is the only right one");
    }
    if length > MOST {
        return wrong(2, "no test expects so much");
    }
    let end = start + length as usize;
    Ok(bytes.get(start..end).map(|payload| Frame { first, payload, length: end }))
}
