//! What both panels show: the transcript, the events that were read from it, and a status line.

use crate::dom;
use crate::events::Events;
use crate::panel::Event;
use crate::transcript::Transcript;
use trace::Line;
use wasm_bindgen::prelude::*;
use web_sys::Element;

/// The panel's visible parts.
pub struct View {
    /// Where controls go.
    pub controls: Element,
    /// What can't be read aloud every moment: a countdown.
    pub countdown: Element,
    status: Element,
    /// What came of the last publication: it must not hide what the stream does.
    published: Element,
    transcript: Transcript,
    events: Events,
    /// Whether the last frame was the events'.
    events_last: bool,
    body: Element,
}

impl View {
    /// Builds the parts at the top of the element. With `times`, lines say when they came.
    pub fn new(host: &Element, times: bool) -> Result<View, JsValue> {
        let panel = dom::document().create_element("div")?;
        panel.set_class_name("panel");
        let controls = dom::add(&panel, "div", "panel-controls", "")?;
        let line = dom::add(&panel, "p", "panel-status", "")?;
        let status = dom::add(&line, "span", "", "")?;
        status.set_attribute("role", "status")?;
        let countdown = dom::add(&line, "span", "panel-countdown", "")?;
        countdown.set_attribute("aria-hidden", "true")?;
        let published = dom::add(&panel, "p", "panel-status", "")?;
        published.set_attribute("role", "status")?;

        let body = dom::add(&panel, "div", "panel-body", "")?;
        let transcript = Transcript::new(&body, times)?;
        let events = Events::new(&body)?;
        host.insert_before(&panel, host.first_child().as_ref())?;
        Ok(View {
            controls,
            countdown,
            status,
            published,
            transcript,
            events,
            events_last: false,
            body,
        })
    }

    /// Says what is going on, also aloud.
    pub fn say(&self, text: &str) {
        if self.status.text_content().as_deref() != Some(text) {
            self.status.set_text_content(Some(text));
        }
    }

    /// Says that the page didn't do what it should.
    pub fn fail(&self, error: &JsValue) {
        self.say(&format!("The panel failed: {error:?}. Reload the page."));
    }

    /// Says what came of a publication.
    pub fn say_published(&self, text: &str) {
        self.published.set_text_content(Some(text));
    }

    /// Shows or hides transcript and events.
    pub fn set_body_hidden(&self, hidden: bool) -> Result<(), JsValue> {
        self.body.toggle_attribute_with_force("hidden", hidden).map(drop)
    }

    /// Forgets everything that was shown.
    pub fn clear(&mut self) {
        self.transcript.clear();
        self.events.clear();
    }

    /// Takes lines and events, to be shown by [`render`](View::render).
    pub fn push(&mut self, lines: Vec<Line>, events: Vec<Event>) {
        lines.into_iter().for_each(|line| self.transcript.push(line));
        events.into_iter().for_each(|event| self.events.push(event));
    }

    /// Whether there is something to render.
    pub fn is_behind(&self) -> bool {
        self.transcript.is_behind() || self.events.is_behind()
    }

    /// Shows what waits, as much as one frame may, and scrolls along, unless the reader has scrolled
    /// back. Each change makes the browser measure the page, so lines and events take turns.
    pub fn render(&mut self) -> Result<(), JsValue> {
        self.events_last = match (self.transcript.is_behind(), self.events.is_behind()) {
            (true, true) => !self.events_last,
            (_, events) => events,
        };
        if self.events_last { self.events.render() } else { self.transcript.render() }
    }
}
