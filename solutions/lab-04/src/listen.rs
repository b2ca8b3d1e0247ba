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

// ANCHOR: step_5_messages
/// Whole messages, none of them too big: not in one frame, and not in many.
pub(crate) fn messages(stream: MessageStream, limits: &Limits) -> AggregatedMessageStream {
    // ANCHOR: naive_5 at most limits.message bytes in a frame, and in all frames of a message
    //~ stream.aggregate_continuations()
    stream
        .max_frame_size(limits.message)
        .aggregate_continuations()
        .max_continuation_size(limits.message)
    // ANCHOR_END: naive_5
}
// ANCHOR_END: step_5_messages

// ANCHOR: listen
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
            // ANCHOR: step_2_text
            Some(Ok(AggregatedMessage::Text(text))) => {
                if let Err(code) = on_text(room, name, &text) {
                    return Ok(Goodbye::Say(code));
                }
            }
            // ANCHOR_END: step_2_text
            // ANCHOR: step_3_ping
            Some(Ok(AggregatedMessage::Ping(bytes))) => {
                // ANCHOR: gone_3 the same bytes, as a pong
                soon(pong, session.pong(&bytes)).await?;
                // ANCHOR_END: gone_3
            }
            // ANCHOR_END: step_3_ping
            Some(Ok(AggregatedMessage::Pong(_))) => {}
            // ANCHOR: step_5_binary
            Some(Ok(AggregatedMessage::Binary(_))) => {
                // ANCHOR: naive_5 say that binary isn't taken here
                //~ return Ok(Goodbye::Say(CloseCode::PROTOCOL_ERROR));
                return Ok(Goodbye::Say(CloseCode::UNSUPPORTED));
                // ANCHOR_END: naive_5
            }
            // ANCHOR_END: step_5_binary
            // ANCHOR: step_6_close
            Some(Ok(AggregatedMessage::Close(reason))) => {
                // ANCHOR: naive_6 answer it
                //~ return Ok(Goodbye::Gone);
                return Ok(Goodbye::Answer(reason));
                // ANCHOR_END: naive_6
            }
            // ANCHOR_END: step_6_close
            // The connection has ended. What came before it comes now, and then `None`.
            Some(Err(ProtocolError::Io(error))) if is_lost(&error) => {}
            Some(Err(error)) => return Ok(Goodbye::Say(close_code(&error))),
            None => return Ok(Goodbye::Gone),
        }
    }
}
// ANCHOR_END: listen

// ANCHOR: step_2_on_text
/// A member has said something. Who it was the server knows: the text can't say it.
fn on_text(room: &Feed, name: &str, text: &str) -> Result<(), CloseCode> {
    // ANCHOR: todo_2 append a chat event: the name, a line end, the text; else POLICY
    let Say { text } = serde_json::from_str(text).map_err(|_| CloseCode::POLICY)?;
    room.append("chat", format!("{name}\n{text}"));
    Ok(())
    // ANCHOR_END: todo_2
}
// ANCHOR_END: step_2_on_text

// ANCHOR: step_5_close_code
/// What was wrong with the bytes that came.
pub(crate) fn close_code(error: &ProtocolError) -> CloseCode {
    // ANCHOR: naive_5 too big, not UTF-8, or not WebSocket
    //~ CloseCode::PROTOCOL_ERROR
    match error {
        ProtocolError::Overflow => CloseCode::TOO_BIG,
        // Fragments that are too big together, or a head that announces too much.
        ProtocolError::Io(error) if error.kind() == ErrorKind::Other => CloseCode::TOO_BIG,
        // Reserved bits are the only invalid data that isn't text.
        ProtocolError::Io(error) if !error.to_string().contains("reserved bits") => {
            CloseCode::INVALID_TEXT
        }
        _ => CloseCode::PROTOCOL_ERROR,
    }
    // ANCHOR_END: naive_5
}
// ANCHOR_END: step_5_close_code

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
