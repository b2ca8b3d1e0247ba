//! A line of a transcript.

use crate::Direction;
use crate::visible::{hexadecimal, visible};
use std::time::Duration;

/// A piece of what was on the wire that means something by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// When its last byte came, since the start of the trace. A transcript in text has no times:
    /// there it is zero.
    pub at: Duration,
    /// Which way it went.
    pub direction: Direction,
    /// What it is.
    pub kind: Kind,
    /// Its bytes, with the end of the line.
    pub bytes: Vec<u8>,
    /// A few words for people; often none.
    pub note: String,
}

impl Line {
    /// Its bytes so that all show: as text, or in hexadecimal where they aren't one, as in the head
    /// of a frame, and in a payload that needed a note because it is masked or has a code in it.
    pub(crate) fn shown(&self) -> String {
        match self.kind {
            Kind::Frame => hexadecimal(&self.bytes),
            Kind::Payload if !self.note.is_empty() => hexadecimal(&self.bytes),
            _ => visible(&self.bytes),
        }
    }

    /// When it was, in seconds, as in `15.002 s`. Whole numbers only: the code that formats floats
    /// would be a fifth of the page's WebAssembly.
    pub(crate) fn time(&self) -> String {
        format!("{}.{:03} s", self.at.as_secs(), self.at.subsec_millis())
    }
}

/// What a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A start line, a header field, or the empty line that ends a head.
    Head,
    /// The size of the chunk that follows, in hexadecimal.
    ChunkSize,
    /// A line inside a chunk.
    Chunk,
    /// A line of an event stream (`text/event-stream`), or a piece of one that a chunk's end cut.
    Event,
    /// A line of a body that isn't chunked.
    Body,
    /// The CR LF after a chunk.
    ChunkEnd,
    /// The chunk of size 0.
    LastChunk,
    /// What follows the last chunk: header fields, seldom, and the empty line that ends the body.
    Trailer,
    /// The head of a WebSocket frame.
    Frame,
    /// The payload of a WebSocket frame, masked as it was on the wire, or a piece of a long one.
    Payload,
    /// One side sends no more.
    Fin,
    /// The connection is gone at once.
    Reset,
    /// A line of a protocol that is made of lines: see [`lines`](crate::lines).
    Line,
    /// Bytes that are neither HTTP/1.1 nor WebSocket.
    Other,
}

impl Kind {
    /// Every kind, in the order of the declaration.
    pub const ALL: [Kind; 14] = [
        Kind::Head,
        Kind::ChunkSize,
        Kind::Chunk,
        Kind::Event,
        Kind::Body,
        Kind::ChunkEnd,
        Kind::LastChunk,
        Kind::Trailer,
        Kind::Frame,
        Kind::Payload,
        Kind::Fin,
        Kind::Reset,
        Kind::Line,
        Kind::Other,
    ];

    /// Its name in transcripts and class names: at most ten characters, no space.
    pub const fn name(self) -> &'static str {
        match self {
            Kind::Head => "head",
            Kind::ChunkSize => "chunk-size",
            Kind::Chunk => "chunk",
            Kind::Event => "event",
            Kind::Body => "body",
            Kind::ChunkEnd => "chunk-end",
            Kind::LastChunk => "last-chunk",
            Kind::Trailer => "trailer",
            Kind::Frame => "frame",
            Kind::Payload => "payload",
            Kind::Fin => "fin",
            Kind::Reset => "reset",
            Kind::Line => "line",
            Kind::Other => "other",
        }
    }
}
