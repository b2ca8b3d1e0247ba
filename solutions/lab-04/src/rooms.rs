//! The rooms. Each is a feed; the room `weather` is *the* feed.

use feed::{End, Feed, Start, Subscription};
use std::collections::HashMap;
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use weather::Limits;

/// Rooms that there may be beside `weather`, with those that nobody is in: they are kept as long as
/// there is place, so that who comes back misses nothing.
const ROOMS: usize = 100;

/// Bytes that the messages of a room may have together.
const ROOM_BYTES: usize = 256 * 1024;

/// All rooms, for all workers. Clones are handles to the same rooms.
#[derive(Clone)]
pub(crate) struct Rooms {
    open: Arc<Mutex<Open>>,
}

struct Open {
    rooms: HashMap<String, Feed>,
    capacity: NonZeroUsize,
    ended: Option<End>,
}

impl Rooms {
    /// The room `weather`, and others as people enter them.
    pub fn new(weather: &Feed, limits: &Limits) -> Rooms {
        let rooms = HashMap::from([("weather".to_owned(), weather.clone())]);
        let capacity = capacity(limits);
        Rooms { open: Arc::new(Mutex::new(Open { rooms, capacity, ended: None })) }
    }

    /// A room, and a place in it. The room is made if it wasn't there; `None` if there are too many.
    pub fn enter(&self, name: &str, start: Start) -> Option<(Feed, Subscription)> {
        let mut open = self.open();
        if !open.rooms.contains_key(name) {
            // Whoever asks makes a room, also who is refused in the end. If nothing was said there,
            // nobody misses it.
            open.forget(|room| room.newest_id() == 0);
            if open.rooms.len() > ROOMS {
                open.forget(|_| true);
            }
            if open.rooms.len() > ROOMS {
                return None;
            }
            let room = Feed::new(open.capacity);
            if let Some(why) = open.ended {
                room.end(why);
            }
            open.rooms.insert(name.to_owned(), room);
        }
        let room = open.rooms[name].clone();
        let subscription = room.subscribe(start);
        Some((room, subscription))
    }

    /// How many members there are, in all rooms together.
    pub fn members(&self) -> usize {
        self.open().rooms.values().map(Feed::subscribers).sum()
    }

    /// Waits for the weather's end, then ends every room.
    pub async fn end_with(self, weather: Feed) {
        let why = weather.ended().await;
        let mut open = self.open();
        open.ended = Some(why);
        open.rooms.values().for_each(|room| room.end(why));
    }

    /// What the lock protects is whole after every line, so a panic elsewhere spoils nothing.
    fn open(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Open {
    /// Forgets such rooms, if nobody is in them.
    fn forget(&mut self, such: impl Fn(&Feed) -> bool) {
        self.rooms.retain(|name, room| name == "weather" || room.subscribers() > 0 || !such(room));
    }
}

// ANCHOR: step_5_capacity
/// How many messages a room keeps.
pub(crate) fn capacity(limits: &Limits) -> NonZeroUsize {
    // ANCHOR: naive_5 as many of the longest as fit into ROOM_BYTES; one at least, capacity at most
    //~ limits.capacity
    let fit = ROOM_BYTES / limits.message.max(1);
    NonZeroUsize::new(fit).unwrap_or(NonZeroUsize::MIN).min(limits.capacity)
    // ANCHOR_END: naive_5
}
// ANCHOR_END: step_5_capacity

#[cfg(test)]
mod tests {
    use super::{ROOMS, Rooms};
    use feed::{End, Feed, Start};
    use weather::Limits;

    fn rooms() -> Rooms {
        Rooms::new(&Feed::new(Limits::TEST.capacity), &Limits::TEST)
    }

    #[test]
    fn rooms_that_nobody_is_in_are_forgotten_when_there_are_too_many() {
        let rooms = rooms();
        let (hall, _somebody) = rooms.enter("hall", Start::Newest).unwrap();
        hall.append("chat", "Ana\nHello");
        for number in 0..10 * ROOMS {
            let (room, _) = rooms.enter(&format!("room-{number}"), Start::Newest).unwrap();
            room.append("chat", "Ben\nNobody here?");
            assert!(rooms.open().rooms.len() <= ROOMS + 1);
        }
        assert_eq!(rooms.enter("hall", Start::Newest).unwrap().0.newest_id(), 1);
        assert_eq!(rooms.members(), 1);
    }

    #[test]
    fn who_only_looks_makes_no_room() {
        let rooms = rooms();
        rooms.enter("hall", Start::Newest).unwrap().0.append("chat", "Ana\nHello");
        for number in 0..10 * ROOMS {
            rooms.enter(&format!("room-{number}"), Start::Newest).unwrap();
            assert!(rooms.open().rooms.len() <= 3, "weather, hall, and the one just made");
        }
        assert_eq!(rooms.enter("hall", Start::Newest).unwrap().0.newest_id(), 1, "still there");
    }

    #[test]
    fn there_are_only_so_many_rooms_with_somebody_in_them() {
        let rooms = rooms();
        let enter = |number| rooms.enter(&format!("room-{number}"), Start::Newest);
        let mut members: Vec<_> = (0..ROOMS).map(|number| enter(number).unwrap()).collect();
        assert!(enter(ROOMS).is_none());
        assert!(enter(0).is_some(), "into one that is there, everybody may");
        members.pop();
        assert!(enter(ROOMS).is_some());
    }

    #[test]
    fn a_room_that_is_made_after_the_end_has_ended() {
        let rooms = rooms();
        rooms.open().ended = Some(End::Finished);
        assert!(rooms.enter("hall", Start::Newest).unwrap().0.finished());
    }
}
