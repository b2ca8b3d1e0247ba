//! HTTP/1.1 read strictly: a lab's wrong framing must be seen, not repaired.

use crate::failure::Failure;
use std::ops::Range;

/// Where bytes break a rule of HTTP, and what is wrong there.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Wrong {
    pub at: usize,
    pub note: String,
}

fn wrong<T>(at: usize, note: impl Into<String>) -> Result<T, Wrong> {
    Err(Wrong { at, note: note.into() })
}

/// Where `pattern` first stands in `bytes`. The harness is optimised, the tests are not.
pub fn find(bytes: &[u8], pattern: &[u8]) -> Option<usize> {
    bytes.windows(pattern.len()).position(|part| part == pattern)
}

/// The head of an answer, with its bytes, so that a failure can point at one of them.
#[derive(Clone, Debug)]
pub struct Head {
    bytes: Vec<u8>,
    status: u16,
    fields: Vec<Field>,
    did: String,
}

#[derive(Clone, Debug)]
struct Field {
    name: String,
    value: Range<usize>,
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
        self.find(name).and_then(|field| std::str::from_utf8(&self.bytes[field.value.clone()]).ok())
    }

    /// Fails, with a caret under the status, unless it is this one. The fields don't matter then.
    #[track_caller]
    pub fn expect_status(&self, status: u16) {
        if self.status != status {
            let line = self.bytes.split_inclusive(|&byte| byte == b'\n').next();
            Failure::new(format!("{} was answered", self.did))
                .seen_so_far(line.unwrap_or_default())
                .caret(9, "")
                .expected(format!("status {status}"))
                .raise();
        }
    }

    /// Fails, with a caret under the value, unless `rule` holds for it; also when there is none.
    /// `expected` says what should stand there: "text/event-stream".
    #[track_caller]
    pub fn expect_field(&self, name: &str, expected: &str, rule: impl FnOnce(&str) -> bool) {
        match (self.find(name), self.field(name)) {
            (Some(_), Some(value)) if rule(value) => {}
            (Some(field), _) => {
                self.failure(field.value.start, "").expected(format!("{name}: {expected}")).raise()
            }
            (None, _) => self
                .failure(self.bytes.len().saturating_sub(2), "the head ends here")
                .expected(format!("a field {name}: {expected}"))
                .raise(),
        }
    }

    /// Fails, with a caret under it, if there is a field with this name.
    #[track_caller]
    pub fn expect_no_field(&self, name: &str) {
        if let Some(field) = self.find(name) {
            let at = self.bytes[..field.value.start].iter().rposition(|&byte| byte == b'\n');
            self.failure(at.map_or(0, |lf| lf + 1), "").expected(format!("no {name}")).raise();
        }
    }

    /// A failure about this head with a caret under one of its bytes.
    pub fn failure(&self, at: usize, note: &str) -> Failure {
        Failure::new(format!("{} was answered", self.did)).seen_so_far(&self.bytes).caret(at, note)
    }

    fn find(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name.eq_ignore_ascii_case(name))
    }

    /// The head at the start of `bytes`; `None` while it isn't whole. `did` says what it answers.
    pub(crate) fn read(bytes: &[u8], did: &str) -> Result<Option<Head>, Wrong> {
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
                    return Ok(Some(Head { bytes, status, fields, did: did.to_owned() }));
                }
                Some(_) => fields.push(read_field(bytes, line)?),
            }
        }
        Ok(None)
    }

    /// How the body after this head is framed (RFC 9112 §6.3), for an answer to a GET or POST.
    pub(crate) fn framing(&self) -> Result<Framing, Wrong> {
        if matches!(self.status, 100..=199 | 204 | 304) {
            return Ok(Framing::None);
        }
        let all = |name: &str| {
            let name = name.to_owned();
            self.fields.iter().filter(move |field| field.name.eq_ignore_ascii_case(&name))
        };
        let lengths: Vec<&Field> = all("content-length").collect();
        match (self.find("transfer-encoding"), &lengths[..]) {
            (Some(_), [length, ..]) => {
                wrong(length.value.start, "a length beside Transfer-Encoding: which one counts?")
            }
            (Some(encoding), []) if self.bytes[encoding.value.clone()] == *b"chunked" => {
                Ok(Framing::Chunked)
            }
            (Some(encoding), []) => wrong(encoding.value.start, "I can only read `chunked`"),
            (None, []) => Ok(Framing::UntilClose),
            (None, [length]) => match number(&self.bytes[length.value.clone()], 10) {
                Some(length) => Ok(Framing::Length(length)),
                None => wrong(length.value.start, "a length is digits"),
            },
            (None, [_, second, ..]) => wrong(second.value.start, "a second length"),
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
    let Ok(name) = str::from_utf8(name) else { return wrong(line.start, "not a name") };
    if name.is_empty() {
        return wrong(line.start, "a field has a name");
    }
    let value = &bytes[line.start + colon + 1..line.end];
    let trimmed = value.trim_ascii_start();
    let start = line.end - trimmed.len();
    let end = start + trimmed.trim_ascii_end().len();
    Ok(Field { name: name.to_owned(), value: start..end })
}

/// Where a body ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Framing {
    None,
    Length(usize),
    Chunked,
    UntilClose,
}

/// A whole chunk at the start of `bytes`: where its data is, and how many bytes it takes with its
/// size and its line ends. The last chunk has no data. `None` while it isn't whole.
pub(crate) fn chunk(bytes: &[u8]) -> Result<Option<(Range<usize>, usize)>, Wrong> {
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
    let data = digits + 2..digits + 2 + size;
    let after = bytes.get(data.end..).unwrap_or_default();
    match after {
        [] | [b'\r'] => Ok(None),
        [b'\r', b'\n', ..] => Ok(Some((data.clone(), data.end + 2))),
        _ if size == 0 => wrong(data.end, "the last chunk is followed by an empty line"),
        _ => wrong(data.end, format!("the chunk said {size} bytes, so CR LF must be here")),
    }
}

/// Digits and nothing else: `parse` alone would take `+5`. At most a gigabyte.
fn number(digits: &[u8], radix: u32) -> Option<usize> {
    let text = str::from_utf8(digits).ok()?;
    if text.is_empty() || !text.bytes().all(|byte| char::from(byte).is_digit(radix)) {
        return None;
    }
    usize::from_str_radix(text, radix).ok().filter(|&number| number <= 1 << 30)
}
