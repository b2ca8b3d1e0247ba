//! Who is asleep, on which thread, and whom to wake. Nothing here wakes: that is done outside the
//! lock.

use std::collections::{BTreeMap, HashMap};
use std::task::Waker;
use std::thread::{self, ThreadId};

/// How many subscribers are woken before the hub lets them, and publishers, run.
const SLICE: usize = 32;

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
    pub fn slice(&mut self, thread: ThreadId, hub: &Waker) -> Slice {
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

    /// A thread's hub goes. Returns its sleepers, to be woken: they find their way without it.
    pub fn hub_gone(&mut self, thread: ThreadId) -> Vec<Waker> {
        self.threads.remove(&thread).unwrap_or_default().asleep.into_values().collect()
    }
}

pub(crate) struct Slice {
    pub wake: Vec<Waker>,
    /// Are there more who are behind?
    pub more: bool,
    /// The last change.
    pub change: u64,
    /// To be dropped after the lock: a waker's drop may run code that asks for it.
    _old_hub: Option<Waker>,
}
