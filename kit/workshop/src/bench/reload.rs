//! From a saved chapter to the page that shows it.

use super::clone::Clone;
use super::sample::Sample;
use super::server::Server;
use anyhow::{Context, Result, bail};
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

const CHAPTER: &str = "book/sse.md";
const PAGE: &str = "/sse.html";

pub fn run(root: &Path, runs: usize) -> Result<()> {
    let clone = Clone::new(root)?;
    let mut command = Command::new(std::env::current_exe()?);
    let server = Server::start(command.current_dir(clone.path()).arg("serve"))?;
    wait(Duration::from_secs(600), "the widgets", || {
        Ok(clone.path().join("book/generated/widgets/widgets.js").exists())
    })?;
    let chapter = clone.path().join(CHAPTER);
    let text = fs::read_to_string(&chapter).with_context(|| format!("{CHAPTER} can't be read"))?;
    let mut sample = Sample::default();
    for run in 0..runs {
        let marker = format!("Edit number {run}.");
        let start = Instant::now();
        fs::write(&chapter, format!("{text}\n{marker}\n"))?;
        wait(Duration::from_secs(30), "the new page", || Ok(server.get(PAGE)?.contains(&marker)))?;
        sample.push(start.elapsed());
    }
    println!("reload: from a saved {CHAPTER} to the server's new page   {sample}");
    Ok(())
}

fn wait(limit: Duration, what: &str, mut condition: impl FnMut() -> Result<bool>) -> Result<()> {
    let deadline = Instant::now() + limit;
    while !condition()? {
        if Instant::now() > deadline {
            bail!("waited {} s for {what}", limit.as_secs());
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    Ok(())
}
