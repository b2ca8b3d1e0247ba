//! A chapter's way from its file to what mdBook renders.

use super::fence::{self, Fence, Kind};
use super::front_matter;
use super::html::one_block;
use super::include::{self, Sources};
use super::problem::{Fault, Problem};
use super::text::Text;
use super::{answers, hints, measured, notes, quiz, run, times, wire};
use crate::labs::Lab;
use crate::snippets::{Prepared, Snippet};
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
        sources: &dyn Sources,
        problems: &mut Vec<Problem>,
    ) -> Chapter {
        let mut text = Text::new(source);
        match front_matter::take(&text) {
            Ok((front, rest)) => {
                let lab = front.lab.as_deref().map_or(Ok(()), |lab| known(lab, sources));
                if let Err(fault) = lab {
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
        let (text, wrong) = include::expand(&text, file, folder, sources);
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

    /// The steps, as in `lab-03 1`, of which the chapter has hints, with file and line.
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
                Kind::Answers => answers::render(fence.body, sources),
                Kind::Hints { lab, step } => {
                    known(lab, sources).and_then(|()| hints::render(fence.body, lab, *step))
                }
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

/// Makes sure that there is such a lab.
fn known(name: &str, sources: &dyn Sources) -> Result<(), Fault> {
    let Some(lab) = Lab::parse(name).ok().filter(|lab| lab.name() == name) else {
        return Err(Fault::new(format!("`{name}` is not a lab: write it as in `lab-03`")));
    };
    let manifest = format!("{}/Cargo.toml", lab.solution());
    match sources.read(&manifest) {
        Ok(_) => Ok(()),
        Err(_) => Err(Fault::new(format!("there is no {name}: {manifest} can't be read"))),
    }
}
