//! The few things that are done with the page.

use std::time::Duration;
use wasm_bindgen::prelude::*;
use web_sys::{Document, Element, Event, EventTarget, Window};

/// A page always has a window and a document.
pub fn window() -> Window {
    web_sys::window().unwrap_throw()
}

/// The page.
pub fn document() -> Document {
    window().document().unwrap_throw()
}

/// Adds a style sheet to the page.
pub fn add_style(css: &str) -> Result<(), JsValue> {
    let style = document().create_element("style")?;
    style.set_text_content(Some(css));
    document().head().unwrap_throw().append_child(&style)?;
    Ok(())
}

/// A new element inside another.
pub fn add(parent: &Element, tag: &str, class: &str, text: &str) -> Result<Element, JsValue> {
    let element = document().create_element(tag)?;
    if !class.is_empty() {
        element.set_class_name(class);
    }
    if !text.is_empty() {
        element.set_text_content(Some(text));
    }
    parent.append_child(&element)?;
    Ok(element)
}

/// A new button.
pub fn button(parent: &Element, label: &str) -> Result<Element, JsValue> {
    let button = add(parent, "button", "", label)?;
    button.set_attribute("type", "button")?;
    Ok(button)
}

/// Switches a button off without taking it out of the keyboard's way: who just pressed it keeps
/// their place. Its handler must look at the state.
pub fn set_enabled(button: &Element, enabled: bool) {
    let _ = button.set_attribute("aria-disabled", if enabled { "false" } else { "true" });
}

/// Milliseconds since the page was opened.
pub fn now() -> f64 {
    window().performance().map_or(0.0, |clock| clock.now())
}

/// The time since `start`, in milliseconds of [`now`].
pub fn since(start: f64) -> Duration {
    // Whole numbers: a page shows no more, and the code for floats is large.
    Duration::from_millis((now() - start) as u64)
}

/// Calls a function when something happens, until it is dropped.
pub struct Listener {
    target: EventTarget,
    kind: &'static str,
    call: Closure<dyn FnMut(Event)>,
}

impl Listener {
    /// Listens to events of this kind.
    pub fn new(
        target: &EventTarget,
        kind: &'static str,
        call: impl FnMut(Event) + 'static,
    ) -> Result<Listener, JsValue> {
        let call = Closure::new(call);
        target.add_event_listener_with_callback(kind, call.as_ref().unchecked_ref())?;
        Ok(Listener { target: target.clone(), kind, call })
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let call = self.call.as_ref().unchecked_ref();
        let _ = self.target.remove_event_listener_with_callback(self.kind, call);
    }
}

/// Calls a function again and again, until it is dropped.
pub struct Timer {
    id: i32,
    _call: Closure<dyn FnMut()>,
}

impl Timer {
    /// Every so many milliseconds.
    pub fn every(milliseconds: i32, call: impl FnMut() + 'static) -> Result<Timer, JsValue> {
        let call = Closure::new(call);
        let id = window().set_interval_with_callback_and_timeout_and_arguments_0(
            call.as_ref().unchecked_ref(),
            milliseconds,
        )?;
        Ok(Timer { id, _call: call })
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        window().clear_interval_with_handle(self.id);
    }
}

/// Calls a function before the browser next shows the page, once for each time it was asked to. A page
/// that nobody sees shows nothing: then it waits.
pub struct Frame {
    asked: Option<i32>,
    call: Closure<dyn FnMut()>,
}

impl Frame {
    /// Nothing is called until it is asked to.
    pub fn new(call: impl FnMut() + 'static) -> Frame {
        Frame { asked: None, call: Closure::new(call) }
    }

    /// Calls before the next frame, however often it is asked until then.
    pub fn ask(&mut self) {
        if self.asked.is_none() {
            let call = self.call.as_ref().unchecked_ref();
            self.asked = window().request_animation_frame(call).ok();
        }
    }

    /// To be said in the call: the next time is another one.
    pub fn came(&mut self) {
        self.asked = None;
    }
}

impl Drop for Frame {
    fn drop(&mut self) {
        if let Some(id) = self.asked {
            let _ = window().cancel_animation_frame(id);
        }
    }
}
