//! All of a lab's `main`.

use crate::options::{Asked, Options, help};
use actix_web::dev::{Server, ServerHandle};
use actix_web::rt;
use feed::{End, Feed};
use std::net::{Ipv4Addr, TcpListener};
use std::process::ExitCode;
use std::time::Duration;
use std::{fmt, io};
use weather::Limits;

/// What each lab exports as `server::run`: serves the feed on the listener.
pub type Run = fn(TcpListener, Feed, Limits) -> io::Result<Server>;

/// Serves a lab on 127.0.0.1 until Ctrl-C or SIGTERM, with the weather as its feed.
///
/// `--port N` (default: `port`), `--profile normal|test` and `--weather SECONDS|off` come from the
/// command line; [`Options`] knows the rest.
pub fn main(port: u16, run: Run) -> ExitCode {
    match rt::System::new().block_on(serve(port, run)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("{why}");
            ExitCode::FAILURE
        }
    }
}

/// Why a server didn't start, or didn't go on.
#[derive(Debug)]
enum Error {
    /// The arguments or a variable.
    Options(lexopt::Error),
    /// The port.
    Listen(u16, io::Error),
    /// The server itself.
    Serve(io::Error),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Options(error) => error.fmt(f),
            Error::Listen(port, error) => {
                write!(f, "can't listen on 127.0.0.1:{port}: {error}; try --port N")
            }
            Error::Serve(error) => write!(f, "the server stopped: {error}"),
        }
    }
}

impl std::error::Error for Error {}

async fn serve(port: u16, run: Run) -> Result<(), Error> {
    // `vars` would panic at a variable that isn't Unicode; such a one is none of ours.
    let vars = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
    let options =
        match Options::parse(port, std::env::args_os().skip(1), vars).map_err(Error::Options)? {
            Asked::Help => {
                print!("{}", help(port));
                return Ok(());
            }
            Asked::Serve(options) => options,
        };
    let listen = |error| Error::Listen(options.port, error);
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, options.port)).map_err(listen)?;
    // With `--port 0` the system has chosen one.
    let port = listener.local_addr().map_err(listen)?.port();
    let feed = Feed::new(options.limits.capacity);
    if let Some(every) = options.weather {
        rt::spawn(publish_weather(feed.clone(), every));
    }
    let server = run(listener, feed.clone(), options.limits).map_err(Error::Serve)?;
    println!("http://127.0.0.1:{port}/ is up; Ctrl-C stops it");
    rt::spawn(stop_on_signal(feed, server.handle()));
    server.await.map_err(Error::Serve)
}

async fn publish_weather(feed: Feed, every: Duration) {
    let mut clock = rt::time::interval(every);
    for report in weather::Source::new(1) {
        clock.tick().await;
        report.publish(&feed);
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
