//! The recording that an element holds.

use std::time::Duration;
use trace::{Direction, Kind, Line};
use wasm_bindgen::prelude::*;
use web_sys::Element;

/// Reads back what `trace::to_html` wrote.
pub fn read(recording: &Element) -> Result<Vec<Line>, JsValue> {
    let items = recording.query_selector_all(".wire > li > ol > li")?;
    let mut lines = Vec::new();
    for index in 0..items.length() {
        let Some(item) = items.item(index).and_then(|node| node.dyn_into::<Element>().ok()) else {
            continue;
        };
        let kind = item.class_name();
        let kind = Kind::ALL.into_iter().find(|k| kind.strip_prefix("wire-") == Some(k.name()));
        let sent = item.closest(".wire-sent")?.is_some();
        let note = item.query_selector(".wire-note")?.and_then(|note| note.text_content());
        let bytes = match item.query_selector("code")? {
            Some(code) => read_bytes(&code),
            None => Vec::new(),
        };
        lines.push(Line {
            at: Duration::ZERO,
            direction: if sent { Direction::Sent } else { Direction::Received },
            kind: kind.unwrap_or(Kind::Other),
            bytes,
            note: note.unwrap_or_default(),
        });
    }
    Ok(lines)
}

/// Text is itself; a byte that has no character is an element with its name.
fn read_bytes(code: &Element) -> Vec<u8> {
    let nodes = code.child_nodes();
    let mut bytes = Vec::new();
    for node in (0..nodes.length()).filter_map(|index| nodes.item(index)) {
        let text = node.text_content().unwrap_or_default();
        if node.dyn_ref::<Element>().is_none() {
            bytes.extend_from_slice(text.as_bytes());
            continue;
        }
        match text.trim() {
            "CR" => bytes.push(b'\r'),
            "LF" => bytes.push(b'\n'),
            "NUL" => bytes.push(0),
            hex => bytes.extend(u8::from_str_radix(hex, 16)),
        }
    }
    bytes
}
