//! What is kept, what is missed, and what a subscriber gets, one by one.

use crate::waking::block_on;
use crate::{feed, filled, ids};
use feed::{Delivery, End, Event, Gap, Start, Subscription};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Weak};

#[test]
fn since_is_exclusive_and_knows_its_gaps() {
    let feed = filled(4, 8);
    let gap = |missed| Gap { missed, oldest: 5, newest: 8 };
    assert_eq!(ids(&feed.since(6, 10).unwrap()), [7, 8]);
    assert_eq!(ids(&feed.since(4, 10).unwrap()), [5, 6, 7, 8]);
    assert_eq!(ids(&feed.since(4, 2).unwrap()), [5, 6]);
    assert!(feed.since(8, 10).unwrap().is_empty());
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
    feed.append("note", "note 9");
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
    feed.append("note", "before anybody waits");
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
            let text: Arc<str> = format!("note {number}").into();
            let alive = Arc::downgrade(&text);
            feed.append("note", text);
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
