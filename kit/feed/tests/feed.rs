//! The log's promises, one by one.

mod waking;

use feed::{Batch, Delivery, End, Event, Feed, Gap, Start, Subscription};
use std::num::NonZeroUsize;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Weak};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::Duration;
use waking::Counter;

fn feed(capacity: usize) -> Feed {
    Feed::new(NonZeroUsize::new(capacity).unwrap())
}

fn filled(capacity: usize, events: u64) -> Feed {
    let feed = feed(capacity);
    (0..events).for_each(|number| {
        feed.append("weather", format!("report {}", number + 1));
    });
    feed
}

fn ids(batch: &Batch) -> Vec<u64> {
    batch.iter().map(|event| event.id).collect()
}

/// Runs a future on this thread; a lost wake-up fails instead of hanging.
fn block_on<T>(future: impl Future<Output = T>) -> T {
    struct Unpark(Thread);
    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut future = pin!(future);
    let deadline = std::time::Instant::now() + Duration::from_secs(20);
    loop {
        if let Poll::Ready(value) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
            return value;
        }
        let left = deadline.checked_duration_since(std::time::Instant::now());
        thread::park_timeout(left.expect("nobody woke this thread for 20 s"));
    }
}

#[test]
fn since_is_exclusive_and_knows_its_gaps() {
    let feed = filled(4, 8);
    let gap = |missed| Gap { missed, oldest: 5, newest: 8 };
    assert_eq!(ids(&feed.since(6, 10).unwrap()), [7, 8]);
    assert_eq!(ids(&feed.since(4, 10).unwrap()), [5, 6, 7, 8]);
    assert_eq!(ids(&feed.since(4, 2).unwrap()), [5, 6]);
    assert_eq!(ids(&feed.since(8, 10).unwrap()), []);
    assert_eq!(feed.since(3, 10).unwrap_err(), gap(Some(1)));
    assert_eq!(feed.since(0, 10).unwrap_err(), gap(Some(4)));
    assert_eq!(feed.since(99, 10).unwrap_err(), gap(None));
    assert_eq!(feed.since(u64::MAX, 10).unwrap_err(), gap(None));
}

#[test]
fn a_newcomer_gets_the_newest_then_what_comes() {
    let feed = filled(4, 8);
    let mut subscription = feed.subscribe(Start::Newest);
    let next = block_on(subscription.next()).unwrap();
    assert!(matches!(next, Delivery::Events(batch) if ids(&batch) == [8]));
    feed.append("weather", "report 9");
    let next = block_on(subscription.next()).unwrap();
    assert!(matches!(next, Delivery::Events(batch) if ids(&batch) == [9]));
}

#[test]
fn a_lost_cursor_gets_a_gap_and_all_that_is_kept() {
    let mut subscription = filled(4, 8).subscribe(Start::Lost);
    let Some(Delivery::Gap(gap, batch)) = block_on(subscription.next()) else { panic!("no gap") };
    assert_eq!((gap.missed, ids(&batch)), (None, vec![5, 6, 7, 8]));
    assert_eq!(Event::reset(&gap), Event::new(4, "reset", "unknown"));
    assert_eq!(subscription.cursor(), 8);
}

#[test]
fn a_lost_cursor_on_an_empty_log_is_told_at_once() {
    let mut subscription = feed(4).subscribe(Start::Lost);
    let Some(Delivery::Gap(gap, batch)) = block_on(subscription.next()) else { panic!("no gap") };
    assert_eq!((Event::reset(&gap).id, batch.len()), (0, 0));
}

#[test]
fn all_is_read_before_the_end_and_nothing_after_it() {
    let feed = filled(4, 3);
    let mut subscription = feed.subscribe(Start::After(0)).at_most(2);
    feed.end(End::Shutdown);
    feed.end(End::Finished);
    let mut told = Vec::new();
    while let Some(delivery) = block_on(subscription.next()) {
        told.push(match delivery {
            Delivery::Events(batch) => format!("{:?}", ids(&batch)),
            Delivery::Gap(..) => "gap".into(),
            Delivery::End(why) => format!("{why:?}"),
        });
    }
    assert_eq!(told, ["[1, 2]", "[3]", "Shutdown"], "the first reason stays");
    assert_eq!(block_on(feed.ended()), End::Shutdown);
    assert!(!feed.finished());
}

#[test]
fn a_deadline_ends_a_subscription() {
    let feed = feed(4);
    let mut subscription = feed.subscribe(Start::Newest).until(std::future::ready(()));
    assert!(matches!(block_on(subscription.next()), Some(Delivery::End(End::Limit))));
    assert!(block_on(subscription.next()).is_none());
}

#[test]
fn the_newest_id_is_a_state_and_not_a_signal() {
    let feed = filled(4, 8);
    let mut newest = feed.newest();
    feed.append("weather", "before anybody waits");
    assert_eq!(block_on(newest.wait_for(|id| id > 8)), 9);
}

#[test]
fn subscribers_are_counted_while_they_live() {
    let feed = feed(4);
    let (one, two) = (feed.subscribe(Start::Newest), feed.newest());
    let ended = feed.ended();
    assert_eq!(feed.subscribers(), 2, "who only waits for the end isn't counted");
    drop((one, two, ended));
    assert_eq!(feed.subscribers(), 0);
}

#[test]
fn memory_is_bounded_whatever_subscribers_do() {
    let feed = feed(16);
    let stalled: Vec<Subscription> = (0..50).map(|_| feed.subscribe(Start::After(0))).collect();
    let published: Vec<Weak<str>> = (0..10_000)
        .map(|number| {
            let text: Arc<str> = format!("report {number}").into();
            let alive = Arc::downgrade(&text);
            feed.append("weather", text);
            alive
        })
        .collect();
    let alive = published.iter().filter(|text| text.strong_count() > 0).count();
    assert_eq!((alive, stalled.len()), (16, 50));
}

#[test]
fn each_event_is_encoded_once_for_each_encoder() {
    static CALLS: AtomicUsize = AtomicUsize::new(0);
    fn text(event: &Event) -> String {
        CALLS.fetch_add(1, Ordering::SeqCst);
        format!("{};", event.id)
    }
    fn other(event: &Event) -> String {
        format!("<{}>", event.id)
    }
    let feed = filled(4, 4);
    let batch = || feed.since(1, 10).unwrap();
    for _ in 0..10 {
        assert_eq!(batch().encode(text), "2;3;4;");
        assert_eq!(feed.since(3, 10).unwrap().encode(text), "4;");
        assert_eq!(batch().encode(other), "<2><3><4>");
        assert_eq!(feed.since(2, 10).unwrap().encode(text), "3;4;");
    }
    assert_eq!(CALLS.load(Ordering::SeqCst), 3);
    assert_eq!(batch().encode(text).as_ptr(), batch().encode(text).as_ptr(), "one shared copy");
    let far = || feed.since(2, 10).unwrap().encode(text).as_ptr();
    let (near, far_before) = (batch().encode(text).as_ptr(), far());
    let both = (batch().encode(text).as_ptr(), far());
    assert_eq!(both, (near, far_before), "two workers at two places don't spoil it for each other");
    assert_eq!(feed.since(4, 10).unwrap().encode(text), "");
}

/// A hub wakes 32 sleepers, lets others run, and goes on until all have seen the change.
#[test]
fn a_hub_wakes_in_slices() {
    let feed = feed(4);
    let mut hub = feed.hub();
    let hub_woken = Counter::new();
    let hub_waker = hub_woken.clone().into();
    let mut poll_hub = || {
        let pending = Pin::new(&mut hub).poll(&mut Context::from_waker(&hub_waker));
        assert!(pending.is_pending());
    };
    poll_hub();

    let counters: Vec<Arc<Counter>> = (0..100).map(|_| Counter::new()).collect();
    let mut subscriptions: Vec<_> = counters
        .iter()
        .map(|counter| {
            let mut subscription = feed.subscribe(Start::Newest);
            let waker = counter.clone().into();
            let pending = pin!(subscription.next()).poll(&mut Context::from_waker(&waker));
            assert!(pending.is_pending());
            subscription
        })
        .collect();
    let awake = || counters.iter().filter(|counter| counter.count() > 0).count();

    poll_hub();
    assert_eq!(awake(), 0, "there is nothing new to wake anybody for");
    feed.append("weather", "one");
    assert_eq!((awake(), hub_woken.count()), (0, 1), "a publish wakes the hub and nobody else");
    let steps: Vec<usize> = (0..4)
        .map(|_| {
            poll_hub();
            awake()
        })
        .collect();
    assert_eq!(steps, [32, 64, 96, 100]);
    assert_eq!(hub_woken.count(), 4, "by the publish, and by itself after each full slice");
    poll_hub();
    assert_eq!(hub_woken.count(), 4, "with nobody behind it rests");

    let waker = Waker::noop();
    let all_found = subscriptions.iter_mut().all(|subscription| {
        pin!(subscription.next()).poll(&mut Context::from_waker(waker)).is_ready()
    });
    assert!(all_found);
}

/// When more is published while a hub wakes, it rests before the next slice, and still wakes all.
#[test]
fn a_hub_rests_when_news_come_faster_than_it_wakes() {
    let feed = feed(4);
    let mut hub = feed.hub();
    let hub_woken = Counter::new();
    let hub_waker = hub_woken.clone().into();
    let mut poll_hub = || {
        let before = hub_woken.count();
        let pending = Pin::new(&mut hub).poll(&mut Context::from_waker(&hub_waker));
        assert!(pending.is_pending());
        hub_woken.count() > before
    };
    poll_hub();
    let counters: Vec<Arc<Counter>> = (0..100).map(|_| Counter::new()).collect();
    let _asleep: Vec<_> = counters
        .iter()
        .map(|counter| {
            let mut subscription = feed.subscribe(Start::Newest);
            let waker = counter.clone().into();
            let pending = pin!(subscription.next()).poll(&mut Context::from_waker(&waker));
            assert!(pending.is_pending());
            subscription
        })
        .collect();
    let awake = || counters.iter().filter(|counter| counter.count() > 0).count();

    feed.append("weather", "one");
    poll_hub();
    feed.append("weather", "two");
    poll_hub();
    assert_eq!(awake(), 64);
    let mut rests = 0;
    while awake() == 64 {
        assert!(poll_hub(), "it wakes itself as long as it rests");
        rests += 1;
        assert!(rests < 1000, "it rests for ever");
    }
    assert_eq!(rests, 62, "61 turns for others, then the next slice");
    assert!(!poll_hub(), "all were woken");
    assert_eq!(awake(), 100, "nothing more came: the last slice follows at once");
}

/// A worker that stops takes its hub with it; its subscribers must not sleep for ever.
#[test]
fn a_hub_that_goes_hands_its_sleepers_over() {
    let feed = feed(4);
    let mut hub = feed.hub();
    let _ = Pin::new(&mut hub).poll(&mut Context::from_waker(Waker::noop()));
    let mut subscription = feed.subscribe(Start::Newest);
    let counter = Counter::new();
    let waker = counter.clone().into();
    let pending = pin!(subscription.next()).poll(&mut Context::from_waker(&waker));
    assert!(pending.is_pending());
    drop(hub);
    assert_eq!(counter.count(), 1);
}

/// Two publishers and four readers on threads of their own, one of them slow: what a reader
/// receives, and what it is told that it missed, add up to everything, in order.
#[test]
fn threads_lose_and_repeat_nothing() {
    const EVENTS: u64 = 20_000;
    let feed = feed(64);
    thread::scope(|scope| {
        let readers: Vec<_> = (0..4)
            .map(|number| {
                let mut subscription = feed.subscribe(Start::After(0)).at_most(7);
                scope.spawn(move || {
                    let mut cursor = 0;
                    while let Some(delivery) = block_on(subscription.next()) {
                        let batch = match delivery {
                            Delivery::Events(batch) => batch,
                            Delivery::Gap(gap, batch) => {
                                cursor += gap.missed.expect("a cursor of this log");
                                batch
                            }
                            Delivery::End(_) => break,
                        };
                        for event in batch.iter() {
                            assert_eq!(event.id, cursor + 1);
                            cursor = event.id;
                        }
                        if number == 0 {
                            thread::yield_now();
                        }
                    }
                    cursor
                })
            })
            .collect();
        let publishers: Vec<_> = (0..2)
            .map(|_| {
                scope.spawn(|| {
                    for _ in 0..EVENTS / 2 {
                        feed.append("weather", "x");
                    }
                })
            })
            .collect();
        publishers.into_iter().for_each(|publisher| publisher.join().unwrap());
        feed.end(End::Finished);
        for reader in readers {
            assert_eq!(reader.join().unwrap(), EVENTS);
        }
    });
    assert_eq!(feed.subscribers(), 0);
}
