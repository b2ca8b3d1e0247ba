//! What both panels show: the transcript, the events that were read from it, and a status line.

use crate::dom;
use crate::panel::Event;
use trace::{Line, to_html, to_html_with_times};
use wasm_bindgen::prelude::*;
use web_sys::Element;

/// The oldest lines and events go when there are more.
const MOST_LINES: usize = 400;
const MOST_EVENTS: u32 = 100;

/// The panel's visible parts.
pub struct View {
    /// Where controls go.
    pub controls: Element,
    /// What can't be read aloud every moment: a countdown.
    pub countdown: Element,
    status: Element,
    /// What came of the last publication: it must not hide what the stream does.
    published: Element,
    scroller: Element,
    turns: Element,
    events: Element,
    body: Element,
    lines: usize,
}

impl View {
    /// Builds the parts at the top of the element.
    pub fn new(host: &Element) -> Result<View, JsValue> {
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
        let scroller = region(&body, "panel-wire", "On the wire")?;
        let turns = dom::add(&scroller, "ol", "wire", "")?;
        turns.set_attribute("role", "list")?;
        let events = region(&body, "panel-events", "Events, as a page gets them")?;
        let events = dom::add(&events, "div", "", "")?;
        events.set_attribute("role", "log")?;
        events.set_attribute("aria-label", "Events")?;
        host.insert_before(&panel, host.first_child().as_ref())?;
        Ok(View { controls, countdown, status, published, scroller, turns, events, body, lines: 0 })
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
        self.turns.set_inner_html("");
        self.events.set_inner_html("");
        self.lines = 0;
    }

    /// Adds lines to the transcript and scrolls along, unless the reader has scrolled back.
    pub fn add_lines(&mut self, lines: &[Line], times: bool) -> Result<(), JsValue> {
        if lines.is_empty() {
            return Ok(());
        }
        let lines = &lines[lines.len().saturating_sub(MOST_LINES)..];
        let scroller = &self.scroller;
        let left = scroller.scroll_height() - scroller.scroll_top() - scroller.client_height();

        let holder = dom::document().create_element("div")?;
        holder.set_inner_html(&if times { to_html_with_times(lines) } else { to_html(lines) });
        while let Some(turn) = holder.query_selector(".wire > li")? {
            match self.turns.last_element_child() {
                // The same side goes on: its lines belong to the turn that is there.
                Some(last) if last.class_name() == turn.class_name() => {
                    let into = last.query_selector("ol")?.unwrap_throw();
                    while let Some(line) = turn.query_selector("ol > li")? {
                        into.append_child(&line)?;
                    }
                    turn.remove();
                }
                _ => drop(self.turns.append_child(&turn)?),
            }
        }
        self.lines += lines.len();
        while self.lines > MOST_LINES {
            self.drop_oldest_line()?;
        }
        if left < 40 {
            self.scroller.set_scroll_top(self.scroller.scroll_height());
        }
        Ok(())
    }

    fn drop_oldest_line(&mut self) -> Result<(), JsValue> {
        match self.turns.query_selector(":scope > li > ol > li")? {
            Some(line) => {
                line.remove();
                self.lines -= 1;
            }
            None => self.lines = 0,
        }
        if let Some(empty) = self.turns.query_selector(":scope > li:not(:has(ol > li))")? {
            empty.remove();
        }
        Ok(())
    }

    /// Adds events to their list.
    pub fn add_events(&self, events: &[Event]) -> Result<(), JsValue> {
        let newest = &events[events.len().saturating_sub(MOST_EVENTS as usize)..];
        for event in newest {
            let item = dom::add(&self.events, "div", "", "")?;
            dom::add(&item, "span", "panel-event", &event.caption)?;
            dom::add(&item, "pre", "", &event.data)?;
        }
        while self.events.child_element_count() > MOST_EVENTS {
            self.events.first_element_child().unwrap_throw().remove();
        }
        if let Some(scroller) = self.events.parent_element() {
            scroller.set_scroll_top(scroller.scroll_height());
        }
        Ok(())
    }
}

/// A part with a title that scrolls by itself, also by keyboard.
fn region(parent: &Element, class: &str, title: &str) -> Result<Element, JsValue> {
    let part = dom::add(parent, "div", class, "")?;
    dom::add(&part, "p", "panel-title", title)?;
    let scroller = dom::add(&part, "div", "panel-scroll", "")?;
    scroller.set_attribute("role", "region")?;
    scroller.set_attribute("aria-label", title)?;
    scroller.set_attribute("tabindex", "0")?;
    Ok(scroller)
}
