//! `list`: what the course is made of, for scripts.

use anyhow::{Result, bail};
use lexopt::Arg;
use manifest::{Course, Lab};

const USAGE: &str = "cargo workshop list labs|snippets";

/// `list labs`: the labs' packages. `list snippets`: the packages that snippets may use, which also
/// build for WebAssembly. One a line.
pub fn run(course: &Course, mut args: lexopt::Parser) -> Result<()> {
    let names: Vec<String> = match args.next()? {
        Some(Arg::Value(word)) if word == "labs" => course.labs.iter().map(Lab::name).collect(),
        Some(Arg::Value(word)) if word == "snippets" => {
            course.snippets.iter().map(|library| library.package.clone()).collect()
        }
        _ => bail!("say which: {USAGE}"),
    };
    for name in names {
        println!("{name}");
    }
    Ok(())
}
