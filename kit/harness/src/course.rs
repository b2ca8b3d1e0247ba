//! The course that is under test: where it is, and what its `workshop.toml` says of a step.

use manifest::{Course, Lab, Question};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// The course's folder: the nearest one with a `workshop.toml`, from the package under test upwards.
/// Cargo runs a test in its package's folder.
pub(crate) fn folder() -> Option<PathBuf> {
    let here = std::env::current_dir().ok()?;
    here.ancestors().find(|folder| folder.join(manifest::FILE).is_file()).map(Path::to_owned)
}

/// A lab by its number. `None`: there is no course that knows of it, as where the harness is used
/// alone.
pub(crate) fn lab(number: &str) -> Option<&'static Lab> {
    static COURSE: OnceLock<Option<Course>> = OnceLock::new();
    let read = || {
        let text = std::fs::read_to_string(folder()?.join(manifest::FILE)).ok()?;
        // What is wrong with it, `cargo workshop` says.
        Course::parse(&text).ok()
    };
    COURSE.get_or_init(read).as_ref()?.lab(number).ok()
}

/// What a step of a lab answers, if there is such a step.
pub(crate) fn question(lab: &str, step: u8) -> Option<&'static Question> {
    self::lab(lab)?.question(step)
}
