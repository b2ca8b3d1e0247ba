//! `GET /long-polling`: the weather, as answers that are held back until there is some.

use crate::wire::{self, Answer};
use actix_web::dev::Server;
use actix_web::http::StatusCode;
use actix_web::middleware::{DefaultHeaders, from_fn};
use actix_web::web::{self, Data};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, rt};
use feed::{Batch, Feed, Gap, Id};
use std::io;
use std::net::TcpListener;
use std::time::Duration;
use tokio::select;
use tokio::sync::Semaphore;
use tokio::time::timeout;
use weather::Limits;

/// Serves the feed on a listener, on two workers.
///
/// Signals are the caller's: before it stops the server it ends the feed, so that nobody waits on.
///
/// # Errors
/// If the listener can't be used.
pub fn run(listener: TcpListener, feed: Feed, limits: Limits) -> io::Result<Server> {
    let seats = Data::new(Semaphore::new(limits.waiting.min(Semaphore::MAX_PERMITS)));
    let app = move || {
        // This runs once on each worker. All share one feed: it was made outside.
        rt::spawn(feed.hub());
        App::new()
            // step 3 ▼ Cache-Control: no-store on every answer, whichever it is
            // step 3 ▲
            .app_data(Data::new(feed.clone()))
            .app_data(Data::new(limits))
            .app_data(seats.clone())
            // HEAD wherever there is GET.
            .wrap(from_fn(host::front))
            .configure(routes)
            .configure(host::routes)
    };
    let server = HttpServer::new(app)
        .workers(2)
        // Answers are small and must go out at once, not when the last one was acknowledged.
        .tcp_nodelay(true)
        // step 6 ▼ a client that closed its side is gone: don't keep its seat
        // step 6 ▲
        .disable_signals()
        // A stopping server lets open requests finish. This is for clients too slow to read.
        .shutdown_timeout(1)
        .listen(listener)?
        .run();
    Ok(server)
}

fn routes(config: &mut web::ServiceConfig) {
    // A resource answers other methods by itself: 405, with `Allow`.
    config
        .service(web::resource("/long-polling").get(long_polling))
        .service(web::resource("/").get(page));
}

async fn long_polling(
    feed: Data<Feed>,
    seats: Data<Semaphore>,
    limits: Data<Limits>,
    request: HttpRequest,
) -> HttpResponse {
    let params = match wire::parse_params(request.query_string(), limits.batch) {
        Ok(params) => params,
        Err(detail) => return host::problem(StatusCode::BAD_REQUEST, &detail),
    };
    let cursor = params.since.unwrap_or_else(|| newcomer(&feed));
    match feed.since(cursor, params.limit) {
        Ok(events) if events.is_empty() && !params.wait.is_zero() => {}
        found => return answer(found),
    }
    // step 5 ▼ from here to the end a seat is needed; if none is free, the answer is `full()`
    // step 5 ▲
    hold(&feed, cursor, params.wait).await;
    answer(feed.since(cursor, params.limit))
}

/// What was found after a cursor, as an answer.
fn answer(found: Result<Batch, Gap>) -> HttpResponse {
    let Answer { status, body } = match found {
        Ok(events) => wire::answer(&events),
        Err(gap) => wire::gone(&gap),
    };
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let media_type = match status.is_success() {
        true => "application/json",
        false => "application/problem+json",
    };
    match body.is_empty() {
        true => HttpResponse::build(status).finish(),
        false => HttpResponse::build(status).content_type(media_type).body(body),
    }
}

/// Waits until there is a reason to answer, but not longer than `wait`.
async fn hold(feed: &Feed, cursor: Id, wait: Duration) {
    // step 3 ▼ when the time is over, stop waiting
    newer_or_end(feed, cursor).await;
    // step 3 ▲
}

/// Waits until there is an event after `cursor`, or until the server is about to stop: it ends its
/// feed for no other reason.
async fn newer_or_end(feed: &Feed, cursor: Id) {
    // step 6 ▼ whichever comes first: news, or the feed's end
    newer(feed, cursor).await;
    // step 6 ▲
}

/// Waits until there is an event after `cursor`.
pub(crate) async fn newer(feed: &Feed, cursor: Id) {
    // step 2 ▼ wait until the newest id is greater than the cursor
    todo!("step 2: wait until the newest id is greater than the cursor")
    // step 2 ▲
}

/// The cursor of a client that has none: so that it gets the newest event, then what comes.
fn newcomer(feed: &Feed) -> Id {
    // step 4 ▼ the one before the newest
    0
    // step 4 ▲
}

/// All seats are taken: come back in a second.
fn full() -> HttpResponse {
    // step 5 ▼ 503, and Retry-After in seconds
    HttpResponse::InternalServerError().finish()
    // step 5 ▲
}

/// The loop as a page has it.
async fn page() -> HttpResponse {
    HttpResponse::Ok().content_type("text/html; charset=utf-8").body(include_str!("page.html"))
}
