//! `/-/compile`, with a shell script in rustc's place: how long it takes and how it ends is known.

use super::super::*;
use super::workshop::{DEADLINE, Workshop, connect, write_library};
use snippets::{Compiler, Toolchain};
use std::fs;
use std::io::Write;
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::Command;
use std::time::Instant;

/// What the source says is what it does.
const RUSTC: &str = r#"#!/bin/sh
if [ "$1" = -vV ]; then echo rustc; exit; fi
if grep -q slow snippet.rs; then touch started; exec sleep 60; fi
if grep -q killed snippet.rs; then kill -KILL $$; fi
if grep -q mute snippet.rs; then exit 1; fi
printf program > program
"#;

fn open() -> Workshop {
    Workshop::with(([127, 0, 0, 1], 1).into(), watch::By::Events, |root, parts| {
        write_library(root);
        // A compiler with a target, as rustup lays it out.
        let sysroot = root.join("sysroot");
        fs::create_dir_all(sysroot.join("lib/rustlib/wasm32-wasip1")).unwrap();
        fs::create_dir(sysroot.join("bin")).unwrap();
        let rustc = sysroot.join("bin/rustc");
        // By a shell: a file that this process has open for writing can't be started, and a
        // process that another thread starts has it open, too, for a moment.
        let mut shell = Command::new("/bin/sh");
        shell.args(["-c", "printf %s \"$0\" > \"$1\" && chmod +x \"$1\"", RUSTC]);
        assert!(shell.arg(&rustc).status().unwrap().success());
        let toolchain = Toolchain::in_sysroot(sysroot).unwrap();
        parts.compiler = Arc::new(Compiler::with_toolchain(root, &[], toolchain));
    })
}

fn request(workshop: &Workshop, source: &str) -> String {
    let (host, own) = (workshop.address, workshop.own_page());
    let body = serde_json::json!({ "source": source }).to_string();
    let length = body.len();
    format!(
        "POST /-/compile HTTP/1.1\r\nHost: {host}\r\n{own}Connection: close\r\n\
         Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
    )
}

/// The folders in which something is compiled.
fn compiling(workshop: &Workshop) -> Vec<PathBuf> {
    // It is made with the first program.
    let scratch = fs::read_dir(workshop.folder.path().join("target/wasm"));
    let folders = scratch.into_iter().flatten().flatten().filter(|entry| entry.path().is_dir());
    let inside = folders.flat_map(|folder| fs::read_dir(folder.path()).into_iter().flatten());
    inside.flatten().map(|entry| entry.path()).filter(|path| path.is_dir()).collect()
}

fn wait_until(what: &str, condition: impl Fn() -> bool) {
    let end = Instant::now() + DEADLINE;
    while !condition() {
        assert!(Instant::now() < end, "waited {} s until {what}", DEADLINE.as_secs());
        thread::yield_now();
    }
}

/// A request whose compiler runs, and takes a minute.
fn begin(workshop: &Workshop) -> TcpStream {
    let mut stream = connect(workshop.address);
    stream.write_all(request(workshop, "slow").as_bytes()).unwrap();
    wait_until("it is compiled", || {
        compiling(workshop).iter().any(|folder| folder.join("started").exists())
    });
    stream
}

#[test]
fn a_reader_who_leaves_gives_the_compiler_back() {
    let workshop = open();
    let first = begin(&workshop);
    // Somebody else has to wait, and is told so after a while.
    let answer = workshop.send(&request(&workshop, "quick"));
    assert!(answer.starts_with("HTTP/1.1 503") && answer.contains("retry-after"), "{answer}");
    // As a page that runs an edit again: the old request is closed, and the new one is there.
    drop(first);
    let answer = workshop.send(&request(&workshop, "quick"));
    assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("program"), "{answer}");
    wait_until("nothing is left", || compiling(&workshop).is_empty());
}

#[test]
fn a_compiler_that_was_killed_does_not_say_that_the_program_is_wrong() {
    let workshop = open();
    for source in ["killed", "mute"] {
        let answer = workshop.send(&request(&workshop, source));
        assert!(answer.starts_with("HTTP/1.1 422"), "{answer}");
        assert!(answer.contains("error: rustc was ended by the system"), "{answer}");
        assert!(answer.contains("the 2048 MiB that a snippet gets"), "{answer}");
    }
}

#[test]
fn the_end_leaves_no_folder() {
    let workshop = open();
    let waiting = begin(&workshop);
    workshop.compiler.close();
    assert!(compiling(&workshop).is_empty());
    drop(waiting);
}
