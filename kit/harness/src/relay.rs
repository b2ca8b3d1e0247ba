//! Something in the middle that breaks things on purpose.

use crate::peer::Peer;
use socket2::SockRef;
use std::io::{self, ErrorKind, Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::thread;
use std::time::{Duration, Instant};
use trace::strict::{Framing, Head};

/// What a relay does to the connections that go through it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Nothing, until [`Relay::go_dark`].
    None,
    /// Closes a connection after this long without a byte either way, as proxies do.
    CutWhenIdle(Duration),
    /// Forwards one byte at a time, each in a write of its own.
    ByteByByte,
    /// Holds an answer back until it is whole or 64 KiB long, unless its head says
    /// `X-Accel-Buffering: no`.
    Buffer,
}

/// A TCP relay on a port of its own, in front of a server. It hands FIN and RST on. Dropping it
/// closes its connections.
pub struct Relay {
    address: SocketAddr,
    switches: Arc<Switches>,
}

#[derive(Default)]
struct Switches {
    dark: AtomicBool,
    stop: AtomicBool,
    /// After how long a silence a connection was cut.
    cut: Arc<OnceLock<Duration>>,
}

/// How long a connection's thread rests when there was nothing to do.
const REST: Duration = Duration::from_millis(1);
/// Bytes that a relay holds for each direction.
const ROOM: usize = 64 * 1024;

impl Relay {
    /// Listens on a free port of 127.0.0.1 and forwards each connection to `peer`.
    pub fn to(peer: &impl Peer, fault: Fault) -> Relay {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let address = listener.local_addr().expect("a bound listener has an address");
        let switches = Arc::<Switches>::default();
        let (target, shared) = (peer.address(), switches.clone());
        thread::spawn(move || {
            for client in listener.incoming() {
                if shared.stop.load(Ordering::Relaxed) {
                    return;
                }
                if let Ok(client) = client
                    && let Ok(server) = TcpStream::connect(target)
                {
                    let switches = shared.clone();
                    thread::spawn(move || relay(&client, &server, fault, &switches));
                }
            }
        });
        Relay { address, switches }
    }

    /// From now on forwards nothing and closes nothing: a pulled plug, of which no FIN tells.
    pub fn go_dark(&self) {
        self.switches.dark.store(true, Ordering::Relaxed);
    }
}

impl Peer for Relay {
    fn address(&self) -> SocketAddr {
        self.address
    }

    fn cut(&self) -> Arc<OnceLock<Duration>> {
        self.switches.cut.clone()
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.switches.stop.store(true, Ordering::Relaxed);
        // Wakes the listener, so that its thread sees the switch.
        let _ = TcpStream::connect(self.address);
    }
}

/// Carries one connection until both sides have said that they send no more.
fn relay(client: &TcpStream, server: &TcpStream, fault: Fault, switches: &Switches) {
    for stream in [client, server] {
        let _ = stream.set_nonblocking(true);
        let _ = stream.set_nodelay(true);
    }
    let mut there = Direction::default();
    let mut back = Direction { holds: fault == Fault::Buffer, ..Direction::default() };
    let most = if fault == Fault::ByteByByte { 1 } else { ROOM };
    let mut moved_at = Instant::now();
    while !(switches.stop.load(Ordering::Relaxed) || there.closed && back.closed) {
        let dark = switches.dark.load(Ordering::Relaxed);
        let moved = match dark {
            true => Ok(false),
            false => there.carry(client, server, most).and_then(|there| {
                let back = back.carry(server, client, most)?;
                Ok(there || back)
            }),
        };
        match moved {
            Ok(true) => moved_at = Instant::now(),
            Ok(false) => match fault {
                Fault::CutWhenIdle(time) if !dark && moved_at.elapsed() >= time => {
                    // Before the connection closes, so that who sees its end can say why.
                    let _ = switches.cut.set(time);
                    return;
                }
                _ => thread::sleep(REST),
            },
            Err(_) => {
                // One side was reset: so is the other.
                for stream in [client, server] {
                    let _ = SockRef::from(stream).set_linger(Some(Duration::ZERO));
                }
                return;
            }
        }
    }
}

/// One direction of a connection.
#[derive(Default)]
struct Direction {
    /// Read and not yet written.
    pending: Vec<u8>,
    /// Whether answers are held back.
    holds: bool,
    /// Whether what is pending was let go.
    let_go: bool,
    ended: bool,
    closed: bool,
}

impl Direction {
    /// Reads and writes what is possible at once; whether that was anything.
    fn carry(&mut self, mut from: &TcpStream, mut to: &TcpStream, most: usize) -> io::Result<bool> {
        let mut moved = false;
        if !self.ended && self.pending.len() < ROOM && (self.holds || self.pending.is_empty()) {
            let mut buffer = [0; 4096];
            match from.read(&mut buffer) {
                Ok(length) => {
                    self.pending.extend_from_slice(&buffer[..length]);
                    self.ended = length == 0;
                    moved = true;
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                Err(error) => return Err(error),
            }
        }
        self.let_go = self.let_go || !self.holds || self.may_go();
        if self.let_go && !self.pending.is_empty() {
            match to.write(&self.pending[..self.pending.len().min(most)]) {
                Ok(length) => {
                    self.pending.drain(..length);
                    self.let_go = !self.pending.is_empty();
                    moved = true;
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                Err(error) => return Err(error),
            }
        }
        if self.ended && self.pending.is_empty() && !self.closed {
            self.closed = true;
            let _ = to.shutdown(Shutdown::Write);
        }
        Ok(moved)
    }

    /// Whether a buffering proxy would let go of what it holds.
    fn may_go(&mut self) -> bool {
        let bytes = &self.pending;
        if self.ended || bytes.len() >= ROOM {
            return true;
        }
        let Ok(Some(head)) = Head::read(bytes) else { return false };
        if head.field("X-Accel-Buffering") == Some("no") {
            self.holds = false;
            return true;
        }
        match head.framing() {
            Ok(Framing::None) => true,
            Ok(Framing::Length(length)) => bytes.len() >= head.bytes().len() + length,
            Ok(Framing::Chunked) => bytes.ends_with(b"\r\n0\r\n\r\n"),
            Ok(Framing::UntilClose) | Err(_) => false,
        }
    }
}
