//! The six questions that every lab answers, a step each.

const QUESTIONS: [(&str, &str); 6] = [
    ("frame", "Where does one message end?"),
    ("push", "How does new data reach the client?"),
    ("idle", "What happens when nothing happens?"),
    ("resume", "What of the events missed while away?"),
    ("pressure", "What if the client reads slower than the server writes?"),
    ("goodbye", "How does each side learn the other is gone?"),
];

/// A step's name and its question; question marks for a step that there isn't.
pub(crate) fn question(step: u8) -> (&'static str, &'static str) {
    QUESTIONS.get(usize::from(step).wrapping_sub(1)).copied().unwrap_or(("?", "?"))
}
