//! The panel of a static page: plays the recording that the element holds.

use crate::dom::{self, Listener, Timer};
use crate::panel::Panel;
use crate::recording;
use crate::session::Session;
use crate::view::View;
use std::cell::RefCell;
use std::rc::{Rc, Weak};
use trace::Line;
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
    session: Session,
    view: View,
    play: Element,
    timer: Option<Timer>,
    listeners: Vec<Listener>,
}

/// Builds the panel above the recording, which stays as it is until the reader plays it.
pub fn start(host: &HtmlElement, panel: Panel) -> Result<Rc<RefCell<Replay>>, JsValue> {
    let recording = dom::document().create_element("div")?;
    while let Some(node) = host.first_child() {
        recording.append_child(&node)?;
    }
    host.append_child(&recording)?;
    let lines = recording::read(&recording)?;
    let view = View::new(host, false)?;
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
            session: Session::new(panel.protocol),
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
        replay.view.fail(&error);
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
                self.rewind();
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
            self.rewind();
            self.view.set_body_hidden(false)?;
            self.recording.toggle_attribute_with_force("hidden", true)?;
            self.view.say("Plays a recording.");
        }
        if let Some(line) = self.lines.get(self.shown) {
            self.view.push(vec![line.clone()], self.session.replay(line));
            while self.view.is_behind() {
                self.view.render()?;
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

    fn rewind(&mut self) {
        self.shown = 0;
        self.session.restart("");
        self.view.clear();
    }

    fn set_label(&self) {
        self.play.set_text_content(Some(if self.timer.is_some() { "Pause" } else { "Play" }));
    }
}
