//! What a head says about the body that follows it (RFC 9112, section 6.3).

use crate::Direction;

/// How a receiver knows where the body ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Framing {
    /// There is no body.
    Nothing,
    /// So many bytes.
    Length(u64),
    /// Chunks, the last of size 0.
    Chunked,
    /// The body ends when the connection does.
    UntilClose,
    /// The protocol changes after this head (status 101).
    Upgrade,
    /// Nobody can know: two lengths, or one that is no number.
    Unknown,
}

/// What the lines of a head said so far.
#[derive(Debug, Default)]
pub(crate) struct Head {
    /// Of an answer; 0 for a request.
    pub status: u16,
    /// Of a request.
    pub is_head_request: bool,
    pub event_stream: bool,
    /// The protocol that follows is WebSocket.
    pub websocket: bool,
    chunked: bool,
    length: Option<Option<u64>>,
}

impl Head {
    /// Reads a start line, without its end. None if it is none.
    pub fn start(direction: Direction, line: &[u8]) -> Option<Head> {
        let line = std::str::from_utf8(line).ok()?;
        let mut words = line.splitn(3, ' ');
        let (first, second) = (words.next()?, words.next()?);
        match direction {
            Direction::Sent => {
                let version = words.next()?;
                let token = !first.is_empty() && first.bytes().all(|b| b.is_ascii_uppercase());
                if !token || second.is_empty() || !is_version(version) {
                    return None;
                }
                Some(Head { is_head_request: first == "HEAD", ..Head::default() })
            }
            Direction::Received => {
                let digits = second.len() == 3 && second.bytes().all(|b| b.is_ascii_digit());
                if !is_version(first) || !digits {
                    return None;
                }
                Some(Head { status: second.parse().ok()?, ..Head::default() })
            }
        }
    }

    /// Takes in a header field's line, without its end, and says what it means.
    pub fn field(&mut self, line: &[u8]) -> String {
        let Some(colon) = line.iter().position(|&b| b == b':') else {
            return "no colon: not a header field".into();
        };
        let name = line[..colon].to_ascii_lowercase();
        if name.is_empty() || name.iter().any(|b| b.is_ascii_whitespace()) {
            return "a space or nothing where the field's name should be".into();
        }
        let value = String::from_utf8_lossy(line[colon + 1..].trim_ascii()).into_owned();
        match name.as_slice() {
            b"content-type" => {
                let media_type = value.split(';').next().unwrap_or_default().trim();
                self.event_stream = media_type.eq_ignore_ascii_case("text/event-stream");
                if self.event_stream { "an event stream".into() } else { String::new() }
            }
            b"transfer-encoding" => {
                let last = value.rsplit(',').next().unwrap_or_default().trim();
                self.chunked = last.eq_ignore_ascii_case("chunked");
                if self.chunked { "the body comes in chunks".into() } else { String::new() }
            }
            b"content-length" => {
                let number = digits(value.as_bytes(), 10);
                let differs = self.length.is_some_and(|before| before != number);
                self.length = Some(number.filter(|_| !differs));
                match number {
                    _ if differs => "a second length, and another one".into(),
                    Some(n) => format!("the body has {}", count(n)),
                    None => "not a number".into(),
                }
            }
            b"upgrade" => {
                self.websocket = value.eq_ignore_ascii_case("websocket");
                String::new()
            }
            b"sec-websocket-key" => "16 random bytes in Base64".into(),
            b"sec-websocket-accept" => "the hash of the key and a GUID, in Base64".into(),
            b"last-event-id" => format!("the last event that came was {value}"),
            _ => String::new(),
        }
    }

    /// Whether another head answers the same request (status 100 to 199, but not 101).
    pub fn is_interim(&self) -> bool {
        (100..200).contains(&self.status) && self.status != 101
    }

    /// How the body ends. `answers_head` tells that the request's method was HEAD.
    pub fn framing(&self, direction: Direction, answers_head: bool) -> Framing {
        if self.status == 101 {
            return Framing::Upgrade;
        }
        if answers_head || self.is_interim() || matches!(self.status, 204 | 304) {
            return Framing::Nothing;
        }
        match self.length {
            _ if self.chunked => Framing::Chunked,
            Some(Some(0)) => Framing::Nothing,
            Some(Some(length)) => Framing::Length(length),
            Some(None) => Framing::Unknown,
            None if direction == Direction::Sent => Framing::Nothing,
            None => Framing::UntilClose,
        }
    }
}

/// A number in digits only. No sign, no space, no overflow.
pub(crate) fn digits(text: &[u8], radix: u32) -> Option<u64> {
    let text = std::str::from_utf8(text).ok()?;
    let all_digits = !text.is_empty() && text.chars().all(|c| c.is_digit(radix));
    u64::from_str_radix(text, radix).ok().filter(|_| all_digits)
}

/// `1 byte`, `75 bytes`.
pub(crate) fn count(bytes: u64) -> String {
    if bytes == 1 { "1 byte".into() } else { format!("{bytes} bytes") }
}

fn is_version(text: &str) -> bool {
    matches!(text, "HTTP/1.1" | "HTTP/1.0")
}
