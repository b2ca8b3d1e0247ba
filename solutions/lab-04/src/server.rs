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

// ANCHOR: run
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
        // ANCHOR: step_6_hang_up
        // ANCHOR: gone_6 hang up at once after the goodbye: the client waits for that
        // By default the server waits a second for the client to hang up first.
        .client_disconnect_timeout(Duration::ZERO)
        // ANCHOR_END: gone_6
        // ANCHOR_END: step_6_hang_up
        .disable_signals()
        // A stopping server waits for open streams. This is for readers too slow to hear the end.
        .shutdown_timeout(1)
        .listen(listener)?
        .run();
    Ok(server)
}
// ANCHOR_END: run

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

// ANCHOR: chat
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
    // ANCHOR: step_2_upgrade
    // ANCHOR: todo_2 upgrade, with the subprotocol chat if it is offered; out: frames; in: a task
    let (response, session, stream) =
        actix_ws::handle_with_protocols(&request, payload, &["chat"])?;
    let out = subscription.at_most(limits.batch).map(frames);
    let (response, out) = host::with_frames(response, out);
    let member = Member { room, name: params.into_inner().name, limits };
    rt::spawn(member.stay(out, session, stream));
    Ok(response)
    // ANCHOR_END: todo_2
    // ANCHOR_END: step_2_upgrade
}
// ANCHOR_END: chat

// ANCHOR: step_2_allowed_origin
/// Whether the page that asks may. A browser sends its cookies along wherever a page connects to,
/// and CORS isn't asked: this is the only check there is. Who sends no `Origin` is no browser.
fn allowed_origin(request: &HttpRequest) -> bool {
    // ANCHOR: todo_2 none, or http:// and 127.0.0.1 or localhost with any port; nothing else
    let Some(origin) = request.headers().get("Origin") else { return true };
    let Ok(origin) = origin.to_str() else { return false };
    let Some(address) = origin.strip_prefix("http://") else { return false };
    let (host, port) = address.split_once(':').unwrap_or((address, "80"));
    ["127.0.0.1", "localhost"].contains(&host) && port.parse::<u16>().is_ok()
    // ANCHOR_END: todo_2
}
// ANCHOR_END: step_2_allowed_origin

// ANCHOR: step_5_refusal
/// What a client gets instead of a connection, if it gets none.
fn refusal(rooms: &Rooms, limits: &Limits) -> Option<HttpResponse> {
    // ANCHOR: naive_5 full, when there are more members than limits.waiting
    //~ None
    (rooms.members() > limits.waiting).then(full)
    // ANCHOR_END: naive_5
}
// ANCHOR_END: step_5_refusal

// ANCHOR: step_5_most
/// Bytes that a frame may announce: one that announces more is refused by its head.
fn most(limits: &Limits) -> usize {
    // ANCHOR: naive_5 no more than a message may have
    //~ let _ = limits;
    //~ usize::MAX
    limits.message
    // ANCHOR_END: naive_5
}
// ANCHOR_END: step_5_most

// ANCHOR: frames
/// Out: what the room says, as frames. Each member has a cursor of its own, so waiting for a slow
/// one is waiting for that one alone.
fn frames(delivery: Delivery) -> Bytes {
    match delivery {
        // ANCHOR: step_2_events
        Delivery::Events(batch) => {
            // ANCHOR: todo_2 a text frame for each event
            batch.encode(frame)
            // ANCHOR_END: todo_2
        }
        // ANCHOR_END: step_2_events
        // ANCHOR: step_5_gap
        Delivery::Gap(gap, batch) => {
            // ANCHOR: naive_5 say what was missed, then go on
            //~ batch.encode(frame)
            let reset = frame(&Event::reset(&gap));
            [reset, batch.encode(frame)].concat().into()
            // ANCHOR_END: naive_5
        }
        // ANCHOR_END: step_5_gap
        Delivery::End(why) => last_frame(why),
    }
}

/// An event, as a text message in one frame.
fn frame(event: &Event) -> Bytes {
    host::text_frame(&chat::encode(event))
}
// ANCHOR_END: frames

// ANCHOR: step_6_end
/// Why nothing will come any more.
fn last_frame(why: End) -> Bytes {
    // ANCHOR: naive_6 a close frame: normal if the feed is finished, else we are going away
    //~ Bytes::new()
    let code = match why {
        End::Finished => CloseCode::NORMAL,
        End::Shutdown | End::Limit => CloseCode::GOING_AWAY,
    };
    host::close_frame(code.0)
    // ANCHOR_END: naive_6
}
// ANCHOR_END: step_6_end

// ANCHOR: step_4_start
/// Where this client goes on.
fn start(params: &Params) -> Start {
    // ANCHOR: naive_4 after since, else with the newest
    //~ Start::Newest
    params.since.map_or(Start::Newest, Start::After)
    // ANCHOR_END: naive_4
}
// ANCHOR_END: step_4_start

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
