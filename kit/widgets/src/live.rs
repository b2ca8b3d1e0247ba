//! The panel of a page that `cargo workshop` serves: talks to a real server.

use crate::dom::{self, Listener, Timer};
use crate::publication::Publication;
use crate::publish;
use crate::session::{Session, Turn, Update};
use crate::tunnel::{Happening, Tunnel};
use crate::view::View;
use std::cell::RefCell;
use std::rc::{Rc, Weak};
use trace::Way;
use wasm_bindgen::prelude::*;
use web_sys::{Element, HtmlElement, HtmlInputElement};

/// What can happen to the panel.
enum Action {
    Connect,
    Publish,
    Cut,
    Disconnect,
    /// The timer of the countdown.
    Tick,
    Stream(Happening),
    Publication(Happening),
}

/// Where the stream's client is.
enum State {
    /// Not connected, and nothing planned.
    Idle,
    /// Waiting for the connection; then the request goes out, with this id.
    Opening { last_event_id: Option<String>, tunnel: Tunnel },
    /// Connected.
    Open { _tunnel: Tunnel },
    /// Between two connections, until `due`.
    Waiting { due: f64, last_event_id: Option<String>, _timer: Timer },
}

/// The panel and all that it holds open.
pub struct Live {
    me: Weak<RefCell<Live>>,
    lab: String,
    path: String,
    view: View,
    target: HtmlInputElement,
    connect: Element,
    cut: Element,
    disconnect: Element,
    session: Session,
    state: State,
    publication: Option<Publication>,
    weather: weather::Source,
    /// The first connection's time, in milliseconds of the page.
    start: f64,
    /// What went wrong with the tunnel, until it closes.
    failure: Option<String>,
    listeners: Vec<Listener>,
}

/// Builds the panel and puts what was recorded behind a button.
pub fn start(host: &HtmlElement) -> Result<Rc<RefCell<Live>>, JsValue> {
    fold_recording(host)?;
    let view = View::new(host)?;
    let lab = host.get_attribute("lab").unwrap_or_default();
    let path = host.get_attribute("path").unwrap_or_else(|| "/".into());

    let choice = dom::add(&view.controls, "fieldset", "", "")?;
    dom::add(&choice, "legend", "", "Server")?;
    let name = format!("panel-target-{}", js_sys::Math::random().to_bits());
    let target = radio(&choice, &name, "Reference solution")?;
    let yours = radio(&choice, &name, &format!("Yours, on port 80{lab}"))?;
    target.set_checked(true);
    let connect = dom::button(&view.controls, "Connect")?;
    let publish = dom::button(&view.controls, "Publish an update")?;
    let cut = dom::button(&view.controls, "Cut the connection")?;
    let disconnect = dom::button(&view.controls, "Disconnect")?;
    view.say("Not connected.");

    let live = Rc::new_cyclic(|me| {
        RefCell::new(Live {
            me: me.clone(),
            session: Session::new(&path, ""),
            lab,
            path,
            view,
            target: target.clone(),
            connect: connect.clone(),
            cut: cut.clone(),
            disconnect: disconnect.clone(),
            state: State::Idle,
            publication: None,
            weather: weather::Source::new(js_sys::Math::random().to_bits()),
            start: dom::now(),
            failure: None,
            listeners: Vec::new(),
        })
    });
    let on = |element: &Element, kind, action: fn() -> Action| {
        let me = Rc::downgrade(&live);
        Listener::new(element, kind, move |_| act(&me, action()))
    };
    let listeners = vec![
        on(&connect, "click", || Action::Connect)?,
        on(&publish, "click", || Action::Publish)?,
        on(&cut, "click", || Action::Cut)?,
        on(&disconnect, "click", || Action::Disconnect)?,
        on(&target, "change", || Action::Disconnect)?,
        on(&yours, "change", || Action::Disconnect)?,
    ];
    live.borrow_mut().listeners = listeners;
    live.borrow().set_buttons();
    Ok(live)
}

/// Every event of the page comes through here.
fn act(me: &Weak<RefCell<Live>>, action: Action) {
    let Some(live) = me.upgrade() else { return };
    let mut live = live.borrow_mut();
    if let Err(error) = live.act(action) {
        live.view.say(&format!("The panel failed: {error:?}. Reload the page."));
    }
    live.set_buttons();
}

impl Live {
    /// Takes the panel down: closes what is open.
    pub fn leave(&mut self) {
        self.state = State::Idle;
        self.publication = None;
        self.listeners.clear();
    }

    fn act(&mut self, action: Action) -> Result<(), JsValue> {
        match (action, &self.state) {
            (Action::Connect, State::Idle) => {
                self.view.clear();
                self.session = Session::new(&self.path, &self.host());
                self.start = dom::now();
                self.connect(None)
            }
            (Action::Connect, State::Waiting { last_event_id, .. }) => {
                let id = last_event_id.clone();
                self.connect(id)
            }
            (Action::Tick, State::Waiting { due, last_event_id, .. }) => {
                let left = due - dom::now();
                if left <= 0.0 {
                    let id = last_event_id.clone();
                    return self.connect(id);
                }
                self.view
                    .countdown
                    .set_text_content(Some(&format!(" Next request in {}.", seconds(left))));
                Ok(())
            }
            (Action::Cut, State::Open { .. }) => self.finish(Way::Sent, "You cut the connection."),
            (Action::Disconnect, State::Idle) => Ok(()),
            (Action::Disconnect, _) => {
                if let State::Open { .. } = self.state {
                    let update = self.session.end(Way::Sent, dom::since(self.start), 0.0);
                    self.view.add_lines(&update.lines, true)?;
                }
                self.stop("Disconnected, as by EventSource.close(): nothing comes back.");
                Ok(())
            }
            (Action::Stream(happening), _) => self.stream(happening),
            (Action::Publish, _) => self.publish(),
            (Action::Publication(happening), _) => self.publication(happening),
            // A button that is switched off, or a timer that comes too late.
            (Action::Connect | Action::Tick | Action::Cut, _) => Ok(()),
        }
    }

    fn connect(&mut self, last_event_id: Option<String>) -> Result<(), JsValue> {
        self.session.connect();
        let tunnel = self.tunnel(Action::Stream)?;
        self.state = State::Opening { last_event_id, tunnel };
        self.view.countdown.set_text_content(None);
        self.view.say(&format!("Connecting to {} …", self.host()));
        Ok(())
    }

    fn stream(&mut self, happening: Happening) -> Result<(), JsValue> {
        match happening {
            Happening::Open => {
                let State::Opening { last_event_id, tunnel } =
                    std::mem::replace(&mut self.state, State::Idle)
                else {
                    return Ok(());
                };
                let at = dom::since(self.start);
                let (request, lines) = self.session.request(at, last_event_id.as_deref());
                tunnel.send(&request)?;
                self.state = State::Open { _tunnel: tunnel };
                self.view.say("Asked; waiting for the answer.");
                self.view.add_lines(&lines, true)
            }
            Happening::Bytes(bytes) => {
                let at = dom::since(self.start);
                let update = self.session.receive(&bytes, at, js_sys::Math::random());
                self.apply(update, "The server ended the stream.")
            }
            Happening::Failed(why) => {
                self.failure.get_or_insert(why);
                Ok(())
            }
            Happening::Closed => match self.failure.take() {
                Some(why) => {
                    let update = self.session.fail(js_sys::Math::random());
                    self.apply(update, &why)
                }
                None => self.finish(Way::Received, "The server closed the connection."),
            },
        }
    }

    /// The connection is over; the state machine says what follows.
    fn finish(&mut self, who: Way, why: &str) -> Result<(), JsValue> {
        let update = self.session.end(who, dom::since(self.start), js_sys::Math::random());
        self.apply(update, why)
    }

    fn apply(&mut self, update: Update, why: &str) -> Result<(), JsValue> {
        self.view.add_lines(&update.lines, true)?;
        self.view.add_messages(&update.messages)?;
        match update.turn {
            None => {}
            Some(Turn::Open) => self.view.say("The stream is open."),
            Some(Turn::Stop(reason)) => {
                self.stop(&format!("{reason} An EventSource stops here, for good."));
            }
            Some(Turn::Reconnect { after, last_event_id }) => {
                let wait = after.as_secs_f64() * 1000.0;
                let header = match &last_event_id {
                    Some(id) => format!("with Last-Event-ID: {id}"),
                    None => "without Last-Event-ID".into(),
                };
                self.view.say(&format!("{why} Asks again after {}, {header}.", seconds(wait)));
                let me = self.me.clone();
                let timer = Timer::every(100, move || act(&me, Action::Tick))?;
                let due = dom::now() + wait;
                self.state = State::Waiting { due, last_event_id, _timer: timer };
            }
        }
        Ok(())
    }

    fn stop(&mut self, why: &str) {
        self.state = State::Idle;
        self.failure = None;
        self.view.countdown.set_text_content(None);
        self.view.say(why);
    }

    fn publish(&mut self) -> Result<(), JsValue> {
        let Some(report) = self.weather.next() else { return Ok(()) };
        let request = publish::request(&self.host(), &report);
        let tunnel = self.tunnel(Action::Publication)?;
        self.publication = Some(Publication::new(request, tunnel));
        Ok(())
    }

    fn publication(&mut self, happening: Happening) -> Result<(), JsValue> {
        let Some(publication) = &mut self.publication else { return Ok(()) };
        if let Some(outcome) = publication.go_on(happening)? {
            self.view.say_published(&outcome);
            self.publication = None;
        }
        Ok(())
    }

    fn tunnel(&self, action: fn(Happening) -> Action) -> Result<Tunnel, JsValue> {
        let me = self.me.clone();
        Tunnel::open(&self.lab, self.target(), move |happening| act(&me, action(happening)))
    }

    fn target(&self) -> &'static str {
        if self.target.checked() { "reference" } else { "yours" }
    }

    /// Lab 03's server listens on port 8003, and so on.
    fn host(&self) -> String {
        format!("127.0.0.1:80{}", self.lab)
    }

    fn set_buttons(&self) {
        let waiting = matches!(self.state, State::Waiting { .. });
        let idle = matches!(self.state, State::Idle);
        let label = if waiting { "Reconnect now" } else { "Connect" };
        if self.connect.text_content().as_deref() != Some(label) {
            self.connect.set_text_content(Some(label));
        }
        dom::set_enabled(&self.connect, idle || waiting);
        dom::set_enabled(&self.cut, matches!(self.state, State::Open { .. }));
        dom::set_enabled(&self.disconnect, !idle);
    }
}

/// `2.4 s`. Whole numbers only: the code that formats floats is large.
fn seconds(milliseconds: f64) -> String {
    let tenths = (milliseconds / 100.0).round().max(0.0) as u32;
    format!("{}.{} s", tenths / 10, tenths % 10)
}

fn radio(parent: &Element, name: &str, text: &str) -> Result<HtmlInputElement, JsValue> {
    let label = dom::add(parent, "label", "", "")?;
    let input: HtmlInputElement = dom::add(&label, "input", "", "")?.unchecked_into();
    input.set_type("radio");
    input.set_name(name);
    label.append_with_str_1(&format!(" {text}"))?;
    Ok(input)
}

/// Puts what is in the element, the recorded transcript, into a closed `<details>`.
fn fold_recording(host: &HtmlElement) -> Result<(), JsValue> {
    let details = dom::document().create_element("details")?;
    dom::add(&details, "summary", "", "A recording of such an exchange")?;
    while let Some(node) = host.first_child() {
        details.append_child(&node)?;
    }
    host.append_child(&details)?;
    Ok(())
}
