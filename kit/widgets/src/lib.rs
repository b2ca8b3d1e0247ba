//! The frame of a page's custom elements. So far one kind: a panel that shows a connection's bytes
//! as they come.
//!
//! A course defines an element of it and says what it speaks:
//!
//! ```text
//! widgets::define("wire-panel", |attribute, seed| Panel { servers, protocol, publisher })
//! ```
//!
//! ```html
//! <wire-panel …>
//!   … a recorded transcript as `trace::to_html` writes it, for readers without JavaScript …
//! </wire-panel>
//! ```
//!
//! On a page that `cargo workshop` serves (`<meta name="workshop" content="live">`) the panel talks
//! to a server through the local server and shows each byte as it comes. Anywhere else it replays
//! its content.
//!
//! | file | what it holds |
//! |---|---|
//! | `panel.rs` | what a course says of a panel: servers, protocol, what it publishes; no browser |
//! | `session.rs` | drives a protocol: bytes in, lines and events out; no browser |
//! | `element.rs` | defines the custom element |
//! | `live.rs` | the panel of a page that is served |
//! | `controls.rs` | its buttons |
//! | `publication.rs` | a request to publish that is under way |
//! | `replay.rs` | the panel of a static page |
//! | `recording.rs` | reads the recording that an element holds |
//! | `view.rs` | the parts that both show: transcript, events, status |
//! | `transcript.rs`, `events.rs` | the newest lines and events, a bounded number in each frame |
//! | `scroller.rs` | a part with a title that scrolls by itself |
//! | `window.rs` | which are the newest, and how many are left out; no browser |
//! | `shorten.rs` | cuts what is too long to be shown; no browser |
//! | `pace.rs` | whether events come too fast to be read aloud; no browser |
//! | `tunnel.rs` | a TCP connection through the local server's WebSocket |
//! | `dom.rs` | the few things that are done with elements |
//! | `panel.css` | how it looks; colours come from the page's variables |

mod panel;
mod session;

// For the browser, but nothing in them needs one: they are tested on the host.
#[cfg(any(test, target_family = "wasm"))]
mod pace;
#[cfg(any(test, target_family = "wasm"))]
mod shorten;
#[cfg(any(test, target_family = "wasm"))]
mod window;

#[cfg(target_family = "wasm")]
mod controls;
#[cfg(target_family = "wasm")]
mod dom;
#[cfg(target_family = "wasm")]
mod element;
#[cfg(target_family = "wasm")]
mod events;
#[cfg(target_family = "wasm")]
mod live;
#[cfg(target_family = "wasm")]
mod publication;
#[cfg(target_family = "wasm")]
mod recording;
#[cfg(target_family = "wasm")]
mod replay;
#[cfg(target_family = "wasm")]
mod scroller;
#[cfg(target_family = "wasm")]
mod transcript;
#[cfg(target_family = "wasm")]
mod tunnel;
#[cfg(target_family = "wasm")]
mod view;

#[cfg(target_family = "wasm")]
pub use element::define;
pub use panel::{Describe, Event, Panel, Protocol, Publisher, Server, Turn};
pub use session::{Session, Update};
