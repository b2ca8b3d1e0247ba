//! What a feed is, said as slowly as possible.

use feed::{Cursor, Event, Snapshot};
use std::collections::VecDeque;

/// The most events in a delivery.
pub const AT_MOST: usize = 2;

/// A feed and those who mirror another one into it.
pub struct Model {
    pub capacity: usize,
    pub generation: u64,
    pub kept: VecDeque<u64>,
    pub newest: u64,
    pub ended: bool,
}

/// A subscriber's cursor, `None` if nobody can read it, and whether it was told the end.
pub struct Place {
    pub cursor: Option<Cursor>,
    pub over: bool,
}

impl Model {
    pub fn publish(&mut self, id: u64) {
        self.newest = id;
        self.kept.push_back(id);
        if self.kept.len() > self.capacity {
            self.kept.pop_front();
        }
    }

    pub fn cursor(&self, id: u64) -> Cursor {
        Cursor { generation: self.generation, id }
    }

    pub fn oldest(&self) -> u64 {
        *self.kept.front().unwrap_or(&(self.newest + 1))
    }

    /// An event whose text says which log it is from.
    pub fn event(&self, id: u64) -> Event {
        Event::new(id, "note", self.generation.to_string())
    }

    pub fn snapshot(&self) -> Snapshot {
        let events = self.kept.iter().map(|&id| self.event(id)).collect();
        Snapshot { generation: self.generation, newest: self.newest, events }
    }

    /// What a subscriber at this place must receive, as text.
    pub fn expected(&self, place: &mut Place) -> String {
        if place.over {
            return "over".into();
        }
        let ours = place
            .cursor
            .filter(|cursor| cursor.generation == self.generation && cursor.id <= self.newest);
        let mut id = ours.map_or(self.oldest() - 1, |cursor| cursor.id);
        let mut missed = 0;
        while id < self.newest && !self.kept.contains(&(id + 1)) {
            (id, missed) = (id + 1, missed + 1);
        }
        let mut events = Vec::new();
        while self.kept.contains(&(id + 1)) && events.len() < AT_MOST {
            id += 1;
            events.push(id);
        }
        let gap = match ours {
            None => "unknown missed, then ".to_owned(),
            Some(_) if missed > 0 => format!("{missed} missed, then "),
            Some(_) => String::new(),
        };
        if !gap.is_empty() || !events.is_empty() {
            place.cursor = Some(self.cursor(id));
            return format!("{gap}{events:?}");
        }
        place.over = self.ended;
        if self.ended { "end".into() } else { "nothing yet".into() }
    }
}
