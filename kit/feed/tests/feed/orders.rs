//! Every interleaving of a few operations, against a model that is too simple to be wrong.
//!
//! All state lies under one lock, so what threads can do to each other is an order of whole
//! operations. Trying all short orders therefore tries all short races.

use crate::model::Model;
use crate::reader::{Driver, Reader};
use feed::{End, Feed, Refused, Snapshot};
use std::collections::VecDeque;
use std::num::NonZeroUsize;

#[derive(Clone, Copy, Debug)]
enum Op {
    Publish,
    /// A subscriber looks; if there is none with this number, it is subscribed first. 0 starts from
    /// the beginning, 1 as a newcomer, 2 at the cursor `1-2`, 3 with one that nobody can read.
    Poll(usize),
    Drop(usize),
    Hub,
    DropHub,
    End,
    /// An event with an id from elsewhere, after so many that are left out.
    Mirror(u64),
    /// Refused: an event with the newest id, or one of another generation.
    Repeat,
    Stranger,
    /// The same log again, which went on meanwhile, and forgot its oldest event.
    Restore,
    /// Refused: the same log, but it ends earlier.
    Backwards,
    /// Another log, with events or without.
    Generation,
    Wiped,
}

/// What a feed of its own ids can do.
const OWN: [Op; 8] = [
    Op::Publish,
    Op::Poll(0),
    Op::Poll(1),
    Op::Drop(0),
    Op::Drop(1),
    Op::Hub,
    Op::DropHub,
    Op::End,
];

/// What one can do that mirrors another. The end stands last, as above.
const ALL: [Op; 16] = [
    Op::Publish,
    Op::Poll(0),
    Op::Poll(1),
    Op::Poll(2),
    Op::Poll(3),
    Op::Drop(1),
    Op::Hub,
    Op::DropHub,
    Op::Mirror(0),
    Op::Mirror(2),
    Op::Repeat,
    Op::Stranger,
    Op::Restore,
    Op::Backwards,
    Op::Generation,
    Op::End,
];

/// Does to the feed and to the model what `op` says. Returns whether something has changed.
fn change(feed: &Feed, model: &mut Model, op: Op) -> bool {
    match op {
        Op::Publish => {
            model.publish(model.newest + 1);
            assert_eq!(feed.append("note", model.generation.to_string()), model.newest);
        }
        Op::Mirror(left_out) => {
            model.publish(model.newest + 1 + left_out);
            feed.mirror(model.generation, model.event(model.newest)).unwrap();
        }
        Op::Repeat => {
            let refused = Refused::Behind { id: model.newest, newest: model.newest };
            let again = model.event(model.newest);
            assert_eq!(feed.mirror(model.generation, again), Err(refused));
            return false;
        }
        Op::Stranger => {
            let (generation, ours) = (model.generation + 1, model.generation);
            let refused = Refused::Foreign { generation, ours };
            assert_eq!(feed.mirror(generation, model.event(model.newest + 1)), Err(refused));
            return false;
        }
        Op::Restore => {
            model.kept.pop_front();
            model.publish(model.newest + 2);
            // It has also given an id to an event that it hasn't kept.
            model.newest += 1;
            feed.restore(model.snapshot()).unwrap();
        }
        Op::Backwards if model.newest == 0 => return false,
        Op::Backwards => {
            let (generation, id) = (model.generation, model.newest - 1);
            let refused = Refused::Behind { id, newest: model.newest };
            let snapshot = Snapshot { generation, newest: id, events: vec![] };
            assert_eq!(feed.restore(snapshot), Err(refused));
            return false;
        }
        Op::Generation => {
            model.generation += 1;
            let all = [1, 2, 3, 5];
            let events = all.map(|id| model.event(id)).into();
            feed.restore(Snapshot { generation: model.generation, newest: 0, events }).unwrap();
            model.kept.clear();
            all.into_iter().for_each(|id| model.publish(id));
        }
        Op::Wiped => {
            model.generation += 1;
            (model.newest, model.kept) = (0, VecDeque::new());
            feed.restore(model.snapshot()).unwrap();
        }
        Op::End => {
            feed.end(End::Shutdown);
            return !std::mem::replace(&mut model.ended, true);
        }
        Op::Poll(_) | Op::Drop(_) | Op::Hub | Op::DropHub => return false,
    }
    true
}

fn run(capacity: usize, ops: &[Op]) {
    let feed = Feed::new(NonZeroUsize::new(capacity).unwrap());
    let mut model =
        Model { capacity, generation: 0, kept: VecDeque::new(), newest: 0, ended: false };
    let mut readers: [Option<Reader>; 4] = [const { None }; 4];
    let mut hub: Option<Driver> = None;
    for &op in ops {
        match op {
            Op::Poll(number) => {
                let reader =
                    readers[number].get_or_insert_with(|| Reader::new(&feed, number, &model));
                let expected = model.expected(&mut reader.place);
                assert_eq!(reader.poll(), expected, "{ops:?}");
                assert_eq!(reader.subscription.position(), reader.place.cursor, "{ops:?}");
            }
            Op::Drop(number) => readers[number] = None,
            Op::Hub => hub.get_or_insert_with(|| Driver::new(&feed)).poll(),
            Op::DropHub => hub = None,
            _ => {}
        }
        let changed = change(&feed, &mut model, op);
        assert_eq!(feed.subscribers(), readers.iter().flatten().count(), "{ops:?}");
        assert_eq!(feed.newest_cursor(), model.cursor(model.newest), "{ops:?}");
        assert_eq!(feed.oldest_id(), model.oldest(), "{ops:?}");
        if changed {
            // Whoever slept through a change must be woken, by the hub if there is one.
            if let Some(hub) = &mut hub {
                hub.run_until_idle();
            }
            for reader in readers.iter_mut().flatten() {
                if let Some(before) = reader.asleep_since.take() {
                    assert!(reader.counter.count() > before, "nobody woke it: {ops:?}");
                }
            }
        }
    }
}

/// Every order of `length` operations.
fn every_order(capacity: usize, all: &[Op], length: u32) {
    for number in 0..all.len().pow(length) {
        let ops: Vec<Op> =
            (0..length).map(|digit| all[number / all.len().pow(digit) % all.len()]).collect();
        run(capacity, &ops);
    }
}

/// Two thousand orders of sixty operations, of which the last is rare: most of the run would be
/// after the end.
fn long_orders(capacity: usize, all: &[Op]) {
    let mut seed = 1_u64;
    for _ in 0..2_000 {
        let ops: Vec<Op> = (0..60)
            .map(|_| {
                // Numerical Recipes' generator; its high bits are good enough to choose from a few.
                seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                let all = if seed.is_multiple_of(50) { all } else { &all[..all.len() - 1] };
                all[(seed >> 33) as usize % all.len()]
            })
            .collect();
        run(capacity, &ops);
    }
}

#[test]
fn every_order_of_six_operations_agrees_with_the_model() {
    every_order(2, &OWN, 6);
}

#[test]
fn long_random_orders_agree_with_the_model() {
    long_orders(2, &OWN);
}

#[test]
fn every_order_of_five_operations_on_a_mirror_agrees_with_the_model() {
    every_order(3, &ALL, 5);
}

#[test]
fn long_random_orders_on_a_mirror_agree_with_the_model() {
    long_orders(3, &ALL);
    let wiped_too: Vec<Op> = [Op::Wiped].into_iter().chain(ALL).collect();
    long_orders(4, &wiped_too);
}
