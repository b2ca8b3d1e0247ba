//! `GET /latest`: the weather, for whoever asks.

use crate::log::Log;
use crate::wire;
use actix_web::dev::Server;
use actix_web::http::StatusCode;
use actix_web::middleware::from_fn;
use actix_web::web::{self, Data, Json, Query};
use actix_web::{App, HttpRequest, HttpResponse, HttpResponseBuilder, HttpServer, rt};
use feed::{Delivery, Event, Feed, Gap, Id, Start};
use serde::Deserialize;
use serde_json::json;
use std::io;
use std::net::TcpListener;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use weather::{Limits, Report};

/// Serves a new log, to which the weather of `feed` is published.
///
/// # Errors
/// If the listener can't be used.
pub fn run(listener: TcpListener, feed: Feed, limits: Limits) -> io::Result<Server> {
    let log = Arc::new(Mutex::new(Log::new(limits.capacity)));
    rt::spawn(record(feed, log.clone()));
    serve(listener, log, limits)
}

// ANCHOR: serve
/// Serves a log on a listener, on two workers.
///
/// # Errors
/// If the listener can't be used.
pub fn serve(listener: TcpListener, log: Arc<Mutex<Log>>, limits: Limits) -> io::Result<Server> {
    let app = move || {
        // This runs once on each worker. All share one log: it was made outside.
        App::new()
            .app_data(Data::from(log.clone()))
            .app_data(Data::new(limits))
            // HEAD wherever there is GET.
            .wrap(from_fn(host::front))
            .configure(routes)
            .configure(host::errors)
    };
    let server = HttpServer::new(app)
        .workers(2)
        // Longer than clients wait between two polls: a new connection costs more than a poll.
        .keep_alive(Duration::from_secs(75))
        .disable_signals()
        .shutdown_timeout(1)
        .listen(listener)?
        .run();
    Ok(server)
}
// ANCHOR_END: serve

fn routes(config: &mut web::ServiceConfig) {
    // A resource answers other methods by itself: 405, with `Allow`.
    config
        .service(web::resource("/latest").get(latest))
        .service(web::resource("/publish").post(publish))
        .service(web::resource("/stats").get(stats))
        .service(web::resource("/").get(page));
}

/// What a client may ask for in the address.
#[derive(Deserialize)]
struct Params {
    /// The last event that it has. Without it, it wants the newest and no other.
    since: Option<Id>,
    /// How many events it takes at once.
    limit: Option<usize>,
}

// ANCHOR: latest
async fn latest(
    log: Data<Mutex<Log>>,
    limits: Data<Limits>,
    request: HttpRequest,
    params: Query<Params>,
) -> HttpResponse {
    let limit = params.limit.unwrap_or(limits.batch);
    if !(1..=limits.batch).contains(&limit) {
        let detail = format!("limit must be 1 to {}, got {limit}", limits.batch);
        return host::problem(StatusCode::BAD_REQUEST, &detail);
    }
    let log = lock(&log);
    let events = match params.since {
        None => Ok(log.events().last().cloned().into_iter().collect()),
        Some(cursor) => log.since(cursor, limit),
    };
    match events {
        Err(gap) => gone(&gap),
        Ok(events) => match not_modified(&request, log.newest()) {
            Some(not_modified) => not_modified,
            None => found(events, log.newest()),
        },
    }
}
// ANCHOR_END: latest

// ANCHOR: step_2_found
/// What there is for the client.
fn found(events: Vec<Event>, newest: Id) -> HttpResponse {
    // ANCHOR: todo_2 200 with the answer as JSON; 204 when there are no events
    if events.is_empty() {
        return head(StatusCode::NO_CONTENT, newest).finish();
    }
    head(StatusCode::OK, newest).json(wire::answer(events, newest))
    // ANCHOR_END: todo_2
}
// ANCHOR_END: step_2_found

// ANCHOR: step_3_head
/// The head of an answer that a cache may keep, but not give again without asking us. The tag is
/// what it asks with.
fn head(status: StatusCode, newest: Id) -> HttpResponseBuilder {
    let mut head = HttpResponse::build(status);
    // ANCHOR: gone_3 Cache-Control: no-cache, and the ETag of this state
    head.insert_header(("Cache-Control", "no-cache")).insert_header(("ETag", wire::etag(newest)));
    // ANCHOR_END: gone_3
    head
}
// ANCHOR_END: step_3_head

// ANCHOR: step_3_not_modified
/// A 304, if the client has named the state that the log is in.
fn not_modified(request: &HttpRequest, newest: Id) -> Option<HttpResponse> {
    // ANCHOR: naive_3 a 304 if one of the If-None-Match fields matches
    //~ None
    let mut known = request.headers().get_all("If-None-Match").filter_map(|it| it.to_str().ok());
    let matches = known.any(|known| wire::matches(known, &wire::etag(newest)));
    matches.then(|| head(StatusCode::NOT_MODIFIED, newest).finish())
    // ANCHOR_END: naive_3
}
// ANCHOR_END: step_3_not_modified

// ANCHOR: step_4_gone
/// Tells a client that it has missed something, and from where it can go on.
fn gone(gap: &Gap) -> HttpResponse {
    // ANCHOR: naive_4 410, and a problem that names the oldest and the newest id
    //~ HttpResponse::NoContent().finish()
    let missed = gap.missed.map_or("unknown".to_owned(), |count| count.to_string());
    let problem = json!({
        "title": "Gone",
        "status": 410,
        "detail": format!("events missed: {missed}"),
        "oldest": gap.oldest,
        "newest": gap.newest,
    });
    HttpResponse::Gone()
        .content_type("application/problem+json")
        .insert_header(("Cache-Control", "no-cache"))
        .body(problem.to_string())
    // ANCHOR_END: naive_4
}
// ANCHOR_END: step_4_gone

/// `POST /publish`: a report becomes an event.
async fn publish(log: Data<Mutex<Log>>, report: Json<Report>) -> HttpResponse {
    match report.check() {
        Ok(()) => {
            HttpResponse::Created().json(json!({ "id": lock(&log).publish(report.to_string()) }))
        }
        Err(bad) => host::problem(StatusCode::BAD_REQUEST, &bad.to_string()),
    }
}

/// `GET /stats`: what tests and people want to know about a running server.
async fn stats(log: Data<Mutex<Log>>, limits: Data<Limits>) -> HttpResponse {
    let log = lock(&log);
    HttpResponse::Ok().json(json!({
        "newest": log.newest(),
        "oldest": log.oldest(),
        // Who polls is a stranger again as soon as the answer is out.
        "subscribers": 0,
        "limits": **limits,
    }))
}

/// The weather as a browser shows it.
async fn page() -> HttpResponse {
    HttpResponse::Ok().content_type("text/html; charset=utf-8").body(include_str!("page.html"))
}

/// Publishes the weather, as it comes, until it ends.
async fn record(feed: Feed, log: Arc<Mutex<Log>>) {
    let mut weather = feed.subscribe(Start::After(0));
    while let Some(Delivery::Events(batch) | Delivery::Gap(_, batch)) = weather.next().await {
        for event in batch.iter() {
            lock(&log).publish(event.data.clone());
        }
    }
}

/// The log, for as long as this request needs it. A panic in another request doesn't spoil it.
fn lock(log: &Mutex<Log>) -> MutexGuard<'_, Log> {
    log.lock().unwrap_or_else(PoisonError::into_inner)
}
