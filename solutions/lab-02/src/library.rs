//! The same stream with `actix_web_lab::respond::NdJson`.

use crate::server::{Ask, refusal, start};
use actix_web::web::{Data, Query};
use actix_web::{HttpRequest, HttpResponse, Responder};
use actix_web_lab::respond::NdJson;
use feed::{Delivery, Event, Feed};
use futures_util::{StreamExt, stream};
use weather::Limits;

// ANCHOR: library
/// What the library decides: the media type, a chunk for each event, and that there is nothing but
/// JSON in the stream, so no empty line as a heartbeat. Replay, resets and the end remain ours.
pub(crate) async fn stream(
    feed: Data<Feed>,
    limits: Data<Limits>,
    request: HttpRequest,
    ask: Query<Ask>,
) -> HttpResponse {
    let subscription = feed.subscribe(start(&ask)).at_most(limits.batch);
    if let Some(refusal) = refusal(&feed, &limits) {
        return refusal;
    }
    let events = subscription.flat_map(|delivery| {
        let (reset, batch) = match delivery {
            Delivery::Events(batch) => (None, Some(batch)),
            Delivery::Gap(gap, batch) => (Some(Event::reset(&gap)), Some(batch)),
            Delivery::End(_) => (None, None),
        };
        let batch = batch.iter().flat_map(|batch| batch.iter().cloned());
        stream::iter(reset.into_iter().chain(batch).collect::<Vec<_>>())
    });
    NdJson::new_infallible(events).into_responder().respond_to(&request).map_into_boxed_body()
}
// ANCHOR_END: library
