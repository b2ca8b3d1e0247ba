//! The solution's server, as a child process that pages can look at.

use crate::cargo::cargo;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use std::{io, mem};
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep, timeout_at};

/// The package whose program it is.
const PACKAGE: &str = "solution-03";

/// How long the program may take until it listens.
const DEADLINE: Duration = Duration::from_secs(5);

/// Built in the background, started when the first page asks for it, and stopped with us.
pub struct Reference {
    root: PathBuf,
    state: Mutex<State>,
}

enum State {
    Building,
    Failed(String),
    Built(PathBuf),
    Running { program: PathBuf, child: Child, address: SocketAddr },
}

impl Reference {
    /// Nothing is built yet: see [`Reference::build`].
    pub fn new(root: &Path) -> Reference {
        Reference { root: root.to_owned(), state: Mutex::new(State::Building) }
    }

    /// Builds the program. Blocks, for some seconds the first time.
    pub fn build(&self) {
        let built = build(&self.root);
        *self.state() = match built {
            Ok(program) => State::Built(program),
            Err(error) => State::Failed(error),
        };
    }

    /// A connection to the server, which is started if it isn't running.
    ///
    /// # Errors
    /// A sentence for the page.
    pub async fn connect(&self) -> Result<TcpStream, String> {
        let address = self.address()?;
        let deadline = Instant::now() + DEADLINE;
        loop {
            match timeout_at(deadline, TcpStream::connect(address)).await {
                Ok(Ok(stream)) => return Ok(stream),
                // It was started a moment ago.
                Ok(Err(_)) if Instant::now() < deadline => sleep(Duration::from_millis(10)).await,
                Ok(Err(_)) | Err(_) => {
                    return Err("the reference server does not answer: the terminal may say why, \
                                and `cargo workshop` starts it anew"
                        .into());
                }
            }
        }
    }

    /// Stops the server if it runs.
    pub fn stop(&self) {
        if let State::Running { child, .. } = &mut *self.state() {
            // It may have ended by itself: on a terminal, Ctrl-C reaches it too.
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    fn address(&self) -> Result<SocketAddr, String> {
        let mut state = self.state();
        if let State::Running { program, child, address } = &mut *state {
            match child.try_wait() {
                Ok(None) => return Ok(*address),
                // It has ended: start it once more.
                Ok(Some(_)) | Err(_) => *state = State::Built(mem::take(program)),
            }
        }
        let program = match &*state {
            State::Built(program) | State::Running { program, .. } => program.clone(),
            State::Building => {
                return Err("The reference server is being built. Try again in a moment.".into());
            }
            State::Failed(error) => {
                return Err(format!("The reference server can't be built: {error}"));
            }
        };
        let (child, address) = start(&program)
            .map_err(|error| format!("The reference server can't be started: {error}"))?;
        *state = State::Running { program, child, address };
        Ok(address)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Reference {
    fn drop(&mut self) {
        self.stop();
    }
}

/// The program itself and not `cargo run`: a child of cargo would outlive it.
fn start(program: &Path) -> io::Result<(Child, SocketAddr)> {
    let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let address = TcpListener::bind(any)?.local_addr()?;
    let child = Command::new(program)
        .args(["--port", &address.port().to_string()])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .spawn()?;
    Ok((child, address))
}

fn build(root: &Path) -> Result<PathBuf, String> {
    let output = cargo(root)
        .args(["build", "--package", PACKAGE, "--bin", PACKAGE])
        .arg("--message-format=json-render-diagnostics")
        .output()
        .map_err(|error| format!("cargo does not start: {error}"))?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    // Among the lines of JSON, one for each crate, only a program's has this.
    let messages = String::from_utf8_lossy(&output.stdout);
    let program = messages.lines().find_map(|line| {
        let message: serde_json::Value = serde_json::from_str(line).ok()?;
        message.get("executable")?.as_str().map(PathBuf::from)
    });
    program.ok_or_else(|| format!("cargo built no program for {PACKAGE}"))
}
