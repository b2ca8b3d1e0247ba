//! The page's custom elements. One so far:
//!
//! ```html
//! <wire-panel lab="03" path="/api/v1/live-data" recording="lab_03/reconnect">
//!   … the recorded transcript as `trace::to_html` writes it, for readers without JavaScript …
//! </wire-panel>
//! ```
//!
//! On a page that `cargo workshop` serves (`<meta name="workshop" content="live">`) the panel talks
//! to a lab's server through the local server and shows each byte as it comes. Anywhere else it
//! replays its content.
//!
//! | file | what it holds |
//! |---|---|
//! | `session.rs` | what the panel's client does: bytes in, lines and events out; no browser |
//! | `publish.rs` | the request that publishes an update, and what its answer means; no browser |
//! | `element.rs` | defines the custom element |
//! | `live.rs` | the panel of a page that is served |
//! | `publication.rs` | a request to publish that is under way |
//! | `replay.rs` | the panel of a static page |
//! | `view.rs` | the parts that both show: transcript, events, status |
//! | `tunnel.rs` | a TCP connection through the local server's WebSocket |
//! | `dom.rs` | the few things that are done with elements |
//! | `panel.css` | how it looks; colours come from the page's variables |

pub mod publish;
pub mod session;

#[cfg(target_family = "wasm")]
mod dom;
#[cfg(target_family = "wasm")]
mod element;
#[cfg(target_family = "wasm")]
mod live;
#[cfg(target_family = "wasm")]
mod publication;
#[cfg(target_family = "wasm")]
mod replay;
#[cfg(target_family = "wasm")]
mod tunnel;
#[cfg(target_family = "wasm")]
mod view;
