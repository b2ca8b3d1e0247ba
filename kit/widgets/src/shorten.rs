//! What is too long to be shown is cut, and its length told.

use crate::panel::Event;
use crate::window::grouped;
use std::borrow::Cow;
use trace::{Kind, Line};

/// So many bytes are shown of text.
const LONGEST: usize = 1024;

/// So many are shown of what isn't text: each has an element of its own, with its name.
const LONGEST_NAMED: usize = 128;

/// In text there are seldom more bytes than these that are shown by name.
const MOST_NAMED: usize = 16;

/// A line that can be shown, however long it was.
pub fn line(mut line: Line) -> Line {
    let is_text = is_text(&line);
    let all = line.bytes.len();
    let keep = if is_text { whole(&line.bytes, LONGEST) } else { LONGEST_NAMED };
    if keep < all {
        // The room of the rest is given back.
        line.bytes = line.bytes[..keep].to_vec();
        let separator = if line.note.is_empty() { "" } else { "; " };
        line.note = format!("{}{separator}{}", told(keep, all), line.note);
    }
    line
}

fn is_text(line: &Line) -> bool {
    line.bytes.len() <= LONGEST_NAMED
        || !matches!(line.kind, Kind::Frame | Kind::Payload)
            && line.bytes.iter().filter(|&&byte| byte < b' ').count() <= MOST_NAMED
            && matches!(String::from_utf8_lossy(&line.bytes), Cow::Borrowed(_))
}

/// An event that can be shown, however long its data was.
pub fn event(mut event: Event) -> Event {
    let all = event.data.len();
    if all > LONGEST {
        let keep = whole(event.data.as_bytes(), LONGEST);
        event.data =
            format!("{}… ({})", event.data.get(..keep).unwrap_or_default(), told(keep, all));
    }
    event
}

/// At most so many bytes of a text, and no character is cut in two.
fn whole(text: &[u8], mut most: usize) -> usize {
    while text.get(most).is_some_and(|byte| byte & 0xc0 == 0x80) {
        most -= 1;
    }
    most
}

fn told(keep: usize, all: usize) -> String {
    format!("the first {} of {} bytes", grouped(keep), grouped(all))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;
    use trace::Direction;

    fn shortened(kind: Kind, bytes: &[u8], note: &str) -> (usize, String) {
        let (bytes, note) = (bytes.to_vec(), note.to_owned());
        let cut =
            line(Line { at: Duration::ZERO, direction: Direction::Received, kind, bytes, note });
        (cut.bytes.len(), cut.note)
    }

    #[test]
    fn what_is_short_enough_stays_as_it_is() {
        let text = [vec![b'x'; LONGEST - 2], b"\r\n".to_vec()].concat();
        assert_eq!(shortened(Kind::Body, &text, "a note"), (text.len(), "a note".into()));
    }

    #[test]
    fn a_long_line_is_cut_and_its_length_told() {
        let text = [b'x'; 16 * 1024];
        let told = "the first 1,024 of 16,384 bytes";
        assert_eq!(shortened(Kind::Body, &text, ""), (LONGEST, told.into()));
        assert_eq!(shortened(Kind::Event, &text, "goes on"), (LONGEST, format!("{told}; goes on")));
    }

    #[test]
    fn no_character_is_cut_in_two() {
        for before in 0..4 {
            let text = "x".repeat(before) + &"€".repeat(LONGEST);
            let (kept, _) = shortened(Kind::Body, text.as_bytes(), "");
            assert!(text.is_char_boundary(kept) && kept > LONGEST - 3, "{kept}");
            let data = event(Event { caption: String::new(), data: text }).data;
            assert!(data.contains("€… (the first 1,02"), "{data}");
        }
    }

    #[test]
    fn fewer_bytes_are_shown_where_each_has_its_name() {
        assert_eq!(shortened(Kind::Body, &[0xff; 1000], "").0, LONGEST_NAMED);
        assert_eq!(shortened(Kind::Payload, &[b'x'; 1000], "").0, LONGEST_NAMED);
        assert_eq!(shortened(Kind::Other, &[b'\t'; 1000], "").0, LONGEST_NAMED);
    }

    #[test]
    fn a_long_event_is_cut_and_its_length_told() {
        let cut = |length| event(Event { caption: "x".into(), data: "y".repeat(length) }).data;
        assert_eq!(cut(LONGEST), "y".repeat(LONGEST));
        let told = "… (the first 1,024 of 16,384 bytes)";
        assert_eq!(cut(16 * 1024), "y".repeat(LONGEST) + told);
    }
}
