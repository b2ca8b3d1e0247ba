//! A server as a child process.

use crate::failure::Failure;
use crate::peer::Peer;
use crate::rule;
use crate::wait::{Wait, in_all};
use std::io::{self, BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{self, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc};
use std::thread;
use std::time::Duration;

/// How long after its outputs a process may end.
const CLOSES: Duration = Duration::from_secs(1);

/// A running child process that listens. Dropping it kills it.
pub struct Child {
    address: SocketAddr,
    process: process::Child,
    running: Running,
}

/// The ids of the children that a test has running.
pub(crate) type Running = Arc<Mutex<Vec<u32>>>;

fn ids(running: &Running) -> MutexGuard<'_, Vec<u32>> {
    running.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Kills a test's children, if its body doesn't return and so never drops them.
pub(crate) fn kill(running: &Running) {
    for id in ids(running).iter() {
        signal("-KILL", *id);
    }
}

/// Sends a signal; whether that was possible. Without `unsafe`, only the command can do that.
fn signal(name: &str, id: u32) -> bool {
    let id = id.to_string();
    cfg!(unix) && Command::new("kill").args([name, &id]).status().is_ok_and(|it| it.success())
}

impl Child {
    /// Starts a program with these arguments and variables, and waits until a line of its stdout says
    /// `http://127.0.0.1:PORT`. Its stderr is ours.
    #[track_caller]
    pub fn start(command: &[String], args: &[&str], vars: &[(&str, String)]) -> Child {
        let shown = [command, &args.iter().map(|&arg| arg.to_owned()).collect::<Vec<_>>()].concat();
        let did = format!("starting `{}`", shown.join(" "));
        let Some((program, first)) = command.split_first() else {
            Failure::new("starting nothing").expected("a command").raise()
        };
        let spawned = Command::new(program)
            .args(first)
            .args(args)
            .envs(vars.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn();
        let mut process = match spawned {
            Ok(process) => process,
            Err(error) => {
                Failure::new(did).said(error.to_string()).expected("a running server").raise()
            }
        };
        let running = rule::current().map(|current| current.children).unwrap_or_default();
        ids(&running).push(process.id());
        let (finds, found) = mpsc::channel();
        if let Some(stdout) = process.stdout.take() {
            thread::spawn(move || {
                for line in BufReader::new(stdout).split(b'\n').map_while(io::Result::ok) {
                    // To the end, so that the child is never held up. Nobody listens after the first.
                    if let Some(address) = address_in(&String::from_utf8_lossy(&line)) {
                        let _ = finds.send(address);
                    }
                }
            });
        }
        let wait = Wait::start(in_all());
        match found.recv_timeout(wait.left()) {
            Ok(address) => Child { address, process, running },
            Err(_) => {
                let end = end_within(&mut process, CLOSES);
                end_of(&mut process, &running);
                let said = match end {
                    Some(status) => format!("it has ended: {status}"),
                    None => wait.text("its address"),
                };
                Failure::new(did)
                    .said(said)
                    .expected("a line on its stdout with http://127.0.0.1:PORT")
                    .raise()
            }
        }
    }

    /// Asks it to end (SIGTERM), as a deploy does. False where the system has no such signal.
    pub fn terminate(&self) -> bool {
        signal("-TERM", self.process.id())
    }

    /// Fails if it hasn't ended within `wait`.
    #[track_caller]
    pub fn expect_stopped(&mut self, wait: Duration) {
        let waited = Wait::start(wait);
        if end_within(&mut self.process, wait).is_none() {
            Failure::new(waited.text("the server to stop")).expected("an end").raise();
        }
    }
}

impl Peer for Child {
    fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        end_of(&mut self.process, &self.running);
    }
}

/// How it ended, if it does so in time.
fn end_within(process: &mut process::Child, wait: Duration) -> Option<ExitStatus> {
    let wait = Wait::start(wait);
    loop {
        match process.try_wait() {
            Ok(Some(status)) => return Some(status),
            _ if wait.is_over() => return None,
            _ => thread::sleep(Duration::from_millis(2)),
        }
    }
}

/// Kills it, if it still runs.
fn end_of(process: &mut process::Child, running: &Running) {
    // Before it is waited for: afterwards the id may be another's.
    ids(running).retain(|id| *id != process.id());
    let _ = process.kill();
    let _ = process.wait();
}

/// The address in `http://127.0.0.1:8003/ is up`.
fn address_in(line: &str) -> Option<SocketAddr> {
    let (_, after) = line.split_once("http://")?;
    let end = after.find(|it: char| !it.is_ascii_digit() && !".:[]abcdef".contains(it));
    after[..end.unwrap_or(after.len())].trim_end_matches([':', '.']).parse().ok()
}

#[cfg(test)]
mod tests {
    use super::address_in;

    #[test]
    fn an_address_is_found_in_a_line() {
        let address = "127.0.0.1:8003".parse().ok();
        for line in [
            "http://127.0.0.1:8003/ is up; Ctrl-C stops it",
            "listening on http://127.0.0.1:8003",
            "up: http://127.0.0.1:8003.",
        ] {
            assert_eq!(address_in(line), address, "{line}");
        }
        assert_eq!(address_in("http://[::1]:8003/"), "[::1]:8003".parse().ok());
        assert_eq!(address_in("starting"), None);
    }
}
