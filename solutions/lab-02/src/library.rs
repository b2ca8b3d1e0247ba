//! The same stream with `actix_web_lab::respond::NdJson`.

use actix_web::{HttpRequest, HttpResponse, Responder};
use actix_web_lab::respond::NdJson;
use feed::{Delivery, Event, Subscription};
use futures_util::{StreamExt, stream};
use weather::Limits;

// ANCHOR: library
/// What the library decides: the media type, a chunk for each event, and that there is nothing but
/// JSON in the stream, so no empty line as a heartbeat. Replay, resets and the end remain ours.
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
        stream::iter(reset.into_iter().chain(batch).collect::<Vec<_>>())
    });
    NdJson::new_infallible(events).into_responder().respond_to(request).map_into_boxed_body()
}
// ANCHOR_END: library
