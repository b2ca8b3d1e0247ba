//! `GET /echo`: says back what it hears, for the Autobahn test suite.

use crate::bound::bounded;
use crate::listen::{close_code, is_lost};
use actix_web::web::Payload;
use actix_web::{HttpRequest, HttpResponse, rt};
use actix_ws::{AggregatedMessage, AggregatedMessageStream, Closed, ProtocolError, Session};

/// The suite sends messages of up to 16 MiB.
const MAX_MESSAGE: usize = 16 * 1024 * 1024;

pub(crate) async fn echo(
    request: HttpRequest,
    payload: Payload,
) -> actix_web::Result<HttpResponse> {
    let payload = bounded(&request, payload, MAX_MESSAGE).await?;
    let (response, session, stream) = actix_ws::handle(&request, payload)?;
    let messages = stream
        .max_frame_size(MAX_MESSAGE)
        .aggregate_continuations()
        .max_continuation_size(MAX_MESSAGE);
    rt::spawn(say_back(session, messages));
    Ok(response)
}

async fn say_back(
    mut session: Session,
    mut messages: AggregatedMessageStream,
) -> Result<(), Closed> {
    while let Some(message) = messages.recv().await {
        match message {
            Ok(AggregatedMessage::Text(text)) => session.text(text).await?,
            Ok(AggregatedMessage::Binary(bytes)) => session.binary(bytes).await?,
            Ok(AggregatedMessage::Ping(bytes)) => session.pong(&bytes).await?,
            Ok(AggregatedMessage::Pong(_)) => {}
            Ok(AggregatedMessage::Close(reason)) => return session.close(reason).await,
            Err(ProtocolError::Io(error)) if is_lost(&error) => {}
            Err(error) => {
                let code = actix_ws::CloseCode::from(close_code(&error).0);
                return session.close(Some(code.into())).await;
            }
        }
    }
    Ok(())
}
