//! A lab's server under test, on a thread of its own.

use crate::failure::Failure;
use crate::panics::{self, ServerId};
use crate::rule;
use crate::wait::{Wait, at_once, seconds};
use actix_web::dev::ServerHandle;
use actix_web::rt::System;
use feed::Feed;
use host::Run;
use socket2::SockRef;
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::sync::{Arc, OnceLock};
use std::thread;
use std::time::Duration;
use weather::Limits;

/// Something that a [`Client`](crate::Client) connects to.
pub trait Peer {
    /// Where it listens.
    fn address(&self) -> SocketAddr;

    /// After how long a silence it cut a connection, once it has: only proxies do.
    fn cut(&self) -> Arc<OnceLock<Duration>> {
        Arc::default()
    }
}

impl Peer for SocketAddr {
    fn address(&self) -> SocketAddr {
        *self
    }
}

/// A running server of a lab, and an in-process hand on its feed. Dropping it stops it.
pub struct Server {
    address: SocketAddr,
    feed: Feed,
    limits: Limits,
    id: ServerId,
    handle: ServerHandle,
    stopped: Receiver<io::Result<()>>,
}

impl Server {
    /// Runs the server with [`Limits::TEST`] on a free port of 127.0.0.1.
    #[track_caller]
    pub fn start(run: Run) -> Server {
        Server::start_with(run, Limits::TEST)
    }

    /// Runs the server with these limits. The listener is bound here and handed over; everything
    /// else about the server, such as workers and half-closed connections, is the lab's.
    #[track_caller]
    pub fn start_with(run: Run, limits: Limits) -> Server {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        Server::start_on(listener, run, limits)
    }

    /// Runs the server with the smallest send buffers that the system allows, so that a client which
    /// doesn't read stalls it after kilobytes, not megabytes.
    #[track_caller]
    pub fn start_with_small_buffers(run: Run, limits: Limits) -> Server {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        // A connection inherits its listener's buffers.
        let _ = SockRef::from(&listener).set_send_buffer_size(1);
        Server::start_on(listener, run, limits)
    }

    #[track_caller]
    fn start_on(listener: TcpListener, run: Run, limits: Limits) -> Server {
        panics::install();
        let address = listener.local_addr().expect("a bound listener has an address");
        let feed = Feed::new(limits.capacity);
        let (starts, started) = mpsc::channel();
        let (stops, stopped) = mpsc::channel();
        let hand = feed.clone();
        thread::spawn(move || {
            let runner = System::new();
            let id = ServerId(System::current().id());
            let _ = stops.send(runner.block_on(async move {
                let _ = starts.send((id, None));
                let server = run(listener, hand, limits)?;
                let _ = starts.send((id, Some(server.handle())));
                server.await
            }));
        });
        // The first message comes before any code of the lab runs.
        let id = started.recv().map(|(id, _)| id);
        let Ok(id) = id else { Failure::new("the server's thread did not start").raise() };
        rule::has_server(id);
        if let Ok((_, Some(handle))) = started.recv_timeout(at_once()) {
            return Server { address, feed, limits, id, handle, stopped };
        }
        let did = "server::run(listener, feed, limits)";
        match stopped.recv_timeout(Duration::from_millis(100)) {
            Ok(Err(error)) => Failure::new(format!("{did} gave Err({error})")),
            Ok(Ok(())) | Err(RecvTimeoutError::Disconnected) => {
                Failure::new(format!("{did} did not return"))
            }
            Err(RecvTimeoutError::Timeout) => {
                let waited = seconds(at_once());
                Failure::new(format!("{did} did not return in {waited}: does it wait for the end?"))
            }
        }
        .expected("Ok(a running server)")
        .raise()
    }

    /// The feed that the server serves: publish, end, count subscribers.
    pub fn feed(&self) -> &Feed {
        &self.feed
    }

    /// The limits that the server was started with.
    pub fn limits(&self) -> Limits {
        self.limits
    }

    /// What the first panic on one of the server's threads said.
    pub fn panicked(&self) -> Option<String> {
        self.id.panicked().map(|panic| panic.message)
    }

    /// Begins an orderly stop: no new connections, those that are open may finish. Returns at once;
    /// see [`expect_stopped`](Server::expect_stopped). A lab ends its feed first.
    pub fn begin_shutdown(&self) {
        // The command is sent here; the future would only wait for its effect.
        drop(self.handle.stop(true));
    }

    /// Fails if the server has not stopped within `wait`.
    #[track_caller]
    pub fn expect_stopped(&self, wait: Duration) {
        let wait = Wait::start(wait);
        match self.stopped.recv_timeout(wait.left()) {
            Ok(Ok(())) | Err(RecvTimeoutError::Disconnected) => {}
            Ok(Err(error)) => Failure::new("the server stopped with an error")
                .said(error.to_string())
                .expected("an orderly end")
                .raise(),
            Err(RecvTimeoutError::Timeout) => Failure::new(wait.text("the server to stop"))
                .said(format!("subscribers still there: {}", self.feed.subscribers()))
                .expected("an end")
                .raise(),
        }
    }
}

impl Peer for Server {
    fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.handle.stop(false));
        // A server that won't stop must not hang the tests; its thread ends with the process.
        let _ = self.stopped.recv_timeout(at_once());
    }
}
