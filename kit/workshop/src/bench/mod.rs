//! Measurements that anyone can repeat: medians, with what they ran on.

mod clone;
mod cold;
mod machine;
mod reload;
mod sample;
mod server;
mod soak;
mod transports;
mod verdict;

pub use soak::soak;
pub use transports::load;

use anyhow::{Result, bail};
use lexopt::prelude::*;
use std::path::Path;

/// Each measurement, in a few words.
const NAMES: &str = "\
cold        from a fresh clone to the first page, against installing mdbook
reload      from an edited chapter to the new page
transports  bytes, time, processor and memory of each transport, against plain servers
verdict     from an edited lab to its tests' verdict, against an empty crate
(the page's weight and its accessibility: npm --prefix tests/browser run measure)";

const ALL: [&str; 4] = ["cold", "reload", "transports", "verdict"];

/// `cargo workshop bench [NAME …] [--runs N]`. Without a name: all of them, half an hour.
pub fn run(root: &Path, mut args: lexopt::Parser) -> Result<()> {
    let (mut names, mut runs) = (Vec::new(), None);
    while let Some(arg) = args.next()? {
        match arg {
            Long("runs") => runs = Some(args.value()?.parse::<usize>()?.clamp(1, 1000)),
            Value(name) => names.push(name.to_string_lossy().into_owned()),
            _ => bail!("{}\n\n{NAMES}", arg.unexpected()),
        }
    }
    if names.is_empty() {
        names = ALL.map(String::from).into();
    }
    if let Some(name) = names.iter().find(|name| !ALL.contains(&name.as_str())) {
        bail!("there is no benchmark {name:?}:\n\n{NAMES}");
    }
    println!("{}", machine::describe());
    for name in names {
        match name.as_str() {
            "cold" => cold::run(root, runs.unwrap_or(3))?,
            "reload" => reload::run(root, runs.unwrap_or(10))?,
            "transports" => transports::run(root)?,
            _ => verdict::run(root, runs.unwrap_or(10))?,
        }
    }
    Ok(())
}
