//! Runs a command with a deadline and bounded output.

use std::io::{self, Read};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// What a command left behind.
pub struct Finished {
    pub status: ExitStatus,
    /// At most [`LIMIT`] bytes of each; the rest is read and dropped.
    pub stdout: String,
    pub stderr: String,
}

/// The most that is kept of each output: far more than anybody reads.
pub const LIMIT: u64 = 1 << 20;

/// Runs a command to its end, without input. After the deadline it is killed, and the error's kind
/// is [`io::ErrorKind::TimedOut`].
pub fn run(command: &mut Command, deadline: Duration) -> io::Result<Finished> {
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn()?;
    let (open, closed) = mpsc::channel();
    let stdout = drain(child.stdout.take(), open.clone());
    let stderr = drain(child.stderr.take(), open);
    // A program that ends closes its outputs: no need to ask it again and again.
    if closed.recv_timeout(deadline) == Err(RecvTimeoutError::Timeout) {
        child.kill()?;
        child.wait()?;
        let message = format!("stopped after {} s", deadline.as_secs());
        return Err(io::Error::new(io::ErrorKind::TimedOut, message));
    }
    let text = |thread: JoinHandle<Vec<u8>>| {
        String::from_utf8_lossy(&thread.join().unwrap_or_default()).into_owned()
    };
    Ok(Finished { status: child.wait()?, stdout: text(stdout), stderr: text(stderr) })
}

/// Reads to the end, and then drops its sender.
fn drain(pipe: Option<impl Read + Send + 'static>, open: Sender<()>) -> JoinHandle<Vec<u8>> {
    thread::spawn(move || {
        let mut kept = Vec::new();
        if let Some(mut pipe) = pipe {
            // An error here is the pipe's end, too: the exit status says what happened.
            let _ = pipe.by_ref().take(LIMIT).read_to_end(&mut kept);
            let _ = io::copy(&mut pipe, &mut io::sink());
        }
        drop(open);
        kept
    })
}
