//! What a day holds: `book/agenda.toml`, with the minutes that the chapters' front matter gives.

use anyhow::{Context, Result, bail, ensure};
use preprocessor::front_matter::{FrontMatter, title};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::Path;

/// From the workshop's folder.
const FILE: &str = "book/agenda.toml";

/// A day that fits into its minutes.
#[derive(Debug)]
pub struct Plan {
    /// What the day is called, as in `A half day`.
    pub title: String,
    /// From the first word to the last, breaks included.
    pub minutes: u32,
    /// What to do when time runs short.
    pub late: String,
    /// In the order of the day.
    pub parts: Vec<Part>,
    /// Minutes that no part takes.
    pub reserve: u32,
    /// Chapters of the plan that this book does not have, so that a book with fewer has an agenda.
    pub left_out: Vec<String>,
}

/// A talk, a break, or a chapter with some of its lab's steps.
#[derive(Debug)]
pub struct Part {
    /// What the agenda calls it.
    pub what: String,
    /// How long it takes.
    pub minutes: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Day {
    /// Left out: `A NAME day`.
    title: Option<String>,
    minutes: u32,
    late: String,
    parts: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(untagged, deny_unknown_fields)]
enum Entry {
    Talk { talk: String, minutes: u32 },
    Chapter { chapter: String, minutes: u32, steps: Vec<Step> },
}

#[derive(Deserialize)]
#[serde(untagged, deny_unknown_fields)]
enum Step {
    Whole(usize),
    /// Less than the chapter has, or more.
    Only {
        step: usize,
        only: String,
        minutes: u32,
    },
}

impl Plan {
    /// The names of the days that there is a plan for, as in `half`.
    ///
    /// # Errors
    /// The file is missing or wrongly written.
    pub fn days(root: &Path) -> Result<Vec<String>> {
        Ok(days(root)?.into_keys().collect())
    }

    /// Reads the plan of a day.
    ///
    /// # Errors
    /// A file is missing or wrongly written, there is no such day, or the parts take longer than it.
    pub fn read(root: &Path, day: &str) -> Result<Plan> {
        let mut days = days(root)?;
        let plan = days.remove(day).with_context(|| {
            let others = days.into_keys().collect::<Vec<_>>().join(", ");
            format!("{FILE} has no [{day}]; it has: {others}")
        })?;
        let (mut parts, mut left_out) = (Vec::new(), Vec::new());
        for entry in plan.parts {
            match entry {
                Entry::Talk { talk, minutes } => parts.push(Part { what: talk, minutes }),
                Entry::Chapter { chapter, minutes, steps } => {
                    match Chapter::read(root, &chapter)? {
                        Some(found) => parts.push(found.part(minutes, &steps).context(FILE)?),
                        None => left_out.push(chapter),
                    }
                }
            }
        }
        let sum: u32 = parts.iter().map(|part| part.minutes).sum();
        let Some(reserve) = plan.minutes.checked_sub(sum) else {
            bail!(
                "{FILE}: the {day} day takes {sum} minutes, {} more than it has: leave out a step",
                sum - plan.minutes
            );
        };
        let title = plan.title.unwrap_or_else(|| format!("A {day} day"));
        Ok(Plan { title, minutes: plan.minutes, late: plan.late, parts, reserve, left_out })
    }
}

fn days(root: &Path) -> Result<BTreeMap<String, Day>> {
    let text = std::fs::read_to_string(root.join(FILE)).context(FILE)?;
    toml::from_str(&text).context(FILE)
}

/// What a chapter says of itself.
struct Chapter {
    file: String,
    title: String,
    front: FrontMatter,
}

impl Chapter {
    /// `None`: this book has no such chapter.
    fn read(root: &Path, name: &str) -> Result<Option<Chapter>> {
        let file = format!("book/{name}.md");
        let text = match std::fs::read_to_string(root.join(&file)) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error).context(file),
        };
        let front = FrontMatter::of(&text, &file)?;
        let title =
            title(&text).with_context(|| format!("{file} has no heading `# …`"))?.to_owned();
        Ok(Some(Chapter { file, title, front }))
    }

    fn part(&self, minutes: u32, steps: &[Step]) -> Result<Part> {
        let Chapter { file, title, front } = self;
        let lab = front.lab.as_deref().with_context(|| format!("{file} names no lab"))?;
        let mut sum = minutes;
        let mut names = Vec::new();
        for step in steps {
            let (Step::Whole(number) | Step::Only { step: number, .. }) = step;
            let whole = number.checked_sub(1).and_then(|index| front.steps.get(index));
            let whole =
                *whole.with_context(|| format!("{file} has no minutes for step {number}"))?;
            match step {
                Step::Whole(_) => {
                    sum += whole;
                    names.push(number.to_string());
                }
                Step::Only { only, minutes, .. } => {
                    ensure!(*minutes < whole, "{file}: all of step {number} takes {whole} minutes");
                    sum += minutes;
                    names.push(format!("{number} ({only})"));
                }
            }
        }
        let number = lab.trim_start_matches("lab-");
        let what = match &names[..] {
            [] => format!("{title}, with a look at lab {number}"),
            [one] => format!("{title}, and lab {number}: step {one}"),
            [first @ .., last] => {
                format!("{title}, and lab {number}: steps {} and {last}", first.join(", "))
            }
        };
        Ok(Part { what, minutes: sum })
    }
}
