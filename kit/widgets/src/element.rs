//! Defines `<wire-panel>`. Rust can't extend a class of the browser, so a few lines of JavaScript do.

use crate::live::Live;
use crate::replay::Replay;
use crate::{dom, live, replay};
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use web_sys::HtmlElement;

#[wasm_bindgen(inline_js = "
export function define(name, connect) {
  customElements.define(name, class extends HTMLElement {
    connectedCallback() { this.leave = connect(this); }
    disconnectedCallback() { this.leave(); }
  });
}")]
extern "C" {
    fn define(name: &str, connect: &JsValue);
}

/// Keeps a panel alive as long as its element is in the page.
enum Panel {
    Live(Rc<RefCell<Live>>),
    Replay(Rc<RefCell<Replay>>),
}

/// Runs when the module is loaded.
#[wasm_bindgen(start)]
pub fn start() -> Result<(), JsValue> {
    dom::add_style(include_str!("panel.css"))?;
    let connect = Closure::<dyn FnMut(HtmlElement) -> Result<JsValue, JsValue>>::new(connect);
    define("wire-panel", &connect.into_js_value());
    Ok(())
}

/// Builds the panel; returns the function that takes it down.
fn connect(host: HtmlElement) -> Result<JsValue, JsValue> {
    let live = dom::document().query_selector("meta[name=workshop][content=live]")?.is_some();
    let panel =
        if live { Panel::Live(live::start(&host)?) } else { Panel::Replay(replay::start(&host)?) };
    Ok(Closure::once_into_js(move || match panel {
        Panel::Live(live) => live.borrow_mut().leave(),
        Panel::Replay(replay) => replay.borrow_mut().leave(),
    }))
}
