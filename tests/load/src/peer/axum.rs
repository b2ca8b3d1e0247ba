//! An axum server.

use super::{News, Published, Report, WORKERS, next};
use axum::body::Body;
use axum::extract::State;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::serve::ListenerExt;
use axum::{Json, Router};
use futures_util::{Stream, StreamExt, stream};
use serde_json::json;
use std::convert::Infallible;
use std::io;
use std::net::TcpListener;
use std::sync::Arc;

/// Serves until it is killed.
///
/// # Errors
/// If the listener can't be used.
pub fn run(listener: TcpListener) -> io::Result<()> {
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    let runtime = runtime.worker_threads(WORKERS).enable_all().build()?;
    runtime.block_on(async {
        listener.set_nonblocking(true)?;
        let listener = tokio::net::TcpListener::from_std(listener)?.tap_io(|stream| {
            // Without it news wait for an acknowledgement; it changes nothing else.
            let _ = stream.set_nodelay(true);
        });
        let app = Router::new()
            .route("/publish", post(publish))
            .route("/stream", get(streaming))
            .route("/api/v1/live-data", get(sse))
            .route("/chat", get(websocket))
            .with_state(Arc::new(News::new()));
        axum::serve(listener, app).await
    })
}

type Shared = State<Arc<News>>;

async fn publish(State(news): Shared, Json(report): Json<Report>) -> Json<Published> {
    Json(news.publish(&report))
}

fn events(news: &News) -> impl Stream<Item = super::Event> + Send + use<> {
    stream::unfold(news.sender.subscribe(), async |mut receiver| {
        Some((next(&mut receiver).await?, receiver))
    })
}

async fn streaming(State(news): Shared) -> Response {
    let lines = events(&news).map(|event| Ok::<_, Infallible>(json!(event).to_string() + "\n"));
    ([("Content-Type", "application/x-ndjson")], Body::from_stream(lines)).into_response()
}

async fn sse(State(news): Shared) -> Response {
    let events = events(&news).map(|event| {
        let id = event.id.to_string();
        Ok::<_, Infallible>(Event::default().id(id).event(event.event).data(event.data))
    });
    Sse::new(events).keep_alive(KeepAlive::default()).into_response()
}

async fn websocket(State(news): Shared, upgrade: WebSocketUpgrade) -> Response {
    let receiver = news.sender.subscribe();
    upgrade.on_upgrade(|socket| chat(socket, receiver))
}

async fn chat(mut socket: WebSocket, mut receiver: tokio::sync::broadcast::Receiver<super::Event>) {
    loop {
        tokio::select! {
            event = next(&mut receiver) => match event {
                Some(event) => {
                    let text = json!(event).to_string();
                    if socket.send(Message::Text(text.into())).await.is_err() {
                        return;
                    }
                }
                None => return,
            },
            // axum answers pings by itself.
            message = socket.recv() => match message {
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return,
            },
        }
    }
}
