//! Frames, as a client reads and writes them (RFC 6455, section 5).

/// A frame from the server.
#[derive(Debug, PartialEq, Eq)]
pub struct Frame<'a> {
    /// 1 text, 8 close, 9 ping, 10 pong.
    pub opcode: u8,
    /// What it carries.
    pub payload: &'a [u8],
    /// How many bytes it has in all.
    pub length: usize,
}

/// The frame at the beginning of `raw`, or `None` if it isn't there as a whole.
///
/// # Errors
/// It is masked or a fragment: no server here sends these.
pub fn frame(raw: &[u8]) -> Result<Option<Frame<'_>>, String> {
    let [first, second, ..] = *raw else { return Ok(None) };
    if first & 0xf0 != 0x80 || second & 0x80 != 0 {
        return Err(format!("an unexpected frame: {first:02x} {second:02x}"));
    }
    let (head, size) = match second {
        126 => match raw.get(2..4) {
            Some(&[a, b]) => (4, usize::from(u16::from_be_bytes([a, b]))),
            _ => return Ok(None),
        },
        127 => return Err("a frame of more than 64 KiB".to_owned()),
        size => (2, usize::from(size)),
    };
    let Some(payload) = raw.get(head..head + size) else { return Ok(None) };
    Ok(Some(Frame { opcode: first & 0x0f, payload, length: head + size }))
}

/// The answer to a ping. Masked with zeros, which changes nothing: the mask guards proxies against
/// scripts in pages, and there is neither here.
pub fn pong(payload: &[u8]) -> Vec<u8> {
    // A control frame's payload has at most 125 bytes.
    let mut frame = vec![0x8a, 0x80 | payload.len() as u8, 0, 0, 0, 0];
    frame.extend_from_slice(payload);
    frame
}
