//! A lab: its names, its places, its steps.

use crate::error::Unknown;
use std::ops::RangeInclusive;

/// One of the questions that every lab answers; or, in a lab with steps of its own, a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// One word for it, of small letters, digits and `_`, as in the names of tests: `step_1_NAME_…`.
    pub name: String,
    /// The question in full, as the failing test asks it.
    pub text: String,
}

/// A lab. All that belongs to it has a fixed place in the workshop's folder, which its number gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lab {
    /// `number` in the file, 0 to 99.
    pub(crate) id: u8,
    /// Where the attendee's server listens, on this machine.
    pub port: u16,
    /// The page that leads through it: `book/PAGE.md`.
    pub page: String,
    /// What the text calls that chapter, as in "the CHAPTER chapter".
    pub chapter: String,
    /// The steps (`step` in the file). Left out: the questions of the course.
    pub questions: Vec<Question>,
}

impl Lab {
    /// The number in two digits: `42`.
    pub fn number(&self) -> String {
        format!("{:02}", self.id)
    }

    /// The name, which is the package's too: `lab-42`.
    pub fn name(&self) -> String {
        format!("lab-{:02}", self.id)
    }

    /// The folder that the attendee edits: `labs/lab-42`.
    pub fn folder(&self) -> String {
        format!("labs/lab-{:02}", self.id)
    }

    /// The solution's folder: `solutions/lab-42`.
    pub fn solution(&self) -> String {
        format!("solutions/lab-{:02}", self.id)
    }

    /// The solution's package, and its program: `solution-42`.
    pub fn package(&self) -> String {
        format!("solution-{:02}", self.id)
    }

    /// The contract: `tests/lab_42`, which is a file (`.rs`) and a folder of its modules.
    pub fn contract(&self) -> String {
        format!("tests/lab_{:02}", self.id)
    }

    /// The chapter's file: `book/PAGE.md`.
    pub fn page_file(&self) -> String {
        format!("book/{}.md", self.page)
    }

    /// The solution's text under the lab's names: `solution-42` and `solution_42` become `lab-42`
    /// and `lab_42`.
    pub fn exchange(&self, text: &str) -> String {
        let number = self.number();
        text.replace(&format!("solution-{number}"), &format!("lab-{number}"))
            .replace(&format!("solution_{number}"), &format!("lab_{number}"))
    }

    /// The numbers of the steps, from 1.
    pub fn steps(&self) -> RangeInclusive<u8> {
        // There are at most 99: see `written.rs`.
        1..=u8::try_from(self.questions.len()).unwrap_or(u8::MAX)
    }

    /// The question of a step, if the lab has the step.
    pub fn question(&self, step: u8) -> Option<&Question> {
        self.questions.get(usize::from(step.checked_sub(1)?))
    }

    /// A step as a failing test's first line names it: `step 1 · boil · When is the water hot?`.
    /// Of a step that the lab doesn't have, only the number.
    pub fn title(&self, step: u8) -> String {
        match self.question(step) {
            Some(Question { name, text }) => format!("step {step} · {name} · {text}"),
            None => format!("step {step}"),
        }
    }

    /// Reads a step's number.
    ///
    /// # Errors
    /// The lab has no such step.
    pub fn step(&self, text: &str) -> Result<u8, Unknown> {
        let step = text.parse().ok().filter(|step| self.steps().contains(step));
        step.ok_or_else(|| Unknown::Step { name: text.to_owned(), last: *self.steps().end() })
    }

    /// The step that a test is for, by its name: `step_4_…`, in whatever module.
    pub fn step_of(&self, test: &str) -> Option<u8> {
        let name = test.rsplit("::").next()?;
        let (step, _) = name.strip_prefix("step_")?.split_once('_')?;
        self.step(step).ok()
    }
}

#[cfg(test)]
mod tests {
    use crate::{Course, Lab};

    const COURSE: &str = "\
title = 'Tea'
[[question]]
name = 'boil'
text = 'When?'
[[question]]
name = 'steep'
text = 'How long?'
[[lab]]
number = 42
port = 8042
page = 'tea'
chapter = 'tea'
[[lab]]
number = 7
port = 8007
page = 'pot'
chapter = 'pot'
step = [{ name = 'sip', text = 'How?' }]
";

    fn lab(name: &str) -> Lab {
        Course::parse(COURSE).unwrap().lab(name).unwrap().clone()
    }

    #[test]
    fn a_lab_has_several_names() {
        for name in ["lab-42", "42"] {
            assert_eq!(lab(name).name(), "lab-42");
        }
        for name in ["07", "7"] {
            assert_eq!(lab(name).number(), "07");
            assert_eq!(lab(&lab(name).name()).port, 8007);
        }
        let course = Course::parse(COURSE).unwrap();
        let there = course.labs.iter().map(Lab::name).collect::<Vec<_>>().join(", ");
        for name in ["", "lab-", "-7", "+7", "300", "solution-42", "8"] {
            let error = course.lab(name).unwrap_err().to_string();
            assert_eq!(error, format!("there is no lab `{name}`; there is: {there}"));
        }
    }

    #[test]
    fn names_are_exchanged() {
        assert_eq!(
            lab("42")
                .exchange("use solution_42::wire; // solution-42, solution-43, solutions/lab-42"),
            "use lab_42::wire; // lab-42, solution-43, solutions/lab-42"
        );
    }

    #[test]
    fn steps_are_the_questions_or_the_labs_own() {
        assert_eq!(lab("42").title(2), "step 2 · steep · How long?");
        assert_eq!(lab("7").title(1), "step 1 · sip · How?");
        assert_eq!(lab("42").step("2"), Ok(2));
        for wrong in ["0", "3", "two"] {
            let error = lab("42").step(wrong).unwrap_err().to_string();
            assert_eq!(error, format!("`{wrong}` isn't a step: steps are 1 to 2"));
        }
    }

    #[test]
    fn a_test_names_its_step() {
        assert_eq!(lab("42").step_of("steps::step_2_steep_long_enough"), Some(2));
        assert_eq!(lab("42").step_of("steps::step_9_what"), None);
        assert_eq!(lab("42").step_of("steps::the_kettle_works"), None);
    }
}
