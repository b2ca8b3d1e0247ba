//! A lab's server under test: started, talked to, stopped, and what its panics become.

use crate::common::{LAB, message, rule};
use actix_web::dev::Server as ActixServer;
use actix_web::web::{self, Bytes, Data, Json};
use actix_web::{App, HttpResponse, HttpServer};
use feed::Feed;
use harness::{Client, Run, Server, publish, stats};
use std::io;
use std::net::TcpListener;
use std::time::{Duration, Instant};
use weather::{Limits, Report};

fn run(listener: TcpListener, feed: Feed, limits: Limits) -> io::Result<ActixServer> {
    async fn unwritten() -> HttpResponse {
        todo!("step 2: answer with the head, then the events")
    }
    async fn broken() -> HttpResponse {
        panic!("index out of bounds: the len is 0")
    }
    async fn stats(feed: Data<Feed>, limits: Data<Limits>) -> HttpResponse {
        let (newest, oldest) = (feed.newest_id(), feed.oldest_id());
        let limits = serde_json::to_value(**limits).unwrap();
        HttpResponse::Ok().json(serde_json::json!({
            "newest": newest, "oldest": oldest, "subscribers": feed.subscribers(), "limits": limits
        }))
    }
    async fn publish(feed: Data<Feed>, report: Json<Report>) -> HttpResponse {
        HttpResponse::Created().json(serde_json::json!({ "id": report.publish(&feed) }))
    }
    async fn endless() -> HttpResponse {
        HttpResponse::Ok().streaming(Endless)
    }
    let app = move || {
        App::new()
            .app_data(Data::new(feed.clone()))
            .app_data(Data::new(limits))
            .route("/fine", web::get().to(async || "fine"))
            .route("/unwritten", web::get().to(unwritten))
            .route("/broken", web::get().to(broken))
            .route("/stats", web::get().to(stats))
            .route("/publish", web::post().to(publish))
            .route("/endless", web::get().to(endless))
    };
    let server = HttpServer::new(app).workers(2).disable_signals().shutdown_timeout(30);
    Ok(server.listen(listener)?.run())
}

/// A body that never says anything and never ends.
struct Endless;

impl futures_core::Stream for Endless {
    type Item = Result<Bytes, io::Error>;

    fn poll_next(
        self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Self::Item>> {
        std::task::Poll::Pending
    }
}

fn ask(target: &'static str) {
    let server = Server::start(run);
    let mut client = Client::connect(&server);
    client.get(target, &[]);
    client.head().expect_status(200);
    harness::expect_bytes("the body was", client.rest(), "fine");
}

#[test]
fn a_server_that_answers_passes() {
    LAB.check(rule(2), || ask("/fine"));
}

#[test]
fn a_step_that_is_not_written_yet_says_so() {
    insta::assert_snapshot!(message(2, || ask("/unwritten")));
}

#[test]
fn another_step_that_is_not_written_yet_is_all_there_is_to_say() {
    insta::assert_snapshot!(message(4, || ask("/unwritten")));
}

#[test]
fn a_function_that_is_not_written_yet_is_told_the_same_way() {
    insta::assert_snapshot!(message(4, || todo!("step 1: one `data:` line a line")));
}

#[test]
fn a_panic_in_a_handler_is_told() {
    insta::assert_snapshot!(message(2, || ask("/broken")));
}

#[test]
fn a_panic_in_a_function_is_told() {
    insta::assert_snapshot!(message(1, || {
        let cities: Vec<&str> = "".split_terminator('\n').collect();
        drop(cities[0].to_owned());
    }));
}

#[test]
fn a_panic_in_a_library_names_the_call() {
    insta::assert_snapshot!(message(6, || {
        let failures = "".len() as u32 + 32;
        harness::calling("after 32 failures `on_end`", || 2u32.pow(failures));
    }));
}

#[test]
fn one_server_s_panic_is_not_another_s() {
    LAB.check(rule(2), || {
        let (broken, fine) = (Server::start(run), Server::start(run));
        let mut client = Client::connect(&broken);
        client.get("/broken", &[]);
        client.ended();
        assert_eq!(broken.panicked().as_deref(), Some("index out of bounds: the len is 0"));
        assert_eq!(fine.panicked(), None);
    });
}

#[test]
fn a_run_that_fails_is_told() {
    const FAILS: Run = |_, _, _| Err(io::Error::other("no workers"));
    insta::assert_snapshot!(message(2, || drop(Server::start(FAILS))));
}

#[test]
fn a_run_that_panics_is_told() {
    const PANICS: Run = |_, _, _| todo!("step 2: start it");
    insta::assert_snapshot!(message(3, || drop(Server::start(PANICS))));
}

#[test]
fn the_feed_and_the_requests_see_the_same_log() {
    LAB.check(rule(2), || {
        let server = Server::start(run);
        assert_eq!(Report::of(&[("BERLIN", 25.5)]).publish(server.feed()), 1);
        assert_eq!(publish(&server, &Report::of(&[("PARIS", 27.4)])), 2);
        let stats = stats(&server);
        assert_eq!((stats.oldest, stats.newest, stats.subscribers), (1, 2, 0));
        assert_eq!((stats.limits, server.limits()), (Limits::TEST, Limits::TEST));
    });
}

#[test]
fn dropping_a_server_ends_what_is_open() {
    LAB.check(rule(6), || {
        let server = Server::start(run);
        let mut client = Client::connect(&server);
        client.get("/endless", &[]);
        client.head();
        let before = Instant::now();
        drop(server);
        assert!(before.elapsed() < Duration::from_secs(1), "took {:?}", before.elapsed());
        client.ended();
    });
}

#[test]
fn an_orderly_stop_is_awaited() {
    LAB.check(rule(6), || {
        let server = Server::start(run);
        server.begin_shutdown();
        server.expect_stopped(harness::at_once());
    });
}

#[test]
fn a_server_that_does_not_stop_is_told() {
    insta::assert_snapshot!(message(6, || {
        let server = Server::start(run);
        let mut client = Client::connect(&server);
        client.get("/endless", &[]);
        client.head();
        server.begin_shutdown();
        server.expect_stopped(Duration::from_millis(100));
    }));
}
