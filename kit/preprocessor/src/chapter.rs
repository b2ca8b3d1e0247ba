//! A chapter's way from its file to what mdBook renders.

use crate::fence::{self, Fence, Kind};
use crate::front_matter;
use crate::html::one_block;
use crate::include::{self, Sources};
use crate::problem::{Fault, Problem};
use crate::text::Text;
use crate::{answers, hints, measured, notes, quiz, run, times, wire};
use manifest::{Course, Lab, Unknown};
use snippets::{Prepared, Snippet};
use std::collections::HashMap;
use std::path::Path;

/// A chapter with its includes filled in, whose fences are still to be rendered.
pub struct Chapter {
    /// From the root of the workshop, as in `book/sse.md`.
    file: String,
    text: Text,
}

impl Chapter {
    /// Reads a chapter. What is wrong in it is added to `problems`.
    pub fn read(
        file: &str,
        source: &str,
        course: &Course,
        sources: &dyn Sources,
        problems: &mut Vec<Problem>,
    ) -> Chapter {
        let mut text = Text::new(source);
        match front_matter::take(&text) {
            Ok((front, rest)) => {
                let lab = front.lab.as_deref().map(|name| known(name, course));
                if let Some(Err(fault)) = lab {
                    let key = source.lines().position(|line| line.trim().starts_with("lab"));
                    let line = key.map_or(1, |index| index + 1);
                    problems.push(Fault { line, ..fault }.in_file(file));
                }
                let contradicted = front.contradicted(&rest).into_iter();
                problems.extend(contradicted.map(|fault| fault.in_file(file)));
                text = match front.to_html() {
                    Some(line) => front_matter::insert_minutes(&rest, &line),
                    None => rest,
                }
            }
            Err(fault) => problems.push(fault.in_file(file)),
        }
        let folder = Path::new(file).parent().and_then(Path::to_str).unwrap_or_default();
        let (text, wrong) = include::expand(&text, file, folder, course, sources);
        problems.extend(wrong);
        Chapter { file: file.to_owned(), text }
    }

    /// The programs that the chapter runs in the page.
    pub fn snippets(&self) -> Vec<Snippet> {
        let (fences, _) = fence::find(&self.text, &self.file);
        let snippet = |fence: Fence| match &fence.kind {
            Kind::Run(name) => Some(Snippet {
                name: name.clone(),
                source: fence.body.to_owned(),
                file: self.file.clone(),
                line: self.text.line_at(fence.range.start),
            }),
            _ => None,
        };
        fences.into_iter().filter_map(snippet).collect()
    }

    /// The steps, as in `lab-42 1`, of which the chapter has hints, with file and line.
    pub fn hints(&self) -> Vec<(String, String, usize)> {
        let (fences, _) = fence::find(&self.text, &self.file);
        let hints = |fence: Fence| match &fence.kind {
            Kind::Hints { lab, step } => {
                let line = self.text.line_at(fence.range.start);
                Some((format!("{lab} {step}"), self.file.clone(), line))
            }
            _ => None,
        };
        fences.into_iter().filter_map(hints).collect()
    }

    /// The markdown for mdBook. What is wrong in a fence is added to `problems`.
    pub fn render(
        &self,
        course: &Course,
        sources: &dyn Sources,
        snippets: &HashMap<String, Prepared>,
        problems: &mut Vec<Problem>,
    ) -> String {
        let (fences, wrong) = fence::find(&self.text, &self.file);
        problems.extend(wrong);
        let text = self.text.as_str();
        let slug = self.file.trim_end_matches(".md").replace(|c: char| !c.is_alphanumeric(), "-");
        let slug = slug.trim_start_matches("book-");
        let mut out = String::with_capacity(text.len() * 2);
        let mut done = 0;
        let mut quizzes = 0;
        for fence in fences {
            out.push_str(&text[done..fence.range.start]);
            done = fence.range.end;
            let html = match &fence.kind {
                Kind::Run(name) => match snippets.get(name) {
                    Some(snippet) => {
                        out.push_str(&run::render(snippet, fence.body));
                        continue;
                    }
                    None => continue, // Two have this name, which is a problem already.
                },
                Kind::Wire => wire::transcript(fence.body, sources),
                Kind::Ladder => wire::ladder(fence.body, sources),
                Kind::Quiz => {
                    quizzes += 1;
                    quiz::render(fence.body, &format!("{slug}-{quizzes}"))
                }
                Kind::Notes => notes::render(fence.body),
                Kind::Measured => measured::render(fence.body, sources),
                Kind::Times => times::render(fence.body, sources),
                Kind::Answers => answers::render(fence.body, course, sources),
                Kind::Hints { lab, step } => known(lab, course).and_then(|known| {
                    let step = known.step(step).map_err(|error| Fault::new(error.to_string()))?;
                    hints::render(fence.body, lab, step)
                }),
            };
            match html {
                Ok(html) => out.push_str(&one_block(&html)),
                Err(fault) => problems.push(fence.problem(&self.file, &self.text, fault)),
            }
        }
        out.push_str(&text[done..]);
        out
    }
}

/// The lab with this full name.
fn known<'a>(name: &str, course: &'a Course) -> Result<&'a Lab, Fault> {
    let lab = course.lab(name).ok().filter(|lab| lab.name() == name);
    lab.ok_or_else(|| {
        let there = course.labs.iter().map(Lab::name).collect();
        Fault::new(Unknown::Lab { name: name.to_owned(), there }.to_string())
    })
}
