//! Step 2: How does new data reach the client?

use super::{LAB, all_parked, ask, expect_events, parked, server_with};
use feed::{Feed, Id};
use fixture::publish_reports;
use harness::{Failure, Rule, at_once};
use lab::server::newer;
use std::hint;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::thread;
use std::time::{Duration, Instant};
use weather::Limits;

#[test]
fn step_2_push_a_waiting_client_is_woken() {
    LAB.check_server(
        Rule {
            place: "server.rs, `newer`",
            text: "a client that waits is answered when the next event is published",
            source: "RFC 6202 §2.1",
            cost: "The page is as late as with short polling, or hears nothing at all.",
        },
        || {
            let server = server_with(8);
            let mut client = parked(&server, 8);
            server.publish(1);
            client.note(format!("publish of event {}", server.id(9)));
            expect_events(&server, &mut client, &[9]);
        },
    );
}

#[test]
fn step_2_push_all_waiting_clients_are_woken() {
    LAB.check_server(
        Rule {
            place: "server.rs, `newer`",
            text: "an event is for everybody who waits for it, on whatever worker",
            source: "the log: reading changes nothing in it",
            cost: "Two browsers side by side: one shows the news, the other stays as it was.",
        },
        || {
            let server = server_with(8);
            let mut clients = all_parked(&server, 8, 8);
            server.publish(1);
            for (number, client) in (1..).zip(&mut clients) {
                let published = server.id(9);
                client.note(format!("publish of event {published}; this is client {number} of 8"));
                expect_events(&server, client, &[9]);
            }
        },
    );
}

#[test]
fn step_2_push_the_publish_wakes_and_not_a_clock() {
    LAB.check(
        Rule {
            place: "server.rs, `newer`",
            text: "a client that waits sleeps until the publish itself wakes it: nobody looks again",
            source: "RFC 6202 §2.2",
            cost: "News come late by half the time between two looks; and all look, all night.",
        },
        || {
            // Timers work in here; none of them may be what wakes.
            let runtime = runtime();
            let _context = runtime.enter();
            let feed = feed_at(8);
            let mut waiting = pin!(newer(&feed, 8));
            let alarm = Alarm::new();
            if alarm.poll(waiting.as_mut()).is_ready() {
                let failure = Failure::new("newer(feed, 8) ended while 8 was the newest event");
                failure
                    .expected("that it waits for event 9")
                    .cost("\"Nothing new\", at once, and the client asks again, at once.")
                    .raise();
            }
            if alarm.rang() {
                Failure::new("newer(feed, 8) was waiting, and nothing was published")
                    .said("it has woken itself already, to look again")
                    .expected("that it sleeps until event 9")
                    .cost("Each client that waits keeps a core of the server busy, all night.")
                    .raise();
            }
            publish_reports(&feed, 1);
            if !alarm.rang() {
                Failure::new("newer(feed, 8) was waiting, and event 9 was published")
                    .said("that woke nobody: it waits for something else, such as a clock")
                    .expected("that the publish wakes it")
                    .raise();
            }
            if alarm.poll(waiting.as_mut()).is_pending() {
                Failure::new("newer(feed, 8) was woken by event 9, and waits on")
                    .expected("an end: 9 is greater than 8")
                    .raise();
            }
        },
    );
}

#[test]
fn step_2_push_no_wake_up_is_lost() {
    LAB.check(
        Rule {
            place: "server.rs, `newer`",
            text: "an event between the look and the wait ends the wait: a state, not a signal",
            source: "devicehive/devicehive-java-server pull request 184",
            cost: "Now and then a client sleeps for 25 s beside the news it is waiting for.",
        },
        || {
            let runtime = runtime();
            let _context = runtime.enter();
            let feed = feed_at(10);
            // The handler had looked when 8 was the newest.
            if Alarm::new().poll(pin!(newer(&feed, 8))).is_pending() {
                Failure::new("newer(feed, 8) was called when 9 and 10 were there already")
                    .said("it waits")
                    .expected("an end, at once: 10 is greater than 8")
                    .raise();
            }
            race();
        },
    );
}

// guard: the look comes before the wait
#[test]
fn step_2_push_news_already_there_is_not_waited_for() {
    LAB.check_server(
        Rule {
            place: "server.rs, `long_polling`",
            text: "a client that is behind is answered at once",
            source: "RFC 6202 §2.1",
            cost: "After each tunnel the page waits for news before it shows what it missed.",
        },
        || {
            let server = server_with(8);
            expect_events(
                &server,
                &mut ask(&server, &format!("?since={}&wait=60", server.id(6))),
                &[7, 8],
            );
        },
    );
}

#[test]
fn step_2_push_each_client_has_its_own_cursor() {
    LAB.check_server(
        Rule {
            place: "server.rs, `long_polling`",
            text: "what a client asked for is its own: it waits, others ask, and its answer is the same",
            source: "the log: a client is a cursor, and the server keeps none for it",
            cost: "A client gets what somebody else has asked for: some reports twice, others never.",
        },
        || {
            let server = server_with(8);
            let mut waiting = parked(&server, 8);
            let others = format!("?since={}&wait=60", server.id(5));
            expect_events(&server, &mut ask(&server, &others), &[6, 7, 8]);
            server.publish(1);
            waiting.note(format!(
                "meanwhile another client asked for what comes after {}; publish of event {}",
                server.id(5),
                server.id(9)
            ));
            expect_events(&server, &mut waiting, &[9]);
        },
    );
}

/// Another thread publishes an event while this one begins to wait for it: whichever comes first, the
/// wait must end. Where the event falls is left to chance, so it is done again and again.
#[track_caller]
fn race() {
    let feed = feed_at(8);
    let go = Arc::new(AtomicU64::new(8));
    let publisher = thread::spawn({
        let (feed, go) = (feed.clone(), Arc::downgrade(&go));
        move || {
            while let Some(go) = go.upgrade() {
                let next = go.load(Ordering::Acquire);
                if next > feed.newest_id() {
                    // A little later each time, so that it falls everywhere.
                    (0..next % 50).for_each(|_| hint::spin_loop());
                    publish_reports(&feed, 1);
                }
                thread::yield_now();
            }
        }
    });
    // Some thousands are enough; on a busy machine the time ends it.
    let until = Instant::now() + Duration::from_millis(500);
    for _ in (0..10_000).take_while(|_| Instant::now() < until) {
        let cursor = go.fetch_add(1, Ordering::Release);
        // One after the other begins to wait, until the event falls before one of them, or into it.
        while !ends_once_it_has_come(&feed, cursor) {}
    }
    drop(go);
    let _ = publisher.join();
}

/// Begins to wait for what comes after `cursor`. If it has come meanwhile, the wait must end.
#[track_caller]
fn ends_once_it_has_come(feed: &Feed, cursor: Id) -> bool {
    let mut context = Context::from_waker(Waker::noop());
    let mut newer = pin!(newer(feed, cursor));
    if newer.as_mut().poll(&mut context).is_ready() {
        return true;
    }
    if feed.newest_id() == cursor {
        return false;
    }
    let until = Instant::now() + at_once();
    while newer.as_mut().poll(&mut context).is_pending() {
        if Instant::now() > until {
            let event = cursor + 1;
            Failure::new(format!("event {event} came just when newer(feed, {cursor}) began"))
                .said("it waits on")
                .expected(format!("an end: {event} is greater than {cursor}"))
                .raise();
        }
        thread::yield_now();
    }
    true
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime")
}

fn feed_at(newest: Id) -> Feed {
    let feed = Feed::new(Limits::TEST.capacity);
    publish_reports(&feed, newest as usize);
    feed
}

/// Polls by hand, and notes whether it was woken.
struct Alarm(Arc<Rang>);

struct Rang(AtomicBool);

impl Wake for Rang {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::Release);
    }
}

impl Alarm {
    fn new() -> Alarm {
        Alarm(Arc::new(Rang(AtomicBool::new(false))))
    }

    fn poll<F: Future>(&self, future: Pin<&mut F>) -> Poll<F::Output> {
        let waker = Waker::from(self.0.clone());
        future.poll(&mut Context::from_waker(&waker))
    }

    fn rang(&self) -> bool {
        self.0.0.load(Ordering::Acquire)
    }
}
