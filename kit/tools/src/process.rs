//! Runs a command with a deadline and bounded output.
//!
//! A command may start others, as cargo starts rustc. On Unix a server puts each command into a
//! process group, so that all of them end together; see [`own_groups`].

use crate::lock::lock;
use anyhow::{Context, Result, bail};
use std::collections::BTreeSet;
use std::io::{self, Read};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread;
use std::time::{Duration, Instant};

/// How long a tool may take: cargo may download, wait for another cargo and compile on a slow
/// machine.
pub const DEADLINE: Duration = Duration::from_secs(15 * 60);

/// The most that is kept of each output, in bytes: far more than anybody reads.
const LIMIT: u64 = 4 << 20;

/// How long the outputs of a command that was killed are waited for: something that it started
/// may hold them open.
const REST: Duration = Duration::from_secs(1);

/// How often somebody who may cancel is looked for.
const TICK: Duration = Duration::from_millis(20);

/// What becomes of a command that is started.
enum Groups {
    /// It is in our own group: Ctrl-C on the terminal reaches it, too.
    Ours,
    /// It leads a group of its own. Here are the ids of those that run.
    Own(BTreeSet<u32>),
    /// It isn't started any more.
    Ended,
}

static GROUPS: Mutex<Groups> = Mutex::new(Groups::Ours);

/// Puts each command into a group of its own from now on. That is for a program that notices Ctrl-C
/// and SIGTERM itself, and then calls [`end`]: the terminal reaches only the program.
pub fn own_groups() {
    *groups() = Groups::Own(BTreeSet::new());
}

/// Kills what runs, since the program ends. Whoever waits in [`run`] waits on, and doesn't report
/// that its command failed.
pub fn end() {
    if let Groups::Own(running) = std::mem::replace(&mut *groups(), Groups::Ended) {
        running.into_iter().for_each(kill_group);
    }
}

fn groups() -> MutexGuard<'static, Groups> {
    lock(&GROUPS)
}

/// What a command left behind.
pub struct Finished {
    /// How it ended; killed, if it was [`stopped`](Finished::stopped).
    pub status: ExitStatus,
    /// At most the first 4 MiB of each output; the rest is read and dropped.
    pub stdout: String,
    /// What it said to people.
    pub stderr: String,
    /// Did it have to be killed, at its deadline or since it was cancelled?
    pub stopped: bool,
}

/// Says that nobody waits for a command any more. Clones say it together.
#[derive(Clone, Debug, Default)]
pub struct Cancel(Arc<AtomicBool>);

impl Cancel {
    /// Cancels when what is returned is dropped.
    pub fn when_dropped(&self) -> impl Drop + use<> {
        struct Guard(Cancel);
        impl Drop for Guard {
            fn drop(&mut self) {
                self.0.0.store(true, Ordering::Relaxed);
            }
        }
        Guard(self.clone())
    }

    fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// Runs a command without input, to its end or until it has taken as long as `deadline`.
///
/// # Errors
/// It can't be started.
pub fn run(command: &mut Command, deadline: Duration) -> io::Result<Finished> {
    run_unless(&Cancel::default(), command, deadline)
}

/// As [`run`], unless it is cancelled meanwhile.
///
/// # Errors
/// It can't be started.
pub fn run_unless(
    cancel: &Cancel,
    command: &mut Command,
    deadline: Duration,
) -> io::Result<Finished> {
    let end = Instant::now() + deadline;
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = start(command)?;
    let (send, ended) = mpsc::channel();
    drain(0, child.stdout.take(), send.clone());
    drain(1, child.stderr.take(), send);
    let mut outputs = [None, None];
    // A program that ends closes its outputs: no need to ask it again and again.
    let stopped = !collect(&ended, &mut outputs, end, cancel);
    if stopped {
        kill(&mut child);
        collect(&ended, &mut outputs, Instant::now() + REST, &Cancel::default());
    }
    let status = wait(&mut child)?;
    let [stdout, stderr] =
        outputs.map(|bytes| String::from_utf8_lossy(&bytes.unwrap_or_default()).into_owned());
    Ok(Finished { status, stdout, stderr, stopped })
}

/// Runs a tool that must succeed within [`DEADLINE`].
///
/// # Errors
/// It can't be started, it takes longer, or it fails: with its own words.
pub fn tool(command: &mut Command) -> Result<Finished> {
    let name = command.get_program().to_string_lossy().into_owned();
    let finished = run(command, DEADLINE).with_context(|| format!("`{name}`"))?;
    if finished.stopped {
        bail!("`{name}` was stopped after {} s", DEADLINE.as_secs());
    }
    if !finished.status.success() {
        bail!("`{name}` failed:\n{}", finished.stderr.trim_end());
    }
    Ok(finished)
}

fn start(command: &mut Command) -> io::Result<Child> {
    // Locked until the child is in the list: `end` finds it there.
    let mut groups = groups();
    match &mut *groups {
        Groups::Ours => command.spawn(),
        Groups::Own(running) => {
            #[cfg(unix)]
            std::os::unix::process::CommandExt::process_group(command, 0);
            let child = command.spawn()?;
            running.insert(child.id());
            Ok(child)
        }
        Groups::Ended => {
            drop(groups);
            wait_for_the_end()
        }
    }
}

/// Waits for a child that has closed its outputs or was killed.
fn wait(child: &mut Child) -> io::Result<ExitStatus> {
    let ended = match &mut *groups() {
        // Before it is waited for: afterwards the id may be another's.
        Groups::Own(running) => {
            running.remove(&child.id());
            false
        }
        Groups::Ours => false,
        Groups::Ended => true,
    };
    if ended { wait_for_the_end() } else { child.wait() }
}

fn kill(child: &mut Child) {
    if let Groups::Own(_) = &*groups() {
        kill_group(child.id());
    }
    // It may have ended in the meantime, which is as good.
    let _ = child.kill();
}

/// Without `unsafe`, only the command can do that. Where there is none, the rest ends by itself.
fn kill_group(leader: u32) {
    if cfg!(unix) {
        let mut kill = Command::new("kill");
        let _ = kill.args(["-KILL", "--", &format!("-{leader}")]).stderr(Stdio::null()).status();
    }
}

/// The program ends in a moment, and this thread with it.
fn wait_for_the_end() -> ! {
    loop {
        thread::park();
    }
}

/// Waits until both outputs have ended; false at `deadline`, or when it is cancelled.
fn collect(
    ended: &Receiver<(usize, Vec<u8>)>,
    outputs: &mut [Option<Vec<u8>>; 2],
    deadline: Instant,
    cancel: &Cancel,
) -> bool {
    while outputs.iter().any(Option::is_none) {
        let left = deadline.saturating_duration_since(Instant::now());
        match ended.recv_timeout(left.min(TICK)) {
            Ok((index, bytes)) => outputs[index] = Some(bytes),
            Err(RecvTimeoutError::Timeout) if left > TICK && !cancel.is_cancelled() => {}
            Err(_) => return false,
        }
    }
    true
}

/// Reads to the end, so that the command is never held up, and sends the beginning.
fn drain(index: usize, pipe: Option<impl Read + Send + 'static>, ended: Sender<(usize, Vec<u8>)>) {
    thread::spawn(move || {
        let mut kept = Vec::new();
        if let Some(mut pipe) = pipe {
            // An error here is the pipe's end, too: the exit status says what happened.
            let _ = pipe.by_ref().take(LIMIT).read_to_end(&mut kept);
            let _ = io::copy(&mut pipe, &mut io::sink());
        }
        // Nobody listens any more when it took too long after a kill.
        let _ = ended.send((index, kept));
    });
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn shell(script: &str, deadline: Duration) -> Finished {
        run(Command::new("/bin/sh").args(["-c", script]), deadline).unwrap()
    }

    #[test]
    fn a_command_is_stopped_at_its_deadline_and_its_output_is_kept() {
        let start = Instant::now();
        let stopped = shell("echo begun; exec sleep 60", Duration::from_secs(1));
        assert!(stopped.stopped && start.elapsed() < Duration::from_secs(30));
        assert!(!stopped.status.success());
        assert_eq!(stopped.stdout, "begun\n");
    }

    #[test]
    fn a_command_that_nobody_waits_for_is_stopped() {
        let cancel = Cancel::default();
        let waiting = cancel.when_dropped();
        let start = Instant::now();
        let thread = thread::spawn(move || {
            let mut sleep = Command::new("/bin/sh");
            run_unless(&cancel, sleep.args(["-c", "exec sleep 60"]), Duration::from_secs(60))
        });
        drop(waiting);
        assert!(thread.join().unwrap().unwrap().stopped);
        assert!(start.elapsed() < Duration::from_secs(30));
    }

    #[test]
    fn what_a_command_started_is_stopped_with_it() {
        own_groups();
        let start = Instant::now();
        // The shell waits for `sleep`, which has the same outputs.
        let stopped = shell("echo begun; sleep 60; echo never", Duration::from_millis(300));
        assert!(stopped.stopped && start.elapsed() < Duration::from_secs(30));
        // Lost if something still had the output open.
        assert_eq!(stopped.stdout, "begun\n");
    }

    #[test]
    fn a_command_that_ends_leaves_both_outputs() {
        let finished = shell("echo done; echo why >&2; exit 3", Duration::from_secs(30));
        assert!(!finished.stopped);
        assert_eq!(finished.status.code(), Some(3));
        assert_eq!((finished.stdout.as_str(), finished.stderr.as_str()), ("done\n", "why\n"));
    }

    #[test]
    fn a_flood_is_read_to_its_end_and_cut() {
        let finished = shell("head -c 9000000 /dev/zero", Duration::from_secs(30));
        assert!(!finished.stopped);
        assert_eq!(finished.stdout.len() as u64, LIMIT);
    }
}
