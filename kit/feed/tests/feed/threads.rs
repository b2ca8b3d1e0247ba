//! Publishers and readers on threads of their own.

use crate::feed;
use crate::waking::block_on;
use feed::{Cursor, Delivery, End, Event, Snapshot, Start};
use std::thread;

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
                        feed.append("note", "x");
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

/// One who mirrors a log that leaves ids out and begins anew now and then, and four readers: each
/// event is of the generation that a reader was told of, and follows what it has or was told of.
#[test]
fn threads_are_told_of_every_generation() {
    let feed = feed(64);
    thread::scope(|scope| {
        let readers: Vec<_> = (0..4)
            .map(|_| {
                let mut subscription = feed.subscribe(Start::After(0)).at_most(7);
                scope.spawn(move || {
                    let mut cursor = Cursor::from(0);
                    while let Some(delivery) = block_on(subscription.next()) {
                        let batch = match delivery {
                            Delivery::Events(batch) => batch,
                            Delivery::Gap(gap, batch) => {
                                let before = gap.oldest - 1;
                                match gap.missed {
                                    Some(missed) => assert_eq!(cursor.id + missed, before),
                                    None => assert!(batch.generation() > cursor.generation),
                                }
                                cursor = Cursor { generation: batch.generation(), id: before };
                                batch
                            }
                            Delivery::End(_) => break,
                        };
                        for event in batch.iter() {
                            cursor.id += 1;
                            assert_eq!(event.id, cursor.id);
                            assert_eq!(*event.data, cursor.generation.to_string());
                        }
                    }
                    cursor
                })
            })
            .collect();
        for generation in 1..=200 {
            let event = |id| Event::new(id, "note", generation.to_string());
            let events = (5..20).map(event).collect();
            feed.restore(Snapshot { generation, newest: 20, events }).unwrap();
            for id in (21..300).filter(|id| id % 7 > 1) {
                feed.mirror(generation, event(id)).unwrap();
            }
        }
        let newest = feed.newest_cursor();
        feed.end(End::Finished);
        for reader in readers {
            assert_eq!(reader.join().unwrap(), newest);
        }
    });
}
