//! A request to publish that is under way, on a tunnel of its own.

use crate::panel::Publisher;
use crate::tunnel::{Tunnel, TunnelEvent};
use wasm_bindgen::JsValue;

/// The answer to a publication is short; more than this isn't kept.
const LONGEST_ANSWER: usize = 4 * 1024;

/// The request, and as much of the answer as has come.
pub struct Publication {
    request: Vec<u8>,
    answer: Vec<u8>,
    tunnel: Tunnel,
}

impl Publication {
    /// The request goes out when the tunnel is open.
    pub fn new(request: Vec<u8>, tunnel: Tunnel) -> Publication {
        Publication { request, answer: Vec::new(), tunnel }
    }

    /// Takes what happens on the tunnel. At its end: what came of it, in a sentence for the reader.
    pub fn go_on(
        &mut self,
        happening: TunnelEvent,
        publisher: &dyn Publisher,
    ) -> Result<Option<String>, JsValue> {
        match happening {
            TunnelEvent::Open => self.tunnel.send(&self.request)?,
            TunnelEvent::Bytes(bytes) => {
                let room = LONGEST_ANSWER.saturating_sub(self.answer.len());
                self.answer.extend_from_slice(&bytes[..bytes.len().min(room)]);
            }
            TunnelEvent::Failed(why) => return Ok(Some(format!("Not published. {why}"))),
            TunnelEvent::Closed => return Ok(Some(publisher.outcome(&self.answer))),
        }
        Ok(None)
    }
}
