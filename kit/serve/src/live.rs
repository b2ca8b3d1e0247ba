//! `/-/live`: tells open pages what changed.
//!
//! A WebSocket and not server-sent events, though only the server speaks: a browser opens at most
//! six HTTP/1.1 connections to a host, so with six tabs of the book a seventh would wait for ever.
//! WebSockets don't count towards those six.

use actix_web::{HttpRequest, HttpResponse, web};
use actix_ws::{Message, MessageStream, Session};
use serde_json::json;
use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard};
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;
use tools::lock::lock;

/// Messages that wait for a page that is slow; one that missed some is told to reload.
const WAITING: usize = 32;

/// What the pages' scripts know to reload for.
const RELOAD: &str = "reload";

/// What a page can wait for after it is up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    Book,
    Snippets,
    Widgets,
    Reference,
}

impl Part {
    fn name(self) -> &'static str {
        match self {
            Part::Book => "book",
            Part::Snippets => "snippets",
            Part::Widgets => "widgets",
            Part::Reference => "reference",
        }
    }
}

/// Sends to all open pages, and remembers what a page that comes later must know.
pub struct Live {
    pages: broadcast::Sender<String>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    ready: BTreeSet<Part>,
    errors: Vec<(Part, String)>,
}

impl Default for Live {
    fn default() -> Live {
        Live { pages: broadcast::channel(WAITING).0, state: Mutex::default() }
    }
}

impl Live {
    /// There is a new book.
    pub fn reload(&self) {
        self.send(RELOAD.to_owned());
    }

    /// A part of the page is there now.
    pub fn ready(&self, part: Part) {
        let mut state = self.state();
        state.ready.insert(part);
        self.send(ready(part));
    }

    /// A part can't be built; the last good one stays up.
    pub fn error(&self, part: Part, text: &str) {
        let mut state = self.state();
        state.errors.retain(|(other, _)| *other != part);
        state.errors.push((part, text.to_owned()));
        error(&state).into_iter().for_each(|message| self.send(message));
    }

    /// A part could be built. Says so to the pages if it couldn't before.
    pub fn fixed(&self, part: Part) {
        let mut state = self.state();
        let before = state.errors.len();
        state.errors.retain(|(other, _)| *other != part);
        if state.errors.len() < before {
            let rest = error(&state).unwrap_or_else(|| json!({ "kind": "fixed" }).to_string());
            self.send(rest);
        }
    }

    /// Never waits, so what tells of the state is sent while it is locked: in the order of changes.
    fn send(&self, message: String) {
        // An error means that no page is open.
        let _ = self.pages.send(message);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }

    /// What a new page must know, and what comes after that.
    fn subscribe(&self) -> (Vec<String>, broadcast::Receiver<String>) {
        let state = self.state();
        let known = state.ready.iter().copied().map(ready).chain(error(&state)).collect();
        (known, self.pages.subscribe())
    }
}

fn ready(part: Part) -> String {
    json!({ "kind": "ready", "what": part.name() }).to_string()
}

fn error(state: &State) -> Option<String> {
    let texts: Vec<&str> = state.errors.iter().map(|(_, text)| text.as_str()).collect();
    (!texts.is_empty()).then(|| json!({ "kind": "error", "text": texts.join("\n\n") }).to_string())
}

/// Upgrades to a WebSocket and hands on what [`Live`] says.
pub async fn connect(
    request: HttpRequest,
    body: web::Payload,
    live: web::Data<Live>,
) -> actix_web::Result<HttpResponse> {
    let (response, session, messages) = actix_ws::handle(&request, body)?;
    let (known, news) = live.subscribe();
    actix_web::rt::spawn(async move {
        let closing = session.clone();
        tokio::select! {
            () = tell(session.clone(), known, news) => {}
            () = until_closed(session, messages) => {}
        }
        let _ = closing.close(None).await;
    });
    Ok(response)
}

async fn tell(mut page: Session, known: Vec<String>, mut news: broadcast::Receiver<String>) {
    for message in known {
        if page.text(message).await.is_err() {
            return;
        }
    }
    loop {
        let message = match news.recv().await {
            Ok(message) => message,
            Err(RecvError::Lagged(_)) => RELOAD.to_owned(),
            Err(RecvError::Closed) => return,
        };
        if page.text(message).await.is_err() {
            return;
        }
    }
}

/// Pages have nothing to say here; reading notices that one is gone.
async fn until_closed(mut page: Session, mut messages: MessageStream) {
    while let Some(Ok(message)) = messages.recv().await {
        match message {
            Message::Ping(data) if page.pong(&data).await.is_ok() => {}
            Message::Ping(_) | Message::Close(_) => return,
            _ => {}
        }
    }
}
