//! Every interleaving of a few operations, against a model that is too simple to be wrong.
//!
//! All state lies under one lock, so what threads can do to each other is an order of whole
//! operations. Trying all short orders therefore tries all short races.

mod waking;

use feed::{Delivery, End, Feed, Hub, Start, Subscription};
use std::collections::VecDeque;
use std::num::NonZeroUsize;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use waking::Counter;

const CAPACITY: usize = 2;
const AT_MOST: usize = 2;

#[derive(Clone, Copy, Debug)]
enum Op {
    Publish,
    /// Subscriber 0 or 1 looks; if there is none it is subscribed first, the one from the
    /// beginning, the other as a newcomer.
    Poll(usize),
    Drop(usize),
    Hub,
    DropHub,
    End,
}

const OPS: [Op; 8] = [
    Op::Publish,
    Op::Poll(0),
    Op::Poll(1),
    Op::Drop(0),
    Op::Drop(1),
    Op::Hub,
    Op::DropHub,
    Op::End,
];

/// What a feed is, said as slowly as possible.
#[derive(Default)]
struct Model {
    kept: VecDeque<u64>,
    newest: u64,
    ended: bool,
}

impl Model {
    fn publish(&mut self) {
        self.newest += 1;
        self.kept.push_back(self.newest);
        if self.kept.len() > CAPACITY {
            self.kept.pop_front();
        }
    }

    /// What a subscriber at `cursor` must receive, as text.
    fn expected(&self, cursor: &mut u64, over: &mut bool) -> String {
        let oldest = self.newest + 1 - self.kept.len() as u64;
        let missed = oldest.saturating_sub(*cursor + 1);
        let ids: Vec<u64> =
            self.kept.iter().copied().filter(|id| id > cursor).take(AT_MOST).collect();
        if *over {
            return "over".into();
        }
        if let Some(last) = ids.last() {
            *cursor = *last;
            let gap = if missed > 0 { format!("missed {missed} then ") } else { String::new() };
            return format!("{gap}{ids:?}");
        }
        *over = self.ended;
        if self.ended { "end".into() } else { "nothing yet".into() }
    }
}

struct Reader {
    subscription: Subscription,
    counter: Arc<Counter>,
    cursor: u64,
    over: bool,
    /// Woken how often when it last found nothing.
    asleep_since: Option<usize>,
}

impl Reader {
    fn new(feed: &Feed, number: usize, model: &Model) -> Reader {
        let (start, cursor) = match number {
            0 => (Start::After(0), 0),
            _ => (Start::Newest, model.newest.saturating_sub(1)),
        };
        Reader {
            subscription: feed.subscribe(start).at_most(AT_MOST),
            counter: Counter::new(),
            cursor,
            over: false,
            asleep_since: None,
        }
    }

    fn poll(&mut self) -> String {
        let waker = self.counter.clone().into();
        let mut context = Context::from_waker(&waker);
        let next = std::pin::pin!(self.subscription.next()).poll(&mut context);
        self.asleep_since = next.is_pending().then(|| self.counter.count());
        match next {
            Poll::Pending => "nothing yet".into(),
            Poll::Ready(None) => "over".into(),
            Poll::Ready(Some(Delivery::End(End::Shutdown))) => "end".into(),
            Poll::Ready(Some(Delivery::End(why))) => format!("end {why:?}"),
            Poll::Ready(Some(Delivery::Events(batch))) => format!("{:?}", ids(&batch)),
            Poll::Ready(Some(Delivery::Gap(gap, batch))) => {
                format!("missed {} then {:?}", gap.missed.unwrap_or(0), ids(&batch))
            }
        }
    }
}

fn ids(batch: &feed::Batch) -> Vec<u64> {
    batch.iter().map(|event| event.id).collect()
}

/// A hub and who wakes it.
struct Driver {
    hub: Hub,
    counter: Arc<Counter>,
}

impl Driver {
    fn new(feed: &Feed) -> Driver {
        Driver { hub: feed.hub(), counter: Counter::new() }
    }

    fn poll(&mut self) {
        let waker = self.counter.clone().into();
        let pending = Pin::new(&mut self.hub).poll(&mut Context::from_waker(&waker));
        assert!(pending.is_pending(), "a hub never ends");
    }

    /// Runs it as a runtime would: as long as it was woken.
    fn run_until_idle(&mut self) {
        for _ in 0..100 {
            let before = self.counter.count();
            self.poll();
            if self.counter.count() == before {
                return;
            }
        }
        panic!("the hub wakes itself for ever");
    }
}

fn run(ops: &[Op]) {
    let feed = Feed::new(NonZeroUsize::new(CAPACITY).unwrap());
    let mut model = Model::default();
    let mut readers: [Option<Reader>; 2] = [None, None];
    let mut hub: Option<Driver> = None;
    for op in ops {
        let changes = matches!(op, Op::Publish) || (matches!(op, Op::End) && !model.ended);
        match *op {
            Op::Publish => {
                model.publish();
                assert_eq!(feed.append("weather", "x"), model.newest, "{ops:?}");
            }
            Op::Poll(number) => {
                let reader =
                    readers[number].get_or_insert_with(|| Reader::new(&feed, number, &model));
                let expected = model.expected(&mut reader.cursor, &mut reader.over);
                assert_eq!(reader.poll(), expected, "{ops:?}");
            }
            Op::Drop(number) => readers[number] = None,
            Op::Hub => hub.get_or_insert_with(|| Driver::new(&feed)).poll(),
            Op::DropHub => hub = None,
            Op::End => {
                feed.end(End::Shutdown);
                model.ended = true;
            }
        }
        assert_eq!(feed.subscribers(), readers.iter().flatten().count(), "{ops:?}");
        if changes {
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

#[test]
fn every_order_of_six_operations_agrees_with_the_model() {
    const LENGTH: u32 = 6;
    for number in 0..OPS.len().pow(LENGTH) {
        let ops: Vec<Op> =
            (0..LENGTH).map(|digit| OPS[number / OPS.len().pow(digit) % OPS.len()]).collect();
        run(&ops);
    }
}

#[test]
fn long_random_orders_agree_with_the_model() {
    let mut seed = 1_u64;
    for _ in 0..2_000 {
        let ops: Vec<Op> = (0..60)
            .map(|_| {
                // Numerical Recipes' generator; its high bits are good enough to choose from eight.
                seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                // Ends are rare, or most of the run would be after one.
                let all = if seed.is_multiple_of(50) { OPS.len() } else { OPS.len() - 1 };
                OPS[(seed >> 33) as usize % all]
            })
            .collect();
        run(&ops);
    }
}
