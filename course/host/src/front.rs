//! What stands before the routes of every lab's server.

use crate::routes::problem;
use actix_web::Error;
use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::error::InternalError;
use actix_web::http::header::{ALLOW, HOST, HeaderValue, UPGRADE};
use actix_web::http::uri::Authority;
use actix_web::http::{ConnectionType, Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::rt::time::{Sleep, sleep, timeout};
use actix_web::web::Bytes;
use std::convert::Infallible;
use std::net::IpAddr;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

/// How long a request's body may take. A report is a few kilobytes.
const BODY: Duration = Duration::from_secs(5);

/// How long a client that is turned away may take to read why.
const LINGER: Duration = Duration::from_secs(1);

/// What is the same for all routes of an app: `.wrap(from_fn(host::front))`.
///
/// - HEAD is answered wherever there is GET: [`answer`].
/// - Who changes something must have meant this machine: a page whose name was pointed at 127.0.0.1
///   (DNS rebinding) is of the same origin as the server, and nothing but `Host` tells it.
/// - A body that doesn't end is given up: heads have a deadline in actix, bodies have none.
///
/// # Errors
/// Those of the handlers; 408 for a body that takes longer than five seconds.
pub async fn front(request: ServiceRequest, next: Next<BoxBody>) -> Result<ServiceResponse, Error> {
    if [Method::GET, Method::HEAD].contains(request.method()) {
        return answer(request, next).await;
    }
    if !request.headers().get(HOST).is_some_and(is_local) {
        let detail = "Host must be localhost or a loopback address";
        let refusal = problem(StatusCode::MISDIRECTED_REQUEST, detail);
        return Ok(request.into_response(refusal));
    }
    timeout(BODY, answer(request, next)).await.unwrap_or_else(|_| {
        let detail = format!("a request must be there within {} s", BODY.as_secs());
        let refusal = problem(StatusCode::REQUEST_TIMEOUT, &detail).map_body(|head, body| {
            head.set_connection_type(ConnectionType::Close);
            BoxBody::new(LastWords { said: body, close: Box::pin(sleep(LINGER)) })
        });
        Err(InternalError::from_response(detail, refusal).into())
    })
}

/// What a client is told before its connection is broken off. Left alone, actix would first read a
/// chunked body to its end, which may never come.
struct LastWords {
    said: BoxBody,
    close: Pin<Box<Sleep>>,
}

impl MessageBody for LastWords {
    type Error = Box<dyn std::error::Error>;

    fn size(&self) -> BodySize {
        self.said.size()
    }

    fn poll_next(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Self::Error>>> {
        if let Some(piece) = ready!(Pin::new(&mut self.said).poll_next(context)) {
            return Poll::Ready(Some(piece));
        }
        ready!(self.close.as_mut().poll(context));
        Poll::Ready(Some(Err("the request's body did not end".into())))
    }
}

/// Whether this is a `Host` of this machine, with a port or without.
fn is_local(host: &HeaderValue) -> bool {
    let Some(host) = host.to_str().ok().and_then(|host| host.parse::<Authority>().ok()) else {
        return false;
    };
    let name = host.host();
    let address = name.strip_prefix('[').and_then(|it| it.strip_suffix(']')).unwrap_or(name);
    name.eq_ignore_ascii_case("localhost")
        || address.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// Answers HEAD as GET (RFC 9110 §9.3.2): the same handler, the same head, no body. A stream is
/// dropped before its first byte, so it counts nobody and stays open for nobody.
async fn answer(
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

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::middleware::from_fn;
    use actix_web::rt::System;
    use actix_web::test::{TestRequest, call_service, init_service};
    use actix_web::{App, web};

    #[test]
    fn head_is_answered_where_get_is_but_no_handshake() {
        System::new().block_on(async {
            let app = App::new()
                .wrap(from_fn(front))
                .service(web::resource("/tea").get(async || "Five minutes."))
                .service(web::resource("/order").post(async || "Coming."));
            let app = init_service(app).await;
            let status = async |method, path: &str, fields: &[(&str, &str)]| {
                let request = TestRequest::with_uri(path).method(method);
                let request = fields.iter().fold(request, |it, field| it.insert_header(*field));
                let response = call_service(&app, request.to_request()).await;
                let allow = response.headers().get(ALLOW);
                let allow = allow.map_or("", |it| it.to_str().unwrap()).to_owned();
                let size = response.response().body().size();
                (response.status().as_u16(), allow, size)
            };
            let local = [("Host", "localhost")];
            let upgrade = [("Upgrade", "websocket"), ("Connection", "upgrade")];
            let none = BodySize::Sized(0);
            let (text, nothing) = (BodySize::Sized(13), String::new);
            assert_eq!(status(Method::GET, "/tea", &[]).await, (200, nothing(), text));
            assert_eq!(status(Method::HEAD, "/tea", &[]).await, (200, nothing(), text));
            let both = || "GET, HEAD".to_owned();
            assert_eq!(status(Method::HEAD, "/tea", &upgrade).await.0, 405);
            assert_eq!(status(Method::POST, "/tea", &local).await, (405, both(), none));
            assert_eq!(status(Method::HEAD, "/order", &[]).await, (405, "POST".to_owned(), none));
            assert_eq!(status(Method::POST, "/order", &local).await.0, 200);
            assert_eq!(status(Method::POST, "/order", &[("Host", "evil.example")]).await.0, 421);
            assert_eq!(status(Method::POST, "/order", &[]).await.0, 421);
        });
    }

    #[test]
    fn a_host_is_local_by_name_or_by_address() {
        let local = |host: &str| is_local(&HeaderValue::from_str(host).unwrap());
        for host in [
            "localhost",
            "LocalHost:8003",
            "127.0.0.1",
            "127.0.0.1:8003",
            "127.8.9.1",
            "[::1]:8003",
        ] {
            assert!(local(host), "{host}");
        }
        for host in [
            "",
            "evil.example",
            "evil.example:8003",
            "localhost.evil.example",
            "127.0.0.1.evil.example",
            "10.0.0.1:8003",
            "[::2]",
            "::1",
        ] {
            assert!(!local(host), "{host}");
        }
    }
}
