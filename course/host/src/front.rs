//! What stands before the routes of every lab's server.

use actix_web::Error;
use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{ALLOW, HeaderValue, UPGRADE};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::web::Bytes;
use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

/// Answers HEAD wherever there is GET (RFC 9110 §9.3.2): the same handler, the same head, no body.
/// A stream is dropped before its first byte, so it counts nobody and stays open for nobody.
///
/// For an app: `.wrap(from_fn(host::front))`.
///
/// # Errors
/// Those of the handlers.
pub async fn front(
    mut request: ServiceRequest,
    next: Next<BoxBody>,
) -> Result<ServiceResponse, Error> {
    // A handshake is by GET and nothing else (RFC 6455 §4.1): there it stays a HEAD, and is refused.
    let head = request.method() == Method::HEAD && !request.headers().contains_key(UPGRADE);
    if head {
        request.head_mut().method = Method::GET;
    }
    let mut response = next.call(request).await?;
    if response.status() == StatusCode::METHOD_NOT_ALLOWED
        && response.headers().get(ALLOW).is_some_and(|allow| allow == "GET")
    {
        response.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
    }
    Ok(match head {
        true => response.map_body(|_, body| BoxBody::new(NoBody(body.size()))),
        false => response,
    })
}

/// Stands for a body of this size, so that the head says it, and gives no byte of it.
struct NoBody(BodySize);

impl MessageBody for NoBody {
    type Error = Infallible;

    fn size(&self) -> BodySize {
        self.0
    }

    fn poll_next(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Infallible>>> {
        Poll::Ready(None)
    }
}
