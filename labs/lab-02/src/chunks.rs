//! HTTP/1.1's chunked transfer coding, from bytes back to a body. No I/O.
//!
//! An HTTP library does this for you. It is worth knowing well all the same: where two programs
//! disagree about the end of a body, one of them takes the rest for a message of its own.

/// The longest line that a chunk's head or a trailer may have, without its line end.
pub const MAX_LINE: usize = 256;

/// The most trailers.
pub const MAX_TRAILERS: usize = 16;

/// The largest chunk. The coding allows any size; nobody needs one that doesn't fit in memory.
pub const MAX_CHUNK: u64 = 1 << 30;

/// Why the chunks can't be read. Nothing that follows on this connection can be trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChunkError {
    /// A line ends with something else than CR LF.
    LineEnd,
    /// A line is longer than [`MAX_LINE`], or there are more than [`MAX_TRAILERS`].
    TooLong,
    /// A chunk's size isn't hexadecimal digits.
    NotHex,
    /// A chunk's size is more than [`MAX_CHUNK`].
    TooLarge,
    /// What follows the size isn't an extension.
    NotAnExtension,
    /// A chunk's data isn't followed by CR LF: its size is wrong.
    WrongSize,
}

/// The line at the start of `input`, without its CR LF; `None` while that hasn't come.
///
/// Only CR LF ends a line here. A reader that takes LF alone sees a chunk where its neighbour sees
/// an extension.
fn line(input: &[u8]) -> Result<Option<&[u8]>, ChunkError> {
    // step 6 ▼ up to the first CR or LF, which must be a CR with an LF after it
    todo!("step 6: up to the first CR or LF, which must be a CR with an LF after it")
    // step 6 ▲
}

/// The head of a chunk at the start of `input`: the size of the chunk's data, and how many bytes
/// the head takes with its line end. `None` while it isn't complete.
///
/// An extension that nobody knows must be ignored; we know none. But its bytes are looked at, or a
/// line end could hide there.
pub fn chunk_head(input: &[u8]) -> Result<Option<(u64, usize)>, ChunkError> {
    // step 6 ▼ a line: hexadecimal digits, then nothing or an extension
    todo!("step 6: a line: hexadecimal digits, then nothing or an extension")
    // step 6 ▲
}

/// Reads a chunked body in whatever pieces it comes.
#[derive(Debug, Default)]
pub struct Chunks {
    /// What has come and isn't understood yet.
    input: Vec<u8>,
    part: Part,
    trailers: Vec<String>,
}

/// What comes next.
#[derive(Debug, Default)]
enum Part {
    #[default]
    Head,
    /// So many bytes of the chunk's data.
    Data(u64),
    /// The line end after the data.
    DataEnd,
    Trailers,
    /// The body is complete: what comes now is the next message.
    Nothing,
    /// Nobody knows what comes now.
    Broken(ChunkError),
}

impl Chunks {
    /// Takes the next bytes of the connection and adds to `body` those of the body among them. What
    /// comes is the same in whatever pieces it came.
    ///
    /// # Errors
    /// The chunks are malformed, now or before: an error is final. `body` has what came before it.
    /// Close the connection: nobody knows where this body ends.
    pub fn push(&mut self, bytes: &[u8], body: &mut Vec<u8>) -> Result<(), ChunkError> {
        if let Part::Broken(error) = self.part {
            return Err(error);
        }
        self.input.extend_from_slice(bytes);
        // Removed once, and not after each part: a read may bring thousands of them.
        let mut read = 0;
        let result = loop {
            match self.read_part(read, body) {
                Ok(Some(used)) => read += used,
                Ok(None) => break Ok(()),
                Err(error) => {
                    self.part = Part::Broken(error);
                    read = self.input.len();
                    break Err(error);
                }
            }
        };
        self.input.drain(..read);
        result
    }

    /// Reads the next part of the input, if it is all there. Returns how many bytes it takes.
    fn read_part(&mut self, from: usize, body: &mut Vec<u8>) -> Result<Option<usize>, ChunkError> {
        let (used, next) = match (&self.part, &self.input[from..]) {
            (Part::Head, input) => match chunk_head(input)? {
                Some((0, used)) => (used, Part::Trailers),
                Some((size, used)) => (used, Part::Data(size)),
                None => return Ok(None),
            },
            (Part::Data(0), _) => (0, Part::DataEnd),
            (Part::Data(_), []) => return Ok(None),
            (Part::Data(left), input) => {
                let used = input.len().min(usize::try_from(*left).unwrap_or(usize::MAX));
                body.extend_from_slice(&input[..used]);
                (used, Part::Data(left - used as u64))
            }
            (Part::DataEnd, [] | [b'\r']) => return Ok(None),
            (Part::DataEnd, [b'\r', b'\n', ..]) => (2, Part::Head),
            (Part::DataEnd, _) => return Err(ChunkError::WrongSize),
            (Part::Trailers, input) => match line(input)? {
                Some([]) => (2, Part::Nothing),
                Some(_) if self.trailers.len() == MAX_TRAILERS => return Err(ChunkError::TooLong),
                Some(trailer) => {
                    self.trailers.push(String::from_utf8_lossy(trailer).into_owned());
                    (trailer.len() + 2, Part::Trailers)
                }
                None => return Ok(None),
            },
            (Part::Nothing, _) => return Ok(None),
            (Part::Broken(error), _) => return Err(*error),
        };
        self.part = next;
        Ok(Some(used))
    }

    /// Whether the body is complete. A connection that ends before has been cut.
    pub fn is_complete(&self) -> bool {
        matches!(self.part, Part::Nothing)
    }

    /// The fields after the last chunk. They are never added to those of the head: who forwards a
    /// message acted on the head long ago.
    pub fn trailers(&self) -> &[String] {
        &self.trailers
    }

    /// What came after the body: the beginning of the connection's next message.
    pub fn rest(&self) -> &[u8] {
        match self.part {
            Part::Nothing => &self.input,
            _ => &[],
        }
    }
}
