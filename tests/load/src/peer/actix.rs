//! A plain actix-web server.

use super::{Event, HEARTBEAT, News, Published, Report, WORKERS, next};
use actix_web::web::{Bytes, Data, Json, JsonConfig, Payload};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, get, post, rt};
use futures_util::{StreamExt, stream};
use serde_json::json;
use std::convert::Infallible;
use std::fmt::Write;
use std::io;
use std::net::TcpListener;
use tokio::time::{interval, timeout};

/// Serves until it is killed.
///
/// # Errors
/// If the listener can't be used.
pub fn run(listener: TcpListener) -> io::Result<()> {
    let news = Data::new(News::new());
    let app = move || {
        App::new()
            .app_data(news.clone())
            .app_data(JsonConfig::default().limit(16 * 1024))
            .service(publish)
            .service(streaming)
            .service(sse)
            .service(websocket)
    };
    let server = HttpServer::new(app).workers(WORKERS).tcp_nodelay(true).listen(listener)?;
    rt::System::new().block_on(server.run())
}

#[post("/publish")]
async fn publish(news: Data<News>, report: Json<Report>) -> Json<Published> {
    Json(news.publish(&report))
}

#[get("/stream")]
async fn streaming(news: Data<News>) -> HttpResponse {
    body(&news, "application/x-ndjson", "\n", |event| json!(event).to_string() + "\n")
}

#[get("/api/v1/live-data")]
async fn sse(news: Data<News>) -> HttpResponse {
    body(&news, "text/event-stream", ":\n\n", |event| {
        let mut text = format!("id: {}\nevent: {}\n", event.id, event.event);
        for line in event.data.lines() {
            let _ = writeln!(text, "data: {line}");
        }
        text + "\n"
    })
}

fn body(
    news: &News,
    media_type: &str,
    beat: &'static str,
    encode: fn(&Event) -> String,
) -> HttpResponse {
    let pieces = stream::unfold(news.sender.subscribe(), move |mut receiver| async move {
        let piece = match timeout(HEARTBEAT, next(&mut receiver)).await {
            Ok(event) => Bytes::from(encode(&event?)),
            Err(_) => Bytes::from_static(beat.as_bytes()),
        };
        Some((Ok::<_, Infallible>(piece), receiver))
    });
    HttpResponse::Ok().content_type(media_type).streaming(Box::pin(pieces))
}

#[get("/chat")]
async fn websocket(
    request: HttpRequest,
    payload: Payload,
    news: Data<News>,
) -> actix_web::Result<HttpResponse> {
    let (response, mut session, mut messages) = actix_ws::handle(&request, payload)?;
    let mut receiver = news.sender.subscribe();
    rt::spawn(async move {
        let mut beat = interval(HEARTBEAT);
        loop {
            tokio::select! {
                event = next(&mut receiver) => match event {
                    Some(event) if session.text(json!(event).to_string()).await.is_ok() => {}
                    _ => break,
                },
                message = messages.next() => match message {
                    Some(Ok(actix_ws::Message::Ping(bytes))) => {
                        let _ = session.pong(&bytes).await;
                    }
                    Some(Ok(actix_ws::Message::Close(_)) | Err(_)) | None => break,
                    Some(Ok(_)) => {}
                },
                _ = beat.tick() => if session.ping(b"").await.is_err() {
                    break;
                },
            }
        }
        let _ = session.close(None).await;
    });
    Ok(response)
}
