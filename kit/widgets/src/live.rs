//! The panel of a page that `cargo workshop` serves: talks to a real server.

use crate::controls::Controls;
use crate::dom::{self, Frame, Listener, Timer};
use crate::panel::{Panel, Publisher, Server, Turn};
use crate::publication::Publication;
use crate::session::{Session, Update};
use crate::tunnel::{Tunnel, TunnelEvent};
use crate::view::View;
use std::cell::RefCell;
use std::rc::{Rc, Weak};
use trace::Direction;
use wasm_bindgen::prelude::*;
use web_sys::{EventTarget, HtmlElement};

/// What can happen to the panel.
enum Action {
    Connect,
    Publish,
    Cut,
    Disconnect,
    /// The timer of the countdown.
    Tick,
    /// The browser is about to show the page anew.
    Frame,
    Stream(TunnelEvent),
    Publication(TunnelEvent),
}

/// Where the client is.
enum State {
    /// Not connected, and nothing planned.
    Idle,
    /// Waiting for the connection; then the request goes out.
    Opening { tunnel: Tunnel },
    /// Connected.
    Open { _tunnel: Tunnel },
    /// Between two connections, until `due`.
    Waiting { due: f64, _timer: Timer },
}

/// The panel and all that it holds open.
pub struct Live {
    me: Weak<RefCell<Live>>,
    servers: Vec<Server>,
    publisher: Option<Box<dyn Publisher>>,
    view: View,
    controls: Controls,
    session: Session,
    state: State,
    publication: Option<Publication>,
    /// The first connection's time, in milliseconds of the page.
    start: f64,
    /// What went wrong with the tunnel, until it closes.
    failure: Option<String>,
    listeners: Vec<Listener>,
    frame: Frame,
}

/// Builds the panel and puts what was recorded behind a button.
pub fn start(host: &HtmlElement, panel: Panel) -> Result<Rc<RefCell<Live>>, JsValue> {
    fold_recording(host)?;
    let view = View::new(host, true)?;
    let controls = Controls::new(&view.controls, &panel.servers, panel.publisher.is_some())?;
    view.say("Not connected.");

    let live = Rc::new_cyclic(|me| {
        RefCell::new(Live {
            me: me.clone(),
            servers: panel.servers,
            publisher: panel.publisher,
            session: Session::new(panel.protocol),
            view,
            controls,
            state: State::Idle,
            publication: None,
            start: dom::now(),
            failure: None,
            listeners: Vec::new(),
            frame: Frame::new({
                let me = me.clone();
                move || act(&me, Action::Frame)
            }),
        })
    });
    let listeners = listen(&live.borrow().controls, &Rc::downgrade(&live))?;
    live.borrow_mut().listeners = listeners;
    live.borrow().show_controls();
    Ok(live)
}

fn listen(controls: &Controls, me: &Weak<RefCell<Live>>) -> Result<Vec<Listener>, JsValue> {
    let on = |element: &EventTarget, kind, action: fn() -> Action| {
        let me = me.clone();
        Listener::new(element, kind, move |_| act(&me, action()))
    };
    let mut listeners = vec![
        on(&controls.connect, "click", || Action::Connect)?,
        on(&controls.cut, "click", || Action::Cut)?,
        on(&controls.disconnect, "click", || Action::Disconnect)?,
    ];
    if let Some(publish) = &controls.publish {
        listeners.push(on(publish, "click", || Action::Publish)?);
    }
    for server in &controls.servers {
        listeners.push(on(server, "change", || Action::Disconnect)?);
    }
    Ok(listeners)
}

/// Every event of the page comes through here.
fn act(me: &Weak<RefCell<Live>>, action: Action) {
    let Some(live) = me.upgrade() else { return };
    let mut live = live.borrow_mut();
    if let Err(error) = live.act(action) {
        live.view.fail(&error);
    }
    if live.view.is_behind() {
        live.frame.ask();
    }
    live.show_controls();
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
                self.session.restart(&self.servers[self.controls.chosen()].host);
                self.start = dom::now();
                self.connect()
            }
            (Action::Connect, State::Waiting { .. }) => self.connect(),
            (Action::Tick, State::Waiting { due, .. }) => {
                let left = due - dom::now();
                if left <= 0.0 {
                    return self.connect();
                }
                self.view
                    .countdown
                    .set_text_content(Some(&format!(" Next request in {}.", seconds(left))));
                Ok(())
            }
            (Action::Cut, State::Open { .. }) => {
                self.finish(Direction::Sent, "You cut the connection.")
            }
            (Action::Disconnect, State::Idle) => Ok(()),
            (Action::Disconnect, _) => {
                if let State::Open { .. } = self.state {
                    let update = self.session.end(Direction::Sent, dom::since(self.start), 0.0);
                    self.view.push(update.lines, update.events);
                }
                self.stop(self.session.disconnected());
                Ok(())
            }
            (Action::Frame, _) => {
                self.frame.came();
                self.view.render()
            }
            (Action::Stream(happening), _) => self.stream(happening),
            (Action::Publish, _) => self.publish(),
            (Action::Publication(happening), _) => self.publication(happening),
            // A button that is switched off, or a timer that comes too late.
            (Action::Connect | Action::Tick | Action::Cut, _) => Ok(()),
        }
    }

    fn connect(&mut self) -> Result<(), JsValue> {
        self.session.connect();
        let tunnel = self.tunnel(Action::Stream)?;
        self.state = State::Opening { tunnel };
        self.view.countdown.set_text_content(None);
        self.view.say(&format!("Connecting to {} …", self.server().host));
        Ok(())
    }

    fn stream(&mut self, happening: TunnelEvent) -> Result<(), JsValue> {
        match happening {
            TunnelEvent::Open => {
                let State::Opening { tunnel } = std::mem::replace(&mut self.state, State::Idle)
                else {
                    return Ok(());
                };
                let (request, lines) = self.session.ask(dom::since(self.start));
                tunnel.send(&request)?;
                self.state = State::Open { _tunnel: tunnel };
                self.view.say("Asked; waiting for the answer.");
                self.view.push(lines, Vec::new());
                Ok(())
            }
            TunnelEvent::Bytes(bytes) => {
                let at = dom::since(self.start);
                let update = self.session.receive(&bytes, at, js_sys::Math::random());
                self.apply(update, "The server ended the stream.")
            }
            TunnelEvent::Failed(why) => {
                self.failure.get_or_insert(why);
                Ok(())
            }
            TunnelEvent::Closed => match self.failure.take() {
                Some(why) => {
                    let update = self.session.fail(js_sys::Math::random());
                    self.apply(update, &why)
                }
                None => self.finish(Direction::Received, "The server closed the connection."),
            },
        }
    }

    /// The connection is over; the protocol says what follows.
    fn finish(&mut self, who: Direction, why: &str) -> Result<(), JsValue> {
        let update = self.session.end(who, dom::since(self.start), js_sys::Math::random());
        self.apply(update, why)
    }

    fn apply(&mut self, update: Update, why: &str) -> Result<(), JsValue> {
        self.view.push(update.lines, update.events);
        match update.turn {
            None => {}
            Some(Turn::Open) => self.view.say("The stream is open."),
            Some(Turn::Stop(reason)) => self.stop(&reason),
            Some(Turn::Reconnect { after, how }) => {
                let wait = after.as_secs_f64() * 1000.0;
                self.view.say(&format!("{why} Asks again after {}, {how}.", seconds(wait)));
                let me = self.me.clone();
                let timer = Timer::every(100, move || act(&me, Action::Tick))?;
                let due = dom::now() + wait;
                self.state = State::Waiting { due, _timer: timer };
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
        let Some(publisher) = &mut self.publisher else { return Ok(()) };
        let server = &self.servers[self.controls.chosen()];
        let Some(request) = publisher.request(&server.host) else { return Ok(()) };
        let tunnel = self.tunnel(Action::Publication)?;
        self.publication = Some(Publication::new(request, tunnel));
        Ok(())
    }

    fn publication(&mut self, happening: TunnelEvent) -> Result<(), JsValue> {
        let (Some(publication), Some(publisher)) = (&mut self.publication, &self.publisher) else {
            return Ok(());
        };
        if let Some(outcome) = publication.go_on(happening, &**publisher)? {
            self.view.say_published(&outcome);
            self.publication = None;
        }
        Ok(())
    }

    fn tunnel(&self, action: fn(TunnelEvent) -> Action) -> Result<Tunnel, JsValue> {
        let me = self.me.clone();
        Tunnel::open(&self.server().tunnel, move |happening| act(&me, action(happening)))
    }

    /// The one that the reader has chosen.
    fn server(&self) -> &Server {
        &self.servers[self.controls.chosen()]
    }

    fn show_controls(&self) {
        self.controls.show(
            matches!(self.state, State::Idle),
            matches!(self.state, State::Open { .. }),
            matches!(self.state, State::Waiting { .. }),
        );
    }
}

/// `2.4 s`. Whole numbers only: the code that formats floats is large.
fn seconds(milliseconds: f64) -> String {
    let tenths = (milliseconds / 100.0).round().max(0.0) as u32;
    format!("{}.{} s", tenths / 10, tenths % 10)
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
