//! A subscriber and a hub, as a runtime would poll them.

use crate::ids;
use crate::model::{AT_MOST, Model, Place};
use crate::waking::Counter;
use feed::{Batch, Cursor, Delivery, End, Feed, Hub, Start, Subscription};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};

/// A subscriber, and what it must remember to check what it gets.
pub struct Reader {
    pub subscription: Subscription,
    pub counter: Arc<Counter>,
    /// What the model says of it.
    pub place: Place,
    /// The log that it believes to read, and the last id that it was told of, if it knows them.
    told: Option<Cursor>,
    /// Woken how often when it last found nothing.
    pub asleep_since: Option<usize>,
}

impl Reader {
    pub fn new(feed: &Feed, number: usize, model: &Model) -> Reader {
        let at = |cursor| (Start::At(cursor), Some(cursor));
        let newest_is_kept = model.kept.contains(&model.newest);
        let newcomer = model.cursor(model.newest - u64::from(newest_is_kept));
        let (start, cursor) = match number {
            0 => (Start::After(0), Some(Cursor::from(0))),
            1 => (Start::Newest, Some(newcomer)),
            2 => at("1-2".parse().unwrap()),
            _ => (Start::Lost, None),
        };
        Reader {
            subscription: feed.subscribe(start).at_most(AT_MOST),
            counter: Counter::new(),
            place: Place { cursor, over: false },
            told: cursor,
            asleep_since: None,
        }
    }

    pub fn poll(&mut self) -> String {
        let waker = self.counter.clone().into();
        let mut context = Context::from_waker(&waker);
        let next = pin!(self.subscription.next()).poll(&mut context);
        self.asleep_since = next.is_pending().then(|| self.counter.count());
        match next {
            Poll::Pending => "nothing yet".into(),
            Poll::Ready(None) => "over".into(),
            Poll::Ready(Some(Delivery::End(End::Shutdown))) => "end".into(),
            Poll::Ready(Some(Delivery::End(why))) => format!("end {why:?}"),
            Poll::Ready(Some(Delivery::Events(batch))) => {
                self.account(&batch);
                format!("{:?}", ids(&batch))
            }
            Poll::Ready(Some(Delivery::Gap(gap, batch))) => {
                let told = self.told.filter(|_| gap.missed.is_some());
                let oldest = Cursor { generation: batch.generation(), id: gap.oldest - 1 };
                match (told, gap.missed) {
                    (Some(told), Some(missed)) => {
                        assert_eq!(Cursor { id: told.id + missed, ..told }, oldest, "{gap:?}");
                    }
                    _ => assert_eq!(gap.missed, None, "its cursor was unreadable"),
                }
                self.told = Some(oldest);
                self.account(&batch);
                let missed = gap.missed.map_or("unknown".to_owned(), |missed| missed.to_string());
                format!("{missed} missed, then {:?}", ids(&batch))
            }
        }
    }

    /// Whatever the model says: each event follows the last one or a gap that was told, and is of
    /// the log that the reader believes to read.
    fn account(&mut self, batch: &Batch) {
        for event in batch.iter() {
            let told = self.told.as_mut().expect("events before it was told which log it reads");
            told.id += 1;
            assert_eq!((event.id, batch.generation()), (told.id, told.generation));
            assert_eq!(*event.data, told.generation.to_string(), "an event of another log");
        }
    }
}

/// A hub and who wakes it.
pub struct Driver {
    hub: Hub,
    counter: Arc<Counter>,
}

impl Driver {
    pub fn new(feed: &Feed) -> Driver {
        Driver { hub: feed.hub(), counter: Counter::new() }
    }

    pub fn poll(&mut self) {
        let waker = self.counter.clone().into();
        let pending = Pin::new(&mut self.hub).poll(&mut Context::from_waker(&waker));
        assert!(pending.is_pending(), "a hub never ends");
    }

    /// Runs it as a runtime would: as long as it was woken.
    pub fn run_until_idle(&mut self) {
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
