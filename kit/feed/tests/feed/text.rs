//! What cursors, gaps and handles are as text.

use crate::waking::block_on;
use crate::{feed, filled};
use feed::{BadCursor, Cursor, Event, Gap, Start};
use std::pin::Pin;
use std::task::{Context, Waker};

#[test]
fn a_cursor_is_a_number_or_two() {
    let cursor = |generation, id| Ok(Cursor { generation, id });
    let max = u64::MAX;
    let texts = [
        ("0", cursor(0, 0)),
        ("16", cursor(0, 16)),
        ("3-16", cursor(3, 16)),
        ("0-16", cursor(0, 16)),
        (&format!("{max}-{max}"), cursor(max, max)),
        ("", Err(BadCursor)),
        ("-16", Err(BadCursor)),
        ("3-", Err(BadCursor)),
        ("3-16-1", Err(BadCursor)),
        ("+16", Err(BadCursor)),
        ("3-+16", Err(BadCursor)),
        (" 16", Err(BadCursor)),
        ("16\n", Err(BadCursor)),
        ("१६", Err(BadCursor)),
        ("18446744073709551616", Err(BadCursor)),
    ];
    for (text, wanted) in texts {
        assert_eq!(text.parse(), wanted, "{text:?}");
    }
    for text in ["0", "16", "3-16"] {
        assert_eq!(text.parse::<Cursor>().unwrap().to_string(), text);
        let json = serde_json::to_string(&text.parse::<Cursor>().unwrap()).unwrap();
        assert_eq!(json, format!("\"{text}\""));
        assert_eq!(serde_json::from_str::<Cursor>(&json).unwrap().to_string(), text);
    }
    assert!(serde_json::from_str::<Cursor>("\"x\"").is_err());
}

#[test]
fn a_gap_says_what_to_do_next() {
    let says = |missed| Gap { missed, oldest: 5, newest: 8 }.to_string();
    let then = "load anew what came from events before, then go on after id 4";
    assert_eq!(says(Some(1)), format!("1 event was missed: {then}"));
    assert_eq!(says(Some(4)), format!("4 events were missed: {then}"));
    assert_eq!(says(None), format!("this cursor never was in this log: {then}"));
}

#[test]
fn handles_can_be_printed_even_by_who_holds_the_lock() {
    let feed = filled(4, 8);
    let (mut newest, mut hub) = (feed.newest(), feed.hub());
    let subscription = feed.subscribe(Start::Lost);
    let shared = "newest: 8, oldest: 5, subscribers: 2, ended: None }";
    assert_eq!(format!("{feed:?}"), format!("Feed {{ {shared}"));
    assert_eq!(format!("{newest:?}"), format!("Newest {{ {shared}"));
    assert_eq!(format!("{subscription:?}"), "Subscription { cursor: lost, over: false, .. }");
    let subscription = feed.subscribe(Start::At("3-16".parse().unwrap()));
    assert_eq!(format!("{subscription:?}"), "Subscription { cursor: 3-16, over: false, .. }");
    assert_eq!(format!("{hub:?}"), "Hub { thread: None, behind: false, .. }");
    let _ = Pin::new(&mut hub).poll(&mut Context::from_waker(Waker::noop()));
    assert!(format!("{hub:?}").starts_with("Hub { thread: Some("));
    // The condition is asked under the lock.
    block_on(
        newest
            .wait_for(|_| format!("{feed:?} {subscription:?} {hub:?}").starts_with("Feed { .. }")),
    );
    assert_eq!(
        format!("{:?}", self::feed(1)),
        "Feed { newest: 0, oldest: 1, subscribers: 0, ended: None }"
    );
}

#[test]
fn an_event_is_read_from_an_object_and_from_nothing_else() {
    let event = Event::new(2, "note", "The kettle is on.");
    let json = r#"{"id":2,"event":"note","data":"The kettle is on."}"#;
    assert_eq!(serde_json::to_string(&event).unwrap(), json);
    assert_eq!(serde_json::from_str::<Event>(json).unwrap(), event);
    for other in [r#"[2,"note","The kettle is on."]"#, "2", "null", r#""note""#] {
        let error = serde_json::from_str::<Event>(other).unwrap_err().to_string();
        assert!(error.contains("expected an object"), "{other}: {error}");
    }
    assert!(serde_json::from_str::<Vec<Event>>(r#"[[2,"note",""]]"#).is_err());
}
