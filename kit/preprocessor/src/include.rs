//! `{{#include FILE}}` and `{{#include FILE:ANCHOR}}`.
//!
//! mdBook has these too, and passes over a missing anchor in silence. Ours runs first, and
//! knows two kinds of file: a solution is shown without its marker lines, and a lab's file is
//! shown as the starter that its solution makes, never as the attendee's own half-done copy.

use crate::problem::Problem;
use crate::text::Text;
use anyhow::anyhow;
use labs::source::Source;
use manifest::Course;
use std::io;
use std::path::{Component, Path};

/// Where included text comes from.
pub trait Sources {
    /// A file's text; `path` is from the root of the workshop, with `/`.
    fn read(&self, path: &str) -> io::Result<String>;
}

const OPEN: &str = "{{#";
const KNOWN: &str = "write {{#include FILE}} or {{#include FILE:ANCHOR}}";

/// Fills in the includes of a chapter; `folder` is the chapter's, as in `book`.
pub fn expand(
    chapter: &Text,
    file: &str,
    folder: &str,
    course: &Course,
    sources: &dyn Sources,
) -> (Text, Vec<Problem>) {
    let mut out = Text::default();
    let mut problems = Vec::new();
    for (number, line) in chapter.lines() {
        match expand_line(line, folder, course, sources) {
            Ok(line) => out.push(number, &line),
            Err(text) => {
                problems.push(Problem { file: file.to_owned(), line: number, text });
                out.push(number, line);
            }
        }
    }
    (out, problems)
}

fn expand_line(
    line: &str,
    folder: &str,
    course: &Course,
    sources: &dyn Sources,
) -> Result<String, String> {
    let mut out = String::new();
    let mut rest = line;
    while let Some(start) = rest.find(OPEN) {
        let (before, link) = rest.split_at(start);
        let Some(end) = link.find("}}") else {
            if before.ends_with('\\') {
                break;
            }
            return Err(format!("`{OPEN}` is never closed in its line: {KNOWN}"));
        };
        let (link, after) = link.split_at(end + 2);
        out.push_str(before);
        rest = after;
        let (directive, target) = link[OPEN.len()..end].trim().split_once(' ').unwrap_or_default();
        match directive {
            // An escaped one, and a page's own title, are mdBook's to handle.
            _ if before.ends_with('\\') => out.push_str(link),
            "title" => out.push_str(link),
            "include" => {
                let text = include(target.trim(), folder, course, sources)?;
                // In a list or a quote each line has what the first one has before it.
                let is_prefix = before.chars().all(|c| matches!(c, ' ' | '\t' | '>'));
                let prefix = if is_prefix && out == before { before } else { "" };
                let prefix = format!("\n{prefix}");
                out.push_str(&text.replace('\n', &prefix));
            }
            _ => return Err(format!("`{link}` is not known here: {KNOWN}")),
        }
    }
    out.push_str(rest);
    Ok(out)
}

fn include(
    target: &str,
    folder: &str,
    course: &Course,
    sources: &dyn Sources,
) -> Result<String, String> {
    let (path, anchor) = match target.split_once(':') {
        Some((path, anchor)) => (path, Some(anchor)),
        None => (target, None),
    };
    if let Some(name) = anchor
        && !name.starts_with(|c: char| c.is_alphabetic())
    {
        return Err(format!("`{name}` is not an anchor's name (line numbers drift): {KNOWN}"));
    }
    let path = from_root(folder, path)?;
    let source = match path.strip_prefix("labs/").and_then(|rest| rest.split_once('/')) {
        Some((lab, rest)) => starter(lab, rest, course, sources),
        // Whether each hole's step is one of the lab's, its starter says.
        None => read(&path, sources)
            .and_then(|text| Ok(Source::parse(&path, &text, 1..=u8::MAX)?.solution())),
    };
    let text = source.and_then(|source| match anchor {
        Some(name) => source.region(name),
        None => Ok(source.text()),
    });
    Ok(dedent(text.map_err(|error| format!("{error:#}"))?.trim_end()))
}

/// A lab's file before anyone has edited it.
fn starter(
    lab: &str,
    file: &str,
    course: &Course,
    sources: &dyn Sources,
) -> anyhow::Result<Source> {
    let lab = course.lab(lab)?;
    let path = format!("{}/{file}", lab.solution());
    let text = read(&path, sources)?;
    Ok(Source::parse(&path, &lab.exchange(&text), lab.steps())?.lab(|_| false))
}

fn read(path: &str, sources: &dyn Sources) -> anyhow::Result<String> {
    sources
        .read(path)
        .map_err(|error| anyhow!("`{path}` can't be included: {error}; correct the path"))
}

/// `../solutions/x.rs` seen from `book` is `solutions/x.rs`.
fn from_root(folder: &str, path: &str) -> Result<String, String> {
    let mut parts: Vec<&str> = Vec::new();
    let joined = Path::new(folder).join(path);
    for part in joined.components() {
        let outside = || format!("`{path}` is outside of the workshop's folder");
        match part {
            Component::Normal(name) => parts.push(name.to_str().ok_or_else(outside)?),
            Component::CurDir => {}
            Component::ParentDir => drop(parts.pop().ok_or_else(outside)?),
            Component::RootDir | Component::Prefix(_) => return Err(outside()),
        }
    }
    Ok(parts.join("/"))
}

/// Takes off the indentation that all lines share.
fn dedent(source: &str) -> String {
    let indent = |line: &str| line.len() - line.trim_start_matches(' ').len();
    let shared =
        source.lines().filter(|line| !line.trim().is_empty()).map(indent).min().unwrap_or(0);
    let lines: Vec<&str> = source.lines().map(|line| line.get(shared..).unwrap_or("")).collect();
    lines.join("\n")
}
