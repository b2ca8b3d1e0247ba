//! From a fresh clone to the first page, against `cargo install --debug mdbook`: what a newcomer
//! waits for, against the tool that would show the same text.

use crate::bench::checkout::{Checkout, cargo_into, remove};
use crate::bench::sample::{Sample, ratio};
use crate::bench::server::Server;
use anyhow::Result;
use std::path::Path;
use std::time::Instant;
use tools::process::tool;

/// The version that the stock book is tested with.
const MDBOOK: [&str; 6] = ["install", "--debug", "mdbook", "--version", "0.5.4", "--locked"];

pub fn run(root: &Path, runs: usize) -> Result<()> {
    let checkout = Checkout::new(root)?;
    let (target, installed) = (checkout.path().join("target"), root.join("target/bench/mdbook"));
    let mdbook = || -> Result<()> {
        remove(&installed)?;
        let mut install = cargo_into(checkout.path(), &installed.join("target"));
        tool(install.args(MDBOOK).arg("--root").arg(&installed)).map(drop)
    };
    // Both have their sources on the machine before the clock starts: nobody's network is measured.
    tool(
        cargo_into(checkout.path(), &target)
            .env_remove("CARGO_NET_OFFLINE")
            .args(["fetch", "--locked"]),
    )?;
    let mut online = cargo_into(checkout.path(), &installed.join("target"));
    tool(online.env_remove("CARGO_NET_OFFLINE").args(MDBOOK).arg("--root").arg(&installed))?;

    let (mut ours, mut theirs) = (Sample::default(), Sample::default());
    for _ in 0..runs {
        remove(&target)?;
        let start = Instant::now();
        let mut command = cargo_into(checkout.path(), &target);
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
