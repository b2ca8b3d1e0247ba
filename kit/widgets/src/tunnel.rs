//! A TCP connection to a server. A page can't open one, so the local server passes the bytes on, both
//! ways, in the messages of a WebSocket.

use crate::dom::{self, Listener};
use wasm_bindgen::prelude::*;
use web_sys::{BinaryType, MessageEvent, WebSocket};

/// What happened at a tunnel.
pub enum Happening {
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
    pub fn open(path: &str, on: impl Fn(Happening) + Clone + 'static) -> Result<Tunnel, JsValue> {
        let location = dom::window().location();
        let scheme = if location.protocol()? == "https:" { "wss" } else { "ws" };
        let url = format!("{scheme}://{}/-/wire/{path}", location.host()?);
        let socket = WebSocket::new(&url)?;
        socket.set_binary_type(BinaryType::Arraybuffer);

        let (message, failed, closed) = (on.clone(), on.clone(), on);
        let listeners = vec![
            Listener::new(&socket, "message", move |event| {
                let data = event.unchecked_into::<MessageEvent>().data();
                match data.as_string() {
                    Some(text) => message(word(&text)),
                    None => message(Happening::Bytes(js_sys::Uint8Array::new(&data).to_vec())),
                }
            })?,
            Listener::new(&socket, "error", move |_| {
                let why = "The local server doesn't answer: is `cargo workshop` still running?";
                failed(Happening::Failed(why.into()));
            })?,
            Listener::new(&socket, "close", move |_| closed(Happening::Closed))?,
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
fn word(text: &str) -> Happening {
    let error = js_sys::JSON::parse(text)
        .and_then(|message| js_sys::Reflect::get(&message, &"error".into()))
        .ok()
        .and_then(|error| error.as_string());
    error.map_or(Happening::Open, |error| Happening::Failed(sentence(&error)))
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
