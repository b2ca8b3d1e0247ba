//! `GET /api/v1/live-data`: the weather, as a stream of events.

use crate::{library, wire};
use actix_web::dev::Server;
use actix_web::middleware::from_fn;
use actix_web::web::{self, Bytes, Data, Query};
use actix_web::{App, HttpRequest, HttpResponse, HttpResponseBuilder, HttpServer, rt};
use feed::{Delivery, Event, Feed, Id, Start, Subscription};
use futures_util::{Stream, StreamExt, stream};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use std::convert::Infallible;
use std::future::ready;
use std::io;
use std::net::TcpListener;
use std::time::Duration;
use tokio::time::timeout;
use weather::Limits;

/// Serves the feed on a listener, on two workers.
///
/// Signals are the caller's: before it stops the server it ends the feed, so that streams end.
///
/// # Errors
/// If the listener can't be used.
pub fn run(listener: TcpListener, feed: Feed, limits: Limits) -> io::Result<Server> {
    let app = move || {
        // This runs once on each worker. All share one feed: it was made outside.
        rt::spawn(feed.hub());
        App::new()
            .app_data(Data::new(feed.clone()))
            .app_data(Data::new(limits))
            // HEAD wherever there is GET.
            .wrap(from_fn(host::front))
            .configure(routes)
            .configure(host::routes)
    };
    let server = HttpServer::new(app)
        .workers(2)
        // Events are small and must go out at once, not when the last one was acknowledged.
        .tcp_nodelay(true)
        // step 6 ▼ a reader that closed its side is gone: don't keep its stream
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
        .service(web::resource("/api/v1/live-data").get(live_data))
        .service(web::resource("/api/v1/live-data-by-library").get(live_data_by_library))
        .service(web::resource("/").get(page));
}

/// What a client may ask for in the address.
#[derive(Deserialize)]
struct Params {
    /// The last event that it has. `EventSource` sends no header when a page opens: a page that
    /// knows where it was says so here.
    #[serde(default, deserialize_with = "id_if_any")]
    since: Option<Id>,
}

/// An empty `since` says no more than none.
fn id_if_any<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Id>, D::Error> {
    match String::deserialize(from)?.as_str() {
        "" => Ok(None),
        id => id.parse().map(Some).map_err(D::Error::custom),
    }
}

async fn live_data(
    feed: Data<Feed>,
    limits: Data<Limits>,
    request: HttpRequest,
    params: Query<Params>,
) -> HttpResponse {
    // Subscribe, then count: two who come at the same moment can't both take the last place.
    let subscription = feed.subscribe(start(&request, &params)).at_most(limits.batch);
    match refusal(&feed, &limits) {
        Some(refusal) => refusal,
        None => head().streaming(body(subscription, **limits)),
    }
}

/// As [`live_data`], with the library.
async fn live_data_by_library(
    feed: Data<Feed>,
    limits: Data<Limits>,
    request: HttpRequest,
    params: Query<Params>,
) -> HttpResponse {
    let subscription = feed.subscribe(start(&request, &params));
    let refusal = refusal(&feed, &limits);
    refusal.unwrap_or_else(|| library::respond(subscription, &limits, &request))
}

/// What a client gets instead of a stream, if it gets none.
fn refusal(feed: &Feed, limits: &Limits) -> Option<HttpResponse> {
    // step 6 ▼ nothing will ever come: tell the client to stop asking
    // step 6 ▲
    (feed.subscribers() > limits.waiting).then(full)
}

/// The head of an event stream. A browser looks at the status and the type before anything else,
/// and gives up for good if one of them is wrong.
fn head() -> HttpResponseBuilder {
    // step 2 ▼ status 200, the media type; no cache may store it, no proxy hold it back
    todo!("step 2: status 200, the media type; no cache may store it, no proxy hold it back")
    // step 2 ▲
}

/// The body: one piece after the other, each of them a chunk, for as long as there are any.
fn body(
    subscription: Subscription,
    limits: Limits,
) -> impl Stream<Item = Result<Bytes, Infallible>> {
    let pieces = stream::unfold(subscription, move |mut subscription| async move {
        let bytes = or_heartbeat(limits.heartbeat, next_bytes(&mut subscription)).await?;
        Some((bytes, subscription))
    });
    stream::once(ready(retry(&limits))).chain(pieces).map(Ok)
}

/// The first words of a stream: how long to wait before coming back, should it break.
fn retry(limits: &Limits) -> Bytes {
    // step 6 ▼ milliseconds, and an empty line
    Bytes::new()
    // step 6 ▲
}

/// The next piece, or after `every` without one a comment: readers skip it, and every proxy on the
/// way sees that the connection is alive.
async fn or_heartbeat(every: Duration, next: impl Future<Output = Option<Bytes>>) -> Option<Bytes> {
    // step 3 ▼ when the time is over, a comment instead
    next.await
    // step 3 ▲
}

/// The next piece of the body, or `None` when it ends.
async fn next_bytes(subscription: &mut Subscription) -> Option<Bytes> {
    match subscription.next().await {
        Some(Delivery::Events(batch)) => {
            // step 2 ▼ the events, encoded
            todo!("step 2: the events, encoded")
            // step 2 ▲
        }
        Some(Delivery::Gap(gap, batch)) => {
            // step 5 ▼ say what was missed, then go on
            Some(batch.encode(wire::encode))
            // step 5 ▲
        }
        Some(Delivery::End(_)) => {
            // step 6 ▼ end the body
            todo!("step 6: end the body")
            // step 6 ▲
        }
        None => None,
    }
}

/// Where this client's stream starts.
///
/// A reconnect repeats the old address and adds the header, so the header is the newer of the two.
/// A value that can't be read is a gap and no error: any status but 200 would silence the browser,
/// and nobody could tell it why. An empty one is no value: its sender has had no id.
fn start(request: &HttpRequest, params: &Params) -> Start {
    // step 4 ▼ after Last-Event-ID, else after since, else with the newest
    Start::Newest
    // step 4 ▲
}

/// All places are taken. An `EventSource` understands only one polite "later": a stream that says
/// when to come back, and ends. A 503 would stop it for good.
fn full() -> HttpResponse {
    // step 5 ▼ a stream that says retry: 5000 and ends
    HttpResponse::ServiceUnavailable().insert_header(("Retry-After", "5")).finish()
    // step 5 ▲
}

/// The stream as a browser shows it.
async fn page() -> HttpResponse {
    HttpResponse::Ok().content_type("text/html; charset=utf-8").body(include_str!("page.html"))
}
