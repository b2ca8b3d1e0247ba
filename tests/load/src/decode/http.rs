//! Heads, whole answers and chunks.

/// The head of an answer.
#[derive(Debug, PartialEq, Eq)]
pub struct Head {
    /// The status code.
    pub status: u16,
    /// What `Content-Length` says, if it is there.
    pub content_length: Option<usize>,
    /// How many bytes the head has, with its empty line.
    pub length: usize,
}

/// The head at the beginning of `raw`, or `None` if it isn't there as a whole.
///
/// # Errors
/// The status line or the length can't be read.
pub fn head(raw: &[u8]) -> Result<Option<Head>, String> {
    let Some(end) = raw.windows(4).position(|four| four == b"\r\n\r\n") else {
        return Ok(None);
    };
    let text = String::from_utf8_lossy(&raw[..end]);
    let mut lines = text.split("\r\n");
    let status = lines.next().unwrap_or_default();
    let code = status.strip_prefix("HTTP/1.1 ").and_then(|rest| rest.get(..3)?.parse().ok());
    let status = code.ok_or_else(|| format!("not a status line: {status:?}"))?;
    let length = lines.filter_map(|line| line.split_once(':'));
    let length = length.into_iter().find(|(name, _)| name.eq_ignore_ascii_case("content-length"));
    let content_length = match length {
        Some((_, value)) => {
            Some(value.trim().parse().map_err(|_| format!("not a length: {value:?}"))?)
        }
        None => None,
    };
    Ok(Some(Head { status, content_length, length: end + 4 }))
}

/// The body of a whole answer with a length, and how many bytes head and body have; `None` if it
/// isn't there as a whole.
///
/// # Errors
/// As [`head`].
pub fn answer(raw: &[u8]) -> Result<Option<(Head, &[u8])>, String> {
    let Some(head) = head(raw)? else { return Ok(None) };
    let body = match head.status {
        204 | 304 => 0,
        _ => head.content_length.ok_or("an answer without Content-Length")?,
    };
    let Some(body) = raw.get(head.length..head.length + body) else { return Ok(None) };
    Ok(Some((head, body)))
}

/// The data of the chunk at the beginning of `raw`, and how many bytes the chunk has; `None` if it
/// isn't there as a whole. The last chunk has no data.
///
/// # Errors
/// Its size can't be read, or no line end follows its data.
pub fn chunk(raw: &[u8]) -> Result<Option<(&[u8], usize)>, String> {
    let Some(end) = raw.windows(2).position(|two| two == b"\r\n") else { return Ok(None) };
    let size = std::str::from_utf8(&raw[..end]).ok();
    let size = size.and_then(|size| usize::from_str_radix(size, 16).ok());
    let size = size.ok_or_else(|| format!("not a chunk size: {:?}", &raw[..end.min(20)]))?;
    let data = end + 2..end + 2 + size;
    match raw.get(data.end..data.end + 2) {
        Some(b"\r\n") => Ok(Some((&raw[data.clone()], data.end + 2))),
        Some(other) => Err(format!("a chunk of {size} bytes ends in {other:?}")),
        None => Ok(None),
    }
}
