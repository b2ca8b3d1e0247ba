//! The head of an answer (RFC 9112, sections 3 to 6).

use super::{Wrong, number, wrong};
use std::ops::Range;

/// The head of an answer, with its bytes, so that a failure can point at one of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    bytes: Vec<u8>,
    status: u16,
    fields: Vec<Field>,
}

/// Where a field of a head stands in its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Its name.
    pub name: Range<usize>,
    /// Its value, without the white space around it.
    pub value: Range<usize>,
}

/// Where a body ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Framing {
    /// There is none.
    None,
    /// After so many bytes.
    Length(usize),
    /// With a chunk without data.
    Chunked,
    /// When the connection does.
    UntilClose,
}

impl Head {
    /// The status code.
    pub fn status(&self) -> u16 {
        self.status
    }

    /// The head's bytes, up to and with the empty line.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The value of the first field with this name, in any case.
    pub fn field(&self, name: &str) -> Option<&str> {
        self.find(name).and_then(|field| str::from_utf8(&self.bytes[field.value.clone()]).ok())
    }

    /// Where the first field with this name stands.
    pub fn find(&self, name: &str) -> Option<&Field> {
        self.all(name).next()
    }

    fn all(&self, name: &str) -> impl Iterator<Item = &Field> {
        let named =
            |field: &&Field| self.bytes[field.name.clone()].eq_ignore_ascii_case(name.as_bytes());
        self.fields.iter().filter(named)
    }

    /// The head at the start of `bytes`; `None` while it isn't whole.
    ///
    /// # Errors
    /// The first byte that can't stand in a head.
    pub fn read(bytes: &[u8]) -> Result<Option<Head>, Wrong> {
        let start = b"HTTP/1.1 ";
        let common = bytes.iter().zip(start).take_while(|(got, want)| got == want).count();
        if common < start.len().min(bytes.len()) {
            return wrong(common, "an answer begins with \"HTTP/1.1 \"");
        }
        let mut line_start = 0;
        let mut status = None;
        let mut fields = Vec::new();
        while let Some(length) = bytes[line_start..].iter().position(|&byte| byte == b'\n') {
            let lf = line_start + length;
            if lf == line_start || bytes[lf - 1] != b'\r' {
                return wrong(lf, "a line of the head ends with CR LF");
            }
            let line = line_start..lf - 1;
            line_start = lf + 1;
            match status {
                None => status = Some(read_status(bytes, line)?),
                Some(status) if line.is_empty() => {
                    let bytes = bytes[..line_start].to_vec();
                    return Ok(Some(Head { bytes, status, fields }));
                }
                Some(_) => fields.push(read_field(bytes, line)?),
            }
        }
        Ok(None)
    }

    /// How the body after this head is framed (RFC 9112 §6.3), for an answer to a GET or POST.
    ///
    /// # Errors
    /// Nobody could know: two lengths, a length that is no number, another coding than `chunked`.
    pub fn framing(&self) -> Result<Framing, Wrong> {
        if matches!(self.status, 100..=199 | 204 | 304) {
            return Ok(Framing::None);
        }
        let mut lengths = self.all("content-length");
        match (self.find("transfer-encoding"), lengths.next(), lengths.next()) {
            (Some(_), Some(length), _) => {
                wrong(length.value.start, "a length beside Transfer-Encoding: which one counts?")
            }
            (Some(encoding), None, _) if self.bytes[encoding.value.clone()] == *b"chunked" => {
                Ok(Framing::Chunked)
            }
            (Some(encoding), None, _) => wrong(encoding.value.start, "I can only read `chunked`"),
            (None, None, _) => Ok(Framing::UntilClose),
            (None, Some(length), None) => match number(&self.bytes[length.value.clone()], 10) {
                Some(length) => Ok(Framing::Length(length)),
                None => wrong(length.value.start, "a length is digits"),
            },
            (None, Some(_), Some(second)) => wrong(second.value.start, "a second length"),
        }
    }
}

fn read_status(bytes: &[u8], line: Range<usize>) -> Result<u16, Wrong> {
    match bytes.get(line.start + 9..line.end) {
        Some([a, b, c, rest @ ..]) if rest.first().is_none_or(|&byte| byte == b' ') => {
            match number(&[*a, *b, *c], 10) {
                Some(status) => Ok(status as u16),
                None => wrong(line.start + 9, "a status is three digits"),
            }
        }
        _ => wrong(line.start + 9, "a status is three digits"),
    }
}

fn read_field(bytes: &[u8], line: Range<usize>) -> Result<Field, Wrong> {
    let Some(colon) = bytes[line.clone()].iter().position(|&byte| byte == b':') else {
        return wrong(line.start, "a field has a name and a colon");
    };
    let name = &bytes[line.start..line.start + colon];
    let token = |byte: &u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(byte);
    if let Some(at) = name.iter().position(|byte| !token(byte)) {
        return wrong(line.start + at, "this can't stand in a field's name");
    }
    if name.is_empty() {
        return wrong(line.start, "a field has a name");
    }
    let value = &bytes[line.start + colon + 1..line.end];
    let trimmed = value.trim_ascii_start();
    let start = line.end - trimmed.len();
    let end = start + trimmed.trim_ascii_end().len();
    let name = line.start..line.start + colon;
    Ok(Field { name, value: start..end })
}
