//! Links within the book lead to something that is there; links to elsewhere have their form.

use crate::chapter::{Chapter, chapters, course, none, options, root};
use preprocessor::problem::Problem;
use pulldown_cmark::{BrokenLink, CowStr, Event, Parser, Tag};
use snippets::{Prepared, Snippet, State};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The built pages, as in `sse.html`, each with the names of its places.
type Pages = BTreeMap<String, BTreeSet<String>>;

#[test]
fn every_link_arrives_or_has_the_form_of_one_that_does() {
    let root = root();
    let folder = tempfile::tempdir().unwrap();
    let pages = build(&root, folder.path());
    let mut problems = Vec::new();
    for chapter in chapters(&root) {
        let page = page_of(&chapter.file);
        for (at, address) in links(&chapter, &mut problems) {
            let wrong = match address.contains("://") {
                true => elsewhere(&address),
                false => within(&address, &page, &pages, folder.path()),
            };
            problems.extend(wrong.map(|text| chapter.problem(at, text)));
        }
    }
    // What isn't written in a chapter: the page's template, the contents, pictures, includes.
    for (page, _) in pages.iter().filter(|(page, _)| *page != "print.html") {
        let html = std::fs::read_to_string(folder.path().join(page)).unwrap();
        for address in attributes(&html, &["href", "src"]) {
            if !address.contains("://") && !address.starts_with("data:") {
                let wrong = within(&address, page, &pages, folder.path());
                let file = format!("target/book/{page}");
                problems.extend(wrong.map(|text| Problem { file, line: 1, text }));
            }
        }
    }
    none(problems);
}

/// Builds the book without its programs, and reads its pages.
fn build(root: &Path, folder: &Path) -> Pages {
    let mut config = book::config(root, &course()).unwrap();
    config.build.build_dir = folder.to_owned();
    config.set("output.html.search.enable", false).unwrap();
    let prepared = |snippet: &Snippet| Prepared {
        name: snippet.name.clone(),
        url: String::new(),
        state: State::Pending,
    };
    let prepare = move |snippets: &[Snippet]| Ok(snippets.iter().map(prepared).collect());
    book::load(root, &course(), config, Box::new(prepare)).unwrap().build().unwrap();
    let mut pages = Pages::new();
    for entry in folder.read_dir().unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "html") {
            let html = std::fs::read_to_string(&path).unwrap();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            pages.insert(name, attributes(&html, &["id"]).into_iter().collect());
        }
    }
    pages
}

/// The values of some attributes.
fn attributes(html: &str, names: &[&str]) -> Vec<String> {
    let mut values = Vec::new();
    for name in names {
        let start = format!(" {name}=\"");
        values.extend(html.split(&start).skip(1).filter_map(|rest| {
            let (value, _) = rest.split_once('"')?;
            Some(value.replace("&amp;", "&"))
        }));
    }
    values
}

/// The addresses of a chapter's links and pictures, with their places; a link that no line defines
/// is a problem.
fn links(chapter: &Chapter, problems: &mut Vec<Problem>) -> Vec<(usize, String)> {
    let mut links = Vec::new();
    for (start, markdown) in chapter.markdown() {
        let mut undefined = |link: BrokenLink<'_>| -> Option<(CowStr<'_>, CowStr<'_>)> {
            let text = format!(
                "nothing defines `[{0}]`: add a line `[{0}]: https://…`, or write `\\[`",
                link.reference
            );
            problems.push(chapter.problem(start + link.span.start, text));
            None
        };
        let parser =
            Parser::new_with_broken_link_callback(markdown, options(), Some(&mut undefined));
        for (event, range) in parser.into_offset_iter() {
            if let Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) = event {
                links.push((start + range.start, dest_url.into_string()));
            }
        }
    }
    links
}

/// `book/sse.md` is `sse.html`.
fn page_of(file: &str) -> String {
    file.trim_start_matches("book/").replace(".md", ".html")
}

/// What is wrong with a link from a page to another place of the book.
fn within(address: &str, page: &str, pages: &Pages, folder: &Path) -> Option<String> {
    let (path, place) = match address.split_once('#') {
        Some((path, place)) => (path, Some(place)),
        None => (address, None),
    };
    let target = match path {
        "" => page.to_owned(),
        "/" => "index.html".to_owned(),
        _ => path.trim_start_matches("./").replace(".md", ".html"),
    };
    match (pages.get(&target), place) {
        (Some(_), None | Some("")) => None,
        (Some(places), Some(place)) if places.contains(place) => None,
        (Some(places), Some(place)) => {
            let first = place.split('-').next().unwrap_or_default();
            let like: Vec<_> = places.iter().filter(|id| id.contains(first)).take(5).collect();
            Some(format!("{target} has no place `#{place}`; alike: {like:?}"))
        }
        (None, None) if folder.join(&target).is_file() => None,
        (None, _) => Some(format!("`{path}` is not in the book: list it in book/SUMMARY.md")),
    }
}

/// What is wrong with the form of an address elsewhere.
fn elsewhere(address: &str) -> Option<String> {
    let Some(rest) = address.strip_prefix("https://") else {
        return Some(format!("`{address}`: write https, or show it as code"));
    };
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-.".contains(c);
    if !host.contains('.') || !host.chars().all(plain) {
        return Some(format!("`{host}` is not a host's name"));
    }
    let odd = |c: char| c.is_whitespace() || !c.is_ascii() || "<>\"`{}|\\^".contains(c);
    if path.contains(odd) || path.ends_with(['.', ',', ';', ':']) || path.contains("utm_") {
        return Some(format!("`{address}` holds what belongs to no address: copy it again"));
    }
    match host {
        "www.rfc-editor.org" => rfc(path).is_none().then(|| {
            format!("`{address}`: write https://www.rfc-editor.org/rfc/rfc9110#section-8.8.3")
        }),
        "tools.ietf.org" | "datatracker.ietf.org" | "rfc-editor.org" | "httpwg.org"
            if path.contains("rfc") =>
        {
            Some(format!("`{address}`: write https://www.rfc-editor.org/rfc/rfcNNNN#section-N"))
        }
        "github.com" => github(path),
        _ => None,
    }
}

/// The number and the section of `rfc/rfc9110#section-8.8.3`.
pub fn rfc(path: &str) -> Option<(u32, Option<&str>)> {
    let (number, place) = match path.split_once('#') {
        Some((number, place)) => (number, Some(place)),
        None => (path, None),
    };
    let number = number.strip_prefix("rfc/rfc")?.parse().ok()?;
    let section = match place {
        None => None,
        Some(place) => {
            Some(place.strip_prefix("section-").or_else(|| place.strip_prefix("appendix-"))?)
        }
    };
    Some((number, section))
}

/// `OWNER/REPOSITORY`, and what GitHub has under it.
fn github(path: &str) -> Option<String> {
    let path = path.split('#').next().unwrap_or_default().trim_end_matches('/');
    let parts: Vec<&str> = path.split('/').collect();
    let number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let right = match parts[..] {
        [_, _] => true,
        [_, _, "issues" | "pull" | "discussions", id] => number(id),
        [_, _, "tree" | "blob" | "commit" | "releases" | "security" | "wiki", ..] => true,
        _ => false,
    };
    (!right).then(|| {
        format!("`github.com/{path}`: write OWNER/REPOSITORY, with /issues/N, /pull/N or /blob/… ")
    })
}

#[test]
fn a_wrong_address_is_told_from_a_right_one() {
    for right in [
        "https://www.rfc-editor.org/rfc/rfc9112#section-7.1",
        "https://www.rfc-editor.org/rfc/rfc9112#appendix-C.3",
        "https://github.com/actix/actix-web/issues/3032",
        "https://github.com/web-platform-tests/wpt/tree/master/eventsource",
        "https://fetch.spec.whatwg.org/#forbidden-request-header",
    ] {
        assert_eq!(elsewhere(right), None);
    }
    for wrong in [
        "http://example.org/",
        "https://localhost/",
        "https://example.org/a b",
        "https://example.org/end.",
        "https://tools.ietf.org/html/rfc9112",
        "https://www.rfc-editor.org/rfc/rfc9112.html#section-7.1",
        "https://www.rfc-editor.org/rfc/rfc9112#s7",
        "https://github.com/actix/actix-web/issues/x",
        "https://github.com/actix",
    ] {
        assert!(elsewhere(wrong).is_some(), "{wrong}");
    }
}

#[test]
fn a_link_to_a_place_that_is_not_there_is_found() {
    let text = "See [a](b.md#there), [b](b.md#nowhere), [c](c.md), [d](#here), [e][f].\n\n\
        ```notes\nNote: [g](#gone)\n```\n";
    let chapter = Chapter::new(Path::new("."), "book/a.md", text);
    let pages = Pages::from([
        ("a.html".into(), ["here".into()].into()),
        ("b.html".into(), ["there".into()].into()),
    ]);
    let mut problems = Vec::new();
    for (at, address) in links(&chapter, &mut problems) {
        let wrong = within(&address, "a.html", &pages, Path::new("no-folder"));
        problems.extend(wrong.map(|text| chapter.problem(at, text)));
    }
    let messages: Vec<String> = problems.iter().map(Problem::to_string).collect();
    assert_eq!(
        messages,
        [
            "book/a.md:1: nothing defines `[f]`: add a line `[f]: https://…`, or write `\\[`",
            "book/a.md:1: b.html has no place `#nowhere`; alike: []",
            "book/a.md:1: `c.md` is not in the book: list it in book/SUMMARY.md",
            "book/a.md:4: a.html has no place `#gone`; alike: []",
        ]
    );
}
