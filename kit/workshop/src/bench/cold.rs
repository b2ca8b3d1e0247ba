//! From a fresh clone to the first page, against `cargo install --debug mdbook`: what a newcomer
//! waits for, against the tool that would show the same text.

use super::clone::{Clone, cargo, remove, run as run_command};
use super::sample::{Sample, ratio};
use super::server::Server;
use anyhow::Result;
use std::path::Path;
use std::time::Instant;

/// The version that the stock book is tested with.
const MDBOOK: [&str; 6] = ["install", "--debug", "mdbook", "--version", "0.5.4", "--locked"];

pub fn run(root: &Path, runs: usize) -> Result<()> {
    let clone = Clone::new(root)?;
    let (target, installed) = (clone.path().join("target"), root.join("target/bench/mdbook"));
    let mdbook = || -> Result<()> {
        remove(&installed)?;
        let mut install = cargo(clone.path(), &installed.join("target"));
        run_command(install.args(MDBOOK).arg("--root").arg(&installed))
    };
    // Both have their sources on the machine before the clock starts: nobody's network is measured.
    run_command(
        cargo(clone.path(), &target).env_remove("CARGO_NET_OFFLINE").args(["fetch", "--locked"]),
    )?;
    let mut online = cargo(clone.path(), &installed.join("target"));
    run_command(online.env_remove("CARGO_NET_OFFLINE").args(MDBOOK).arg("--root").arg(&installed))?;

    let (mut ours, mut theirs) = (Sample::default(), Sample::default());
    for _ in 0..runs {
        remove(&target)?;
        let start = Instant::now();
        let mut command = cargo(clone.path(), &target);
        let server = Server::start(command.args(["workshop", "serve"]))?;
        server.get("/")?;
        ours.push(start.elapsed());
        drop(server);

        let start = Instant::now();
        mdbook()?;
        theirs.push(start.elapsed());
    }
    remove(&installed)?;
    println!("cold: from a fresh clone to the first page   {ours}");
    println!("      cargo {}   {theirs}", MDBOOK.join(" "));
    println!("      ratio of the medians {:.2}", ratio(&ours, &theirs));
    Ok(())
}
