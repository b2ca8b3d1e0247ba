//! The file as it is written, with the places of what may be wrong.

use crate::course::{Course, Library, Measure, Program, Widgets};
use crate::error::Mistake;
use crate::lab::{Lab, Question};
use serde::Deserialize;
use std::collections::HashMap;
use std::ops::Range;
use std::path::Path;
use toml::Spanned;

/// The most steps of a lab, and the highest number of one: two digits.
const MOST: usize = 99;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Written {
    title: Spanned<String>,
    #[serde(default)]
    question: Vec<WrittenQuestion>,
    #[serde(default)]
    lab: Vec<Spanned<WrittenLab>>,
    #[serde(default)]
    snippet: Vec<WrittenLibrary>,
    widgets: Option<WrittenWidgets>,
    #[serde(default)]
    command: Vec<Spanned<Program>>,
    #[serde(default)]
    bench: Vec<Spanned<Program>>,
    measure: Option<WrittenMeasure>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenQuestion {
    name: Spanned<String>,
    text: Spanned<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenLab {
    number: Spanned<u8>,
    port: Spanned<u16>,
    page: Spanned<String>,
    chapter: Spanned<String>,
    #[serde(default)]
    step: Vec<WrittenQuestion>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenLibrary {
    package: Spanned<String>,
    folder: Spanned<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenWidgets {
    package: Spanned<String>,
    folders: Vec<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenMeasure {
    lab: Spanned<u8>,
    file: Spanned<String>,
    step: Spanned<u8>,
}

/// Reads the file's text.
pub(crate) fn read(text: &str) -> Result<Written, Mistake> {
    let mistake = |error: toml::de::Error, before: &str| Mistake {
        line: error.span().map(|span| line(text, &span)),
        text: format!("{before}{}", error.message().trim_end()),
    };
    // Alone first: of a text that isn't TOML, no field is to blame.
    toml::from_str::<toml::Table>(text).map_err(|error| mistake(error, "this isn't TOML: "))?;
    let written: Written = toml::from_str(text).map_err(|error| mistake(error, ""))?;
    written.check(text)?;
    Ok(written)
}

impl Course {
    /// Reads the text of `workshop.toml`. Whether the folders are there that it names, only
    /// [`load`](crate::load) can say.
    ///
    /// # Errors
    /// The first mistake: its line, and what to write.
    pub fn parse(text: &str) -> Result<Course, Mistake> {
        Ok(read(text)?.course())
    }
}

/// The line of a place, from 1.
fn line(text: &str, place: &Range<usize>) -> usize {
    text.get(..place.start).unwrap_or(text).matches('\n').count() + 1
}

impl Written {
    pub(crate) fn course(self) -> Course {
        let own = |spanned: Spanned<String>| spanned.into_inner();
        let question =
            |WrittenQuestion { name, text }| Question { name: own(name), text: own(text) };
        let questions: Vec<_> = self.question.into_iter().map(question).collect();
        let lab = |lab: Spanned<WrittenLab>| {
            let WrittenLab { number, port, page, chapter, step } = lab.into_inner();
            let steps: Vec<_> = step.into_iter().map(question).collect();
            Lab {
                id: number.into_inner(),
                port: port.into_inner(),
                page: own(page),
                chapter: own(chapter),
                questions: if steps.is_empty() { questions.clone() } else { steps },
            }
        };
        let mut labs: Vec<Lab> = self.lab.into_iter().map(lab).collect();
        labs.sort_by_key(|lab| lab.id);
        let library = |library: WrittenLibrary| Library {
            package: own(library.package),
            folder: own(library.folder),
        };
        Course {
            title: own(self.title),
            questions,
            labs,
            snippets: self.snippet.into_iter().map(library).collect(),
            widgets: self.widgets.map(|widgets| Widgets {
                package: own(widgets.package),
                folders: widgets.folders.into_iter().map(own).collect(),
            }),
            commands: self.command.into_iter().map(Spanned::into_inner).collect(),
            benches: self.bench.into_iter().map(Spanned::into_inner).collect(),
            measure: self.measure.map(|measure| Measure {
                lab: measure.lab.into_inner(),
                file: own(measure.file),
                step: measure.step.into_inner(),
            }),
        }
    }

    /// All that can be known from the text alone.
    fn check(&self, text: &str) -> Result<(), Mistake> {
        let check = Check { text };
        check.filled("title", &self.title, "the course's name")?;
        check.questions(&self.question)?;
        let (mut numbers, mut ports) = (Seen::default(), Seen::default());
        for entry in &self.lab {
            let (place, lab) = (entry.span(), entry.get_ref());
            let number = *lab.number.get_ref();
            if usize::from(number) > MOST {
                let text =
                    format!("a lab's number has two digits: write 0 to {MOST}, not {number}");
                return check.at(&lab.number.span(), text);
            }
            let name = format!("number = {number}");
            check.once(&mut numbers, number, &lab.number.span(), &name, "give this lab its own")?;
            let port = *lab.port.get_ref();
            let name = format!("port = {port}");
            check.once(
                &mut ports,
                port,
                &lab.port.span(),
                &name,
                "give this lab a port of its own",
            )?;
            check.filled("page", &lab.page, "the chapter's file without `.md`")?;
            check.filled("chapter", &lab.chapter, "what the text calls the chapter")?;
            check.questions(&lab.step)?;
            if self.question.is_empty() && lab.step.is_empty() {
                let text = format!(
                    "lab {number} has no steps: write a `[[question]]` for each step of all labs, or \
                     `step = [{{ name = \"…\", text = \"…\" }}]` in this one"
                );
                return check.at(&place, text);
            }
        }
        let mut packages = Seen::default();
        for library in &self.snippet {
            check.filled("package", &library.package, "the crate's package")?;
            let (package, place) = (library.package.get_ref(), library.package.span());
            let name = format!("package = \"{package}\"");
            check.once(&mut packages, package.clone(), &place, &name, "keep one of the two")?;
        }
        if let Some(widgets) = &self.widgets {
            check.filled("package", &widgets.package, "the package that defines the elements")?;
        }
        check.programs(&self.command)?;
        check.programs(&self.bench)?;
        self.measure.as_ref().map_or(Ok(()), |measure| self.check_measure(&check, measure))
    }

    fn check_measure(&self, check: &Check<'_>, measure: &WrittenMeasure) -> Result<(), Mistake> {
        let number = *measure.lab.get_ref();
        let mut labs = self.lab.iter().map(Spanned::get_ref);
        let Some(lab) = labs.find(|lab| *lab.number.get_ref() == number) else {
            return check
                .at(&measure.lab.span(), format!("there is no lab {number}: name one above"));
        };
        let steps = if lab.step.is_empty() { &self.question } else { &lab.step }.len();
        let step = *measure.step.get_ref();
        if !(1..=steps).contains(&usize::from(step)) {
            let text = format!("lab {number} has no step {step}: write 1 to {steps}");
            return check.at(&measure.step.span(), text);
        }
        check.filled("file", &measure.file, "a file inside the lab's folder, as in \"src/lib.rs\"")
    }

    /// All that the disk must tell.
    pub(crate) fn check_folders(&self, root: &Path, text: &str) -> Result<(), Mistake> {
        let check = Check { text };
        for lab in &self.lab {
            let number = &lab.get_ref().number;
            let folder = format!("solutions/lab-{:02}", number.get_ref());
            if !root.join(&folder).is_dir() {
                let text = format!(
                    "there is no folder {folder}: write the lab's solution there, or correct `number`"
                );
                return check.at(&number.span(), text);
            }
        }
        for name in names(&root.join("solutions")) {
            let known = |lab: &Spanned<WrittenLab>| {
                name == format!("lab-{:02}", lab.get_ref().number.get_ref())
            };
            if name.starts_with("lab-") && !self.lab.iter().any(known) {
                let text = format!(
                    "the lab of the folder solutions/{name} isn't here: write a `[[lab]]` with its \
                     number, port, page and chapter"
                );
                return Err(Mistake { line: None, text });
            }
        }
        for library in &self.snippet {
            let (folder, package) = (&library.folder, library.package.get_ref());
            if !root.join(folder.get_ref()).join("Cargo.toml").is_file() {
                let text = format!(
                    "the crate `{package}` isn't in the folder `{}`: write where its Cargo.toml is, \
                     from the folder of this file",
                    folder.get_ref()
                );
                return check.at(&folder.span(), text);
            }
        }
        for folder in self.widgets.iter().flat_map(|widgets| &widgets.folders) {
            if !root.join(folder.get_ref()).is_dir() {
                let text = format!("there is no folder `{}`: correct it", folder.get_ref());
                return check.at(&folder.span(), text);
            }
        }
        Ok(())
    }
}

/// The names in a folder, sorted; none if it can't be read.
fn names(folder: &Path) -> Vec<String> {
    let entries = folder.read_dir().into_iter().flatten().flatten();
    let mut names: Vec<_> =
        entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// Values that may be there once, each with its line.
type Seen<T> = HashMap<T, usize>;

/// Finds mistakes in a text.
struct Check<'a> {
    text: &'a str,
}

impl Check<'_> {
    fn at<T>(&self, place: &Range<usize>, text: String) -> Result<T, Mistake> {
        Err(Mistake { line: Some(line(self.text, place)), text })
    }

    fn filled(&self, name: &str, value: &Spanned<String>, what: &str) -> Result<(), Mistake> {
        if value.get_ref().trim().is_empty() {
            return self.at(&value.span(), format!("`{name}` is empty: write {what}"));
        }
        Ok(())
    }

    fn once<T: std::hash::Hash + Eq>(
        &self,
        seen: &mut Seen<T>,
        value: T,
        place: &Range<usize>,
        name: &str,
        what: &str,
    ) -> Result<(), Mistake> {
        match seen.insert(value, line(self.text, place)) {
            None => Ok(()),
            Some(first) => self.at(place, format!("`{name}` is in line {first} already: {what}")),
        }
    }

    fn questions(&self, questions: &[WrittenQuestion]) -> Result<(), Mistake> {
        let (mut names, mut texts) = (Seen::default(), Seen::default());
        for (index, WrittenQuestion { name, text }) in questions.iter().enumerate() {
            if index == MOST {
                return self.at(&name.span(), format!("a lab has at most {MOST} steps"));
            }
            self.filled("name", name, "one word for the question, as in \"boil\"")?;
            let word = name.get_ref();
            if !word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_') {
                let text = format!(
                    "`{word}` can't be a part of a test's name: write small letters, digits and `_`"
                );
                return self.at(&name.span(), text);
            }
            self.filled("text", text, "the question in full")?;
            let what = "ask each question once";
            self.once(&mut names, word, &name.span(), &format!("name = \"{word}\""), what)?;
            let asked = text.get_ref();
            self.once(&mut texts, asked, &text.span(), &format!("text = \"{asked}\""), what)?;
        }
        Ok(())
    }

    fn programs(&self, programs: &[Spanned<Program>]) -> Result<(), Mistake> {
        let mut names = Seen::default();
        for entry in programs {
            let (place, program) = (entry.span(), entry.get_ref());
            for (field, value) in
                [("name", &program.name), ("about", &program.about), ("package", &program.package)]
            {
                if value.trim().is_empty() {
                    return self
                        .at(&place, format!("`{field}` is empty here: write it, or remove this"));
                }
            }
            let name = &program.name;
            let what = "give this one another name";
            self.once(&mut names, name, &place, &format!("name = \"{name}\""), what)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
