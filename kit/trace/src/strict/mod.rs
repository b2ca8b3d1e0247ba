//! The one strict reader of what a server sends: heads, chunks and frames. What breaks a rule is an
//! error that points at a byte, never repaired: tests must see it. (The reader of transcripts is
//! lenient: it shows what is there.)
//!
//! Each function looks at the beginning of the bytes, and gives `None` while what it reads isn't
//! whole: the caller keeps the bytes and asks again when more have come.
//!
//! ```
//! use trace::strict::{Framing, Head, chunk};
//!
//! let bytes = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n";
//! let head = Head::read(bytes)?.expect("a whole head");
//! assert_eq!((head.status(), head.framing()?), (200, Framing::Chunked));
//! let chunk = chunk(&bytes[head.bytes().len()..])?.expect("a whole chunk");
//! assert_eq!((chunk.data, chunk.length), (&b"hello"[..], 10));
//!
//! assert_eq!(Head::read(b"HTTP/1.1 200 OK\n").unwrap_err().at, 15);
//! # Ok::<(), trace::strict::Wrong>(())
//! ```

mod chunk;
mod frame;
mod head;

pub use chunk::{Chunk, chunk};
pub use frame::{Frame, frame};
pub use head::{Field, Framing, Head};

use std::error::Error;
use std::fmt;

/// Where bytes break a rule, and what is wrong there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong {
    /// How many bytes before it are fine, from the beginning of what was read.
    pub at: usize,
    /// The rule, in a few words: "a line of the head ends with CR LF".
    pub note: String,
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "byte {}: {}", self.at + 1, self.note)
    }
}

impl Error for Wrong {}

fn wrong<T>(at: usize, note: impl Into<String>) -> Result<T, Wrong> {
    Err(Wrong { at, note: note.into() })
}

/// Digits and nothing else: `parse` alone would take `+5`. At most a gigabyte.
fn number(digits: &[u8], radix: u32) -> Option<usize> {
    let text = str::from_utf8(digits).ok()?;
    if text.is_empty() || !text.bytes().all(|byte| char::from(byte).is_digit(radix)) {
        return None;
    }
    usize::from_str_radix(text, radix).ok().filter(|&number| number <= 1 << 30)
}
