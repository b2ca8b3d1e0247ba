//! Frames, as a client reads and writes them (RFC 6455, section 5).

use trace::strict::{self, Frame};

/// The frame at the beginning of `raw`, or `None` if it isn't there as a whole.
///
/// # Errors
/// It breaks a rule of WebSocket, or is a fragment: no server here sends these.
pub fn frame(raw: &[u8]) -> Result<Option<Frame<'_>>, String> {
    let frame = strict::frame(raw).map_err(|wrong| format!("not a frame: {wrong}"))?;
    match frame {
        Some(Frame { first, .. }) if first & 0x80 == 0 || first & 0x0f == 0 => {
            Err(format!("a fragment, which begins with {first:02x}"))
        }
        frame => Ok(frame),
    }
}

/// The answer to a ping. Masked with zeros, which changes nothing: the mask guards proxies against
/// scripts in pages, and there is neither here.
pub fn pong(payload: &[u8]) -> Vec<u8> {
    // A control frame's payload has at most 125 bytes.
    let mut frame = vec![0x8a, 0x80 | payload.len() as u8, 0, 0, 0, 0];
    frame.extend_from_slice(payload);
    frame
}
