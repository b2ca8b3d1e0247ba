//! Finds our fences in a chapter, and reads the words after their backticks.

use crate::problem::{Fault, Problem};
use crate::text::Text;
use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag};
use std::ops::Range;

/// The languages of blocks that are only shown. Another word is more likely a slip in one of ours,
/// which would be shown as code, too.
const SHOWN: [&str; 13] = [
    "text", "console", "sh", "http", "json", "toml", "yaml", "html", "xml", "css", "js", "sql",
    "diff",
];

/// What a fence asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// `rust,run,name=NAME`: a program that runs in the page.
    Run(String),
    /// `wire`: an annotated transcript of a recorded snapshot.
    Wire,
    /// `ladder`: a diagram of who sends what to whom, and when.
    Ladder,
    /// `quiz`: a question with answers to choose from.
    Quiz,
    /// `notes`: for the presenter.
    Notes,
    /// `answers`: how some transports answer the questions.
    Answers,
    /// `times`: how long the chapters take.
    Times,
    /// `measured`: what the transports cost, as a plot and a table.
    Measured,
    /// `hints LAB STEP`: three hints, each stronger than the one before.
    Hints {
        /// As in `lab-42`.
        lab: String,
        /// As it is written; a number if it is right.
        step: String,
    },
}

/// A fence of ours in a chapter.
#[derive(Debug)]
pub struct Fence<'a> {
    /// What it asks for.
    pub kind: Kind,
    /// The lines between the backticks.
    pub body: &'a str,
    /// From the first backtick to the last, in bytes.
    pub range: Range<usize>,
}

impl Fence<'_> {
    /// Names the chapter's line of a fault in the body.
    pub fn problem(&self, file: &str, chapter: &Text, fault: Fault) -> Problem {
        let body = self.range.start
            + chapter.as_str()[self.range.start..]
                .split_inclusive('\n')
                .take(fault.line)
                .map(str::len)
                .sum::<usize>();
        Problem { file: file.to_owned(), line: chapter.line_at(body), text: fault.text }
    }
}

/// Finds the fences that are ours; each that is wrongly written is a problem.
pub fn find<'a>(chapter: &'a Text, file: &str) -> (Vec<Fence<'a>>, Vec<Problem>) {
    let mut fences = Vec::new();
    let mut problems = Vec::new();
    let text = chapter.as_str();
    for (event, range) in Parser::new_ext(text, Options::ENABLE_TABLES).into_offset_iter() {
        let Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) = event else { continue };
        let found = match parse_info(&info) {
            Ok(None) => continue,
            Ok(Some(kind)) => body(text, &range).map(|body| (kind, body)),
            Err(text) => Err(text),
        };
        match found {
            Ok((kind, body)) => fences.push(Fence { kind, body, range }),
            Err(text) => {
                let line = chapter.line_at(range.start);
                problems.push(Problem { file: file.to_owned(), line, text });
            }
        }
    }
    (fences, problems)
}

fn body<'a>(text: &'a str, range: &Range<usize>) -> Result<&'a str, String> {
    let line_start = text[..range.start].rfind('\n').map_or(0, |at| at + 1);
    if line_start != range.start {
        return Err("this fence must start at the left margin, outside of lists and quotes".into());
    }
    let block = text[range.clone()].trim_end();
    let marks = block.chars().take_while(|c| *c == '`' || *c == '~').count();
    let (first, rest) = block.split_once('\n').unwrap_or((block, ""));
    let (body, last) = rest.rsplit_once('\n').map_or(("", rest), |(body, last)| (body, last));
    if last.trim().len() < marks || !last.trim().chars().all(|c| first.starts_with(c)) {
        return Err(format!("this fence is never closed: end it with a line {}", &first[..marks]));
    }
    Ok(body)
}

/// Reads the words after the backticks. `None` is a fence that is none of ours.
fn parse_info(info: &str) -> Result<Option<Kind>, String> {
    let words: Vec<&str> = info.split([',', ' ', '\t']).filter(|word| !word.is_empty()).collect();
    let Some((&first, rest)) = words.split_first() else { return Ok(None) };
    let plain = |kind: Kind| match rest {
        [] => Ok(Some(kind)),
        [word, ..] => {
            Err(format!("`{word}` is not known after `{first}`, which takes nothing more"))
        }
    };
    match first {
        "rust" => rust(rest),
        "wire" => plain(Kind::Wire),
        "ladder" => plain(Kind::Ladder),
        "quiz" => plain(Kind::Quiz),
        "notes" => plain(Kind::Notes),
        "answers" => plain(Kind::Answers),
        "times" => plain(Kind::Times),
        "measured" => plain(Kind::Measured),
        "hints" => {
            let [lab, step] = rest else {
                return Err("write the lab and the step, as in `hints lab-NN 1`".into());
            };
            Ok(Some(Kind::Hints { lab: (*lab).to_owned(), step: (*step).to_owned() }))
        }
        word if SHOWN.contains(&word) => Ok(None),
        word => Err(format!(
            "`{word}` is no fence of the workshop (`rust`, `wire`, `ladder`, `quiz`, `notes`, \
             `answers`, `times`, `measured`, `hints`) and no language that it knows: write one of `{}`; a plain block is `text`",
            SHOWN.join("`, `")
        )),
    }
}

/// `run` and `name=` are ours; the rest is what rustdoc and mdBook know of a Rust block.
fn rust(words: &[&str]) -> Result<Option<Kind>, String> {
    const RUSTDOC: [&str; 5] = ["ignore", "no_run", "should_panic", "compile_fail", "noplayground"];
    let mut run = false;
    let mut name = None;
    for word in words {
        match word.strip_prefix("name=") {
            Some(value) => name = Some(value),
            None if *word == "run" => run = true,
            None if RUSTDOC.contains(word) => {}
            None => {
                return Err(format!(
                    "`{word}` is not known after `rust`; known are `run`, `name=NAME`, `{}`",
                    RUSTDOC.join("`, `")
                ));
            }
        }
    }
    match (run, name) {
        (false, None) => Ok(None),
        (false, Some(name)) => {
            Err(format!("only a runnable snippet has a name: write `rust,run,name={name}`"))
        }
        (true, None) => Err("a runnable snippet needs a name: write `rust,run,name=NAME`".into()),
        (true, Some(name)) if is_name(name) => Ok(Some(Kind::Run(name.to_owned()))),
        (true, Some(name)) => {
            Err(format!("`{name}` can't be a snippet's name: use small letters, digits and `-`"))
        }
    }
}

/// A snippet's name becomes the name of a file, so it is kept simple.
fn is_name(name: &str) -> bool {
    let mut chars = name.chars();
    chars.next().is_some_and(|c| c.is_ascii_lowercase())
        && chars.all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
}
