//! `/-/wire/42/reference` and `/-/wire/42/yours`, and so for each lab: a page's WebSocket, and
//! behind it a TCP connection to the lab's server. The bytes go through as they are, so that the
//! page can show what browsers hide from it.
//!
//! There are these two targets for each lab and no others: nothing in a request chooses an address.

use crate::reference::{References, Unavailable};
use actix_web::{HttpRequest, HttpResponse, web};
use actix_ws::{Message, MessageStream, Session};
use manifest::{Course, Lab};
use serde_json::json;
use std::error::Error;
use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::sync::Semaphore;
use tokio::time::timeout;

/// Where the attendee's own servers listen: each lab's on its port.
pub fn yours(lab: &Lab) -> SocketAddr {
    SocketAddr::from((Ipv4Addr::LOCALHOST, lab.port))
}

/// How many pages can look at a wire at once.
const MOST: usize = 16;

/// For a connection on this machine, and for a server that doesn't read what it is sent.
const DEADLINE: Duration = Duration::from_secs(5);

/// The most that is read at once, so that a page sees about what the server wrote.
const BUFFER: usize = 16 * 1024;

/// Bounds how many tunnels there are, and knows where they lead.
pub struct Tunnels {
    yours: Yours,
    free: Arc<Semaphore>,
}

/// Where the attendee's server of a lab listens.
pub type Yours = Arc<dyn Fn(&Lab) -> SocketAddr + Send + Sync>;

impl Tunnels {
    /// `yours` is [`yours`] outside of tests.
    pub fn new(yours: Yours) -> Tunnels {
        Tunnels { yours, free: Arc::new(Semaphore::new(MOST)) }
    }
}

/// Upgrades to a WebSocket and connects it to one of the two servers.
pub async fn connect(
    request: HttpRequest,
    body: web::Payload,
    place: web::Path<(String, String)>,
    tunnels: web::Data<Tunnels>,
    course: web::Data<Course>,
    references: web::Data<References>,
) -> actix_web::Result<HttpResponse> {
    let (number, server) = place.into_inner();
    // One name for each lab: two digits.
    let known = course.labs.iter().find(|lab| lab.number() == number).cloned();
    let (Some(lab), Some(reference)) = (known, references.of(&number)) else {
        return Ok(HttpResponse::NotFound().body(format!("there is no lab {number}")));
    };
    let yours = match server.as_str() {
        "yours" => true,
        "reference" => false,
        _ => return Ok(HttpResponse::NotFound().body("there are `reference` and `yours`")),
    };
    let (response, mut session, messages) = actix_ws::handle(&request, body)?;
    let permit = Arc::clone(&tunnels.free).try_acquire_owned();
    actix_web::rt::spawn(async move {
        let connected = match (&permit, yours) {
            (Err(_), _) => Err(Unconnected::Full),
            (Ok(_), true) => connect_to_yours((tunnels.yours)(&lab), &lab).await,
            (Ok(_), false) => reference.connect().await.map_err(Unconnected::Reference),
        };
        match connected {
            Ok(stream) => {
                // Only now is there somebody to send a request to. A page that is gone already is
                // noticed by the relay.
                let _ = session.text(json!({ "connected": true }).to_string()).await;
                relay(session, messages, stream).await;
            }
            Err(error) => {
                // A page that is gone already needs no reason.
                let _ = session.text(json!({ "error": error.to_string() }).to_string()).await;
                let _ = session.close(None).await;
            }
        }
    });
    Ok(response)
}

async fn connect_to_yours(address: SocketAddr, lab: &Lab) -> Result<TcpStream, Unconnected> {
    match timeout(DEADLINE, TcpStream::connect(address)).await {
        Ok(Ok(stream)) => Ok(stream),
        Ok(Err(_)) => Err(Unconnected::Nobody { address, lab: lab.name() }),
        Err(_) => Err(Unconnected::Silent(address)),
    }
}

/// Why a page isn't connected: a sentence for it.
#[derive(Debug)]
enum Unconnected {
    /// There are [`MOST`] tunnels.
    Full,
    /// Nothing listens where this lab's server of the attendee should.
    Nobody { address: SocketAddr, lab: String },
    /// The attendee's server didn't take the connection within [`DEADLINE`].
    Silent(SocketAddr),
    /// There is no reference server.
    Reference(Unavailable),
}

impl fmt::Display for Unconnected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unconnected::Full => write!(f, "{MOST} pages look at a wire already: close one"),
            Unconnected::Nobody { address, lab } => write!(
                f,
                "nothing listens on {address}: start your server with `cargo run -p {lab}`"
            ),
            Unconnected::Silent(address) => {
                write!(f, "{address} did not answer within {} s", DEADLINE.as_secs())
            }
            Unconnected::Reference(error) => write!(f, "{error}"),
        }
    }
}

impl Error for Unconnected {}

/// Carries bytes both ways until one side closes; then closes the other. Neither way is read ahead
/// of what the other side takes, so a slow page slows the server down, as a slow client would.
async fn relay(session: Session, messages: MessageStream, stream: TcpStream) {
    // What the page sends in one message should leave at once.
    let _ = stream.set_nodelay(true);
    let (from_server, to_server) = stream.into_split();
    tokio::select! {
        () = server_to_page(from_server, session.clone()) => {}
        () = page_to_server(messages, session.clone(), to_server) => {}
    }
    let _ = session.close(None).await;
}

async fn server_to_page(mut server: OwnedReadHalf, mut page: Session) {
    let mut buffer = vec![0; BUFFER];
    while let Ok(count @ 1..) = server.read(&mut buffer).await {
        if page.binary(buffer[..count].to_vec()).await.is_err() {
            return;
        }
    }
}

async fn page_to_server(
    mut messages: MessageStream,
    mut page: Session,
    mut server: OwnedWriteHalf,
) {
    while let Some(Ok(message)) = messages.recv().await {
        let passed = match message {
            Message::Binary(bytes) => {
                matches!(timeout(DEADLINE, server.write_all(&bytes)).await, Ok(Ok(())))
            }
            Message::Ping(data) => page.pong(&data).await.is_ok(),
            Message::Pong(_) => true,
            // Bytes come as binary messages; nobody sends text here.
            _ => false,
        };
        if !passed {
            return;
        }
    }
}
