//! Heads, whole answers and chunks, read strictly (`trace::strict`): here with errors as text.

use trace::strict::{self, Chunk, Framing, Head};

/// The head at the beginning of `raw`, or `None` if it isn't there as a whole.
///
/// # Errors
/// It breaks a rule of HTTP.
pub fn head(raw: &[u8]) -> Result<Option<Head>, String> {
    Head::read(raw).map_err(|wrong| format!("not a head: {wrong}"))
}

/// The body of a whole answer with a length, and how many bytes head and body have; `None` if it
/// isn't there as a whole.
///
/// # Errors
/// As [`head`]; or the answer has no length.
pub fn answer(raw: &[u8]) -> Result<Option<(Head, &[u8])>, String> {
    let Some(head) = head(raw)? else { return Ok(None) };
    let length = match head.framing().map_err(|wrong| format!("not a length: {wrong}"))? {
        Framing::None => 0,
        Framing::Length(length) => length,
        Framing::Chunked | Framing::UntilClose => {
            return Err("an answer without Content-Length".to_owned());
        }
    };
    let start = head.bytes().len();
    let Some(body) = raw.get(start..start + length) else { return Ok(None) };
    Ok(Some((head, body)))
}

/// The chunk at the beginning of `raw`; `None` if it isn't there as a whole. The last chunk has no
/// data.
///
/// # Errors
/// Its size can't be read, or no line end follows its data.
pub fn chunk(raw: &[u8]) -> Result<Option<Chunk<'_>>, String> {
    strict::chunk(raw).map_err(|wrong| format!("not a chunk: {wrong}"))
}
