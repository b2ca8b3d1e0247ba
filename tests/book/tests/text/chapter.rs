//! A chapter as its checks see it.

use manifest::Course;
use mdbook_driver::MDBook;
use preprocessor::Folder;
use preprocessor::fence::{self, Kind};
use preprocessor::problem::{Problem, Problems};
use preprocessor::text::Text;
use preprocessor::{front_matter, include};
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The workshop's folder.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// What the course is made of.
pub fn course() -> Arc<Course> {
    Arc::new(manifest::load(&root()).unwrap_or_else(|mistake| panic!("{mistake}")))
}

/// A chapter as its author wrote it.
pub struct Chapter {
    /// As in `book/sse.md`.
    pub file: String,
    /// Without its front matter.
    pub written: Text,
    /// With its includes filled in.
    pub text: Text,
}

impl Chapter {
    /// A chapter from its text.
    pub fn new(root: &Path, file: &str, content: &str) -> Chapter {
        let (_, written) = front_matter::take(&Text::new(content)).unwrap_or_default();
        let (text, _) =
            include::expand(&written, file, "book", &course(), &Folder(root.to_owned()));
        Chapter { file: file.to_owned(), written, text }
    }

    /// A problem at a place in [`Chapter::text`].
    pub fn problem(&self, at: usize, text: String) -> Problem {
        Problem { file: self.file.clone(), line: self.text.line_at(at), text }
    }

    /// The chapter's markdown and that of its quizzes, notes and hints, each with its place in
    /// [`Chapter::text`].
    pub fn markdown(&self) -> Vec<(usize, &str)> {
        let text = self.text.as_str();
        let mut parts = vec![(0, text)];
        for fence in fence::find(&self.text, &self.file).0 {
            if let Kind::Quiz | Kind::Notes | Kind::Hints { .. } = fence.kind {
                let first = text[fence.range.start..].find('\n').map_or(0, |length| length + 1);
                parts.push((fence.range.start + first, fence.body));
            }
        }
        parts
    }

    /// What a reader reads as text, paragraph by paragraph: no code, no addresses. A piece knows
    /// its place, and the address if it is a link's text.
    pub fn paragraphs(&self) -> Vec<Vec<Piece>> {
        let mut paragraphs = vec![Vec::new()];
        for (start, markdown) in self.markdown() {
            let (mut code, mut link) = (false, None);
            for (event, range) in Parser::new_ext(markdown, options()).into_offset_iter() {
                match event {
                    Event::Start(Tag::CodeBlock(_)) => code = true,
                    Event::End(TagEnd::CodeBlock) => code = false,
                    Event::Start(Tag::Link { dest_url, .. }) => link = Some(dest_url.into_string()),
                    Event::End(TagEnd::Link) => link = None,
                    Event::Start(
                        Tag::Paragraph | Tag::Heading { .. } | Tag::Item | Tag::TableCell,
                    ) => paragraphs.push(Vec::new()),
                    Event::Text(text) if !code => {
                        let paragraph = paragraphs.last_mut().expect("there is always one");
                        let at = start + range.start;
                        let text = text.into_string();
                        paragraph.push(Piece { at, text, link: link.clone() });
                    }
                    _ => {}
                }
            }
        }
        paragraphs
    }
}

/// Some text of a paragraph.
pub struct Piece {
    /// Its place in [`Chapter::text`].
    pub at: usize,
    pub text: String,
    /// Where it leads, if it is a link.
    pub link: Option<String>,
}

/// The markdown that the book is written in.
pub fn options() -> Options {
    Options::ENABLE_TABLES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_TASKLISTS // the answers of a quiz
}

/// The chapters that the summary lists.
pub fn chapters(root: &Path) -> Vec<Chapter> {
    let book = MDBook::load_with_config(root, book::config(root, &course()).unwrap()).unwrap();
    let chapter = |chapter: &mdbook_driver::book::Chapter| {
        let path = chapter.source_path.as_ref()?;
        let file = format!("book/{}", path.to_str()?.replace('\\', "/"));
        Some(Chapter::new(root, &file, &chapter.content))
    };
    book.book.chapters().filter_map(chapter).collect()
}

/// Fails with all problems, in the order of their places.
pub fn none(mut problems: Vec<Problem>) {
    problems.sort_by(|a, b| (&a.file, a.line).cmp(&(&b.file, b.line)));
    assert!(problems.is_empty(), "\n{}\n", Problems(problems));
}
