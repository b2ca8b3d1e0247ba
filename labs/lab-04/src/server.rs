//! `GET /chat`: a room, as messages both ways.

use crate::member::Member;
use crate::rooms::Rooms;
use crate::wire::CloseCode;
use crate::{bound, chat, echo};
use actix_web::dev::Server;
use actix_web::http::StatusCode;
use actix_web::middleware::from_fn;
use actix_web::web::{self, Bytes, Data, Payload, Query};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, rt};
use feed::{Delivery, End, Event, Feed, Id, Start};
use futures_util::StreamExt;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use std::io;
use std::net::TcpListener;
use std::time::Duration;
use weather::Limits;

/// Serves the feed on a listener, on two workers.
///
/// Signals are the caller's: before it stops the server it ends the feed, so that rooms end.
///
/// # Errors
/// If the listener can't be used.
pub fn run(listener: TcpListener, feed: Feed, limits: Limits) -> io::Result<Server> {
    let rooms = Rooms::new(&feed, &limits);
    let app = move || {
        // This runs once on each worker. All share one feed and its rooms: they were made outside.
        rt::spawn(feed.hub());
        rt::spawn(rooms.clone().end_with(feed.clone()));
        App::new()
            .app_data(Data::new(feed.clone()))
            .app_data(Data::new(rooms.clone()))
            .app_data(Data::new(limits))
            // HEAD wherever there is GET.
            .wrap(from_fn(host::front))
            .configure(routes)
            .configure(host::routes)
    };
    let server = HttpServer::new(app)
        .workers(2)
        // Messages are small and must go out at once, not when the last one was acknowledged.
        .tcp_nodelay(true)
        // step 6 ▼ hang up at once after the goodbye: the client waits for that
        // step 6 ▲
        .disable_signals()
        // A stopping server waits for open streams. This is for readers too slow to hear the end.
        .shutdown_timeout(1)
        .listen(listener)?
        .run();
    Ok(server)
}

fn routes(config: &mut web::ServiceConfig) {
    // A resource answers other methods by itself: 405, with `Allow`.
    config
        .service(web::resource("/chat").get(chat))
        .service(web::resource("/echo").get(echo))
        .service(web::resource("/").get(page));
}

/// What a client may ask for in the address.
#[derive(Deserialize)]
struct Params {
    /// The last event that it has.
    #[serde(default, deserialize_with = "id_if_any")]
    since: Option<Id>,
    #[serde(default = "Params::weather")]
    room: String,
    #[serde(default = "Params::guest")]
    name: String,
}

/// An empty `since` says no more than none.
fn id_if_any<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Id>, D::Error> {
    match String::deserialize(from)?.as_str() {
        "" => Ok(None),
        id => id.parse().map(Some).map_err(D::Error::custom),
    }
}

impl Params {
    fn weather() -> String {
        "weather".to_owned()
    }

    fn guest() -> String {
        "guest".to_owned()
    }

    /// What is wrong with it, for the person who wrote it.
    fn check(&self) -> Result<(), String> {
        let plain = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-');
        if !(1..=32).contains(&self.room.len()) || !self.room.bytes().all(plain) {
            return Err(format!("room must be 1 to 32 of a-z, 0-9 and -, got {:?}", self.room));
        }
        let length = self.name.chars().count();
        if !(1..=32).contains(&length) || self.name.chars().any(char::is_control) {
            return Err(format!(
                "name must be 1 to 32 characters without controls, got {:?}",
                self.name
            ));
        }
        Ok(())
    }
}

async fn chat(
    rooms: Data<Rooms>,
    limits: Data<Limits>,
    request: HttpRequest,
    params: Query<Params>,
    payload: Payload,
) -> actix_web::Result<HttpResponse> {
    if let Err(detail) = params.check() {
        return Ok(host::problem(StatusCode::BAD_REQUEST, &detail));
    }
    if !allowed_origin(&request) {
        return Ok(foreign());
    }
    // Enter, then count: two who come at the same moment can't both take the last place.
    let Some((room, subscription)) = rooms.enter(&params.room, start(&params)) else {
        return Ok(full());
    };
    if let Some(refusal) = refusal(&rooms, &limits) {
        return Ok(refusal);
    }
    let payload = bound::bounded(&request, payload, most(&limits)).await?;
    // step 2 ▼ upgrade, with the subprotocol chat if it is offered; out: frames; in: a task
    todo!("step 2: upgrade, with the subprotocol chat if it is offered; out: frames; in: a task")
    // step 2 ▲
}

/// Whether the page that asks may. A browser sends its cookies along wherever a page connects to,
/// and CORS isn't asked: this is the only check there is. Who sends no `Origin` is no browser.
fn allowed_origin(request: &HttpRequest) -> bool {
    // step 2 ▼ none, or http:// and 127.0.0.1 or localhost with any port; nothing else
    todo!("step 2: none, or http:// and 127.0.0.1 or localhost with any port; nothing else")
    // step 2 ▲
}

/// What a client gets instead of a connection, if it gets none.
fn refusal(rooms: &Rooms, limits: &Limits) -> Option<HttpResponse> {
    // step 5 ▼ full, when there are more members than limits.waiting
    None
    // step 5 ▲
}

/// Bytes that a frame may announce: one that announces more is refused by its head.
fn most(limits: &Limits) -> usize {
    // step 5 ▼ no more than a message may have
    let _ = limits;
    usize::MAX
    // step 5 ▲
}

/// Out: what the room says, as frames. Each member has a cursor of its own, so waiting for a slow
/// one is waiting for that one alone.
fn frames(delivery: Delivery) -> Bytes {
    match delivery {
        Delivery::Events(batch) => {
            // step 2 ▼ a text frame for each event
            todo!("step 2: a text frame for each event")
            // step 2 ▲
        }
        Delivery::Gap(gap, batch) => {
            // step 5 ▼ say what was missed, then go on
            batch.encode(frame)
            // step 5 ▲
        }
        Delivery::End(why) => last_frame(why),
    }
}

/// An event, as a text message in one frame.
fn frame(event: &Event) -> Bytes {
    host::text_frame(&chat::encode(event))
}

/// Why nothing will come any more.
fn last_frame(why: End) -> Bytes {
    // step 6 ▼ a close frame: normal if the feed is finished, else we are going away
    Bytes::new()
    // step 6 ▲
}

/// Where this client goes on.
fn start(params: &Params) -> Start {
    // step 4 ▼ after since, else with the newest
    Start::Newest
    // step 4 ▲
}

/// The echo, for a test suite and not for pages of other sites.
async fn echo(request: HttpRequest, payload: Payload) -> actix_web::Result<HttpResponse> {
    if request.headers().contains_key("Origin") && !allowed_origin(&request) {
        return Ok(foreign());
    }
    echo::echo(request, payload).await
}

fn foreign() -> HttpResponse {
    host::problem(StatusCode::FORBIDDEN, "pages of other sites may not come in")
}

/// All places are taken, and before the upgrade there is still a status to say so.
fn full() -> HttpResponse {
    HttpResponse::ServiceUnavailable().insert_header(("Retry-After", "5")).finish()
}

/// The room as a browser shows it.
async fn page() -> HttpResponse {
    HttpResponse::Ok().content_type("text/html; charset=utf-8").body(include_str!("page.html"))
}
