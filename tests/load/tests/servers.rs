//! The benchmark and the loads, small, on servers in this process. All in one test: what one does
//! would be counted by the other.
#![cfg(target_os = "linux")]

use actix_web::{App, HttpResponse, HttpServer, rt, web};
use feed::Feed;
use load::churn::{self, Leave};
use load::ledger::Mistakes;
use load::report::Who;
use load::server::Server;
use load::stall;
use load::transport::Transport;
use load::transports::{self, Size};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::thread;
use std::time::Duration;
use weather::Limits;

/// Serves in this process, until it ends.
fn here(run: impl FnOnce(TcpListener) -> actix_web::dev::Server + Send + 'static) -> Server {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let address: SocketAddr = listener.local_addr().unwrap();
    thread::spawn(move || rt::System::new().block_on(async { run(listener).await }));
    Server::here(address)
}

fn lab_03() -> Server {
    let limits = Limits { waiting: 1000, ..Limits::NORMAL };
    here(move |listener| {
        solution_03::server::run(listener, Feed::new(limits.capacity), limits).unwrap()
    })
}

/// It takes reports and says that it has one subscriber too many, whoever comes or goes.
fn leaky() -> Server {
    let app = || {
        App::new()
            .route("/publish", web::post().to(async || HttpResponse::Ok().body(r#"{"id":1}"#)))
            .route(
                "/stats",
                web::get().to(async || HttpResponse::Ok().body(r#"{"subscribers":1}"#)),
            )
    };
    here(move |listener| HttpServer::new(app).workers(1).listen(listener).unwrap().run())
}

#[test]
fn what_is_left_behind_and_what_is_lost_is_told() {
    let server = lab_03();
    for how in Leave::ALL {
        assert_eq!(churn::run(&server, Transport::Sse, how, 200, churn::FREED), Ok(()), "{how:?}");
    }
    let soon = Duration::from_millis(200);
    let told = churn::run(&leaky(), Transport::Sse, Leave::Reset, 200, soon).unwrap_err();
    assert!(told.contains("1 of 100 are"), "{told}");
    let told = churn::run(&leaky(), Transport::Sse, Leave::HalfWay, 200, soon).unwrap_err();
    assert!(told.contains("1 subscribers are left"), "{told}");

    let outcome = stall::run(&lab_03(), Transport::Sse, stall::Size::SMALL).unwrap();
    assert_eq!(outcome.mistakes, Mistakes::default());
    assert_eq!(outcome.flood, 4000 * stall::Size::SMALL.flood as u64);

    let row = transports::measure(lab_03(), Transport::Sse, Who::Workshop, Size::SMALL).unwrap();
    // id: 7, event: weather, three times data:, and the chunk's size.
    assert_eq!((row.bytes.payload, row.bytes.up, row.bytes.heads), (34.0, 0.0, 0.0));
    assert!((46.0..49.0).contains(&row.bytes.framing), "{row:?}");
    let busy = row.sixteen_publishers.unwrap();
    assert_eq!((busy.events, busy.deliveries), (160, 160 * 20));
    assert_eq!(busy.mistakes, Mistakes::default());
}
