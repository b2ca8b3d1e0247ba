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

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::body::BodyStream;
    use std::collections::VecDeque;
    use std::convert::Infallible;

    /// Gives its pieces; then it waits for ever, or ends.
    struct Pieces(VecDeque<&'static str>, bool, Rc<()>);

    impl Stream for Pieces {
        type Item = Bytes;

        fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Bytes>> {
            match self.0.pop_front() {
                Some(piece) => Poll::Ready(Some(piece.into())),
                None if self.1 => Poll::Ready(None),
                None => Poll::Pending,
            }
        }
    }

    fn pieces<const N: usize>(pieces: [&'static str; N], ends: bool) -> Pieces {
        Pieces(pieces.into(), ends, Rc::new(()))
    }

    /// A response with what a session sends, and frames beside it.
    fn beside(session: Pieces, frames: Pieces) -> (BoxBody, Frames<Pieces>) {
        struct Fallible(Pieces);
        impl Stream for Fallible {
            type Item = Result<Bytes, Infallible>;

            fn poll_next(
                mut self: Pin<&mut Self>,
                context: &mut Context<'_>,
            ) -> Poll<Option<Self::Item>> {
                Pin::new(&mut self.0).poll_next(context).map(|piece| piece.map(Ok))
            }
        }
        let session = BoxBody::new(BodyStream::new(Fallible(session)));
        let (response, frames) = with_frames(HttpResponse::Ok().body(session), frames);
        (response.into_body(), frames)
    }

    /// What comes without waiting; `true` if that is all there will ever be.
    fn read(body: &mut BoxBody) -> (Vec<Bytes>, bool) {
        let mut context = Context::from_waker(std::task::Waker::noop());
        let mut read = Vec::new();
        loop {
            match Pin::new(&mut *body).poll_next(&mut context) {
                Poll::Ready(Some(piece)) => read.push(piece.unwrap()),
                Poll::Ready(None) => return (read, true),
                Poll::Pending => return (read, false),
            }
        }
    }

    #[test]
    fn frames_are_those_of_the_standard() {
        // RFC 6455 §5.7 has the first.
        assert_eq!(text_frame("Hello")[..], *b"\x81\x05Hello");
        assert_eq!(close_frame(1001)[..], *b"\x88\x02\x03\xe9");
        assert_eq!(text_frame(&"x".repeat(126))[..4], *b"\x81\x7e\x00\x7e");
    }

    #[test]
    fn the_session_goes_first_and_both_go_on() {
        let (mut body, _frames) = beside(pieces(["pong"], false), pieces(["a", "b"], false));
        assert_eq!(read(&mut body), (vec!["pong".into(), "a".into(), "b".into()], false));
    }

    #[test]
    fn the_end_of_either_is_the_end() {
        let (mut body, _frames) = beside(pieces(["close"], true), pieces(["a"], false));
        assert_eq!(read(&mut body), (vec!["close".into()], true), "nothing after a goodbye");
        let (mut body, _frames) = beside(pieces([], false), pieces(["close"], true));
        assert_eq!(read(&mut body), (vec!["close".into()], true));
    }

    #[test]
    fn the_stream_is_dropped_with_the_handle_and_with_the_body() {
        let stream = pieces(["a"], false);
        let alive = stream.2.clone();
        let (mut body, frames) = beside(pieces([], false), stream);
        drop(frames);
        assert_eq!(Rc::strong_count(&alive), 1, "although the connection is still there");
        assert_eq!(read(&mut body), (vec![], false));

        let stream = pieces(["a"], false);
        let alive = stream.2.clone();
        let (body, _frames) = beside(pieces([], false), stream);
        drop(body);
        assert_eq!(Rc::strong_count(&alive), 1, "although the member's task is still there");
    }
}
