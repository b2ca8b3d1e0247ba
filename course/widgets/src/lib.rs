//! The page's `<wire-panel>`: watches a lab's server, or replays a recording of it.
//!
//! ```html
//! <wire-panel lab="03" path="/api/v1/live-data">
//!   … the recorded transcript …
//! </wire-panel>
//! ```
//!
//! | file | what it holds |
//! |---|---|
//! | `event_stream.rs` | the protocol: server-sent events, with the client of lab 03's solution |
//! | `publish.rs` | the request that publishes a report, and what its answer means |

pub mod event_stream;
pub mod publish;

use event_stream::EventStream;
use publish::Weather;
use widgets::{Panel, Server};

/// Reads the element's attributes. The seed is the weather's.
pub fn describe(attribute: &dyn Fn(&str) -> Option<String>, seed: u64) -> Panel {
    let lab = attribute("lab").unwrap_or_default();
    let path = attribute("path").unwrap_or_else(|| "/".into());
    // Lab 03's server listens on port 8003, and so on.
    let host = format!("127.0.0.1:80{lab}");
    let label = format!("Yours, on port 80{lab}");
    let reference = Server {
        label: "Reference solution".into(),
        tunnel: format!("{lab}/reference"),
        host: host.clone(),
    };
    let yours = Server { label, tunnel: lab + "/yours", host };
    Panel {
        servers: vec![reference, yours],
        protocol: Box::new(EventStream::new(path)),
        publisher: Some(Box::new(Weather::new(seed))),
    }
}

/// Runs when the module is loaded.
#[cfg(target_family = "wasm")]
#[wasm_bindgen::prelude::wasm_bindgen(start)]
pub fn start() -> Result<(), wasm_bindgen::JsValue> {
    widgets::define("wire-panel", describe)
}
