//! The list of events that is in the page: the newest ones.

use crate::pace::Pace;
use crate::panel::Event;
use crate::scroller::Scroller;
use crate::window::Window;
use crate::{dom, shorten};
use wasm_bindgen::prelude::*;
use web_sys::Element;

/// So many events are in the page.
const MOST: usize = 100;

/// What one frame may add, in characters; an event costs so many besides its data.
const FRAME: usize = 8 * 1024;
const EVENT: usize = 256;

/// The list, which is read aloud while it grows slowly.
pub struct Events {
    scroller: Scroller,
    list: Element,
    /// Says that it is silent.
    silence: Element,
    window: Window<Event>,
    pace: Pace,
    fast: bool,
}

impl Events {
    /// An empty list.
    pub fn new(parent: &Element) -> Result<Events, JsValue> {
        let scroller = Scroller::new(parent, "panel-events", "Events, as a page gets them")?;
        let list = dom::add(&scroller.element, "div", "", "")?;
        list.set_attribute("role", "log")?;
        list.set_attribute("aria-label", "Events")?;
        let silence = dom::add(&scroller.part, "p", "panel-status", "")?;
        silence.set_attribute("role", "status")?;
        let (window, pace) = (Window::new(MOST), Pace::default());
        Ok(Events { scroller, list, silence, window, pace, fast: false })
    }

    pub fn clear(&mut self) {
        self.window.clear();
        self.list.set_inner_html("");
        self.scroller.tell(self.window.left_out(), "event", "events");
    }

    pub fn push(&mut self, event: Event) {
        self.window.push(shorten::event(event));
    }

    pub fn is_behind(&self) -> bool {
        self.window.is_behind()
    }

    /// Shows what waits, as much as one frame may.
    pub fn render(&mut self) -> Result<(), JsValue> {
        let step = self.window.step(FRAME, |event| EVENT + event.data.len());
        if step.new.is_empty() {
            return Ok(());
        }
        self.hush(step.new.len())?;
        let follows = self.scroller.follows();
        for _ in 0..step.gone {
            if let Some(oldest) = self.list.first_element_child() {
                oldest.remove();
            }
        }
        for event in &step.new {
            let item = dom::add(&self.list, "div", if self.fast { "" } else { "panel-new" }, "")?;
            dom::add(&item, "span", "panel-event", &event.caption)?;
            dom::add(&item, "pre", "", &event.data)?;
        }
        self.scroller.tell(self.window.left_out(), "event", "events");
        if follows {
            self.scroller.to_end();
        }
        Ok(())
    }

    /// Before events are added: a flood of them isn't read aloud, only that there is one.
    fn hush(&mut self, events: usize) -> Result<(), JsValue> {
        let fast = self.pace.came(events, dom::now());
        if fast != self.fast {
            self.fast = fast;
            self.list.set_attribute("aria-live", if fast { "off" } else { "polite" })?;
            let words = "Too many events a second to be read aloud.";
            self.silence.set_text_content(fast.then_some(words));
        }
        Ok(())
    }
}
