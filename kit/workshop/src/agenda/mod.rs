//! `agenda`: a day, minute by minute.
//!
//! `book/agenda.toml` says what a day holds; how long a step takes, its chapter's front matter says.
//!
//! | file | what it does |
//! |---|---|
//! | `plan.rs` | reads the two, and adds up |
//! | `clock.rs` | the time of day |

mod clock;
mod plan;

pub use plan::Plan;

use anyhow::{Context, Result};
use clock::Clock;
use lexopt::ValueExt;
use std::path::Path;

const USAGE: &str = "cargo workshop agenda [--start 09:30] [--length NAME]";

/// `agenda [--start HH:MM] [--length NAME]`
pub(crate) fn run(root: &Path, mut args: lexopt::Parser) -> Result<()> {
    let mut start = Clock::parse("09:30")?;
    let mut length = "full".to_owned();
    while let Some(arg) = args.next()? {
        match arg {
            lexopt::Arg::Long("start") => start = Clock::parse(&args.value()?.string()?)?,
            lexopt::Arg::Long("length") => length = args.value()?.string()?,
            other => return Err(other.unexpected()).context(USAGE),
        }
    }
    print!("{}", text(&Plan::read(root, &length)?, start));
    Ok(())
}

/// The agenda as it is printed.
fn text(plan: &Plan, start: Clock) -> String {
    let mut text = format!(
        "{}: {} minutes, from {start} to {}\n\n",
        plan.title,
        plan.minutes,
        start.after(plan.minutes)
    );
    let mut time = start;
    for part in &plan.parts {
        text += &format!("{time} {:>4} min  {}\n", part.minutes, part.what);
        time = time.after(part.minutes);
    }
    if plan.reserve > 0 {
        text += &format!("{time} {:>4} min  Reserve\n", plan.reserve);
    }
    text += &format!("\nIf you are late: {}\n", plan.late);
    if !plan.left_out.is_empty() {
        text += &format!("Not in this book, so left out: {}\n", plan.left_out.join(", "));
    }
    text
}

#[cfg(test)]
mod tests;
