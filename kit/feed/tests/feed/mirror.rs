//! A log whose ids come from elsewhere: a store that was restored, a log on another machine.

use crate::waking::block_on;
use crate::{feed, filled, ids};
use bytes::Bytes;
use feed::{Cursor, Delivery, Event, Feed, Refused, Snapshot, Start, Subscription};

fn note(id: u64) -> Event {
    Event::new(id, "note", format!("note {id}"))
}

fn restored(generation: u64, newest: u64, kept: &[u64]) -> Feed {
    let feed = feed(4);
    let events = kept.iter().copied().map(note).collect();
    feed.restore(Snapshot { generation, newest, events }).unwrap();
    feed
}

/// All that is there now, as text.
fn read(subscription: &mut Subscription, deliveries: usize) -> Vec<String> {
    let one = |_| match block_on(subscription.next()).unwrap() {
        Delivery::Events(batch) => format!("{:?}", ids(&batch)),
        Delivery::Gap(gap, batch) => format!("missed {:?}, {:?}", gap.missed, ids(&batch)),
        Delivery::End(why) => format!("{why:?}"),
    };
    (0..deliveries).map(one).collect()
}

#[test]
fn a_restored_log_knows_what_it_has_forgotten_and_goes_on() {
    let feed = restored(0, 8, &[5, 6, 7, 8]);
    assert_eq!((feed.oldest_id(), feed.newest_id()), (5, 8));
    assert_eq!(feed.since(2, 10).unwrap_err().missed, Some(2));
    assert_eq!(ids(&feed.since(6, 10).unwrap()), [7, 8]);
    assert_eq!(feed.append("note", "its own"), 9);
    feed.mirror(0, note(10)).unwrap();
    assert_eq!(ids(&feed.since(6, 10).unwrap()), [7, 8, 9, 10]);
}

#[test]
fn a_log_of_which_nothing_is_kept_still_knows_its_newest_id() {
    let feed = restored(0, 8, &[]);
    assert_eq!((feed.oldest_id(), feed.newest_id()), (9, 8));
    assert!(feed.since(8, 10).unwrap().is_empty());
    assert_eq!(feed.since(6, 10).unwrap_err().missed, Some(2));
    feed.mirror(0, note(9)).unwrap();
    assert_eq!(ids(&feed.since(8, 10).unwrap()), [9]);
}

#[test]
fn more_than_the_capacity_is_forgotten_from_the_oldest_on() {
    let feed = restored(0, 0, &[1, 2, 3, 4, 5, 6]);
    assert_eq!((feed.oldest_id(), feed.newest_id()), (3, 6));
}

#[test]
fn ids_that_are_left_out_are_a_gap_in_its_place() {
    let feed = restored(0, 6, &[5, 6]);
    let mut subscription = feed.subscribe(Start::After(4));
    feed.mirror(0, note(9)).unwrap();
    feed.mirror(0, note(10)).unwrap();
    assert_eq!(read(&mut subscription, 2), ["[5, 6]", "missed Some(2), [9, 10]"]);
    let in_the_hole = |id| read(&mut feed.subscribe(Start::After(id)), 1).remove(0);
    assert_eq!(in_the_hole(7), "missed Some(1), [9, 10]");
    assert_eq!(in_the_hole(8), "[9, 10]");
    let gap = feed.since(6, 10).unwrap_err();
    assert_eq!(Event::reset(&gap), Event::new(8, "reset", "2"), "go on after 8");
}

#[test]
fn a_refused_event_changes_nothing_and_says_what_to_do() {
    let feed = restored(3, 6, &[5, 6]);
    let says = |refused: Result<(), Refused>| refused.unwrap_err().to_string();
    let again = says(feed.mirror(3, note(6)));
    assert_eq!(
        again,
        "id 6 doesn't come after 6: skip it if this event is here already; if its log went back, \
         restore from it under a new generation"
    );
    let foreign = says(feed.mirror(4, note(7)));
    assert_eq!(
        foreign,
        "this log is of generation 3, and the event of 4: restore from the event's log first"
    );
    let too_great = says(feed.mirror(3, note(u64::MAX)));
    assert_eq!(
        too_great,
        "id 18446744073709551615 is greater than 9223372036854775807: number the events anew, \
         under a new generation"
    );
    let snapshot = |generation, newest, kept: &[u64]| Snapshot {
        generation,
        newest,
        events: kept.iter().copied().map(note).collect(),
    };
    let refused = [
        (snapshot(3, 5, &[5]), Refused::Behind { id: 5, newest: 6 }),
        (snapshot(4, 0, &[1, 2, 2]), Refused::Behind { id: 2, newest: 2 }),
        (snapshot(4, 0, &[0]), Refused::Behind { id: 0, newest: 0 }),
        (snapshot(4, u64::MAX, &[1]), Refused::TooGreat { id: u64::MAX }),
    ];
    for (snapshot, why) in refused {
        assert_eq!(feed.restore(snapshot), Err(why));
    }
    let mut subscription = feed.subscribe(Start::At("3-4".parse().unwrap()));
    assert_eq!(read(&mut subscription, 1), ["[5, 6]"]);
}

#[test]
fn the_greatest_id_is_taken_and_counted_on() {
    let feed = restored(0, 0, &[Refused::MAX_ID]);
    assert_eq!(feed.append("note", "one more"), Refused::MAX_ID + 1);
    assert_eq!(feed.since(Refused::MAX_ID, 10).unwrap().len(), 1);
    assert_eq!(feed.since(u64::MAX, 10).unwrap_err().missed, None);
}

/// A failover has lost the events 16 and 17, which the client has, and 16 to 18 are others now.
#[test]
fn a_new_generation_is_told_even_if_the_ids_would_fit() {
    let feed = restored(1, 17, &[14, 15, 16, 17]);
    let mut connected = feed.subscribe(Start::At("1-16".parse().unwrap()));
    assert_eq!(read(&mut connected, 1), ["[17]"]);
    let events = [15, 16, 17, 18].map(note).into();
    feed.restore(Snapshot { generation: 2, newest: 18, events }).unwrap();
    let all = "missed None, [15, 16, 17, 18]";
    assert_eq!(read(&mut connected, 1), [all]);
    assert_eq!(connected.position().unwrap().to_string(), "2-18");
    for start in [Start::At("1-16".parse().unwrap()), Start::After(16), Start::Lost] {
        assert_eq!(read(&mut feed.subscribe(start), 1), [all], "{start:?}");
    }
    assert_eq!(feed.since(16, 10).unwrap_err().missed, None, "a plain number is of generation 0");
    assert_eq!(read(&mut feed.subscribe(Start::At("2-16".parse().unwrap())), 1), ["[17, 18]"]);
}

#[test]
fn a_cursor_with_a_generation_is_none_of_a_log_without() {
    let feed = filled(4, 2);
    let mut subscription = feed.subscribe(Start::At("3-1".parse().unwrap()));
    assert_eq!(read(&mut subscription, 1), ["missed None, [1, 2]"]);
    let mut subscription = feed.subscribe(Start::At("1".parse().unwrap()));
    assert_eq!(read(&mut subscription, 1), ["[2]"]);
}

#[test]
fn what_is_encoded_can_carry_the_generation_and_is_never_another_ones() {
    fn line(cursor: Cursor, event: &Event) -> Bytes {
        format!("{cursor} {};", event.data).into()
    }
    let feed = restored(3, 6, &[5, 6]);
    let all = || match block_on(feed.subscribe(Start::Lost).next()) {
        Some(Delivery::Gap(_, batch)) => batch.encode_at(line),
        other => panic!("{other:?}"),
    };
    assert_eq!(all(), "3-5 note 5;3-6 note 6;");
    assert_eq!(all().as_ptr(), all().as_ptr(), "one shared copy");
    let events = [5, 6].map(|id| Event::new(id, "note", "another")).into();
    feed.restore(Snapshot { generation: 4, newest: 6, events }).unwrap();
    assert_eq!(all(), "4-5 another;4-6 another;");
    // The same generation again, with what was wrong put right: no old bytes either.
    let events = [5, 6].map(note).into();
    feed.restore(Snapshot { generation: 4, newest: 6, events }).unwrap();
    assert_eq!(all(), "4-5 note 5;4-6 note 6;");
}
