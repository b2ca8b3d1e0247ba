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

// ANCHOR: run
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
        // ANCHOR: step_6_half_closed
        // ANCHOR: gone_6 a reader that closed its side is gone: don't keep its stream
        // By default a reader that says goodbye politely keeps its stream, as long as it is silent.
        .h1_allow_half_closed(false)
        // ANCHOR_END: gone_6
        // ANCHOR_END: step_6_half_closed
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

// ANCHOR: stream
async fn stream(feed: Data<Feed>, limits: Data<Limits>, params: Query<Params>) -> HttpResponse {
    // Subscribe, then count: two who come at the same moment can't both take the last place.
    let subscription = feed.subscribe(start(&params)).at_most(limits.batch);
    match refusal(&feed, &limits) {
        Some(refusal) => refusal,
        None => head().streaming(body(limited(subscription, &limits), **limits)),
    }
}
// ANCHOR_END: stream

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

// ANCHOR: refusal
/// What a client gets instead of a stream, if it gets none.
fn refusal(feed: &Feed, limits: &Limits) -> Option<HttpResponse> {
    (feed.subscribers() > limits.waiting).then(full)
}
// ANCHOR_END: refusal

// ANCHOR: step_2_head
/// The head of a stream. Nothing in it speaks of chunks: how the body is framed is the library's
/// business, and differs between HTTP/1.1 and HTTP/2.
fn head() -> HttpResponseBuilder {
    // ANCHOR: todo_2 status 200, the media type; nobody may store it, hold it back, or guess its type
    let mut head = HttpResponse::Ok();
    head.content_type("application/x-ndjson")
        .insert_header(("Cache-Control", "no-store"))
        .insert_header(("X-Accel-Buffering", "no"))
        .insert_header(("X-Content-Type-Options", "nosniff"));
    head
    // ANCHOR_END: todo_2
}
// ANCHOR_END: step_2_head

// ANCHOR: body
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
// ANCHOR_END: body

// ANCHOR: step_6_limited
/// A stream lasts so long and no longer: then its reader comes back, perhaps to another server.
fn limited(subscription: Subscription, limits: &Limits) -> Subscription {
    // ANCHOR: naive_6 until the time is over
    //~ subscription
    subscription.until(sleep(limits.stream))
    // ANCHOR_END: naive_6
}
// ANCHOR_END: step_6_limited

// ANCHOR: step_3_or_heartbeat
/// The next piece, or after `every` without one an empty line: readers skip it, and every proxy on
/// the way sees that the connection is alive.
async fn or_heartbeat(every: Duration, next: impl Future<Output = Option<Bytes>>) -> Option<Bytes> {
    // ANCHOR: naive_3 when the time is over, an empty line instead
    //~ next.await
    timeout(every, next).await.unwrap_or(Some(Bytes::from_static(b"\n")))
    // ANCHOR_END: naive_3
}
// ANCHOR_END: step_3_or_heartbeat

// ANCHOR: next_bytes
/// The next piece of the body, or `None` when it ends.
async fn next_bytes(subscription: &mut Subscription) -> Option<Bytes> {
    match subscription.next().await {
        // ANCHOR: step_2_events
        Some(Delivery::Events(batch)) => {
            // ANCHOR: todo_2 the events, encoded
            Some(batch.encode(wire::encode))
            // ANCHOR_END: todo_2
        }
        // ANCHOR_END: step_2_events
        // ANCHOR: step_5_gap
        Some(Delivery::Gap(gap, batch)) => {
            // ANCHOR: naive_5 say what was missed, then go on
            //~ Some(batch.encode(wire::encode))
            let reset = wire::encode(&Event::reset(&gap));
            Some([reset.as_bytes(), &batch.encode(wire::encode)].concat().into())
            // ANCHOR_END: naive_5
        }
        // ANCHOR_END: step_5_gap
        // ANCHOR: step_6_end
        Some(Delivery::End(why)) => {
            // ANCHOR: naive_6 the last line: where the reader is, and why it ends here
            //~ None
            Some(wire::encode(&Event::end(subscription.cursor(), why)).into())
            // ANCHOR_END: naive_6
        }
        // ANCHOR_END: step_6_end
        None => None,
    }
}
// ANCHOR_END: next_bytes

// ANCHOR: step_4_start
/// Where this client's stream starts.
fn start(params: &Params) -> Start {
    // ANCHOR: naive_4 after since, else with the newest
    //~ Start::Newest
    match params.since {
        Some(id) => Start::After(id),
        None => Start::Newest,
    }
    // ANCHOR_END: naive_4
}
// ANCHOR_END: step_4_start

// ANCHOR: step_5_full
/// All places are taken. The status hasn't been sent yet, so it can say so, and when to come back.
fn full() -> HttpResponse {
    // ANCHOR: naive_5 the status that says "later", and after how many seconds
    //~ HttpResponse::InternalServerError().finish()
    HttpResponse::ServiceUnavailable().insert_header(("Retry-After", "5")).finish()
    // ANCHOR_END: naive_5
}
// ANCHOR_END: step_5_full

/// The stream as a page shows it.
async fn page() -> HttpResponse {
    HttpResponse::Ok().content_type("text/html; charset=utf-8").body(include_str!("page.html"))
}
