//! Somebody in a room, from coming in to the goodbye.

use crate::listen::{Goodbye, listen, messages, soon};
use actix_web::web::Data;
use actix_ws::{Closed, MessageStream, Session};
use feed::Feed;
use weather::Limits;

/// Who it is, where, and under which limits.
pub(crate) struct Member {
    pub room: Feed,
    pub name: String,
    pub limits: Data<Limits>,
}

impl Member {
    // ANCHOR: stay
    /// Listens until one side says goodbye. Then `out` is dropped, and with it the subscription:
    /// the member has left the room, whatever happens to the connection.
    pub async fn stay<Out>(self, out: Out, mut session: Session, stream: MessageStream) {
        let mut messages = messages(stream, &self.limits);
        let Member { room, name, limits } = &self;
        let goodbye = listen(room, name, limits, &mut session, &mut messages).await;
        drop(out);
        let reason = match goodbye {
            Ok(Goodbye::Say(code)) => Some(actix_ws::CloseCode::from(code.0).into()),
            Ok(Goodbye::Answer(reason)) => reason,
            Ok(Goodbye::Gone) | Err(Closed) => return,
        };
        let _ = soon(self.limits.pong, session.close(reason)).await;
    }
    // ANCHOR_END: stay
}
