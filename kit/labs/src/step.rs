//! The six questions, which are every lab's six steps.

use super::source::STEPS;
use anyhow::{Result, bail};

const TITLES: [&str; 6] = [
    "frame · Where does one message end?",
    "push · How does new data reach the client?",
    "idle · What happens when nothing happens?",
    "resume · What of the events missed while away?",
    "pressure · What if the client reads slower than the server writes?",
    "goodbye · How does each side learn the other is gone?",
];

/// Reads a step's number.
///
/// # Errors
/// It isn't 1 to 6.
pub fn parse(text: &str) -> Result<u8> {
    match text.parse() {
        Ok(step) if STEPS.contains(&step) => Ok(step),
        _ => bail!("`{text}` isn't a step: steps are {} to {}", STEPS.start(), STEPS.end()),
    }
}

/// A step as a failing test's first line names it: `step 1 · frame · Where does one message end?`
pub fn title(step: u8) -> String {
    format!("step {step} · {}", TITLES[usize::from(step) - 1])
}

/// The step that a test is for, by its name: `step_4_resume_…`, in whatever module.
pub fn of_test(test: &str) -> Option<u8> {
    let name = test.rsplit("::").next()?;
    let (step, _) = name.strip_prefix("step_")?.split_once('_')?;
    parse(step).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_test_names_its_step() {
        assert_eq!(of_test("steps::step_4_resume_the_header_wins"), Some(4));
        assert_eq!(of_test("steps::step_9_what"), None);
        assert_eq!(of_test("steps::the_harness_works"), None);
    }
}
