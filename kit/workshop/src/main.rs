//! `cargo workshop`: reads, serves, checks and builds the workshop.

mod agenda;
mod bench;
mod book;
mod cargo;
mod labs;
mod process;
mod serve;
mod snippets;
mod widgets;

use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

const HELP: &str = "\
cargo workshop              serve the book with live reload, and open it
  serve [--port N] [--no-open] [--allow-host NAME]
                            NAME is yours for this machine: a forwarded port, a container
        [--poll]            look for edits, where the system tells of none
  build [--dest FOLDER]     write the static book
  hint LAB STEP [1|2|3]     a hint, in three strengths
  solve LAB [STEP]          fill in the solution, keeping what you wrote in a backup
  reset LAB                 start a lab again, keeping what you wrote in a backup
  agenda [--start 09:30] [--length half|full]
                            the day, with breaks; book/agenda.toml says what it holds

for authors:
  starter                   write labs/ from solutions/
  verify [LAB [WORD]]       starters fail as they should, solutions pass, wrong answers don't
  soak [LAB] [--times N]    the step tests many times over, on busy cores
  bench [NAME …]            measure what the book says about speed
  load [churn|stall] [LAB …]  what clients leave behind that come and go, or stop reading

for mdBook itself:
  preprocess                the preprocessor that book.toml names
";

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<()> {
    if std::env::args_os().skip(1).any(|arg| arg == "--help" || arg == "-h") {
        print!("{HELP}");
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
    let root = root()?;
    match command.as_str() {
        "serve" => serve::run(&root, args),
        "build" => book::build(&root, args),
        "preprocess" => book::preprocess(&root, args),
        "agenda" => agenda::run(&root, args),
        "hint" => labs::hint(&root, args),
        "solve" => labs::solve(&root, args),
        "reset" => labs::reset(&root, args),
        "starter" => labs::starter(&root, args),
        "verify" => labs::verify(&root, args),
        "soak" => bench::soak(&root, args),
        "bench" => bench::run(&root, args),
        "load" => bench::load(&root, args),
        "help" => {
            print!("{HELP}");
            Ok(())
        }
        other => bail!("there is no command `{other}`\n\n{HELP}"),
    }
}

/// The folder of book.toml: the current one or a parent of it.
fn root() -> Result<PathBuf> {
    let here = std::env::current_dir().context("the current folder can't be read")?;
    here.ancestors()
        .find(|folder| folder.join("book.toml").is_file())
        .map(Path::to_owned)
        .context("no book.toml here or in a parent folder: run this inside the workshop's folder")
}
