//! Where actix-ws 0.4.0, and the actix-http 3.20.0 under it, fall short of RFC 6455: what they do
//! today. When a later version does better, a test here fails, and the chapter is corrected.

use actix_web::dev::ServerHandle;
use actix_web::web::Payload;
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, rt, web};
use actix_ws::Message;
use fixture::Server;
use harness::{Client, Lab, Rule, frame, hex};
use solution_04::server::run;
use std::net::{SocketAddr, TcpListener};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;
use weather::Limits;

const TEXT: u8 = 0x81;
const CLOSE: u8 = 0x88;

/// Long enough for an answer that is not to come.
const QUIET: Duration = Duration::from_millis(200);

#[test]
fn an_error_overtakes_the_message_before_it() {
    with_echo("RFC 6455 §5.4; Autobahn 3.2, 3.3, 4.1.3, 4.1.4, 4.2.3, 4.2.4 and 5.15", |client| {
        client.send([frame(TEXT, "Hello"), frame(0x83, "")].concat());
        // Strictly: the text comes back, then 1002.
        assert_eq!(hex(&client.frame("a close frame").bytes), "88 02 03 ea");
    });
}

#[test]
fn text_is_checked_at_its_end() {
    with_echo("RFC 6455 §8.1; Autobahn 6.4.1 to 6.4.4", |client| {
        client.send_frame(0x01, b"\xff");
        assert_eq!(client.nothing_but(b"", QUIET), 0);
        client.send_frame(0x80, b"");
        assert_eq!(client.close_code(), Some(1007));
    });
}

#[test]
fn a_giant_is_refused_only_when_it_is_there() {
    check("RFC 6455 §10.4", || {
        let (address, handle) = bare_server(Duration::ZERO);
        let mut client = Client::connect(&address);
        client.open_websocket("/listen", &[]);
        // A gigabyte is announced where 64 KiB are allowed; a megabyte of it comes.
        let head = b"\x82\xff\x00\x00\x00\x00\x40\x00\x00\x00\x37\xfa\x21\x3d";
        client.send([&head[..], &[0; 1 << 20]].concat());
        assert_eq!(client.nothing_but(b"", QUIET), 0);
        drop(handle.stop(false));
    });
}

#[test]
fn a_length_may_have_a_longer_form_than_it_needs() {
    with_echo("RFC 6455 §5.2", |client| {
        client.send(b"\x81\xfe\x00\x05\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58");
        assert_eq!(client.text("the echo"), "Hello");
    });
}

#[test]
fn a_close_reason_that_is_not_utf8_is_1002() {
    with_echo("RFC 6455 §8.1: 1007 would be better", |client| {
        client.send_frame(CLOSE, b"\x03\xe8\xff");
        assert_eq!(client.close_code(), Some(1002));
    });
}

#[test]
fn a_handshake_may_be_http_1_0_or_ask_for_something_else() {
    check("RFC 6455 §4.2.1: HTTP/1.1 or higher, and the token websocket", || {
        let server = Server::start_with(run, Limits::TEST);
        for (version, upgrade) in [("1.0", "websocket"), ("1.1", "notwebsocket")] {
            let mut client = Client::connect(&server);
            client.send(format!(
                "GET /echo HTTP/{version}\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: {upgrade}\r\n\
                 Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
            ));
            client.finish();
            client.ended();
            let status = format!("HTTP/{version} 101 ");
            assert!(client.received().starts_with(status.as_bytes()));
        }
    });
}

/// The second that `HttpServer::client_disconnect_timeout` waits by default can't be made short, only
/// zero: its deadline is computed from a clock that is up to half a second behind, and a deadline
/// that is over already never comes.
#[test]
fn a_short_disconnect_timeout_may_never_end() {
    check("actix-http 3.20.0, h1/dispatcher.rs, `ensure_linger_timer`", || {
        let (address, handle) = bare_server(Duration::from_millis(1));
        let mut open = 0;
        for _ in 0..4 {
            let mut client = Client::connect(&address);
            client.open_websocket("/", &[]);
            assert_eq!(client.close_code(), Some(1000));
            // A millisecond later the server should have hung up.
            open += usize::from(!ends_within(&mut client, Duration::from_millis(600)));
        }
        drop(handle.stop(false));
        assert!(open > 0, "all connections ended in time: the library does better now");
    });
}

/// A server with the library and nothing of the lab.
fn bare_server(disconnect: Duration) -> (SocketAddr, ServerHandle) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (tell, told) = mpsc::channel();
    thread::spawn(move || {
        rt::System::new().block_on(async move {
            let app = || {
                let app = App::new().route("/", web::get().to(goodbye));
                app.route("/listen", web::get().to(listens))
            };
            let server = HttpServer::new(app)
                .workers(1)
                .client_disconnect_timeout(disconnect)
                .disable_signals()
                .listen(listener)?
                .run();
            let _ = tell.send(server.handle());
            server.await
        })
    });
    (address, told.recv_timeout(Duration::from_secs(5)).unwrap())
}

/// Says goodbye to the first thing that comes.
async fn listens(request: HttpRequest, payload: Payload) -> actix_web::Result<HttpResponse> {
    let (response, session, mut stream) = actix_ws::handle(&request, payload)?;
    rt::spawn(async move {
        let _ = stream.recv().await;
        session.close(None).await
    });
    Ok(response)
}

/// Says goodbye at once.
async fn goodbye(request: HttpRequest, payload: Payload) -> actix_web::Result<HttpResponse> {
    let (response, session, mut stream) = actix_ws::handle(&request, payload)?;
    rt::spawn(async move {
        let _ = session.close(Some(actix_ws::CloseCode::Normal.into())).await;
        while let Some(Ok(Message::Pong(_))) = stream.recv().await {}
    });
    Ok(response)
}

fn ends_within(client: &mut Client, time: Duration) -> bool {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        client.patient(time);
        client.ended();
    }))
    .is_ok()
}

fn with_echo(source: &'static str, story: impl FnOnce(&mut Client) + Send + 'static) {
    check(source, || {
        let server = Server::start_with(run, Limits::TEST);
        let mut client = Client::connect(&server);
        client.open_websocket("/echo", &[]);
        story(&mut client);
    });
}

fn check(source: &'static str, story: impl FnOnce() + Send + 'static) {
    let rule = Rule {
        place: "actix-ws",
        text: "the library does what the chapter says that it does",
        source,
        cost: "The chapter says what isn't true any more: correct it.",
    };
    Lab { number: "04", chapter: "WebSocket" }.check_as(5, rule, story);
}
