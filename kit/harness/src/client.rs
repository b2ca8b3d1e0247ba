//! A client that talks raw bytes and keeps every one of them.

mod answer;
mod failing;
pub(crate) mod websocket;

use crate::failure::Failure;
use crate::peer::Peer;
use crate::wait::{Wait, at_once};
use socket2::{Domain, SockRef, Socket, Type};
use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};
use trace::strict::{Framing, Wrong};
use trace::{Direction, Line, Trace, What, annotate, visible};

/// How a connection ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// The server said that it sends no more (TCP's FIN).
    Closed,
    /// The server broke the connection off (TCP's RST).
    Reset,
}

/// One connection to a server. It reads only when it is asked to: a client that asks for nothing is
/// a stalled one.
///
/// Each method that waits fails the test when nothing comes in time (see
/// [`patient`](Client::patient)), and says what was awaited and what came instead.
pub struct Client {
    stream: TcpStream,
    address: SocketAddr,
    /// After how long a silence the other side cut a connection, if it is a proxy that has.
    cut: Arc<OnceLock<Duration>>,
    started: Instant,
    trace: Trace,
    patience: Duration,
    did: Vec<String>,
    received: Vec<u8>,
    ended: Option<Ended>,
    /// How much of `received` was read as heads and bodies.
    read: usize,
    framing: Framing,
    /// Whether what is spoken is not HTTP: see [`connect_plain`](Client::connect_plain).
    plain: bool,
    /// What the body said so far, without its framing, and how much of that was taken.
    body: Vec<u8>,
    taken: usize,
    body_ended: bool,
}

enum Came {
    More,
    Ended,
    Nothing,
    TooMuch,
}

/// Bytes that a client takes from one server, so that one that never stops doesn't fill the memory.
const MOST: usize = 64 << 20;

/// Bytes of a segment: the least that each system takes.
#[cfg(unix)]
const SMALL_SEGMENT: u32 = 536;

impl Client {
    /// Connects with the system's buffers.
    #[track_caller]
    pub fn connect(peer: &impl Peer) -> Client {
        Client::open(peer, None)
    }

    /// Connects with the smallest receive buffer that the system allows, so that a client which
    /// doesn't read soon stalls its server.
    #[track_caller]
    pub fn connect_with_small_buffer(peer: &impl Peer) -> Client {
        Client::open(peer, Some(1))
    }

    /// Connects for a protocol that isn't HTTP and is made of lines. Nothing that comes is a head:
    /// [`until`](Client::until), [`rest`](Client::rest) and [`nothing_but`](Client::nothing_but) read
    /// it as it is, up to the end of the connection.
    #[track_caller]
    pub fn connect_plain(peer: &impl Peer) -> Client {
        let client = Client::open(peer, None);
        Client { framing: Framing::UntilClose, body_ended: false, plain: true, ..client }
    }

    #[track_caller]
    fn open(peer: &impl Peer, buffer: Option<usize>) -> Client {
        let address = peer.address();
        let stream = (|| {
            let socket = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
            if let Some(size) = buffer {
                // Before connecting: the window is agreed on then.
                socket.set_recv_buffer_size(size)?;
                // Loopback's segments are larger than that buffer: its window would open in leaps,
                // and a sender that waits for one looks again only after 200 ms.
                #[cfg(unix)]
                socket.set_tcp_mss(SMALL_SEGMENT)?;
            }
            socket.connect_timeout(&address.into(), at_once())?;
            // Byte by byte means one packet each.
            socket.set_tcp_nodelay(true)?;
            socket.set_write_timeout(Some(at_once()))?;
            Ok::<TcpStream, std::io::Error>(socket.into())
        })();
        let stream = match stream {
            Ok(stream) => stream,
            Err(error) => Failure::new("connecting to the server gave")
                .said(error.to_string())
                .expected("a connection")
                .raise(),
        };
        Client {
            stream,
            address,
            cut: peer.cut(),
            started: Instant::now(),
            trace: Trace::default(),
            patience: at_once(),
            did: Vec::new(),
            received: Vec::new(),
            ended: None,
            read: 0,
            framing: Framing::None,
            plain: false,
            body: Vec::new(),
            taken: 0,
            body_ended: true,
        }
    }

    /// Waits up to `wait` from now on, instead of [`at_once`].
    pub fn patient(&mut self, wait: Duration) {
        self.patience = wait;
    }

    /// Adds to what a failure says was done: "publish of event 9".
    pub fn note(&mut self, did: impl Into<String>) {
        self.did.push(did.into());
    }

    /// Sends a GET with these fields beside `Host`.
    #[track_caller]
    pub fn get(&mut self, target: &str, fields: &[(&str, &str)]) {
        self.request("GET", target, fields, b"");
    }

    /// Sends a request with these fields beside `Host`, and `Content-Length` if there is a body.
    #[track_caller]
    pub fn request(&mut self, method: &str, target: &str, fields: &[(&str, &str)], body: &[u8]) {
        let mut request = format!("{method} {target} HTTP/1.1\r\nHost: {}\r\n", self.address);
        for (name, value) in fields {
            request += &format!("{name}: {value}\r\n");
        }
        if !body.is_empty() {
            request += &format!("Content-Length: {}\r\n", body.len());
        }
        request += "\r\n";
        let shown = fields.iter().map(|(name, value)| format!(" with {name}: {value}"));
        self.note(format!("{method} {target}{}", shown.collect::<Vec<_>>().join(",")));
        self.write(&[request.as_bytes(), body].concat());
    }

    /// Sends these bytes, whole.
    #[track_caller]
    pub fn send(&mut self, bytes: impl AsRef<[u8]>) {
        let bytes = bytes.as_ref();
        self.note(format!("sending {}", shortened(bytes)));
        self.write(bytes);
    }

    /// Sends these bytes one by one, each in a write of its own.
    #[track_caller]
    pub fn send_byte_by_byte(&mut self, bytes: impl AsRef<[u8]>) {
        let bytes = bytes.as_ref();
        self.note(format!("sending {} byte by byte", shortened(bytes)));
        for byte in bytes {
            self.write(&[*byte]);
        }
    }

    /// Sends these bytes if the connection takes them. For a client that goes on and on, and whose
    /// server may have had enough.
    pub fn offer(&mut self, bytes: impl AsRef<[u8]>) {
        let bytes = bytes.as_ref();
        if self.stream.write_all(bytes).is_ok() {
            self.keep(Direction::Sent, What::Bytes(bytes.to_vec()));
        }
    }

    #[track_caller]
    fn write(&mut self, bytes: &[u8]) {
        self.keep(Direction::Sent, What::Bytes(bytes.to_vec()));
        if let Err(error) = self.stream.write_all(bytes) {
            let failure = self.failure().said(format!("then the connection gave: {error}"));
            failure.expected("a server that reads on").raise();
        }
    }

    /// Says that this side sends no more (TCP's FIN), and still reads.
    pub fn finish(&mut self) {
        self.note("the client's FIN");
        if self.stream.shutdown(Shutdown::Write).is_ok() {
            self.keep(Direction::Sent, What::Fin);
        }
    }

    /// Breaks the connection off (TCP's RST).
    pub fn reset(mut self) -> Trace {
        self.keep(Direction::Sent, What::Reset);
        // Lingering for no time makes the close a reset.
        let _ = SockRef::from(&self.stream).set_linger(Some(Duration::ZERO));
        self.trace
    }

    /// Waits until the server ends the connection, and says how.
    #[track_caller]
    pub fn ended(&mut self) -> Ended {
        self.wait("the end of the connection", |client| Ok(client.ended))
    }

    /// Every byte that came, with heads and framing.
    pub fn received(&self) -> &[u8] {
        &self.received
    }

    /// What was done and seen on this connection so far.
    pub fn trace(&self) -> &Trace {
        &self.trace
    }

    /// What was done and seen, line by line.
    pub(crate) fn lines(&self) -> Vec<Line> {
        if self.plain { trace::lines(&self.trace) } else { annotate(&self.trace) }
    }

    /// Waits for something in what came; `found` reads on from where the last one stopped.
    #[track_caller]
    fn wait<T>(
        &mut self,
        what: &str,
        mut found: impl FnMut(&mut Client) -> Result<Option<T>, Wrong>,
    ) -> T {
        let wait = Wait::start(self.patience);
        loop {
            match found(self) {
                Ok(Some(found)) => return found,
                Ok(None) => {}
                Err(wrong) => self.fail_wrong(wrong),
            }
            match self.fill(&wait) {
                Came::More => {}
                Came::Ended => match found(self) {
                    Ok(Some(found)) => return found,
                    Ok(None) => self.fail_ended(what),
                    Err(wrong) => self.fail_wrong(wrong),
                },
                Came::Nothing => self.fail_waited(&wait, what),
                Came::TooMuch => self.fail_too_much(what),
            }
        }
    }

    /// Reads once, for as long as the wait lasts.
    fn fill(&mut self, wait: &Wait) -> Came {
        let mut buffer = [0; 16 * 1024];
        loop {
            if self.ended.is_some() {
                return Came::Ended;
            }
            if self.received.len() >= MOST {
                return Came::TooMuch;
            }
            // Zero would mean "wait for ever".
            let left = wait.left().max(Duration::from_millis(1));
            let _ = self.stream.set_read_timeout(Some(left));
            match self.stream.read(&mut buffer) {
                Ok(0) => self.end(Ended::Closed, What::Fin),
                Ok(length) => {
                    self.received.extend_from_slice(&buffer[..length]);
                    self.keep(Direction::Received, What::Bytes(buffer[..length].to_vec()));
                    return Came::More;
                }
                Err(error) => match error.kind() {
                    ErrorKind::WouldBlock | ErrorKind::TimedOut => {
                        if wait.is_over() {
                            return Came::Nothing;
                        }
                    }
                    ErrorKind::Interrupted => {}
                    _ => self.end(Ended::Reset, What::Reset),
                },
            }
        }
    }

    fn end(&mut self, ended: Ended, what: What) {
        self.ended = Some(ended);
        self.keep(Direction::Received, what);
    }

    fn keep(&mut self, direction: Direction, what: What) {
        self.trace.push(self.started.elapsed(), direction, what);
    }
}

fn shortened(bytes: &[u8]) -> String {
    match bytes.len() {
        0..=40 => visible(bytes),
        length => format!("{}… ({length} bytes)", visible(&bytes[..30])),
    }
}
