//! Several events at once, and the bytes they become.

use crate::cursor::{Cursor, Generation};
use crate::event::{Event, Id};
use crate::lock::lock;
use bytes::Bytes;
use std::any::TypeId;
use std::fmt;
use std::sync::{Arc, Mutex};

/// An event in the log, with the bytes that each transport made of it.
pub(crate) struct Entry {
    event: Event,
    encoded: Encoded,
}

impl Entry {
    pub fn new(event: Event) -> Entry {
        Entry { event, encoded: Encoded::default() }
    }

    pub fn id(&self) -> Id {
        self.event.id
    }
}

/// What each transport made of the same events, by the type of its encoder.
#[derive(Default)]
struct Encoded(Mutex<Vec<(TypeId, Bytes)>>);

impl Encoded {
    /// The bytes of the encoder `F`; the first who asks makes them.
    fn once<F: 'static>(&self, make: impl FnOnce() -> Bytes) -> Bytes {
        let transport = TypeId::of::<F>();
        let mut encoded = lock(&self.0);
        if let Some((_, bytes)) = encoded.iter().find(|(of, _)| *of == transport) {
            return bytes.clone();
        }
        let bytes = make();
        encoded.push((transport, bytes.clone()));
        bytes
    }
}

/// Events with consecutive ids, oldest first.
///
/// Subscribers move in step, so many of them want the same events: they share one batch, and what
/// each transport made of it. A clone costs no more than a counter.
#[derive(Clone)]
pub struct Batch(Arc<Run>);

struct Run {
    generation: Generation,
    entries: Vec<Arc<Entry>>,
    encoded: Encoded,
}

impl Batch {
    pub(crate) fn new(
        generation: Generation,
        entries: impl IntoIterator<Item = Arc<Entry>>,
    ) -> Batch {
        let entries = entries.into_iter().collect();
        Batch(Arc::new(Run { generation, entries, encoded: Encoded::default() }))
    }

    /// Which log the events are from; also known when there are none.
    pub fn generation(&self) -> Generation {
        self.0.generation
    }

    /// The events, oldest first.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Event> {
        self.0.entries.iter().map(|entry| &entry.event)
    }

    /// How many events there are.
    pub fn len(&self) -> usize {
        self.0.entries.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.entries.is_empty()
    }

    /// The oldest event.
    pub fn first(&self) -> Option<&Event> {
        self.0.entries.first().map(|entry| &entry.event)
    }

    /// The newest event.
    pub fn last(&self) -> Option<&Event> {
        self.0.entries.last().map(|entry| &entry.event)
    }

    /// The events as one piece of bytes, ready for one write.
    ///
    /// Each event is encoded once for each encoder, however many subscribers read it, and
    /// subscribers at the same place share one copy of the joined bytes. `encode` must therefore
    /// be a plain function: one that captures a value doesn't compile.
    pub fn encode<F, B>(&self, encode: F) -> Bytes
    where
        F: Fn(&Event) -> B + Copy + 'static,
        B: Into<Bytes>,
    {
        self.join::<F>(|_, event| encode(event).into())
    }

    /// As [`encode`](Batch::encode), for transports that also carry the generation: `encode` is
    /// given the cursor of whoever has this event.
    pub fn encode_at<F, B>(&self, encode: F) -> Bytes
    where
        F: Fn(Cursor, &Event) -> B + Copy + 'static,
        B: Into<Bytes>,
    {
        self.join::<F>(|cursor, event| encode(cursor, event).into())
    }

    /// What the encoder `F` makes of each event, one after the other.
    fn join<F: 'static>(&self, encode: impl Fn(Cursor, &Event) -> Bytes) -> Bytes {
        const { assert!(size_of::<F>() == 0, "the encoder must not capture anything") };
        let Run { generation, entries, encoded } = &*self.0;
        let one = |Entry { event, encoded }: &Entry| {
            let cursor = Cursor { generation: *generation, id: event.id };
            encoded.once::<F>(|| encode(cursor, event))
        };
        encoded.once::<F>(|| match &entries[..] {
            [only] => one(only),
            entries => {
                let pieces: Vec<Bytes> = entries.iter().map(|entry| one(entry)).collect();
                Bytes::from(pieces.concat())
            }
        })
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
