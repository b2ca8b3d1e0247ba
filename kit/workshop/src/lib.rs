//! `cargo workshop`: reads, serves, checks and builds a workshop.
//!
//! A course has a package of its own with these lines, and calls it `cargo workshop` in
//! `.cargo/config.toml`:
//!
//! ```no_run
//! fn main() -> std::process::ExitCode {
//!     workshop::main()
//! }
//! ```
//!
//! What the course is made of stands in its `workshop.toml`: see the crate `manifest`.
//!
//! | file | what it does |
//! |---|---|
//! | `lib.rs` | finds the workshop's folder, and the command that is meant |
//! | `read.rs` | the commands for readers: `serve`, `build`, `preprocess` |
//! | `labs.rs`, `hint.rs` | the commands about labs |
//! | `contract.rs` | `contract`: a lab's tests, against a server in any language |
//! | `agenda/` | `agenda`: a day, minute by minute |
//! | `bench/` | `bench` and `soak`: measurements that anyone can repeat |
//! | `new.rs` | `new`: a workshop on a subject of one's own |
//! | `program.rs` | commands and benchmarks of the course |
//! | `machine.rs` | what numbers were measured on |
//! | `list.rs` | `list`: what the course is made of, for scripts |

pub mod agenda;
mod bench;
mod contract;
mod hint;
mod labs;
mod list;
mod machine;
mod new;
mod program;
mod read;

use anyhow::{Context, Result, bail};
use manifest::{Course, Program};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

const HELP: &str = "\
cargo workshop              serve the book with live reload, and open it
  serve [--port N] [--no-open] [--allow-host NAME]
                            NAME is yours for this machine: a forwarded port, a container
        [--poll]            look for edits, where the system tells of none
  build [--dest FOLDER]     write the static book
  hint LAB STEP [1|2|3]     a hint, in three strengths
  solve LAB [STEP]          fill in the solution, keeping what you wrote in a backup
  reset LAB                 start a lab again, keeping what you wrote in a backup
  contract LAB http://HOST:PORT, or contract LAB -- COMMAND …
                            a lab's tests, against a server in any language
  agenda [--start 09:30] [--length NAME]
                            the day, with breaks; book/agenda.toml says what it holds

for authors:
  starter                   write labs/ from solutions/
  verify [LAB [WORD]]       starters fail as they should, solutions pass, wrong answers don't
  soak [LAB] [--times N]    the step tests many times over, on busy cores
  bench [NAME …]            measure what the book says about speed
  new FOLDER [--title TITLE] [--kit FOLDER|URL]
                            a workshop on a subject of your own, with this kit
";

const HELP_FOR_PROGRAMS: &str = "
for programs:
  preprocess                the preprocessor that book.toml names
  list labs|snippets        names of packages, one a line
";

/// The names of the commands above.
const OWN: [&str; 15] = [
    "serve",
    "build",
    "preprocess",
    "agenda",
    "hint",
    "solve",
    "reset",
    "contract",
    "starter",
    "verify",
    "soak",
    "bench",
    "list",
    "new",
    "help",
];

/// Does what the command line says.
pub fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<()> {
    // What follows `--` is somebody else's command.
    let mut ours = std::env::args_os().skip(1).take_while(|arg| arg != "--");
    if ours.any(|arg| arg == "--help" || arg == "-h") {
        // Help is for those, too, whose workshop.toml is wrong.
        let course = root().ok().and_then(|root| manifest::load(&root).ok());
        print!("{}", help(course.as_ref()));
        return Ok(());
    }
    let mut args = lexopt::Parser::from_env();
    let command = match args.next()? {
        None => "serve".to_owned(),
        Some(lexopt::Arg::Value(name)) => name.to_string_lossy().into_owned(),
        Some(_) => {
            // `cargo workshop --port 4000` means serve.
            args = lexopt::Parser::from_env();
            "serve".to_owned()
        }
    };
    if command == "new" {
        return new::run(args);
    }
    let root = root()?;
    let course = Arc::new(manifest::load(&root)?);
    if let Some(program) = course.commands.iter().find(|it| OWN.contains(&it.name.as_str())) {
        bail!(
            "{}: `{}` is a command of every workshop: give the course's another name",
            manifest::FILE,
            program.name
        );
    }
    match command.as_str() {
        "serve" => read::serve(&root, &course, args),
        "build" => read::build(&root, &course, args),
        "preprocess" => read::preprocess(&root, &course, args),
        "agenda" => agenda::run(&root, args),
        "hint" => labs::hint(&root, &course, args),
        "solve" => labs::solve(&root, &course, args),
        "reset" => labs::reset(&root, &course, args),
        "contract" => contract::run(&root, &course, args),
        "starter" => labs::starter(&root, &course, args),
        "verify" => labs::verify(&root, &course, args),
        "soak" => bench::soak(&root, &course, args),
        "bench" => bench::run(&root, &course, args),
        "list" => list::run(&course, args),
        "help" => {
            print!("{}", help(Some(&course)));
            Ok(())
        }
        other => match course.commands.iter().find(|program| program.name == other) {
            Some(program) => program::run(&root, &course, program, args.raw_args()?),
            None => bail!("there is no command `{other}`\n\n{}", help(Some(&course))),
        },
    }
}

/// The list of commands, with the course's own.
fn help(course: Option<&Course>) -> String {
    let own = |Program { name, usage, about, .. }: &Program| {
        format!("  {:<24}  {about}\n", format!("{name} {usage}").trim_end())
    };
    let programs: String = course.iter().flat_map(|course| &course.commands).map(own).collect();
    format!("{HELP}{programs}{HELP_FOR_PROGRAMS}")
}

/// The folder of book.toml: the current one or a parent of it.
fn root() -> Result<PathBuf> {
    let here = std::env::current_dir().context("the current folder can't be read")?;
    here.ancestors()
        .find(|folder| folder.join("book.toml").is_file())
        .map(Path::to_owned)
        .context("no book.toml here or in a parent folder: run this inside the workshop's folder")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_courses_commands_are_in_the_list() {
        let course = "title = 'Tea'\n[[command]]\nname = 'brew'\nusage = '[CUPS]'\n\
                      about = 'a pot of it'\npackage = 'kettle'\n";
        let help = help(Some(&Course::parse(course).unwrap()));
        let line = "\n  brew [CUPS]               a pot of it\n\nfor programs:\n";
        assert!(help.contains(line), "{help}");
    }

    #[test]
    fn every_command_of_the_list_is_known() {
        let words = HELP.lines().chain(HELP_FOR_PROGRAMS.lines());
        let named: Vec<_> = words
            .filter_map(|line| line.strip_prefix("  ")?.split(' ').next())
            .filter(|word| !word.is_empty())
            .collect();
        assert_eq!(named.len() + 1, OWN.len(), "{named:?} and `help`");
        assert!(named.iter().all(|name| OWN.contains(name)), "{named:?}");
    }
}
