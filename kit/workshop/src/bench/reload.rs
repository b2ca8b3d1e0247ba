//! From a saved chapter to the page that shows it.

use crate::bench::checkout::Checkout;
use crate::bench::sample::Sample;
use crate::bench::server::Server;
use anyhow::{Context, Result, bail};
use manifest::Lab;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

/// Edits the chapter of a lab.
pub fn run(root: &Path, lab: &Lab, runs: usize) -> Result<()> {
    let (file, page) = (lab.page_file(), format!("/{}.html", lab.page));
    let checkout = Checkout::new(root)?;
    let mut command = Command::new(std::env::current_exe()?);
    let server = Server::start(command.current_dir(checkout.path()).arg("serve"))?;
    wait(Duration::from_secs(600), "the widgets", || {
        Ok(checkout.path().join("book/generated/widgets/widgets.js").exists())
    })?;
    let chapter = checkout.path().join(&file);
    let text = fs::read_to_string(&chapter).with_context(|| format!("{file} can't be read"))?;
    let mut sample = Sample::default();
    for run in 0..runs {
        let marker = format!("Edit number {run}.");
        let start = Instant::now();
        fs::write(&chapter, format!("{text}\n{marker}\n"))?;
        wait(Duration::from_secs(30), "the new page", || Ok(server.get(&page)?.contains(&marker)))?;
        sample.push(start.elapsed());
    }
    println!("reload: from a saved {file} to the server's new page   {sample}");
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
