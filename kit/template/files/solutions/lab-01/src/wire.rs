//! Requests and answers as lines, and bytes back to lines. No I/O.
//!
//! | line | means |
//! |---|---|
//! | `SET key text` | keep the text under the key; the answer is `OK` |
//! | `GET key` | what is kept there? the answer is `VALUE text`, or `NONE` |
//! | any other line | the answer is `ERROR` and the reason |
//!
//! In a text, `\n` stands for a line feed, `\r` for a carriage return, and `\\` for a backslash.

use std::fmt;
use std::mem::take;

/// The longest line, without its line end: what comes from a network must not fill the memory.
pub const MAX_LINE: usize = 1024;

/// What a client asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Request {
    /// Keep this text under this key, which has no space and no line end in it.
    Set {
        /// Under what to keep it.
        key: String,
        /// What to keep.
        text: String,
    },
    /// What is kept under this key?
    Get {
        /// Under what it was kept.
        key: String,
    },
}

impl Request {
    /// The request as it goes over the wire.
    pub fn encode(&self) -> String {
        match self {
            Request::Set { key, text } => format!("SET {key} {}\n", escape(text)),
            Request::Get { key } => format!("GET {key}\n"),
        }
    }

    /// Reads a line, which comes without its line end.
    ///
    /// # Errors
    /// Why it is no request, for the client.
    pub fn parse(line: &str) -> Result<Request, String> {
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        let (key, text) = match rest.split_once(' ') {
            Some((key, text)) => (key.to_owned(), Some(text)),
            None => (rest.to_owned(), None),
        };
        match (word, text) {
            ("SET" | "GET", _) if key.is_empty() => Err(format!("{word} needs a key")),
            ("SET", Some(text)) => Ok(Request::Set { key, text: unescape(text)? }),
            ("SET", None) => Err("SET needs a text".to_owned()),
            ("GET", None) => Ok(Request::Get { key }),
            ("GET", Some(_)) => Err("GET needs a key and nothing more".to_owned()),
            _ => Err("I know SET and GET".to_owned()),
        }
    }
}

/// What a server answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It is kept.
    Kept,
    /// This is kept there.
    Value(String),
    /// Nothing is kept there.
    Nothing,
    /// It was no request, or can't be done; this is why.
    Error(String),
}

impl Answer {
    /// The answer as it goes over the wire.
    pub fn encode(&self) -> String {
        match self {
            Answer::Kept => "OK\n".to_owned(),
            Answer::Value(text) => format!("VALUE {}\n", escape(text)),
            Answer::Nothing => "NONE\n".to_owned(),
            Answer::Error(reason) => format!("ERROR {}\n", escape(reason)),
        }
    }

    /// Reads a line, which comes without its line end.
    ///
    /// # Errors
    /// It is no answer; this is why.
    pub fn parse(line: &str) -> Result<Answer, String> {
        match line.split_once(' ') {
            None if line == "OK" => Ok(Answer::Kept),
            None if line == "NONE" => Ok(Answer::Nothing),
            Some(("VALUE", text)) => Ok(Answer::Value(unescape(text)?)),
            Some(("ERROR", reason)) => Ok(Answer::Error(unescape(reason)?)),
            _ => Err("an answer begins with OK, VALUE, NONE or ERROR".to_owned()),
        }
    }
}

// ANCHOR: step_1_escape
/// A text as it stands in a line: no line end is left in it. [`unescape`] is the way back.
fn escape(text: &str) -> String {
    // ANCHOR: naive_1 replace what would end the line, and what the replacement begins with
    //~ text.to_owned()
    text.replace('\\', r"\\").replace('\n', r"\n").replace('\r', r"\r")
    // ANCHOR_END: naive_1
}
// ANCHOR_END: step_1_escape

// ANCHOR: unescape
/// The text that stands so in a line.
///
/// # Errors
/// A backslash is followed by something that [`escape`] doesn't write.
fn unescape(line: &str) -> Result<String, String> {
    let mut text = String::new();
    let mut rest = line.chars();
    while let Some(c) = rest.next() {
        text.push(match (c, if c == '\\' { rest.next() } else { None }) {
            ('\\', Some('\\')) => '\\',
            ('\\', Some('n')) => '\n',
            ('\\', Some('r')) => '\r',
            ('\\', _) => return Err(r"after \ comes \, n or r".to_owned()),
            (c, _) => c,
        });
    }
    Ok(text)
}
// ANCHOR_END: unescape

/// A line that can't be read. Those before and after it can.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineError {
    /// It is longer than [`MAX_LINE`].
    TooLong,
    /// It isn't UTF-8.
    NotText,
}

impl fmt::Display for LineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LineError::TooLong => write!(f, "a line has at most {MAX_LINE} bytes"),
            LineError::NotText => write!(f, "a line is UTF-8"),
        }
    }
}

/// Reads lines in whatever pieces they come.
#[derive(Debug, Default)]
pub struct Lines {
    /// The line so far. Bytes, because a read may end in the middle of a letter.
    line: Vec<u8>,
    too_long: bool,
}

impl Lines {
    // ANCHOR: step_1_push
    /// Takes the next bytes, and returns the lines that they complete, without their line ends.
    pub fn push(&mut self, bytes: &[u8]) -> Vec<Result<String, LineError>> {
        // ANCHOR: todo_1 end a line at LF, and keep every other byte for later
        let mut lines = Vec::new();
        for &byte in bytes {
            match byte {
                b'\n' => lines.push(self.end_of_line()),
                _ => self.keep(byte),
            }
        }
        lines
        // ANCHOR_END: todo_1
    }
    // ANCHOR_END: step_1_push

    // ANCHOR: keep
    /// Adds a byte to the line, unless the line has become too long.
    fn keep(&mut self, byte: u8) {
        if self.line.len() < MAX_LINE {
            self.line.push(byte);
        } else {
            self.too_long = true;
        }
    }

    /// The line is complete: what it says, or why it can't be read. Some programs end a line with
    /// CR LF, so a CR at its end doesn't belong to it.
    fn end_of_line(&mut self) -> Result<String, LineError> {
        let (mut line, too_long) = (take(&mut self.line), take(&mut self.too_long));
        if too_long {
            return Err(LineError::TooLong);
        }
        line.pop_if(|last| *last == b'\r');
        String::from_utf8(line).map_err(|_| LineError::NotText)
    }
    // ANCHOR_END: keep
}
