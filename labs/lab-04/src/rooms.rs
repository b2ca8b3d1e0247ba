//! The rooms. Each is a feed; the room `weather` is *the* feed.

use feed::{End, Feed, Start, Subscription};
use std::collections::HashMap;
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Rooms that are kept when nobody is in them, so that who comes back misses nothing.
const KEPT: usize = 100;

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
    /// The room `weather`, and others as people enter them. Each keeps the last `capacity` events.
    pub fn new(weather: &Feed, capacity: NonZeroUsize) -> Rooms {
        let rooms = HashMap::from([("weather".to_owned(), weather.clone())]);
        Rooms { open: Arc::new(Mutex::new(Open { rooms, capacity, ended: None })) }
    }

    /// A room, and a place in it. The room is made if it wasn't there.
    pub fn enter(&self, name: &str, start: Start) -> (Feed, Subscription) {
        let mut open = self.open();
        if !open.rooms.contains_key(name) {
            if open.rooms.len() > KEPT {
                open.rooms.retain(|name, room| name == "weather" || room.subscribers() > 0);
            }
            let room = Feed::new(open.capacity);
            if let Some(why) = open.ended {
                room.end(why);
            }
            open.rooms.insert(name.to_owned(), room);
        }
        let room = open.rooms[name].clone();
        let subscription = room.subscribe(start);
        (room, subscription)
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

#[cfg(test)]
mod tests {
    use super::{KEPT, Rooms};
    use feed::{End, Feed, Start};
    use std::num::NonZeroUsize;

    const FOUR: NonZeroUsize = NonZeroUsize::new(4).unwrap();

    #[test]
    fn rooms_that_nobody_is_in_are_forgotten_when_there_are_too_many() {
        let rooms = Rooms::new(&Feed::new(FOUR), FOUR);
        let (hall, _somebody) = rooms.enter("hall", Start::Newest);
        hall.append("chat", "Ana\nHello");
        for number in 0..10 * KEPT {
            drop(rooms.enter(&format!("room-{number}"), Start::Newest));
        }
        assert!(rooms.open().rooms.len() <= KEPT + 1);
        assert_eq!(rooms.enter("hall", Start::Newest).0.newest_id(), 1);
        assert_eq!(rooms.members(), 1);
    }

    #[test]
    fn a_room_that_is_made_after_the_end_has_ended() {
        let rooms = Rooms::new(&Feed::new(FOUR), FOUR);
        rooms.open().ended = Some(End::Finished);
        assert!(rooms.enter("hall", Start::Newest).0.finished());
    }
}
