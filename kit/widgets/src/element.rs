//! Defines a custom element. Rust can't extend a class of the browser, so a few lines of JavaScript
//! do.

use crate::live::Live;
use crate::panel::Describe;
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
    #[wasm_bindgen(js_name = define)]
    fn define_element(name: &str, connect: &JsValue);
}

/// Keeps a panel alive as long as its element is in the page.
enum Shown {
    Live(Rc<RefCell<Live>>),
    Replay(Rc<RefCell<Replay>>),
}

/// Makes every element of this name a panel, for as long as the page is there. To be called once,
/// when the module is loaded.
///
/// # Errors
/// If the page has no place for a style sheet.
pub fn define(name: &str, describe: Describe) -> Result<(), JsValue> {
    dom::add_style(include_str!("panel.css"))?;
    let connect = move |host: HtmlElement| connect(&host, describe);
    let connect = Closure::<dyn FnMut(HtmlElement) -> Result<JsValue, JsValue>>::new(connect);
    define_element(name, &connect.into_js_value());
    Ok(())
}

/// Builds the panel; returns the function that takes it down.
fn connect(host: &HtmlElement, describe: Describe) -> Result<JsValue, JsValue> {
    let panel = describe(&|name| host.get_attribute(name), js_sys::Math::random().to_bits());
    let live = dom::document().query_selector("meta[name=workshop][content=live]")?.is_some();
    let shown = if live {
        Shown::Live(live::start(host, panel)?)
    } else {
        Shown::Replay(replay::start(host, panel)?)
    };
    Ok(Closure::once_into_js(move || match shown {
        Shown::Live(live) => live.borrow_mut().leave(),
        Shown::Replay(replay) => replay.borrow_mut().leave(),
    }))
}
