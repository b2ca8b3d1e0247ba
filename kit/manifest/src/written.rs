//! The file as it is written, with the places of what may be wrong.

use crate::course::{Course, Library, Measure, Program, Widgets};
use crate::error::{Mistake, line};
use crate::fields::Fields;
use crate::lab::{Lab, Question};
use std::collections::HashMap;
use std::ops::Range;
use std::path::Path;
use toml::Spanned;
use toml::de::DeTable;

/// The most steps of a lab, and the highest number of one: two digits.
const MOST: u8 = 99;

pub(crate) struct Written {
    title: Spanned<String>,
    question: Vec<WrittenQuestion>,
    lab: Vec<Spanned<WrittenLab>>,
    snippet: Vec<WrittenLibrary>,
    widgets: Option<WrittenWidgets>,
    command: Vec<Spanned<Program>>,
    bench: Vec<Spanned<Program>>,
    measure: Option<WrittenMeasure>,
}

struct WrittenQuestion {
    name: Spanned<String>,
    text: Spanned<String>,
}

struct WrittenLab {
    number: Spanned<u8>,
    port: Spanned<u16>,
    page: Spanned<String>,
    chapter: Spanned<String>,
    step: Vec<WrittenQuestion>,
}

struct WrittenLibrary {
    package: Spanned<String>,
    folder: Spanned<String>,
}

struct WrittenWidgets {
    package: Spanned<String>,
    folders: Vec<Spanned<String>>,
}

struct WrittenMeasure {
    lab: Spanned<u8>,
    file: Spanned<String>,
    step: Spanned<u8>,
}

/// Reads the file's text.
pub(crate) fn read(text: &str) -> Result<Written, Mistake> {
    let table = DeTable::parse(text).map_err(|error| Mistake {
        line: error.span().map(|span| line(text, &span)),
        text: format!("this isn't TOML: {}", error.message().trim_end()),
    })?;
    let written = Written::of(&Fields::of_file(text, table.get_ref(), &Written::FIELDS)?)?;
    written.check(text)?;
    Ok(written)
}

impl Written {
    const FIELDS: [&str; 8] =
        ["title", "question", "lab", "snippet", "widgets", "command", "bench", "measure"];

    fn of(file: &Fields<'_>) -> Result<Written, Mistake> {
        let labs = file.tables("lab", &["number", "port", "page", "chapter", "step"])?;
        let snippets = file.tables("snippet", &["package", "folder"])?;
        let widgets = file.table("widgets", &["package", "folders"])?;
        let measure = file.table("measure", &["lab", "file", "step"])?;
        Ok(Written {
            title: file.text("title")?,
            question: questions(file, "question")?,
            lab: labs.iter().map(lab).collect::<Result<_, _>>()?,
            snippet: snippets.iter().map(library).collect::<Result<_, _>>()?,
            widgets: widgets.map(|it| widgets_of(&it)).transpose()?,
            command: programs(file, "command")?,
            bench: programs(file, "bench")?,
            measure: measure.map(|it| measure_of(&it)).transpose()?,
        })
    }
}

fn questions(table: &Fields<'_>, name: &str) -> Result<Vec<WrittenQuestion>, Mistake> {
    let question = |fields: &Fields<'_>| {
        Ok(WrittenQuestion { name: fields.text("name")?, text: fields.text("text")? })
    };
    table.tables(name, &["name", "text"])?.iter().map(question).collect()
}

fn lab(fields: &Fields<'_>) -> Result<Spanned<WrittenLab>, Mistake> {
    let lab = WrittenLab {
        number: fields.number("number", MOST)?,
        port: fields.number("port", u16::MAX)?,
        page: fields.text("page")?,
        chapter: fields.text("chapter")?,
        step: questions(fields, "step")?,
    };
    Ok(Spanned::new(fields.place.clone(), lab))
}

fn library(fields: &Fields<'_>) -> Result<WrittenLibrary, Mistake> {
    Ok(WrittenLibrary { package: fields.text("package")?, folder: fields.text("folder")? })
}

fn widgets_of(fields: &Fields<'_>) -> Result<WrittenWidgets, Mistake> {
    Ok(WrittenWidgets { package: fields.text("package")?, folders: fields.texts("folders")? })
}

fn measure_of(fields: &Fields<'_>) -> Result<WrittenMeasure, Mistake> {
    Ok(WrittenMeasure {
        lab: fields.number("lab", MOST)?,
        file: fields.text("file")?,
        step: fields.number("step", MOST)?,
    })
}

fn programs(file: &Fields<'_>, name: &str) -> Result<Vec<Spanned<Program>>, Mistake> {
    const FIELDS: [&str; 8] =
        ["name", "usage", "about", "package", "profile", "features", "solutions", "args"];
    let texts = |texts: Vec<Spanned<String>>| texts.into_iter().map(Spanned::into_inner).collect();
    let program = |fields: &Fields<'_>| {
        let program = Program {
            name: fields.text("name")?.into_inner(),
            usage: fields.text_or_none("usage")?.unwrap_or_default(),
            about: fields.text("about")?.into_inner(),
            package: fields.text("package")?.into_inner(),
            profile: fields.text_or_none("profile")?,
            features: texts(fields.texts("features")?),
            solutions: fields.flag("solutions")?,
            args: texts(fields.texts("args")?),
        };
        Ok(Spanned::new(fields.place.clone(), program))
    };
    file.tables(name, &FIELDS)?.iter().map(program).collect()
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
        Err(Mistake::at(self.text, place, text))
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
            if index == usize::from(MOST) {
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
