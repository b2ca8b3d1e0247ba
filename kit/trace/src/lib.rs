//! What happened on a wire: which bytes, which way, when, and what they mean.
//!
//! The tests' raw client, the book and the page all record into a [`Trace`]. [`annotate`] cuts it
//! into [`Line`]s, each with its bytes, its [`Kind`] and a short note. From the lines come an exact
//! text form for snapshots ([`to_text`], and back with [`parse`]), HTML for the page ([`to_html`])
//! and ladder diagrams ([`Ladder`]). Nothing here reads a socket or a clock, so the crate also
//! builds for WebAssembly.
//!
//! ```
//! use std::time::Duration;
//! use trace::{Trace, Direction, What};
//!
//! let mut trace = Trace::default();
//! trace.push(Duration::ZERO, Direction::Sent, What::Bytes(b"GET /latest HTTP/1.1\r\n\r\n".to_vec()));
//! trace.push(Duration::from_millis(2), Direction::Received, What::Bytes(b"HTTP/1.1 304 Not Modified\r\n\r\n".to_vec()));
//! assert_eq!(
//!     trace::to_text(&trace::annotate(&trace)),
//!     "\
//! → head       GET /latest HTTP/1.1␍␊
//! → head       ␍␊                                       │ end of the head
//! ← head       HTTP/1.1 304 Not Modified␍␊
//! ← head       ␍␊                                       │ end of the head; no body follows
//! ⟨end⟩
//! "
//! );
//! ```
//!
//! | file | what it holds |
//! |---|---|
//! | `record.rs` | the raw capture |
//! | `line.rs` | a line of a transcript and its kind |
//! | `annotate.rs` | from records to lines, both ways of a connection |
//! | `lines.rs` | the same for a protocol that is made of lines |
//! | `http.rs` | HTTP/1.1 in one direction: heads, bodies, chunks |
//! | `head.rs` | what a head says about the body that follows |
//! | `event_stream.rs` | what a line of an event stream does |
//! | `websocket.rs` | what a WebSocket frame is |
//! | `strict/` | heads, chunks and frames, read strictly: an error points at the byte |
//! | `visible.rs` | bytes that all show, and a caret under one of them |
//! | `text.rs` | the text form and its inverse |
//! | `html.rs` | the form for the page |
//! | `ladder/` | ladder diagrams: a text form, SVG, and a text alternative |

mod annotate;
mod event_stream;
mod head;
mod html;
mod http;
mod ladder;
mod line;
mod lines;
mod record;
pub mod strict;
mod text;
mod visible;
mod websocket;

pub use annotate::{Annotator, annotate};
pub use html::{STYLE, to_html, to_html_with_times};
pub use ladder::{Ladder, LadderError};
pub use line::{Kind, Line};
pub use lines::lines;
pub use record::{Direction, Record, Trace, What};
pub use text::{ParseError, parse, to_text, to_text_with_times};
pub use visible::{caret, visible};
