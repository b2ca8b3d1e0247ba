//! A TCP connection to a server. A page can't open one, so the local server passes the bytes on, both
//! ways, in the messages of a WebSocket.

use crate::dom::{self, Listener};
use wasm_bindgen::prelude::*;
use web_sys::{MessageEvent, WebSocket};

// A page isn't told why its WebSocket failed; the local server says whether the page has the key of this
// start. The reason comes as the local server's own errors do, and then that it is over. These are
// events of the socket: who doesn't listen any more hears nothing.
#[wasm_bindgen(inline_js = "
export function open_tunnel(url) {
  const socket = new WebSocket(url);
  socket.binaryType = 'arraybuffer';
  let failed = false;
  socket.onerror = () => failed = true;
  socket.onclose = async () => {
    if (failed) {
      const data = JSON.stringify({ error: await why() });
      socket.dispatchEvent(new MessageEvent('message', { data }));
    }
    socket.dispatchEvent(new Event('over'));
  };
  return socket;
}
async function why() {
  try {
    const answer = await fetch('/-/key', { signal: AbortSignal.timeout(5000) });
    if ((await answer.json()).key) return 'The local server closed the connection.';
    return 'This page needs the key of this start: open the address that `cargo workshop` printed.';
  } catch {
    return 'The local server doesn\\'t answer: is `cargo workshop` still running?';
  }
}")]
extern "C" {
    #[wasm_bindgen(catch)]
    fn open_tunnel(url: &str) -> Result<WebSocket, JsValue>;
}

/// What happened at a tunnel.
pub enum TunnelEvent {
    /// The connection stands: bytes can be sent.
    Open,
    /// The server sent bytes.
    Bytes(Vec<u8>),
    /// There is no connection, for this reason; `Closed` follows.
    Failed(String),
    /// It is over.
    Closed,
}

/// Closes the connection when it is dropped; nothing happens after that.
pub struct Tunnel {
    socket: WebSocket,
    _listeners: Vec<Listener>,
}

impl Tunnel {
    /// Connects to a server: `path` is what [`crate::Server::tunnel`] says.
    pub fn open(path: &str, on: impl Fn(TunnelEvent) + Clone + 'static) -> Result<Tunnel, JsValue> {
        let location = dom::window().location();
        let scheme = if location.protocol()? == "https:" { "wss" } else { "ws" };
        let url = format!("{scheme}://{}/-/wire/{path}", location.host()?);
        let socket = open_tunnel(&url)?;

        let (message, over) = (on.clone(), on);
        let listeners = vec![
            Listener::new(&socket, "message", move |event| {
                let data = event.unchecked_into::<MessageEvent>().data();
                match data.as_string() {
                    Some(text) => message(word(&text)),
                    None => message(TunnelEvent::Bytes(js_sys::Uint8Array::new(&data).to_vec())),
                }
            })?,
            Listener::new(&socket, "over", move |_| over(TunnelEvent::Closed))?,
        ];
        Ok(Tunnel { socket, _listeners: listeners })
    }

    /// Sends bytes to the server.
    pub fn send(&self, bytes: &[u8]) -> Result<(), JsValue> {
        self.socket.send_with_u8_array(bytes)
    }
}

impl Drop for Tunnel {
    fn drop(&mut self) {
        let _ = self.socket.close();
    }
}

/// The local server says in JSON, `{"connected": true}` or `{"error": "…"}`, what came of it.
fn word(text: &str) -> TunnelEvent {
    let error = js_sys::JSON::parse(text)
        .and_then(|message| js_sys::Reflect::get(&message, &"error".into()))
        .ok()
        .and_then(|error| error.as_string());
    error.map_or(TunnelEvent::Open, |error| TunnelEvent::Failed(sentence(&error)))
}

/// What a server said, as a sentence: `the log is empty` to `The log is empty.`
fn sentence(words: &str) -> String {
    let mut sentence = words.trim().to_owned();
    // Of ASCII alone: the tables for the rest would be a tenth of the page's WebAssembly.
    if let Some(first) = sentence.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    if !sentence.ends_with(['.', '!', '?']) {
        sentence.push('.');
    }
    sentence
}
