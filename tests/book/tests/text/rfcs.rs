//! A section of an RFC that the book or a test cites is one that somebody has read:
//! `tests/book/rfcs.toml` lists them with their titles.

use crate::chapter::{Chapter, chapters, none, root};
use crate::links;
use preprocessor::problem::Problem;
use std::collections::BTreeMap;
use std::path::Path;

/// The folders of code, as far as a workshop has them.
const CODE: [&str; 4] = ["course", "kit", "solutions", "tests"];

const LIST: &str = "tests/book/rfcs.toml";

/// For each RFC its title under `title`, and the titles of its sections under their numbers.
type Rfcs = BTreeMap<String, BTreeMap<String, String>>;

#[test]
fn every_section_of_an_rfc_is_in_the_list() {
    let root = root();
    let rfcs = list(&root);
    let mut problems: Vec<Problem> =
        chapters(&root).iter().flat_map(|chapter| in_chapter(chapter, &rfcs)).collect();
    for folder in CODE.into_iter().filter(|folder| root.join(folder).is_dir()) {
        in_code(&root.join(folder), folder, &rfcs, &mut problems);
    }
    none(problems);
}

fn list(root: &Path) -> Rfcs {
    let text = std::fs::read_to_string(root.join(LIST)).unwrap();
    let rfcs: Rfcs = toml::from_str(&text).unwrap_or_else(|error| panic!("{LIST}: {error}"));
    for (number, sections) in &rfcs {
        assert!(sections.contains_key("title"), "{LIST}: RFC {number} has no title");
    }
    rfcs
}

/// What is wrong with a reference.
fn wrong(rfcs: &Rfcs, number: &str, section: Option<&str>) -> Option<String> {
    match (rfcs.get(number), section) {
        (None, _) => Some(format!("RFC {number} is not in {LIST}: add it with its title")),
        (Some(sections), Some(section)) if !sections.contains_key(section) => Some(format!(
            "RFC {number} §{section} is not in {LIST}: read the section, then add it with its title"
        )),
        _ => None,
    }
}

fn in_chapter(chapter: &Chapter, rfcs: &Rfcs) -> Vec<Problem> {
    let mut problems = Vec::new();
    for paragraph in chapter.paragraphs() {
        let mut document = None;
        for piece in paragraph {
            let target = piece.link.as_deref().map(|address| {
                let path = address.strip_prefix("https://www.rfc-editor.org/");
                path.and_then(links::rfc).map(|(number, section)| {
                    // An appendix: `A.1` in a text may be `a.1` in an address.
                    (number.to_string(), section.map(str::to_uppercase))
                })
            });
            // A section in a link's text is one of where it leads.
            let found = match target {
                Some(_) => references(&piece.text, &mut None),
                None => references(&piece.text, &mut document),
            };
            let mut problem = |text| problems.push(chapter.problem(piece.at, text));
            match target {
                // A link's text says no other place than the link.
                Some(Some((number, section))) => {
                    let section = section.as_deref();
                    if let Some(text) = wrong(rfcs, &number, section) {
                        problem(text);
                    }
                    for reference in found {
                        let other_rfc = reference.number.is_some_and(|other| other != number);
                        let other = reference.section.as_deref().filter(|s| Some(*s) != section);
                        if other_rfc || other.is_some() {
                            problem(format!(
                                "`{}` links to RFC {number} section {}",
                                piece.text,
                                section.unwrap_or("(none)")
                            ));
                        }
                    }
                    document = Some(number);
                }
                Some(None) => {}
                None => {
                    for Reference { number, section } in found {
                        let text = number.and_then(|n| wrong(rfcs, &n, section.as_deref()));
                        text.into_iter().for_each(&mut problem);
                    }
                }
            }
        }
    }
    problems
}

/// The comments and texts of Rust, line by line.
fn in_code(folder: &Path, name: &str, rfcs: &Rfcs, problems: &mut Vec<Problem>) {
    for entry in folder.read_dir().unwrap() {
        let path = entry.unwrap().path();
        let name = format!("{name}/{}", path.file_name().unwrap().to_string_lossy());
        if path.is_dir() && !name.ends_with("node_modules") {
            in_code(&path, &name, rfcs, problems);
        } else if name.ends_with("text/rfcs.rs") {
            // Its own tests cite what isn't there.
        } else if path.extension().is_some_and(|e| e == "rs" || e == "toml") {
            let text = std::fs::read_to_string(&path).unwrap();
            for (index, line) in text.lines().enumerate() {
                for reference in references(line, &mut None) {
                    let Some(number) = reference.number else { continue };
                    if let Some(text) = wrong(rfcs, &number, reference.section.as_deref()) {
                        problems.push(Problem { file: name.clone(), line: index + 1, text });
                    }
                }
            }
        }
    }
}

/// `RFC 9112 §7.1`, or one half of it.
#[derive(Debug, PartialEq)]
struct Reference {
    /// `None`: a section of something that is no RFC.
    number: Option<String>,
    section: Option<String>,
}

/// The references of a text. `document` is the RFC that was named last, to which a lone `§7.1`
/// belongs; another standard's name ends that.
fn references(text: &str, document: &mut Option<String>) -> Vec<Reference> {
    const OTHERS: [&str; 8] =
        ["HTML", "Fetch", "WebSockets", "W3C", "WebRTC", "WebTransport", "Streams", "draft-"];
    let mut found = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix("RFC ") {
            let number: String = after.chars().take_while(char::is_ascii_digit).collect();
            rest = &after[number.len()..];
            if number.len() >= 3 {
                found.push(Reference { number: Some(number.clone()), section: None });
                *document = Some(number);
            }
        } else if let Some(after) = rest.strip_prefix('§') {
            let after = after.trim_start_matches('§').trim_start();
            let part = |c: char| c.is_ascii_digit() || c.is_ascii_uppercase() || c == '.';
            let section = after.split(|c| !part(c)).next().unwrap_or_default();
            rest = &after[section.len()..];
            let section = section.trim_end_matches('.').to_owned();
            found.push(Reference { number: document.clone(), section: Some(section) });
        } else if let Some(other) = OTHERS.iter().find(|other| rest.starts_with(**other)) {
            rest = &rest[other.len()..];
            *document = None;
        } else {
            let next = rest.char_indices().nth(1).map_or(rest.len(), |(at, _)| at);
            rest = &rest[next..];
        }
    }
    found
}

#[test]
fn references_are_read_as_people_write_them() {
    let read = |text: &str| -> Vec<String> {
        let show = |r: Reference| {
            format!("{} {}", r.number.unwrap_or("-".into()), r.section.unwrap_or("-".into()))
        };
        references(text, &mut None).into_iter().map(show).collect()
    };
    assert_eq!(read("RFC 9110 §13.1.2, §15.4.5."), ["9110 -", "9110 13.1.2", "9110 15.4.5"]);
    assert_eq!(read("RFC 9112 (STD 99), §C.3; HTML §9.2"), ["9112 -", "9112 C.3", "- 9.2"]);
    assert_eq!(read("RFC 7230 to 7235"), ["7230 -"]);
}

#[test]
fn a_reference_outside_the_list_is_a_problem() {
    let sections = [("title", "HTTP/1.1"), ("7.1", "Chunked Transfer Coding")];
    let sections = sections.map(|(key, value)| (key.to_owned(), value.to_owned()));
    let rfcs = Rfcs::from([("9112".to_owned(), BTreeMap::from(sections))]);
    let text = "RFC 9112 §7.1, §7.9.\n\nRFC 9999.\n\n\
        [RFC 9112 §7.1](https://www.rfc-editor.org/rfc/rfc9112#section-7.2), §7.1, HTML §9.2.\n";
    let chapter = Chapter::new(Path::new("."), "book/a.md", text);
    let messages: Vec<String> =
        in_chapter(&chapter, &rfcs).iter().map(Problem::to_string).collect();
    assert_eq!(
        messages,
        [
            "book/a.md:1: RFC 9112 §7.9 is not in tests/book/rfcs.toml: read the section, then add \
             it with its title",
            "book/a.md:3: RFC 9999 is not in tests/book/rfcs.toml: add it with its title",
            "book/a.md:5: RFC 9112 §7.2 is not in tests/book/rfcs.toml: read the section, then add \
             it with its title",
            "book/a.md:5: `RFC 9112 §7.1` links to RFC 9112 section 7.2",
        ]
    );
}
