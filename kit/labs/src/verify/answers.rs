//! Builds wrong answers: together as many as can be, the others each by itself.

use super::combine::{self, Edit, combine};
use super::reject::reject;
use super::scratch::Binary;
use super::task::{Ready, Verifier, judge};
use super::wrong::{self, Wrong};
use anyhow::{Context, Result};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use tools::files;

/// The package's root, where all of it finds which answer is chosen.
const ROOT: &str = "src/lib.rs";

/// The texts of some files, by their paths inside the solution.
type Sources = BTreeMap<String, String>;

/// A wrong answer that can be built.
struct Answer {
    name: String,
    /// From 1, among those of the lab.
    number: usize,
    wrong: Wrong,
    edit: Edit,
}

impl<'a> Verifier<'a> {
    /// Builds the wrong answers in some files: they must fail in the tests that they name.
    ///
    /// # Errors
    /// Something can't be read, or cargo can't be run; or `ready` fails.
    pub fn build_wrong(self, paths: &[String], ready: &mut Ready<'_, 'a>) -> Result<()> {
        let builder = Builder { verifier: self, solution: self.solution()? };
        let mut answers = Vec::new();
        for (at, path) in paths.iter().enumerate() {
            let name = wrong::name(path);
            match builder.read(path) {
                Ok((wrong, edit)) => answers.push(Answer { name, number: at + 1, wrong, edit }),
                Err(error) => ready(name, judge(move || Ok(format!("{error:#}"))))?,
            }
        }
        builder.build(answers, ready)
    }

    /// The solution's files, with LF as the wrong answers' edits expect it.
    fn solution(&self) -> Result<Sources> {
        let folder = self.root.join(self.lab.solution());
        let mut sources = Sources::new();
        for path in files::list(&folder)? {
            let text = files::read(&folder.join(&path))?.unwrap_or_default();
            sources.insert(path, files::with_lf(&text).into_owned());
        }
        Ok(sources)
    }
}

/// Builds wrong answers in one lab's solution.
struct Builder<'a> {
    verifier: Verifier<'a>,
    solution: Sources,
}

impl<'a> Builder<'a> {
    /// Reads a wrong answer, and finds what it changes.
    fn read(&self, path: &str) -> Result<(Wrong, Edit)> {
        let text = files::read(&self.verifier.root.join(path))?.unwrap_or_default();
        let wrong = Wrong::parse(self.verifier.lab, &text)?;
        let source = self.solution.get(&wrong.file).with_context(|| {
            format!("there is no {} in the solution: correct `file`", wrong.file)
        })?;
        let edit = wrong.edit(source)?;
        Ok((wrong, edit))
    }

    /// Builds wrong answers: as many as can be together in one program. If that doesn't compile, each
    /// half is built by itself, and so on, until the one that doesn't is alone.
    fn build(&self, answers: Vec<Answer>, ready: &mut Ready<'_, 'a>) -> Result<()> {
        let (sources, alone) = self.combine(&answers);
        let (alone, mut together): (Vec<_>, Vec<_>) =
            answers.into_iter().partition(|answer| alone.contains(&answer.number));
        if together.len() < 2 {
            return self.build_alone(together.into_iter().chain(alone), ready);
        }
        match self.build_sources(&sources)? {
            Ok(tests) => {
                let tests = Arc::new(tests);
                for Answer { name, number, wrong, .. } in together {
                    let tests = tests.clone();
                    let chosen = [(combine::VARIABLE, number.to_string())];
                    let run = move || tests.run("", &chosen);
                    ready(name, judge(move || reject(&wrong, run)))?;
                }
            }
            Err(_) => {
                let half = together.split_off(together.len() / 2);
                self.build(together, ready)?;
                self.build(half, ready)?;
            }
        }
        self.build_alone(alone, ready)
    }

    /// The changed files with all edits that can be together, and the numbers of the other answers.
    fn combine(&self, answers: &[Answer]) -> (Sources, BTreeSet<usize>) {
        let mut edits: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for Answer { number, wrong, edit, .. } in answers {
            edits.entry(wrong.file.as_str()).or_default().push((*number, edit));
        }
        edits.entry(ROOT).or_default();
        let (mut sources, mut alone) = (Sources::new(), BTreeSet::new());
        for (file, edits) in edits {
            let source = self.solution.get(file).map_or("", String::as_str);
            let mut combined = combine(source, &edits);
            if file == ROOT {
                combined.source += &combine::chooser();
            }
            sources.insert(file.to_owned(), combined.source);
            alone.extend(combined.alone);
        }
        (sources, alone)
    }

    /// Builds each of some wrong answers by itself.
    fn build_alone(
        &self,
        answers: impl IntoIterator<Item = Answer>,
        ready: &mut Ready<'_, 'a>,
    ) -> Result<()> {
        for Answer { name, wrong, edit, .. } in answers {
            let source = &self.solution[&wrong.file];
            let edited = edit.apply(source, 0..source.len());
            let judge = match self.build_sources(&[(wrong.file.clone(), edited)].into())? {
                Ok(tests) => judge(move || reject(&wrong, || tests.run("", &[]))),
                Err(problem) => judge(|| Ok(problem)),
            };
            ready(name, judge)?;
        }
        Ok(())
    }

    /// Builds the solution's tests with some files changed, and takes the change out again; the inner
    /// error is a problem.
    fn build_sources(&self, sources: &Sources) -> Result<Result<Binary, String>> {
        let Verifier { root, scratch, lab } = self.verifier;
        let folder = lab.solution();
        for (file, text) in sources {
            files::write(&scratch.path(&folder).join(file), text)?;
        }
        let built = scratch.build(&folder)?;
        scratch.copy(root, &folder)?;
        Ok(built)
    }
}
