//! The preprocessor: all chapters, before mdBook renders them.

use crate::chapter::Chapter;
use crate::include::Sources;
use crate::problem::{Problem, Problems};
use anyhow::{Context, Result, bail};
use manifest::Course;
use mdbook_preprocessor::book::Book;
use mdbook_preprocessor::{Preprocessor, PreprocessorContext};
use snippets::{Compiler, Prepared, Snippet, State};
use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The preprocessor's name in book.toml. Ours in this process takes the place of the command.
const NAME: &str = "workshop";

/// The renderer that its pages are for.
pub const RENDERER: &str = "html";

/// Looks up the snippets' programs, and compiles them first if the book is to be complete.
pub type Prepare = dyn Fn(&[Snippet]) -> Result<Vec<Prepared>>;

/// The preprocessor that book.toml calls `workshop`.
pub struct Workshop {
    /// What the course is made of.
    pub course: Arc<Course>,
    /// Where the includes and the snapshots are.
    pub sources: Box<dyn Sources>,
    /// Called once for a book, with all its snippets.
    pub prepare: Box<Prepare>,
}

impl Preprocessor for Workshop {
    fn name(&self) -> &str {
        NAME
    }

    fn run(&self, context: &PreprocessorContext, mut book: Book) -> Result<Book> {
        let folder = context.config.book.src.to_string_lossy().replace('\\', "/");
        let mut pages = Vec::new();
        book.for_each_chapter_mut(|chapter| {
            if let Some(path) = &chapter.source_path {
                let file = format!("{folder}/{}", path.to_string_lossy().replace('\\', "/"));
                pages.push((file, std::mem::take(&mut chapter.content)));
            }
        });
        let mut rendered = self.render(&pages)?.into_iter();
        book.for_each_chapter_mut(|chapter| {
            if chapter.source_path.is_some() {
                chapter.content = rendered.next().unwrap_or_default();
            }
        });
        Ok(book)
    }

    fn supports_renderer(&self, renderer: &str) -> Result<bool> {
        Ok(renderer == RENDERER)
    }
}

/// Compiles all snippets of the workshop in this folder; the book isn't complete if one of them
/// fails.
///
/// # Errors
/// There is no rustc.
pub fn compiled(root: &Path, course: &Course) -> Result<Box<Prepare>> {
    let compiler = Compiler::new(root, &course.snippets)?;
    Ok(Box::new(move |snippets: &[Snippet]| {
        let prepared = compiler.prepare(snippets)?;
        let failed = |snippet: &Prepared| match &snippet.state {
            State::Failed(message) => Some(message.clone()),
            State::Ready | State::Pending => None,
        };
        let failures: Vec<String> = prepared.iter().filter_map(failed).collect();
        if !failures.is_empty() {
            bail!("{}", failures.join("\n\n"));
        }
        Ok(prepared)
    }))
}

impl Workshop {
    /// For the workshop in this folder.
    pub fn new(root: &Path, course: &Arc<Course>, prepare: Box<Prepare>) -> Workshop {
        let sources = Box::new(Folder(root.to_owned()));
        Workshop { course: Arc::clone(course), sources, prepare }
    }

    /// The chapters' files and texts as markdown that mdBook understands, in their order.
    ///
    /// # Errors
    /// All [`Problems`] of all chapters together.
    pub fn render(&self, pages: &[(String, String)]) -> Result<Vec<String>> {
        let (course, sources) = (self.course.as_ref(), self.sources.as_ref());
        let mut problems = Vec::new();
        let chapters: Vec<Chapter> = pages
            .iter()
            .map(|(file, text)| Chapter::read(file, text, course, sources, &mut problems))
            .collect();
        repeated_hints(&chapters, &mut problems);
        let snippets = self.snippets(&chapters, &mut problems)?;
        let rendered = chapters
            .iter()
            .map(|chapter| chapter.render(course, sources, &snippets, &mut problems))
            .collect();
        if problems.is_empty() {
            return Ok(rendered);
        }
        problems.sort_by(|a, b| (&a.file, a.line).cmp(&(&b.file, b.line)));
        Err(Problems(problems).into())
    }

    fn snippets(
        &self,
        chapters: &[Chapter],
        problems: &mut Vec<Problem>,
    ) -> Result<HashMap<String, Prepared>> {
        let mut snippets: Vec<Snippet> = Vec::new();
        for snippet in chapters.iter().flat_map(Chapter::snippets) {
            match snippets.iter().find(|other| other.name == snippet.name) {
                None => snippets.push(snippet),
                Some(first) => {
                    let text = format!(
                        "the snippet `{}` is already in {}:{}: give this one another name",
                        first.name, first.file, first.line
                    );
                    problems.push(Problem { file: snippet.file, line: snippet.line, text });
                }
            }
        }
        if snippets.is_empty() {
            return Ok(HashMap::new());
        }
        let prepared = (self.prepare)(&snippets).context("the snippets can't be prepared")?;
        Ok(prepared.into_iter().map(|snippet| (snippet.name.clone(), snippet)).collect())
    }
}

/// `cargo workshop hint` prints the first hints of a step, so there must be no others.
fn repeated_hints(chapters: &[Chapter], problems: &mut Vec<Problem>) {
    let mut places = HashMap::new();
    for (step, file, line) in chapters.iter().flat_map(Chapter::hints) {
        let place = format!("{file}:{line}");
        if let Some(first) = places.get(&step) {
            let text = format!("`hints {step}` is already in {first}: make one of the two");
            problems.push(Problem { file, line, text });
        } else {
            places.insert(step, place);
        }
    }
}

/// The workshop's own folder as the source of includes.
pub struct Folder(pub PathBuf);

impl Sources for Folder {
    fn read(&self, path: &str) -> io::Result<String> {
        std::fs::read_to_string(self.0.join(path))
    }
}
