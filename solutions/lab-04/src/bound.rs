//! A frame that is too big is refused by its head, before it has taken any memory. The library
//! looks at a frame's length only when all of it is there.

use actix_web::dev;
use actix_web::error::PayloadError;
use actix_web::web::{Bytes, Payload};
use actix_web::{FromRequest, HttpRequest};
use futures_util::Stream;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

/// What comes in, up to a frame whose head announces more than `max` bytes: there it breaks off
/// with [`PayloadError::Overflow`].
///
/// # Errors
/// None: the type is the library's.
pub(crate) async fn bounded(
    request: &HttpRequest,
    payload: Payload,
    max: usize,
) -> actix_web::Result<Payload> {
    let payload = Box::pin(Bounded { payload, max, heads: Some(Heads::default()) });
    // The library takes what was extracted from a request, so extract it.
    Payload::from_request(request, &mut dev::Payload::Stream { payload }).await
}

struct Bounded {
    payload: Payload,
    max: usize,
    /// None once a frame was too big.
    heads: Option<Heads>,
}

impl Stream for Bounded {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let Bounded { payload, max, heads } = &mut *self;
        let Some(found) = heads else { return Poll::Ready(None) };
        let piece = ready!(Pin::new(payload).poll_next(context));
        if let Some(Ok(bytes)) = &piece
            && !found.fit(bytes, *max as u64)
        {
            *heads = None;
            return Poll::Ready(Some(Err(PayloadError::Overflow)));
        }
        Poll::Ready(piece)
    }
}

/// Where the heads of frames are, in pieces that are cut anywhere (RFC 6455 §5.2).
#[derive(Default)]
struct Heads {
    /// The head so far, of 14 bytes at most.
    head: Vec<u8>,
    /// Bytes of payload until the next head.
    left: u64,
    /// What came is no WebSocket. The library sees that at the head, and says it better.
    lost: bool,
}

impl Heads {
    /// Whether no frame that begins in this piece announces more than `max` bytes.
    fn fit(&mut self, mut piece: &[u8], max: u64) -> bool {
        while !self.lost && !piece.is_empty() {
            if self.left > 0 {
                let skipped = self.left.min(piece.len() as u64);
                piece = &piece[skipped as usize..];
                self.left -= skipped;
                continue;
            }
            self.head.push(piece[0]);
            piece = &piece[1..];
            let Some(length) = self.length() else { continue };
            self.head.clear();
            self.left = length;
            if length > max {
                return false;
            }
        }
        true
    }

    /// What the head announces, once all of it is there.
    fn length(&mut self) -> Option<u64> {
        let (&[first, second], rest) = self.head.split_first_chunk()?;
        self.lost = first & 0x70 != 0 || !matches!(first & 0x0f, 0..=2 | 8..=10) || second < 0x80;
        const MASK: usize = 4;
        match second & 0x7f {
            126 if rest.len() == 2 + MASK => {
                rest.first_chunk().map(|it| u16::from_be_bytes(*it).into())
            }
            127 if rest.len() == 8 + MASK => rest.first_chunk().map(|it| u64::from_be_bytes(*it)),
            126 | 127 => None,
            short => (rest.len() == MASK).then(|| short.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Heads;
    use harness::frame;

    /// Whether these frames fit into `max`, however they are cut.
    #[track_caller]
    fn fit(bytes: &[u8], max: u64, want: bool) {
        for size in 1..=bytes.len() {
            let mut heads = Heads::default();
            let fit = bytes.chunks(size).all(|piece| heads.fit(piece, max));
            assert_eq!(fit, want, "{max}, in pieces of {size}");
        }
    }

    #[test]
    fn a_frame_is_measured_by_its_head() {
        for length in [0, 1, 125, 126, 127, 65_535, 65_536] {
            let mut bytes = frame(0x89, "x");
            bytes.extend(frame(0x82, vec![0x82; length]));
            let head = bytes.len() - length;
            // As many bytes of it as make the pieces interesting.
            let shown = &bytes[..head + length.min(40)];
            fit(shown, length.max(1) as u64, true);
            if length > 1 {
                fit(shown, length as u64 - 1, false);
            }
        }
        fit(b"\x82\xff\xff\xff\xff\xff\xff\xff\xff\xff\x37\xfa\x21\x3d", 1 << 40, false);
    }

    #[test]
    fn what_is_no_websocket_is_left_to_the_library() {
        for bytes in [&b"\xc2\xff"[..], b"\x83\xff", b"\x82\x7f"] {
            fit(&[bytes, &[0xff; 40]].concat(), 0, true);
        }
    }
}
