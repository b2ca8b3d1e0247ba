//! Chunks (RFC 9112, section 7.1).

use super::{Wrong, number, wrong};

/// A whole chunk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chunk<'a> {
    /// What it carries; the last chunk carries nothing.
    pub data: &'a [u8],
    /// How many bytes it takes, with its size and its line ends.
    pub length: usize,
}

/// The chunk at the start of `bytes`; `None` while it isn't whole. Extensions and trailers are
/// errors: nobody here sends them.
///
/// # Errors
/// Its size isn't hexadecimal digits, is more than a gigabyte, or isn't what the data has.
pub fn chunk(bytes: &[u8]) -> Result<Option<Chunk<'_>>, Wrong> {
    let digits = bytes.iter().take_while(|byte| byte.is_ascii_hexdigit()).count();
    match &bytes[digits..] {
        [] => return Ok(None),
        [b'\r'] if digits > 0 => return Ok(None),
        [b'\r', b'\n', ..] if digits > 0 => {}
        _ => return wrong(digits, "a chunk begins with its size in hexadecimal and CR LF"),
    }
    let Some(size) = number(&bytes[..digits], 16) else {
        return wrong(0, "no chunk is that large");
    };
    let start = digits + 2;
    let end = start + size;
    match bytes.get(end..).unwrap_or_default() {
        [] | [b'\r'] => Ok(None),
        [b'\r', b'\n', ..] => Ok(Some(Chunk { data: &bytes[start..end], length: end + 2 })),
        _ if size == 0 => wrong(end, "the last chunk is followed by an empty line"),
        _ => wrong(end, format!("the chunk said {size} bytes, so CR LF must be here")),
    }
}
