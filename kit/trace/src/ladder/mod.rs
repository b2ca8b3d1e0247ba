//! Ladder diagrams: who says what to whom, time runs downward.

mod parse;
mod summary;
mod svg;

pub use parse::LadderError;

/// A ladder diagram, made by [`parse`](Ladder::parse) or [`from_lines`](Ladder::from_lines).
///
/// ```
/// let ladder = trace::Ladder::parse("
/// title: Long polling
/// participants: Browser, Server
/// Browser -> Server: GET /long-polling?since=1
/// ... 12 s
/// note Server: update 2
/// Browser <- Server: 200, event 2
/// ").unwrap();
/// assert!(ladder.to_svg().contains("<title>Long polling</title>"));
/// assert_eq!(ladder.to_text(), "\
/// Long polling. Browser and Server.
/// 1. Browser to Server: GET /long-polling?since=1
/// 2. Time passes: 12 s
/// 3. At Server: update 2
/// 4. Server to Browser: 200, event 2
/// ");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ladder {
    /// What the diagram shows, in a few words.
    title: String,
    /// From left to right; at least two.
    participants: Vec<String>,
    /// From the top down. Numbers are indexes into `participants`.
    steps: Vec<Step>,
}

/// One thing that happens in a ladder diagram.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    /// A message.
    Message {
        /// Who sends it.
        from: usize,
        /// Who should get it.
        to: usize,
        /// What it says.
        text: String,
        /// Whether it is lost on the way.
        lost: bool,
    },
    /// Time passes.
    Pause(String),
    /// A remark, at one participant or at all.
    Note(Option<usize>, String),
}
