//! `workshop.toml`: what a course is made of, read once for the command, the book and the tests.
//!
//! ```
//! let text = r#"
//! ## The course's name, the same as the book's in book.toml.
//! title = "Tea for two"
//!
//! ## What each step of a lab answers, in the order of the steps. A test of step 1 is called
//! ## `step_1_boil_…`, and its failure begins `step 1 · boil · When is the water hot?`.
//! [[question]]
//! name = "boil"
//! text = "When is the water hot?"
//!
//! [[question]]
//! name = "steep"
//! text = "How long does it take?"
//!
//! ## A lab for each folder `solutions/lab-NN`; its server listens on a port of its own.
//! [[lab]]
//! number = 42
//! port = 8042
//! page = "green-tea"     # book/green-tea.md leads through it
//! chapter = "green tea"  # as in "Step 1: boil" in the green tea chapter
//!
//! ## A lab whose steps aren't the questions names all of them.
//! [[lab]]
//! number = 43
//! port = 8043
//! page = "tasting"
//! chapter = "tasting"
//! step = [{ name = "sip", text = "What does it taste of?" }]
//!
//! ## A crate that the book's runnable snippets may use. Edits of it build the book again.
//! [[snippet]]
//! package = "tea"
//! folder = "course/tea"
//!
//! ## The page's custom elements: their package, and the folders of all that it is made of.
//! [widgets]
//! package = "cups"
//! folders = ["course/cups"]
//!
//! ## A command of the course: `cargo workshop brew [CUPS]`.
//! [[command]]
//! name = "brew"
//! usage = "[CUPS]"
//! about = "a pot of it"
//! package = "kettle"
//!
//! ## A benchmark of the course: `cargo workshop bench boil`.
//! [[bench]]
//! name = "boil"
//! about = "how long water takes"
//! package = "kettle"
//! profile = "release"
//! args = ["time", "--machine", "{machine}"]
//!
//! ## What `bench reload` and `bench verdict` edit.
//! [measure]
//! lab = 42
//! file = "src/lib.rs"
//! step = 1
//! "#;
//! let course = manifest::Course::parse(text).unwrap();
//! assert_eq!(course.lab("42").unwrap().title(2), "step 2 · steep · How long does it take?");
//! assert_eq!(course.lab("lab-43").unwrap().steps(), 1..=1);
//!
//! let mistake = manifest::Course::parse("title = 'Tea'\ncups = 2").unwrap_err();
//! assert!(mistake.to_string().starts_with("workshop.toml:2: unknown field `cups`"));
//! ```
//!
//! | file | what it does |
//! |---|---|
//! | `course.rs` | [`Course`] and its parts, field by field |
//! | `lab.rs` | [`Lab`]: its names, its places, its steps |
//! | `written.rs` | the file as it is written, and what may be wrong with it |
//! | `fields.rs` | takes fields out of TOML's tables |
//! | `error.rs` | what is said then |

mod course;
mod error;
mod fields;
mod lab;
mod written;

pub use course::{Course, Library, Measure, Program, Widgets};
pub use error::{FILE, Mistake, Unknown};
pub use lab::{Lab, Question};

use std::path::Path;

/// Reads `workshop.toml` in the workshop's folder, and looks whether the folders are there that it
/// names.
///
/// # Errors
/// The file is missing or wrong: where, and what to write.
pub fn load(root: &Path) -> Result<Course, Mistake> {
    let text = match std::fs::read_to_string(root.join(FILE)) {
        Ok(text) => text,
        Err(error) => return Err(Mistake::unreadable(&error)),
    };
    let written = written::read(&text)?;
    written.check_folders(root, &text)?;
    Ok(written.course())
}
