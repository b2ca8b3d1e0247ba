//! The same stream with `actix_web_lab::sse`.

use actix_web::{HttpRequest, HttpResponse, Responder};
use actix_web_lab::sse::{self, Sse};
use feed::{Delivery, Event, Subscription};
use futures_util::{StreamExt, stream};
use weather::Limits;

// ANCHOR: library
/// What the library decides: the first heartbeat comes at once and reads `: keep-alive`,
/// `Cache-Control` is `no-cache`, `Content-Encoding` is `identity`, and a line end in an event's
/// name or id ends the stream. It doesn't send `X-Accel-Buffering`. Replay, resets and the two
/// goodbyes remain ours.
pub(crate) fn respond(
    subscription: Subscription,
    limits: &Limits,
    request: &HttpRequest,
) -> HttpResponse {
    let events = subscription.at_most(limits.batch).flat_map(|delivery| {
        let (reset, batch) = match delivery {
            Delivery::Events(batch) => (None, Some(batch)),
            Delivery::Gap(gap, batch) => (Some(Event::reset(&gap)), Some(batch)),
            Delivery::End(_) => (None, None),
        };
        let batch = batch.iter().flat_map(|batch| batch.iter().cloned());
        stream::iter(reset.into_iter().chain(batch).map(encode).collect::<Vec<_>>())
    });
    Sse::from_infallible_stream(events)
        .with_keep_alive(limits.heartbeat)
        .with_retry_duration(limits.retry)
        .respond_to(request)
        .map_into_boxed_body()
}

fn encode(event: Event) -> sse::Event {
    let data =
        sse::Data::new(&*event.data).id(event.id.to_string()).event(event.event.into_owned());
    sse::Event::Data(data)
}
// ANCHOR_END: library
