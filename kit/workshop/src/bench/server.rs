//! `cargo workshop serve` as a child process, and a client for it.

use anyhow::{Context, Result, bail};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

/// A cold build on a slow machine takes minutes.
const START: Duration = Duration::from_secs(1200);
const ANSWER: Duration = Duration::from_secs(10);
/// Stopping waits a second for open pages.
const STOP: Duration = Duration::from_secs(10);

/// A server that stops when dropped.
pub struct Server {
    child: Child,
    address: String,
}

impl Server {
    /// Adds `--no-open --port 0` to a command that serves the book, starts it and waits until it
    /// says where it listens.
    pub fn start(command: &mut Command) -> Result<Server> {
        let mut child = command
            .args(["--no-open", "--port", "0"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .context("the server can't be started")?;
        let stdout = child.stdout.take().context("the server has no output")?;
        let mut server = Server { child, address: String::new() };
        let (found, address) = mpsc::channel();
        std::thread::spawn(move || {
            // Reads on after the address, so that the server never waits for a full pipe.
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                if let Some((_, rest)) = line.split_once("http://") {
                    let end = rest.find(|c: char| c == '/' || c.is_whitespace());
                    let _ = found.send(rest[..end.unwrap_or(rest.len())].to_owned());
                }
            }
        });
        match address.recv_timeout(START) {
            Ok(address) => server.address = address,
            Err(_) => bail!("the server didn't say where it listens"),
        }
        Ok(server)
    }

    /// The body of a page.
    pub fn get(&self, path: &str) -> Result<String> {
        let mut stream = TcpStream::connect(&self.address).context("the server is gone")?;
        stream.set_read_timeout(Some(ANSWER))?;
        let head =
            format!("GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", self.address);
        stream.write_all(head.as_bytes())?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer)?;
        let answer = String::from_utf8_lossy(&answer).into_owned();
        if !answer.starts_with("HTTP/1.1 200") {
            bail!("{path}: {}", answer.lines().next().unwrap_or("no answer"));
        }
        Ok(answer)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Asked first: a server that is killed leaves what it builds in the background behind. On
        // Unix `cargo run` becomes the server; elsewhere it takes the server with it.
        #[cfg(unix)]
        let _ = Command::new("kill").arg(self.child.id().to_string()).status();
        let deadline = Instant::now() + STOP;
        while cfg!(unix) && Instant::now() < deadline && matches!(self.child.try_wait(), Ok(None)) {
            std::thread::sleep(Duration::from_millis(10));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
