//! Several events at once, and the bytes they become.

use crate::event::{Event, Id};
use bytes::Bytes;
use std::any::TypeId;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// An event in the log, with the bytes that each transport made of it.
pub(crate) struct Entry {
    event: Event,
    encoded: Mutex<Vec<(TypeId, Bytes)>>,
}

impl Entry {
    pub fn new(event: Event) -> Entry {
        Entry { event, encoded: Mutex::default() }
    }

    fn encode<F: Fn(&Event) -> String + 'static>(&self, encode: F) -> Bytes {
        let transport = TypeId::of::<F>();
        let mut encoded = lock(&self.encoded);
        if let Some((_, bytes)) = encoded.iter().find(|(of, _)| *of == transport) {
            return bytes.clone();
        }
        let bytes = Bytes::from(encode(&self.event));
        encoded.push((transport, bytes.clone()));
        bytes
    }
}

/// The last run of events that a transport joined into one piece. Subscribers move in step, so
/// the next one usually wants the same run: one copy serves them all.
#[derive(Default)]
pub(crate) struct Joined(Mutex<Vec<(TypeId, Id, Id, Bytes)>>);

/// Events with consecutive ids, oldest first.
#[derive(Clone)]
pub struct Batch {
    entries: Vec<Arc<Entry>>,
    joined: Arc<Joined>,
}

impl Batch {
    pub(crate) fn new(entries: Vec<Arc<Entry>>, joined: Arc<Joined>) -> Batch {
        Batch { entries, joined }
    }

    /// The events, oldest first.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Event> {
        self.entries.iter().map(|entry| &entry.event)
    }

    /// How many events there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The newest event.
    pub fn last(&self) -> Option<&Event> {
        self.entries.last().map(|entry| &entry.event)
    }

    /// The events as one piece of bytes, ready for one write.
    ///
    /// Each event is encoded once for each encoder, however many subscribers read it, and
    /// subscribers at the same place share one copy of the joined bytes. `encode` must therefore
    /// be a plain function: one that captures a value doesn't compile.
    pub fn encode<F: Fn(&Event) -> String + Copy + 'static>(&self, encode: F) -> Bytes {
        const { assert!(size_of::<F>() == 0, "the encoder must not capture anything") };
        let (first, last) = match &self.entries[..] {
            [] => return Bytes::new(),
            [only] => return only.encode(encode),
            [first, .., last] => (first.event.id, last.event.id),
        };
        let transport = TypeId::of::<F>();
        let mut joined = lock(&self.joined.0);
        let known = joined.iter().position(|(of, ..)| *of == transport);
        match known {
            Some(at) if (joined[at].1, joined[at].2) == (first, last) => joined[at].3.clone(),
            _ => {
                let pieces: Vec<Bytes> = self.entries.iter().map(|e| e.encode(encode)).collect();
                let bytes = Bytes::from(pieces.concat());
                let run = (transport, first, last, bytes.clone());
                match known {
                    Some(at) => joined[at] = run,
                    None => joined.push(run),
                }
                bytes
            }
        }
    }
}

impl fmt::Debug for Batch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl serde::Serialize for Batch {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

/// What the locks here protect is whole after every line, so a panic elsewhere spoils nothing.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
