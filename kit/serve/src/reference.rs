//! The solutions' servers, as child processes that pages can look at.

mod error;

use manifest::Lab;
use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;
use std::{env, fs, io};
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep, timeout_at};
use tools::cargo::cargo;
use tools::lock::lock;
use tools::process::{self, DEADLINE as BUILD};

pub use error::{NotBuilt, Unavailable};

/// How long the program may take until it listens.
const DEADLINE: Duration = Duration::from_secs(5);

/// One for each lab, by its number.
pub struct References(BTreeMap<String, Arc<Reference>>);

impl References {
    /// Nothing is built yet: see [`References::build`].
    pub fn new(root: &Path, labs: &[Lab]) -> References {
        let reference = |lab: &Lab| (lab.number(), Arc::new(Reference::new(root, lab)));
        References(labs.iter().map(reference).collect())
    }

    /// Of the lab with this number, as in `42`, if there is one.
    pub fn of(&self, number: &str) -> Option<Arc<Reference>> {
        self.0.get(number).cloned()
    }

    /// Builds all programs, again after an edit. Blocks, for some seconds each the first time.
    ///
    /// # Errors
    /// One for each that can't be built.
    pub fn build(&self) -> Result<(), Vec<Arc<NotBuilt>>> {
        let failures: Vec<_> =
            self.0.values().filter_map(|reference| reference.build().err()).collect();
        if failures.is_empty() { Ok(()) } else { Err(failures) }
    }

    /// Stops those that run.
    pub fn stop(&self) {
        self.0.values().for_each(|reference| reference.stop());
    }
}

/// Built in the background, started when the first page asks for it, and stopped with us.
pub struct Reference {
    root: PathBuf,
    /// Whose program it is, as in `solution-42`.
    package: String,
    /// What is started: a copy, so that cargo can replace the program while it runs.
    program: PathBuf,
    state: Mutex<State>,
}

enum State {
    Building,
    Failed(Arc<NotBuilt>),
    Built,
    Running { child: Child, address: SocketAddr },
}

impl Reference {
    fn new(root: &Path, lab: &Lab) -> Reference {
        let package = lab.package();
        let program = root.join("target/workshop").join(&package);
        Reference {
            root: root.to_owned(),
            package,
            program: program.with_extension(env::consts::EXE_EXTENSION),
            state: Mutex::new(State::Building),
        }
    }

    /// Builds the program, again after an edit. Blocks, for some seconds the first time.
    ///
    /// # Errors
    /// With cargo's own words; the last program that could be built is still the reference.
    fn build(&self) -> Result<(), Arc<NotBuilt>> {
        let built = build(&self.root, &self.package).and_then(|program| {
            self.take(&program).map_err(|error| NotBuilt::NotKept(self.program.clone(), error))
        });
        built.map_err(|error| {
            let error = Arc::new(error);
            let mut state = self.state();
            if matches!(*state, State::Building | State::Failed(_)) {
                *state = State::Failed(Arc::clone(&error));
            }
            error
        })
    }

    /// Makes a program the one that is started. What runs is stopped if it is another one.
    fn take(&self, built: &Path) -> io::Result<()> {
        let mut state = self.state();
        let known = matches!(*state, State::Built | State::Running { .. });
        // Another `cargo workshop` may have put it there, and may run it.
        let same =
            fs::read(&self.program).is_ok_and(|there| fs::read(built).is_ok_and(|b| b == there));
        if known && same {
            return Ok(());
        }
        stop(&mut state);
        *state = State::Building;
        if !same {
            put(built, &self.program)?;
        }
        *state = State::Built;
        Ok(())
    }

    /// A connection to the server, which is started if it isn't running.
    ///
    /// # Errors
    /// There is no server, or it doesn't answer: a sentence for the page.
    pub async fn connect(&self) -> Result<TcpStream, Unavailable> {
        let address = self.address()?;
        let deadline = Instant::now() + DEADLINE;
        loop {
            match timeout_at(deadline, TcpStream::connect(address)).await {
                Ok(Ok(stream)) => return Ok(stream),
                // It was started a moment ago.
                Ok(Err(_)) if Instant::now() < deadline => sleep(Duration::from_millis(10)).await,
                Ok(Err(_)) | Err(_) => return Err(Unavailable::Silent),
            }
        }
    }

    fn stop(&self) {
        stop(&mut self.state());
    }

    fn address(&self) -> Result<SocketAddr, Unavailable> {
        let mut state = self.state();
        match &mut *state {
            State::Running { child, address } => {
                if let Ok(None) = child.try_wait() {
                    return Ok(*address);
                }
                // It has ended: it is started once more.
            }
            State::Built => {}
            State::Building => return Err(Unavailable::Building),
            State::Failed(error) => return Err(Unavailable::NotBuilt(Arc::clone(error))),
        }
        let (child, address) = start(&self.program).map_err(Unavailable::NotStarted)?;
        *state = State::Running { child, address };
        Ok(address)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }
}

impl Drop for Reference {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Copies a program to its place in one step. What is there may still run, started by another
/// `cargo workshop` or by one that was killed, and then it can't be written to.
fn put(built: &Path, program: &Path) -> io::Result<()> {
    let folder = program.parent().unwrap_or(program);
    fs::create_dir_all(folder)?;
    let fresh = tempfile::Builder::new().prefix("fresh-").tempfile_in(folder)?.into_temp_path();
    // With its right to be run.
    fs::copy(built, &fresh)?;
    fresh.persist(program).map_err(|error| error.error)
}

fn stop(state: &mut State) {
    if let State::Running { child, .. } = state {
        // It may have ended by itself: on a terminal, Ctrl-C reaches it too.
        let _ = child.kill();
        let _ = child.wait();
    }
}

/// The program itself and not `cargo run`: a child of cargo would outlive it.
fn start(program: &Path) -> io::Result<(Child, SocketAddr)> {
    let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let address = TcpListener::bind(any)?.local_addr()?;
    let mut command = Command::new(program);
    command.args(["--port", &address.port().to_string()]);
    command.stdin(Stdio::null()).stdout(Stdio::null());
    let deadline = std::time::Instant::now() + DEADLINE;
    loop {
        match command.spawn() {
            // Whatever another thread starts has the file that was just written open for a moment.
            Err(error)
                if error.kind() == io::ErrorKind::ExecutableFileBusy
                    && std::time::Instant::now() < deadline =>
            {
                std::thread::sleep(Duration::from_millis(5));
            }
            started => return Ok((started?, address)),
        }
    }
}

fn build(root: &Path, package: &str) -> Result<PathBuf, NotBuilt> {
    let mut cargo = cargo(root);
    cargo.args(["build", "--quiet", "--package", package, "--bin", package]);
    cargo.arg("--message-format=json-render-diagnostics");
    let output = process::run(&mut cargo, BUILD).map_err(NotBuilt::NoCargo)?;
    if output.stopped {
        return Err(NotBuilt::Stopped(BUILD));
    }
    if !output.status.success() {
        return Err(NotBuilt::Rejected(output.stderr));
    }
    // Among the lines of JSON, one for each crate, only a program's has this.
    let program = output.stdout.lines().find_map(|line| {
        let message: serde_json::Value = serde_json::from_str(line).ok()?;
        message.get("executable")?.as_str().map(PathBuf::from)
    });
    program.ok_or_else(|| NotBuilt::NoProgram(package.to_owned()))
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::io::Write;

    /// A server that only waits.
    fn program(folder: &Path, name: &str, text: &str) -> PathBuf {
        use std::os::unix::fs::PermissionsExt;
        let file = folder.join(name);
        fs::write(&file, text).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
        file
    }

    #[test]
    fn an_edit_replaces_the_server_and_a_build_without_one_does_not() {
        let folder = tempfile::tempdir().unwrap();
        let reference = Reference::new(folder.path(), &crate::tests::lab());
        assert!(matches!(reference.address(), Err(Unavailable::Building)));
        // There is no package to build here.
        let error = reference.build().unwrap_err();
        let unavailable = reference.address().unwrap_err().to_string();
        assert!(unavailable.contains(&error.to_string()), "{unavailable}");

        let first = program(folder.path(), "first", "#!/bin/sh\nexec sleep 60\n");
        reference.take(&first).unwrap();
        let first_address = reference.address().unwrap();
        reference.take(&first).unwrap();
        assert_eq!(reference.address().unwrap(), first_address, "the same program runs on");
        reference.build().unwrap_err();
        assert_eq!(reference.address().unwrap(), first_address, "a failed build changes nothing");

        let second = program(folder.path(), "second", "#!/bin/sh\nexec sleep 61\n");
        reference.take(&second).unwrap();
        assert!(matches!(*reference.state(), State::Built), "the old one is stopped");
        assert_ne!(reference.address().unwrap(), first_address);
    }

    #[test]
    fn a_program_that_still_runs_is_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let new = || Reference::new(folder.path(), &crate::tests::lab());
        // A binary: a script's file isn't busy while it runs, only its shell's.
        let sleep = |name: &str| {
            let copy = folder.path().join(name);
            fs::copy("/bin/sleep", &copy).unwrap();
            // What follows the program makes it another one, and does nothing.
            fs::OpenOptions::new()
                .append(true)
                .open(&copy)
                .unwrap()
                .write_all(name.as_bytes())
                .unwrap();
            copy
        };
        let first = new();
        first.take(&sleep("first")).unwrap();
        let mut left = loop {
            match Command::new(&first.program).arg("60").spawn() {
                Err(error) if error.kind() == io::ErrorKind::ExecutableFileBusy => {}
                started => break started.unwrap(),
            }
        };
        // Who started it was killed; another `cargo workshop` finds the program running.
        let taken = new().take(&sleep("second"));
        left.kill().unwrap();
        left.wait().unwrap();
        taken.unwrap();
        let there = fs::read_dir(folder.path().join("target/workshop")).unwrap();
        assert_eq!(there.count(), 1, "no fresh copy is left");
    }
}
