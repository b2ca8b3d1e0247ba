//! The panel of a static page: plays the recording that the element holds.

use crate::dom::{self, Listener, Timer};
use crate::view::View;
use solution_03::client::Client;
use std::cell::RefCell;
use std::rc::{Rc, Weak};
use std::time::Duration;
use trace::{Kind, Line, Way};
use wasm_bindgen::prelude::*;
use web_sys::{Element, HtmlElement};

/// Milliseconds from line to line.
const PACE: i32 = 450;

#[derive(Clone, Copy)]
enum Action {
    PlayOrPause,
    Step,
    All,
}

/// The panel and where it is in its recording.
pub struct Replay {
    me: Weak<RefCell<Replay>>,
    recording: Element,
    lines: Vec<Line>,
    shown: usize,
    client: Client,
    view: View,
    play: Element,
    timer: Option<Timer>,
    listeners: Vec<Listener>,
}

/// Builds the panel above the recording, which stays as it is until the reader plays it.
pub fn start(host: &HtmlElement) -> Result<Rc<RefCell<Replay>>, JsValue> {
    let recording = dom::document().create_element("div")?;
    while let Some(node) = host.first_child() {
        recording.append_child(&node)?;
    }
    host.append_child(&recording)?;
    let lines = read(&recording)?;
    let view = View::new(host)?;
    view.set_body_hidden(true)?;
    view.say(
        "A recording of such an exchange. In a book that “cargo workshop” serves, this panel talks \
         to a real server.",
    );
    let play = dom::button(&view.controls, "Play")?;
    let step = dom::button(&view.controls, "Next line")?;
    let all = dom::button(&view.controls, "Show all")?;
    let replay = Rc::new_cyclic(|me| {
        RefCell::new(Replay {
            me: me.clone(),
            recording,
            lines,
            shown: 0,
            client: Client::new(),
            view,
            play: play.clone(),
            timer: None,
            listeners: Vec::new(),
        })
    });
    let on = |element: &Element, action: Action| {
        let me = Rc::downgrade(&replay);
        Listener::new(element, "click", move |_| act(&me, |replay| replay.act(action)))
    };
    let listeners =
        vec![on(&play, Action::PlayOrPause)?, on(&step, Action::Step)?, on(&all, Action::All)?];
    replay.borrow_mut().listeners = listeners;
    Ok(replay)
}

fn act(me: &Weak<RefCell<Replay>>, what: impl FnOnce(&mut Replay) -> Result<(), JsValue>) {
    let Some(replay) = me.upgrade() else { return };
    let mut replay = replay.borrow_mut();
    if let Err(error) = what(&mut replay) {
        replay.view.say(&format!("The panel failed: {error:?}. Reload the page."));
    }
}

impl Replay {
    /// Takes the panel down.
    pub fn leave(&mut self) {
        self.timer = None;
        self.listeners.clear();
    }

    fn act(&mut self, action: Action) -> Result<(), JsValue> {
        let playing = self.timer.take().is_some();
        match action {
            Action::PlayOrPause if playing => {}
            Action::PlayOrPause => {
                self.next()?;
                let me = self.me.clone();
                self.timer = Some(Timer::every(PACE, move || act(&me, Replay::next))?);
            }
            Action::Step => self.next()?,
            Action::All => {
                self.shown = 0;
                self.client = Client::new();
                self.view.clear();
                self.view.set_body_hidden(true)?;
                self.recording.toggle_attribute_with_force("hidden", false)?;
                self.view.say("The whole recording.");
            }
        }
        self.set_label();
        Ok(())
    }

    /// Shows one line more; the first time and after the end, from the start.
    fn next(&mut self) -> Result<(), JsValue> {
        if self.shown == 0 || self.shown == self.lines.len() {
            self.shown = 0;
            self.client = Client::new();
            self.view.clear();
            self.view.set_body_hidden(false)?;
            self.recording.toggle_attribute_with_force("hidden", true)?;
            self.view.say("Plays a recording.");
        }
        if let Some(line) = self.lines.get(self.shown) {
            self.view.add_lines(std::slice::from_ref(line), false)?;
            match (line.way, line.kind) {
                (Way::Received, Kind::Event) => {
                    self.view.add_messages(&self.client.on_bytes(&line.bytes))?;
                }
                // What is unfinished when a connection ends never becomes an event.
                (_, Kind::Fin | Kind::Reset) => drop(self.client.on_end(0.0)),
                (Way::Sent, Kind::Head) => self.client.on_connect(),
                _ => {}
            }
            self.shown += 1;
        }
        if self.shown == self.lines.len() {
            self.timer = None;
            self.view.say("The recording is over.");
            self.set_label();
        }
        Ok(())
    }

    fn set_label(&self) {
        self.play.set_text_content(Some(if self.timer.is_some() { "Pause" } else { "Play" }));
    }
}

/// Reads back what `trace::to_html` wrote.
fn read(recording: &Element) -> Result<Vec<Line>, JsValue> {
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
            way: if sent { Way::Sent } else { Way::Received },
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
