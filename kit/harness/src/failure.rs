//! What a failing test says: seven parts in a fixed order.

use crate::course::question;
use crate::panics::{Panic, short};
use crate::rule::{self, Current, Lab};
use crate::show;
use manifest::Question;
use std::fmt::Debug;
use std::panic::{self, Location};

/// The longest line of prose.
const WIDTH: usize = 96;

/// The most lines of a message: what fits a screen with the next one's beginning.
pub(crate) const HEIGHT: usize = 25;

/// A message carried by an unwinding test. Raised by `resume_unwind`, so that no panic header and no
/// backtrace follow.
pub(crate) struct Raised(pub String);

/// A failure in the making: what was done, what was seen, what was expected. The rule, its source,
/// what a user would have noticed and where to read come from the [`Rule`](crate::Rule) under test.
///
/// ```should_panic
/// harness::Failure::new("encode(\"OOLONG 25.5\") gave")
///     .seen(b"data:OOLONG 25.5\n")
///     .caret(17, "the empty line is missing")
///     .expected("one more line, empty")
///     .raise();
/// ```
#[must_use = "call `raise`"]
pub struct Failure {
    did: String,
    seen: Option<Seen>,
    shown: Vec<String>,
    said: Vec<String>,
    expected: Option<Expected>,
    cost: Option<String>,
}

struct Seen {
    bytes: Vec<u8>,
    whole: bool,
    caret: Option<(usize, String)>,
}

enum Expected {
    Words(String),
    Lines(Vec<String>),
}

impl Failure {
    /// Begins with what was done: "encode(…) gave", "waited 1 s for: …".
    pub fn new(did: impl Into<String>) -> Failure {
        Failure {
            did: did.into(),
            seen: None,
            shown: Vec::new(),
            said: Vec::new(),
            expected: None,
            cost: None,
        }
    }

    /// The bytes seen, whole: they are shown with an end mark.
    pub fn seen(self, bytes: &[u8]) -> Failure {
        Failure { seen: Some(Seen { bytes: bytes.to_vec(), whole: true, caret: None }), ..self }
    }

    /// The bytes seen so far; more may come.
    pub fn seen_so_far(self, bytes: &[u8]) -> Failure {
        Failure { seen: Some(Seen { bytes: bytes.to_vec(), whole: false, caret: None }), ..self }
    }

    /// Puts a caret under the seen byte at `offset`, and says beside it what is wrong there.
    pub fn caret(mut self, offset: usize, note: impl Into<String>) -> Failure {
        if let Some(seen) = &mut self.seen {
            seen.caret = Some((offset, note.into()));
        }
        self
    }

    /// One more line about what was seen, for what isn't bytes.
    pub fn said(mut self, line: impl Into<String>) -> Failure {
        self.said.push(line.into());
        self
    }

    /// What was expected, in words.
    pub fn expected(self, what: impl Into<String>) -> Failure {
        Failure { expected: Some(Expected::Words(what.into())), ..self }
    }

    /// What was expected, as bytes.
    pub fn expected_bytes(self, bytes: &[u8]) -> Failure {
        self.expected_shown(show::beginning(bytes))
    }

    /// Lines seen that are visible already.
    pub(crate) fn shown(self, lines: Vec<String>) -> Failure {
        Failure { shown: lines, ..self }
    }

    /// Lines expected that are visible already.
    pub(crate) fn expected_shown(self, lines: Vec<String>) -> Failure {
        Failure { expected: Some(Expected::Lines(lines)), ..self }
    }

    /// What a user would have noticed, where it differs from the rule's.
    pub fn cost(self, what: impl Into<String>) -> Failure {
        Failure { cost: Some(what.into()), ..self }
    }

    /// Ends the test with this message.
    #[track_caller]
    pub fn raise(self) -> ! {
        let text = self.text(Some(Location::caller()));
        if rule::current().is_none() {
            eprintln!("\n{text}");
        }
        panic::resume_unwind(Box::new(Raised(text)))
    }

    /// The message. A stand-in that nobody wrote yet explains every other difference, so then the
    /// message is about that alone.
    pub(crate) fn text(self, place: Option<&Location<'_>>) -> String {
        let current = rule::current();
        let panicked =
            current.iter().flat_map(|current| &current.servers).find_map(|server| server.panic());
        if let (Some(current), Some(panic)) = (&current, &panicked)
            && let Some((step, what)) = panic.unwritten()
        {
            return unwritten(current, step, what, panic.place.as_deref());
        }
        let mut above = current.as_ref().map_or_else(Vec::new, opening);
        above.extend(wrap(&self.did, "  "));
        above.extend(indented(self.shown));
        let mut below = wrap_all(&self.said, "  ");
        if let Some(panic) = panicked {
            let place = panic.place.map_or(String::new(), |place| format!(" ({place})"));
            below.extend(wrap(&format!("its handler panicked: {:?}{place}", panic.message), "  "));
        }
        match self.expected {
            None => {}
            Some(Expected::Words(words)) => {
                below.extend(wrap(&format!("here I expected {words}"), "  "));
            }
            Some(Expected::Lines(lines)) => {
                below.push("  here I expected".to_owned());
                below.extend(indented(lines));
            }
        }
        if let Some(current) = &current {
            let cost = self.cost.as_deref().unwrap_or(&current.cost);
            if !cost.is_empty() {
                below.push(String::new());
                below.extend(wrap(cost, "  "));
            }
            below.push(read(current));
        }
        if let Some(place) = place {
            below.push(format!("  at      {}:{}", short(place.file()), place.line()));
        }
        if let Some(Seen { bytes, whole, caret }) = self.seen {
            let room = HEIGHT.saturating_sub(above.len() + below.len());
            above.extend(indented(match caret {
                Some((offset, note)) => show::around(&bytes, offset, &note, whole, room),
                None => show::end(&bytes, whole, room),
            }));
        }
        above.extend(below);
        above.join("\n")
    }

    /// The message for a panic in the test's body.
    pub(crate) fn of_panic(panic: Option<Panic>) -> String {
        let current = rule::current();
        let Some(panic) = panic else {
            return Failure::new("the test's body panicked without a message").text(None);
        };
        match (&current, panic.unwritten()) {
            (Some(current), Some((step, what))) => {
                unwritten(current, step, what, panic.place.as_deref())
            }
            _ => Failure::new(panicked(&panic))
                .shown(panic.message.lines().map(str::to_owned).collect())
                .expected("no panic")
                // What it would cost depends on when it happens, not on the rule: the test must say.
                .cost(panic.cost.unwrap_or(""))
                .text(None),
        }
    }
}

/// Who panicked, and where, as far as that is the reader's code.
fn panicked(panic: &Panic) -> String {
    match (&panic.call, &panic.place) {
        (Some(call), Some(place)) => format!("{call} panicked ({place})"),
        (Some(call), None) => format!("{call} panicked"),
        (None, Some(place)) => format!("{place} panicked"),
        (None, None) => "the code under test panicked, in a library that it calls".to_owned(),
    }
}

fn opening(current: &Current) -> Vec<String> {
    let (step, rule, lab) = (current.step, current.rule, current.lab);
    let left = title(lab, step);
    let right = format!("lab {}, {}", lab.number, rule.place);
    let gap = WIDTH.saturating_sub(left.chars().count() + right.chars().count()).max(4);
    let mut lines = vec![format!("{left}{:gap$}{right}", ""), String::new()];
    let label = |label: &str, text: &str| {
        wrap(text, "          ")
            .into_iter()
            .enumerate()
            .map(|(index, line)| match index {
                0 => format!("  {label:<8}{}", line.trim_start()),
                _ => line,
            })
            .collect::<Vec<_>>()
    };
    lines.extend(label("rule", rule.text));
    lines.extend(label("source", rule.source));
    lines.push(String::new());
    lines
}

/// A step as the first line names it: `step 1 · boil · When is the water hot?`
fn title(lab: Lab, step: u8) -> String {
    match question(lab.number, step) {
        Some(Question { name, text }) => format!("step {step} · {name} · {text}"),
        None => format!("step {step}"),
    }
}

fn read(current: &Current) -> String {
    let (step, Lab { number, chapter }) = (current.step, current.lab);
    let name =
        question(number, step).map_or(String::new(), |question| format!(": {}", question.name));
    format!(
        "  read    \"Step {step}{name}\" in the {chapter} chapter · hint: cargo workshop hint lab-{number} {step}"
    )
}

/// Short: at the beginning of a step, all of its tests say this.
fn unwritten(current: &Current, step: u8, what: &str, place: Option<&str>) -> String {
    let number = current.lab.number;
    let here = current.of_test;
    if step != here {
        return format!(
            "step {here} needs step {step}, which isn't written yet:\n  {what}\n  \
             have it filled in: cargo workshop solve lab-{number} {step}"
        );
    }
    let title = title(current.lab, step);
    let place = place.map_or(String::new(), |place| format!("    {place}"));
    format!(
        "{title}{place}\n  not written yet: {what}\n  \
         a hint: cargo workshop hint lab-{number} {step} · \
         have it filled in: cargo workshop solve lab-{number} {step}"
    )
}

fn indented(lines: Vec<String>) -> impl Iterator<Item = String> {
    lines.into_iter().map(|line| format!("          {line}"))
}

fn wrap_all(texts: &[String], indent: &str) -> Vec<String> {
    texts.iter().flat_map(|text| wrap(text, indent)).collect()
}

fn wrap(text: &str, indent: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split(' ') {
        let width = indent.len() + line.chars().count() + 1 + word.chars().count();
        if !line.is_empty() && width > WIDTH {
            lines.push(format!("{indent}{line}"));
            line.clear();
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    lines.push(format!("{indent}{line}"));
    lines
}

/// Fails at the first byte that differs. `did` says what gave the bytes: "encode(…) gave".
#[track_caller]
pub fn expect_bytes(did: &str, got: impl AsRef<[u8]>, want: impl AsRef<[u8]>) {
    let (got, want) = (got.as_ref(), want.as_ref());
    let Some(at) = show::first_difference(got, want) else { return };
    let failure = Failure::new(did).seen(got);
    if at == want.len() {
        failure.caret(at, "too much").expected("the end").raise();
    }
    let start = want[..at].iter().rposition(|&byte| byte == b'\n').map_or(0, |lf| lf + 1);
    let line = want[start..].split_inclusive(|&byte| byte == b'\n').next().unwrap_or_default();
    failure.caret(at, "").expected_bytes(line).raise()
}

/// Fails when the two values differ. `did` says what gave the value: "since(3) gave".
#[track_caller]
pub fn expect_eq<T: PartialEq<U> + Debug, U: Debug>(did: &str, got: T, want: U) {
    if got != want {
        Failure::new(format!("{did} {got:?}")).expected(format!("{want:?}")).raise();
    }
}

/// Fails when `condition` doesn't hold: `did` says what was seen, `expected` what should have been.
#[track_caller]
pub fn expect(condition: bool, did: &str, expected: &str) {
    if !condition {
        Failure::new(did).expected(expected).raise();
    }
}
