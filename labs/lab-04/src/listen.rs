//! In: what a member says. The other labs have no such way.

use crate::chat::Say;
use crate::client::{Liveness, Tick};
use crate::wire::CloseCode;
use actix_web::error::PayloadError;
use actix_ws::{
    AggregatedMessage, AggregatedMessageStream, CloseReason, Closed, MessageStream, ProtocolError,
    Session,
};
use feed::Feed;
use std::io::{self, ErrorKind};
use std::pin::Pin;
use std::time::{Duration, Instant};
use tokio::time::timeout;
use weather::Limits;

/// How a connection ends.
pub(crate) enum Goodbye {
    /// We say why.
    Say(CloseCode),
    /// They have said why, and hear it back.
    Answer(Option<CloseReason>),
    /// Nobody is there to hear it.
    Gone,
}

/// Whole messages, none of them too big: not in one frame, and not in many.
pub(crate) fn messages(stream: MessageStream, limits: &Limits) -> AggregatedMessageStream {
    // step 5 ▼ at most limits.message bytes in a frame, and in all frames of a message
    stream.aggregate_continuations()
    // step 5 ▲
}

/// In: what the member says, until one side says goodbye.
pub(crate) async fn listen(
    room: &Feed,
    name: &str,
    limits: &Limits,
    session: &mut Session,
    messages: &mut AggregatedMessageStream,
) -> Result<Goodbye, Closed> {
    let Limits { heartbeat, pong, .. } = *limits;
    let mut liveness = Liveness::new(heartbeat, pong, Instant::now());
    loop {
        let wait = match liveness.tick(Instant::now()) {
            Tick::Wait(wait) => wait,
            Tick::Ping => {
                soon(pong, session.ping(b"")).await?;
                continue;
            }
            Tick::Dead => return Ok(Goodbye::Gone),
        };
        let Ok(message) = timeout(wait, messages.recv()).await else { continue };
        liveness.heard(Instant::now());
        match message {
            Some(Ok(AggregatedMessage::Text(text))) => {
                if let Err(code) = on_text(room, name, &text) {
                    return Ok(Goodbye::Say(code));
                }
            }
            Some(Ok(AggregatedMessage::Ping(bytes))) => {
                // step 3 ▼ the same bytes, as a pong
                // step 3 ▲
            }
            Some(Ok(AggregatedMessage::Pong(_))) => {}
            Some(Ok(AggregatedMessage::Binary(_))) => {
                // step 5 ▼ say that binary isn't taken here
                return Ok(Goodbye::Say(CloseCode::PROTOCOL_ERROR));
                // step 5 ▲
            }
            Some(Ok(AggregatedMessage::Close(reason))) => {
                // step 6 ▼ answer it
                return Ok(Goodbye::Gone);
                // step 6 ▲
            }
            // The connection has ended. What came before it comes now, and then `None`.
            Some(Err(ProtocolError::Io(error))) if is_lost(&error) => {}
            Some(Err(error)) => return Ok(Goodbye::Say(close_code(&error))),
            None => return Ok(Goodbye::Gone),
        }
    }
}

/// A member has said something. Who it was the server knows: the text can't say it.
fn on_text(room: &Feed, name: &str, text: &str) -> Result<(), CloseCode> {
    // step 2 ▼ append a chat event: the name, a line end, the text; else POLICY
    todo!("step 2: append a chat event: the name, a line end, the text; else POLICY")
    // step 2 ▲
}

/// What was wrong with the bytes that came.
pub(crate) fn close_code(error: &ProtocolError) -> CloseCode {
    // step 5 ▼ too big, not UTF-8, or not WebSocket
    CloseCode::PROTOCOL_ERROR
    // step 5 ▲
}

/// Whether this is the end of the connection, and no mistake in what came.
pub(crate) fn is_lost(error: &io::Error) -> bool {
    let error = error.get_ref().and_then(|error| error.downcast_ref::<PayloadError>());
    error.is_some_and(|error| !matches!(error, PayloadError::Overflow))
}

/// Sends what can't wait: who takes nothing for so long is gone. Boxed, since it happens rarely:
/// else each member's task would keep room for it all the time.
pub(crate) fn soon<'a>(
    patience: Duration,
    send: impl Future<Output = Result<(), Closed>> + 'a,
) -> Pin<Box<dyn Future<Output = Result<(), Closed>> + 'a>> {
    Box::pin(async move { timeout(patience, send).await.unwrap_or(Err(Closed)) })
}
