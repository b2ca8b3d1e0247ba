//! `GET /stream`: the weather, as lines of JSON in a body that doesn't end.

use crate::{library, wire};
use actix_web::dev::Server;
use actix_web::middleware::{Compress, from_fn};
use actix_web::web::{self, Bytes, Data, Query};
use actix_web::{App, HttpRequest, HttpResponse, HttpResponseBuilder, HttpServer, rt};
use feed::{Delivery, Event, Feed, Id, Start, Subscription};
use futures_util::{Stream, StreamExt, stream};
use serde::Deserialize;
use std::convert::Infallible;
use std::io;
use std::net::TcpListener;
use std::time::Duration;
use tokio::time::{sleep, timeout};
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
        // For those who ask for gzip. It passes on what it has whenever the stream pauses.
        .service(web::resource("/stream").wrap(Compress::default()).get(stream))
        .service(
            web::resource("/stream-by-library").wrap(Compress::default()).get(stream_by_library),
        )
        .service(web::resource("/").get(page));
}

/// What a client may ask for in the address.
#[derive(Deserialize)]
struct Params {
    /// The last event that it has.
    since: Option<Id>,
}

async fn stream(feed: Data<Feed>, limits: Data<Limits>, params: Query<Params>) -> HttpResponse {
    // Subscribe, then count: two who come at the same moment can't both take the last place.
    let subscription = feed.subscribe(start(&params)).at_most(limits.batch);
    match refusal(&feed, &limits) {
        Some(refusal) => refusal,
        None => head().streaming(body(limited(subscription, &limits), **limits)),
    }
}

/// As [`stream`], with the library.
async fn stream_by_library(
    feed: Data<Feed>,
    limits: Data<Limits>,
    request: HttpRequest,
    params: Query<Params>,
) -> HttpResponse {
    let subscription = feed.subscribe(start(&params));
    let refusal = refusal(&feed, &limits);
    refusal.unwrap_or_else(|| library::respond(subscription, &limits, &request))
}

/// What a client gets instead of a stream, if it gets none.
fn refusal(feed: &Feed, limits: &Limits) -> Option<HttpResponse> {
    (feed.subscribers() > limits.waiting).then(full)
}

/// The head of a stream. Nothing in it speaks of chunks: how the body is framed is the library's
/// business, and differs between HTTP/1.1 and HTTP/2.
fn head() -> HttpResponseBuilder {
    // step 2 ▼ status 200, the media type; nobody may store it, hold it back, or guess its type
    todo!(
        "step 2: status 200, the media type; nobody may store it, hold it back, or guess its type"
    )
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
    pieces.map(Ok)
}

/// A stream lasts so long and no longer: then its reader comes back, perhaps to another server.
fn limited(subscription: Subscription, limits: &Limits) -> Subscription {
    // step 6 ▼ until the time is over
    subscription
    // step 6 ▲
}

/// The next piece, or after `every` without one an empty line: readers skip it, and every proxy on
/// the way sees that the connection is alive.
async fn or_heartbeat(every: Duration, next: impl Future<Output = Option<Bytes>>) -> Option<Bytes> {
    // step 3 ▼ when the time is over, an empty line instead
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
        Some(Delivery::End(why)) => {
            // step 6 ▼ the last line: where the reader is, and why it ends here
            None
            // step 6 ▲
        }
        None => None,
    }
}

/// Where this client's stream starts.
fn start(params: &Params) -> Start {
    // step 4 ▼ after since, else with the newest
    Start::Newest
    // step 4 ▲
}

/// All places are taken. The status hasn't been sent yet, so it can say so, and when to come back.
fn full() -> HttpResponse {
    // step 5 ▼ the status that says "later", and after how many seconds
    HttpResponse::InternalServerError().finish()
    // step 5 ▲
}

/// The stream as a page shows it.
async fn page() -> HttpResponse {
    HttpResponse::Ok().content_type("text/html; charset=utf-8").body(include_str!("page.html"))
}
