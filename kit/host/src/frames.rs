//! WebSocket frames that are ready before anybody reads them.
//!
//! What a room says is the same for all who are in it. A `Session` of actix-ws takes a message,
//! hands it over to the connection and makes a frame of it there, for each member again. Here the
//! room's frames go out beside the session's: made once, many in one write.

use actix_http::ws::{CloseCode, OpCode, Parser};
use actix_web::HttpResponse;
use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::web::{Bytes, BytesMut};
use futures_core::Stream;
use std::cell::RefCell;
use std::error::Error;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};

/// A text message, in one frame (RFC 6455 §5.6).
pub fn text_frame(text: &str) -> Bytes {
    let mut frame = BytesMut::new();
    Parser::write_message(&mut frame, text, OpCode::Text, true, false);
    frame.freeze()
}

/// A goodbye with this code (RFC 6455 §5.5.1).
pub fn close_frame(code: u16) -> Bytes {
    let mut frame = BytesMut::new();
    Parser::write_close(&mut frame, Some(CloseCode::from(code).into()), false);
    frame.freeze()
}

/// Sends `frames` beside what a WebSocket's session sends. The session goes first, and its end is
/// the end; so is that of `frames`.
///
/// The stream is dropped when the connection ends, or the [`Frames`] that are returned, whichever
/// comes first: a connection that can't be written to keeps nothing alive.
pub fn with_frames<S>(response: HttpResponse, frames: S) -> (HttpResponse, Frames<S>)
where
    S: Stream<Item = Bytes> + Unpin + 'static,
{
    let frames = Rc::new(RefCell::new(Some(frames)));
    let body = Frames(frames.clone());
    let response = response.map_body(|_, session| BoxBody::new(Beside { session, frames: body }));
    (response, Frames(frames))
}

/// Keeps a stream of frames going; drops it when dropped.
pub struct Frames<S>(Rc<RefCell<Option<S>>>);

impl<S> Drop for Frames<S> {
    fn drop(&mut self) {
        let stream = self.0.borrow_mut().take();
        // After the borrow: whatever is dropped with it may ask for it again.
        drop(stream);
    }
}

struct Beside<S> {
    session: BoxBody,
    frames: Frames<S>,
}

impl<S: Stream<Item = Bytes> + Unpin> MessageBody for Beside<S> {
    type Error = Box<dyn Error>;

    fn size(&self) -> BodySize {
        BodySize::Stream
    }

    fn poll_next(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Self::Error>>> {
        if let Poll::Ready(piece) = Pin::new(&mut self.session).poll_next(context) {
            return Poll::Ready(piece);
        }
        match &mut *self.frames.0.borrow_mut() {
            Some(frames) => Poll::Ready(ready!(Pin::new(frames).poll_next(context)).map(Ok)),
            // The other side has dropped them: what is left to say the session says.
            None => Poll::Pending,
        }
    }
}
