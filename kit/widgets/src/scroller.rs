//! A part with a title that scrolls by itself, also by keyboard.

use crate::dom;
use crate::window::told;
use wasm_bindgen::prelude::*;
use web_sys::Element;

/// Closer to its end than this, in pixels, it scrolls along with what is added.
const NEAR: i32 = 40;

/// The part, and in it what scrolls.
pub struct Scroller {
    /// Title and all.
    pub part: Element,
    /// What scrolls.
    pub element: Element,
    /// Says how much is not shown.
    left_out: Element,
}

impl Scroller {
    /// An empty one.
    pub fn new(parent: &Element, class: &str, title: &str) -> Result<Scroller, JsValue> {
        let part = dom::add(parent, "div", class, "")?;
        let line = dom::add(&part, "p", "panel-title", title)?;
        let left_out = dom::add(&line, "span", "panel-left-out", "")?;
        let element = dom::add(&part, "div", "panel-scroll", "")?;
        element.set_attribute("role", "region")?;
        element.set_attribute("aria-label", title)?;
        element.set_attribute("tabindex", "0")?;
        Ok(Scroller { part, element, left_out })
    }

    /// Whether the reader looks at its end, and hasn't scrolled back.
    pub fn follows(&self) -> bool {
        let element = &self.element;
        element.scroll_height() - element.scroll_top() - element.client_height() < NEAR
    }

    /// Scrolls to its end.
    pub fn to_end(&self) {
        self.element.set_scroll_top(self.element.scroll_height());
    }

    /// Says how many are not shown.
    pub fn tell(&self, left_out: usize, one: &str, many: &str) {
        self.left_out.set_text_content(Some(&told(left_out, one, many)));
    }
}
