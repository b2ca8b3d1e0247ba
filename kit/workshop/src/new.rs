//! `new`: a workshop on a subject of one's own, with this kit.

use anyhow::{Context, Result, bail};
use lexopt::{Arg, ValueExt};
use std::path::{Path, PathBuf};
use std::time::Duration;
use template::Kit;
use tools::cargo::cargo;
use tools::process;

const USAGE: &str = "cargo workshop new FOLDER [--title TITLE] [--kit FOLDER|URL]";

/// How long cargo may take to look at a lock.
const DEADLINE: Duration = Duration::from_secs(60);

/// `new FOLDER [--title TITLE] [--kit FOLDER|URL]`
pub fn run(mut args: lexopt::Parser) -> Result<()> {
    let (mut folder, mut title, mut kit) = (None, None, Kit::own());
    while let Some(arg) = args.next()? {
        match arg {
            Arg::Value(path) if folder.is_none() => folder = Some(PathBuf::from(path)),
            Arg::Long("title") => title = Some(args.value()?.string()?),
            Arg::Long("kit") => kit = Kit::parse(&args.value()?.string()?)?,
            other => return Err(other.unexpected()).context(USAGE),
        }
    }
    let Some(folder) = folder else { bail!("say where: {USAGE}") };
    let root = std::path::absolute(&folder)?;
    let title = title.unwrap_or_else(|| template::title(&root));
    template::write(&root, &title, &kit)?;
    let course = manifest::load(&root)?;
    labs::generate(&root, &course.labs, false)?;
    lock(&root);
    println!(
        "\n{title}: a workshop with one lab is in {}. Now\n\n  cd {}\n  cargo workshop",
        folder.display(),
        folder.display()
    );
    Ok(())
}

/// Has cargo strike out of the lock what this workshop has no use for, and add its own packages. What
/// is left is on this machine, so that the first build asks no network. Where that can't be, as with a
/// kit that isn't downloaded yet, the first build does it.
fn lock(root: &Path) {
    let mut update = cargo(root);
    let _ = process::run(update.args(["update", "--workspace", "--offline", "--quiet"]), DEADLINE);
}
