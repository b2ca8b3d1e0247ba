//! Serves lab 03 on 127.0.0.1:8003. `--port N`, `--profile normal|test`, `--weather SECONDS|off`.

use actix_web::dev::ServerHandle;
use actix_web::rt;
use feed::{End, Feed, Options, weather};
use lab_03::server;
use std::net::TcpListener;
use std::process::ExitCode;
use std::time::Duration;

#[actix_web::main]
async fn main() -> ExitCode {
    match serve().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("{why}");
            ExitCode::FAILURE
        }
    }
}

async fn serve() -> Result<(), String> {
    let options = Options::parse(8003, std::env::args().skip(1), std::env::vars())?;
    let address = ("127.0.0.1", options.port);
    let listener = TcpListener::bind(address).map_err(|error| {
        format!("can't listen on 127.0.0.1:{}: {error}; try --port N", options.port)
    })?;
    let feed = Feed::new(options.limits.capacity);
    if let Some(every) = options.weather {
        rt::spawn(publish_weather(feed.clone(), every));
    }
    println!("http://127.0.0.1:{}/ shows the stream; Ctrl-C stops it", options.port);

    let server =
        server::run(listener, feed.clone(), options.limits).map_err(|error| error.to_string())?;
    rt::spawn(stop_on_signal(feed, server.handle()));
    server.await.map_err(|error| error.to_string())
}

async fn publish_weather(feed: Feed, every: Duration) {
    let mut clock = rt::time::interval(every);
    for report in weather::Source::new(1) {
        clock.tick().await;
        feed.publish(&report);
    }
}

/// Ends the streams, then stops the server: the other way round it would wait for them.
async fn stop_on_signal(feed: Feed, server: ServerHandle) {
    stop_signal().await;
    feed.end(End::Shutdown);
    server.stop(true).await;
}

/// Ctrl-C, or the SIGTERM that a deploy sends.
#[cfg(unix)]
async fn stop_signal() {
    use rt::signal::unix::{SignalKind, signal};
    match signal(SignalKind::terminate()) {
        Ok(mut terminate) => tokio::select! {
            _ = rt::signal::ctrl_c() => {}
            _ = terminate.recv() => {}
        },
        Err(_) => drop(rt::signal::ctrl_c().await),
    }
}

/// Ctrl-C.
#[cfg(not(unix))]
async fn stop_signal() {
    drop(rt::signal::ctrl_c().await);
}
