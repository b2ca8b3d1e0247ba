//! Who is woken, when, and by whom.

use crate::feed;
use crate::waking::Counter;
use feed::Start;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Waker};

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
    feed.append("note", "one");
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

    feed.append("note", "one");
    poll_hub();
    feed.append("note", "two");
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
