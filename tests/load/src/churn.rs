//! Ten thousand clients that come and go leave nothing behind.

use crate::decode::http;
use crate::publisher::Publisher;
use crate::server::Server;
use crate::transport::Transport;
use socket2::SockRef;
use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

/// How many come at the same time.
const WAVE: usize = 100;
/// What clients left must be free after this time.
pub const FREED: Duration = Duration::from_secs(5);
const ANSWER: Duration = Duration::from_secs(10);
/// What the server's memory may grow by after the first tenth of all clients: a task that stays
/// costs more than a kibibyte.
const GROWTH: u64 = 4 * 1024 * 1024;

/// How a client leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leave {
    /// It closes its side and reads to the end; a WebSocket's client says goodbye first.
    Politely,
    /// Its connection is reset, as when a program is killed with bytes unread.
    Reset,
    /// It goes in the middle of its request; a WebSocket's client in the middle of a frame.
    HalfWay,
}

impl Leave {
    /// All of them.
    pub const ALL: [Leave; 3] = [Leave::Politely, Leave::Reset, Leave::HalfWay];
}

/// Connects `clients` clients to a lab's server, a hundred at a time, and has them leave. News come
/// while they do. What they leave must be free after `freed`.
///
/// # Errors
/// What stayed behind, or who failed.
pub fn run(
    server: &Server,
    transport: Transport,
    how: Leave,
    clients: usize,
    freed: Duration,
) -> Result<(), String> {
    let mut publisher = Publisher::connect(server.address, 0)?;
    let mut newest = publisher.publish()?;
    // The first wave starts what the server keeps: buffers, and a connection for each worker.
    wave(server, transport, how, newest, freed)?;
    let descriptors = settled(server, freed)?;
    let waves = clients.div_ceil(WAVE);
    let mut memory = 0;
    for number in 0..waves {
        wave(server, transport, how, newest, freed)?;
        newest = publisher.publish()?;
        wait(freed, "the feed to have no subscribers", || match server.subscribers()? {
            0 => Ok(None),
            some => Ok(Some(format!("{some} are left"))),
        })?;
        if number == waves / 10 {
            memory = server.memory()?;
        }
    }
    wait(freed, "all descriptors to be closed", || match server.descriptors()? {
        now if now <= descriptors => Ok(None),
        now => Ok(Some(format!("{now} are open, {descriptors} after the first wave"))),
    })?;
    let grown = server.memory()?.saturating_sub(memory);
    if grown > GROWTH {
        return Err(format!(
            "the server's memory grew by {} KiB while {} clients came and went",
            grown / 1024,
            (waves - waves / 10) * WAVE
        ));
    }
    Ok(())
}

/// How many descriptors are open once no subscription is.
fn settled(server: &Server, freed: Duration) -> Result<usize, String> {
    wait(freed, "the first wave to be gone", || match server.subscribers()? {
        0 => Ok(None),
        some => Ok(Some(format!("{some} subscribers are left"))),
    })?;
    // Closing follows a moment later: the smallest of several looks.
    let mut fewest = usize::MAX;
    for _ in 0..20 {
        fewest = fewest.min(server.descriptors()?);
        thread::sleep(Duration::from_millis(10));
    }
    Ok(fewest)
}

fn wave(
    server: &Server,
    transport: Transport,
    how: Leave,
    cursor: u64,
    freed: Duration,
) -> Result<(), String> {
    let clients: io::Result<Vec<TcpStream>> =
        (0..WAVE).map(|_| come(server, transport, how, cursor)).collect();
    let clients = clients.map_err(|error| format!("a client can't connect: {error}"))?;
    if how != Leave::HalfWay || transport == Transport::WebSocket {
        wait(freed, "all to be subscribed", || match server.subscribers()? {
            all if all == WAVE as u64 => Ok(None),
            some => Ok(Some(format!("{some} of {WAVE} are"))),
        })?;
    }
    for client in clients {
        leave(client, transport, how).map_err(|error| format!("leaving: {error}"))?;
    }
    Ok(())
}

fn come(server: &Server, transport: Transport, how: Leave, cursor: u64) -> io::Result<TcpStream> {
    let mut client = TcpStream::connect(server.address)?;
    client.set_read_timeout(Some(ANSWER))?;
    let request = transport.request(cursor);
    let half = match (how, transport) {
        (Leave::HalfWay, Transport::WebSocket) | (Leave::Politely | Leave::Reset, _) => &request,
        (Leave::HalfWay, _) => &request[..request.len() / 2],
    };
    client.write_all(half.as_bytes())?;
    Ok(client)
}

fn leave(mut client: TcpStream, transport: Transport, how: Leave) -> io::Result<()> {
    let websocket = transport == Transport::WebSocket;
    match how {
        Leave::Politely => {
            if websocket {
                // Close, 1000, masked with zeros.
                client.write_all(&[0x88, 0x82, 0, 0, 0, 0, 0x03, 0xe8])?;
            } else {
                client.shutdown(Shutdown::Write)?;
            }
            match io::copy(&mut client, &mut io::sink()) {
                // A server may close with a reset what it can't write any more.
                Err(error) if error.kind() != io::ErrorKind::ConnectionReset => Err(error),
                _ => Ok(()),
            }
        }
        Leave::Reset => SockRef::from(&client).set_linger(Some(Duration::ZERO)),
        Leave::HalfWay if websocket => {
            head(&mut client)?;
            // The head of a text frame of five bytes, and two of these.
            client.write_all(&[0x81, 0x85, 0, 0, 0, 0, b'h', b'a'])
        }
        Leave::HalfWay => Ok(()),
    }
}

/// Reads until a head is complete.
fn head(client: &mut TcpStream) -> io::Result<()> {
    let (mut raw, mut buffer) = (Vec::new(), [0; 1024]);
    while http::head(&raw).map_err(io::Error::other)?.is_none() {
        match client.read(&mut buffer)? {
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            length => raw.extend_from_slice(&buffer[..length]),
        }
    }
    Ok(())
}

/// Waits until `look` finds nothing to complain about.
fn wait(
    limit: Duration,
    what: &str,
    look: impl Fn() -> Result<Option<String>, String>,
) -> Result<(), String> {
    let deadline = Instant::now() + limit;
    while let Some(complaint) = look()? {
        if Instant::now() > deadline {
            return Err(format!("waited {} s for {what}: {complaint}", limit.as_secs_f64()));
        }
        thread::sleep(Duration::from_millis(1));
    }
    Ok(())
}
