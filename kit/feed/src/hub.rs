//! Wakes many subscribers in slices.
//!
//! A worker runs its tasks first in, first out. If a publish wakes a thousand subscribers at once,
//! the next publish waits behind all of them, and each of them finds one event to write. Woken in
//! slices, a subscriber finds all that was published meanwhile and writes it in one go: under a
//! backlog that is an order of magnitude less work for each event.

use crate::feed::Shared;
use std::collections::{BTreeMap, HashMap};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::thread::{self, ThreadId};

/// How many subscribers are woken before the hub lets them, and publishers, run.
const SLICE: usize = 32;

/// How many turns the hub lets pass after a slice when news come faster than they are taken: tokio
/// looks for input once in 61 turns, so a publisher that waits for an answer has its next turn.
const REST: u8 = 61;

/// Which change a sleeper has seen, and a number that makes the key unique. In this order the one
/// who has waited longest is woken first.
type Key = (u64, u64);

/// Where a sleeper lies, to remove it again.
pub(crate) struct Place(ThreadId, Key);

/// All who wait, by the thread on which they wait.
#[derive(Default)]
pub(crate) struct Sleepers {
    /// Counts changes: publishes and the end.
    change: u64,
    number: u64,
    threads: HashMap<ThreadId, Thread>,
}

#[derive(Default)]
struct Thread {
    hub: Option<Waker>,
    asleep: BTreeMap<Key, Waker>,
}

impl Sleepers {
    pub fn add(&mut self, waker: Waker) -> Place {
        self.number += 1;
        let (thread, key) = (thread::current().id(), (self.change, self.number));
        self.threads.entry(thread).or_default().asleep.insert(key, waker);
        Place(thread, key)
    }

    pub fn remove(&mut self, Place(thread, key): Place) -> Option<Waker> {
        let entry = self.threads.get_mut(&thread)?;
        let waker = entry.asleep.remove(&key);
        if entry.asleep.is_empty() && entry.hub.is_none() {
            self.threads.remove(&thread);
        }
        waker
    }

    /// Notes a change and returns whom to wake: a thread's hub, or all its sleepers if it has none.
    pub fn changed(&mut self) -> Vec<Waker> {
        self.change += 1;
        let mut wake = Vec::new();
        for thread in self.threads.values_mut() {
            match &thread.hub {
                Some(hub) if !thread.asleep.is_empty() => wake.push(hub.clone()),
                Some(_) => {}
                None => wake.extend(std::mem::take(&mut thread.asleep).into_values()),
            }
        }
        wake
    }

    /// The next sleepers of `thread` that haven't seen the last change.
    fn slice(&mut self, thread: ThreadId, hub: &Waker) -> Slice {
        let change = self.change;
        let thread = self.threads.entry(thread).or_default();
        let old_hub = thread.hub.replace(hub.clone());
        let behind = |thread: &Thread| {
            thread.asleep.first_key_value().is_some_and(|((seen, _), _)| *seen < change)
        };
        let mut wake = Vec::with_capacity(SLICE);
        while wake.len() < SLICE && behind(thread) {
            wake.extend(thread.asleep.pop_first().map(|(_, waker)| waker));
        }
        Slice { wake, more: behind(thread), change, _old_hub: old_hub }
    }

    /// A thread's hub goes. Its sleepers are to be woken, so that they find their way without it.
    fn hub_gone(&mut self, thread: ThreadId) -> Thread {
        self.threads.remove(&thread).unwrap_or_default()
    }
}

struct Slice {
    wake: Vec<Waker>,
    /// Are there more who are behind?
    more: bool,
    /// The last change.
    change: u64,
    /// To be dropped after the lock: a waker's drop may run code that asks for it.
    _old_hub: Option<Waker>,
}

/// A future that never ends and wakes its thread's subscribers, 32 at a time. Spawn one on each
/// worker; drop it to stop. One hub a thread: a second one takes the first one's place.
pub struct Hub {
    shared: Arc<Shared>,
    thread: Option<ThreadId>,
    /// The last change at the last slice, if that left somebody behind.
    behind: Option<u64>,
    /// How many turns to let pass before the next slice.
    rest: u8,
}

impl Hub {
    pub(crate) fn new(shared: Arc<Shared>) -> Hub {
        Hub { shared, thread: None, behind: None, rest: 0 }
    }

    /// Leaves the thread that the hub served.
    fn leave(&mut self) {
        if let Some(thread) = self.thread.take() {
            let gone = self.shared.state().sleepers.hub_gone(thread);
            gone.asleep.into_values().for_each(Waker::wake);
        }
    }
}

impl Future for Hub {
    type Output = std::convert::Infallible;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let here = thread::current().id();
        if self.thread.is_some_and(|thread| thread != here) {
            self.leave();
        }
        self.thread = Some(here);
        if self.rest > 0 {
            self.rest -= 1;
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        let slice = self.shared.state().sleepers.slice(here, context.waker());
        slice.wake.into_iter().for_each(Waker::wake);
        let faster = self.behind.is_some_and(|change| change != slice.change);
        self.behind = slice.more.then_some(slice.change);
        if slice.more {
            // Queues this task behind those it has just woken, and behind whoever publishes.
            self.rest = if faster { REST } else { 0 };
            context.waker().wake_by_ref();
        }
        Poll::Pending
    }
}

impl Drop for Hub {
    fn drop(&mut self) {
        self.leave();
    }
}
