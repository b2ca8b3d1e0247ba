//! The buttons of a panel that is live, and the choice of its server.

use crate::dom;
use crate::panel::Server;
use wasm_bindgen::prelude::*;
use web_sys::{Element, HtmlInputElement};

/// The elements that a reader presses.
pub struct Controls {
    /// One for each server, in their order.
    pub servers: Vec<HtmlInputElement>,
    pub connect: Element,
    /// Only where something can be published.
    pub publish: Option<Element>,
    pub cut: Element,
    pub disconnect: Element,
}

impl Controls {
    /// Builds them; the first server is chosen.
    pub fn new(parent: &Element, servers: &[Server], publishes: bool) -> Result<Controls, JsValue> {
        let name = format!("panel-target-{}", js_sys::Math::random().to_bits());
        // Not a `fieldset`: browsers don't agree on where a legend in one line with the rest goes.
        let choice = dom::add(parent, "div", "panel-servers", "")?;
        choice.set_attribute("role", "radiogroup")?;
        choice.set_attribute("aria-labelledby", &name)?;
        dom::add(&choice, "span", "", "Server")?.set_id(&name);
        let mut radios = Vec::new();
        for server in servers {
            let radio = radio(&choice, &name, &server.label)?;
            radio.set_checked(radios.is_empty());
            radios.push(radio);
        }
        let connect = dom::button(parent, "Connect")?;
        let publish =
            if publishes { Some(dom::button(parent, "Publish an update")?) } else { None };
        let cut = dom::button(parent, "Cut the connection")?;
        let disconnect = dom::button(parent, "Disconnect")?;
        Ok(Controls { servers: radios, connect, publish, cut, disconnect })
    }

    /// Which of the servers is chosen.
    pub fn chosen(&self) -> usize {
        self.servers.iter().position(HtmlInputElement::checked).unwrap_or_default()
    }

    /// Shows what can be done: `waiting` for the next connection, `open`, or `idle`.
    pub fn show(&self, idle: bool, open: bool, waiting: bool) {
        let label = if waiting { "Reconnect now" } else { "Connect" };
        if self.connect.text_content().as_deref() != Some(label) {
            self.connect.set_text_content(Some(label));
        }
        dom::set_enabled(&self.connect, idle || waiting);
        dom::set_enabled(&self.cut, open);
        dom::set_enabled(&self.disconnect, !idle);
    }
}

fn radio(parent: &Element, name: &str, text: &str) -> Result<HtmlInputElement, JsValue> {
    let label = dom::add(parent, "label", "", "")?;
    let input: HtmlInputElement = dom::add(&label, "input", "", "")?.unchecked_into();
    input.set_type("radio");
    input.set_name(name);
    label.append_with_str_1(&format!(" {text}"))?;
    Ok(input)
}
