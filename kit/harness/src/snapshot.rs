//! Transcripts that are kept: what a correct server puts on the wire.

use crate::client::Client;
use crate::course;
use crate::failure::Failure;
use crate::rule;
use std::fs;
use std::path::PathBuf;
use trace::{Direction, Kind, Line, to_text};

/// RFC 9110's own example of a date.
const DATE: &str = "Sun, 06 Nov 1994 08:49:37 GMT";

impl Client {
    /// What was sent and received so far, as [`snapshot`](Client::snapshot) compares it.
    pub fn transcript(&self) -> String {
        transcript(&[self])
    }

    /// Compares what was sent and received so far with `tests/snapshots/NAME.snap` of the
    /// course, whichever crate runs the test. Every byte shows in it, so none can be missing.
    ///
    /// What differs between two right runs is made the same: the date, the port in `Host` (it is
    /// the lab's), and the
    /// order of an answer's fields, which has no meaning (RFC 9110 §5.3) and which actix leaves to
    /// chance. Nothing else. Authors write the file with `INSTA_UPDATE=always`.
    #[track_caller]
    pub fn snapshot(&self, name: &str) {
        snapshot(name, &[self]);
    }
}

/// As [`Client::snapshot`], for the connections of one client, one after the other.
#[track_caller]
pub fn snapshot(name: &str, connections: &[&Client]) {
    let text = transcript(connections);
    let updates = std::env::var("INSTA_UPDATE").is_ok_and(|value| value != "no");
    if !updates {
        compare(name, &text);
    }
    let (folder, name) = place(name);
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(folder);
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}

fn transcript(connections: &[&Client]) -> String {
    let lines = connections.iter().flat_map(|client| stable(client.lines()));
    to_text(&lines.collect::<Vec<_>>())
}

/// Fails at the first line that differs. Insta's own report would be about files and commands that
/// a learner doesn't know.
#[track_caller]
fn compare(name: &str, got: &str) {
    let (folder, last) = place(name);
    let kept = match fs::read_to_string(folder.join(format!("{last}.snap"))) {
        Ok(kept) => kept.replace("\r\n", "\n"),
        Err(error) => {
            let did = format!("tests/snapshots/{name}.snap can't be read: {error}");
            let write = "the transcript that authors write with INSTA_UPDATE=always";
            Failure::new(did).expected(write).raise()
        }
    };
    // Two lines of `---` enclose what insta notes about the file.
    let want = kept.splitn(3, "---\n").nth(2).unwrap_or(&kept);
    let (got, want): (Vec<&str>, Vec<&str>) = (got.lines().collect(), want.lines().collect());
    let differs = (0..got.len().max(want.len())).find(|&index| got.get(index) != want.get(index));
    let Some(index) = differs else { return };
    let got_line = got.get(index).copied().unwrap_or_default();
    let want_line = want.get(index).copied().unwrap_or_default();
    let same = got_line.chars().zip(want_line.chars()).take_while(|(got, want)| got == want);
    let mut shown: Vec<String> = got[index.saturating_sub(5)..index.min(got.len())]
        .iter()
        .chain([&got_line])
        .map(|line| (*line).to_owned())
        .collect();
    shown.push(format!("{:column$}^", "", column = same.count()));
    Failure::new(format!("the wire (→ sent, ← received) differs in line {}", index + 1))
        .shown(shown)
        .expected_shown(vec![want_line.to_owned()])
        .raise();
}

fn place(name: &str) -> (PathBuf, &str) {
    let snapshots = course::folder().unwrap_or_default().join("tests/snapshots");
    match name.rsplit_once('/') {
        Some((folder, name)) => (snapshots.join(folder), name),
        None => (snapshots, name),
    }
}

/// The same lines for every right run.
fn stable(mut lines: Vec<Line>) -> Vec<Line> {
    let port =
        rule::current().and_then(|test| course::lab(test.lab.number)).map_or(0, |lab| lab.port);
    for line in lines.iter_mut().filter(|line| line.kind == Kind::Head) {
        match (line.direction, field(line).as_deref()) {
            (Direction::Received, Some("date")) => {
                replace(line, DATE, |old| old.len() == DATE.len() && old.ends_with(" GMT"))
            }
            (Direction::Sent, Some("host")) => {
                replace(line, &format!("127.0.0.1:{port}"), |old| old.starts_with("127.0.0.1:"));
            }
            _ => {}
        }
    }
    let is_field = |line: &Line| line.direction == Direction::Received && field(line).is_some();
    for fields in lines.chunk_by_mut(|a, b| is_field(a) && is_field(b)) {
        // Stable: fields of one name keep their order.
        fields.sort_by_cached_key(field);
    }
    lines
}

/// The name of the field in this line of a head, in small letters.
fn field(line: &Line) -> Option<String> {
    let text = str::from_utf8(&line.bytes).ok().filter(|_| line.kind == Kind::Head)?;
    let (name, _) = text.split_once(':')?;
    (!name.contains(' ')).then(|| name.to_ascii_lowercase())
}

/// Puts `value` in the place of one that `matches`; the white space around it stays.
fn replace(line: &mut Line, value: &str, matches: impl FnOnce(&str) -> bool) {
    let Ok(text) = str::from_utf8(&line.bytes) else { return };
    let old = text.split_once(':').map_or("", |(_, value)| value.trim());
    if matches(old) {
        line.bytes = text.replacen(old, value, 1).into_bytes();
    }
}

#[cfg(test)]
mod tests {
    use super::compare;
    use crate::{Lab, Rule};

    const LAB: Lab = Lab { number: "42", chapter: "tea" };
    const RULE: Rule = Rule {
        place: "pot.rs, `pour`",
        text: "one cup is one pour",
        source: "ISO 3103 §6",
        cost: "Half a cup, for longer than needed.",
    };

    /// Beside the other messages.
    const SNAPSHOTS: &str = "../tests/harness/snapshots";

    #[track_caller]
    fn message(text: String, name: &'static str) -> String {
        let message = LAB.verdict(2, RULE, move || compare(name, &text)).unwrap_err();
        // The place's line is this file's own.
        let (message, _) = message.rsplit_once(':').unwrap();
        message.to_owned()
    }

    fn kept() -> String {
        let kept = include_str!("../tests/snapshots/harness/one_event.snap");
        kept.splitn(3, "---\n").nth(2).unwrap().to_owned()
    }

    #[test]
    fn the_kept_transcript_passes() {
        compare("harness/one_event", &kept());
    }

    #[test]
    fn the_first_byte_that_differs_is_shown() {
        let wrong = kept().replace("data: OOLONG 25.5␊", "data: OOLONG 25.6␊");
        insta::with_settings!({snapshot_path => SNAPSHOTS}, {
            insta::assert_snapshot!(message(wrong, "harness/one_event"));
        });
    }

    #[test]
    fn a_missing_empty_line_is_shown() {
        let kept = kept();
        let wrong = kept.lines().filter(|line| !line.starts_with("← event      ␊"));
        let wrong = wrong.collect::<Vec<_>>().join("\n");
        insta::with_settings!({snapshot_path => SNAPSHOTS}, {
            insta::assert_snapshot!(message(wrong, "harness/one_event"));
        });
    }

    #[test]
    fn a_missing_snapshot_is_told() {
        insta::with_settings!({snapshot_path => SNAPSHOTS}, {
            insta::assert_snapshot!(message(kept(), "harness/nobody_wrote_this"));
        });
    }
}
