//! A server in a process of its own, and what the system knows about it.

use crate::decode::http;
use crate::transport::Transport;
use std::fs;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

const START: Duration = Duration::from_secs(10);
const ANSWER: Duration = Duration::from_secs(10);

/// A server that ends when dropped.
pub struct Server {
    /// `None` for a server in our own process.
    child: Option<Child>,
    process: u32,
    /// Where it listens: a port of the loopback address.
    pub address: SocketAddr,
}

impl Server {
    /// The solution of a lab: the program beside ours, with room for every subscriber, and for `log`
    /// events.
    ///
    /// # Errors
    /// It isn't built, or doesn't start.
    pub fn lab(transport: Transport, log: usize) -> Result<Server, String> {
        let program = beside(&format!("solution-{}", transport.lab()))?;
        let mut command = Command::new(program);
        command.args(["--weather", "off"]);
        // Streams outlive a measurement, and each subscriber has a place.
        command.env("WORKSHOP_STREAM", "3600000").env("WORKSHOP_WAITING", "4000");
        command.env("WORKSHOP_CAPACITY", log.to_string());
        Server::start(command)
    }

    /// One of our own peers: `actix` or `axum`.
    ///
    /// # Errors
    /// It doesn't start.
    pub fn peer(name: &str) -> Result<Server, String> {
        let mut command = Command::new(beside("load")?);
        command.args(["peer", name]);
        Server::start(command)
    }

    /// A server that runs in our own process, for tests.
    pub fn here(address: SocketAddr) -> Server {
        Server { child: None, process: std::process::id(), address }
    }

    /// Adds `--port N` with a port that is free, starts it and waits until it listens.
    ///
    /// # Errors
    /// It doesn't.
    pub fn start(mut command: Command) -> Result<Server, String> {
        let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|it| it.local_addr());
        let address = free.map_err(|error| format!("no free port: {error}"))?;
        command.args(["--port", &address.port().to_string()]);
        command.stdin(Stdio::null()).stdout(Stdio::null());
        let child = command.spawn().map_err(|error| format!("{command:?}: {error}"))?;
        let mut server = Server { process: child.id(), child: Some(child), address };
        let deadline = Instant::now() + START;
        while TcpStream::connect(address).is_err() {
            let child = server.child.as_mut();
            if let Some(Ok(Some(status))) = child.map(Child::try_wait) {
                return Err(format!("{command:?} ended: {status}"));
            }
            if Instant::now() > deadline {
                return Err(format!("{command:?} doesn't listen after {} s", START.as_secs()));
            }
            thread::sleep(Duration::from_millis(5));
        }
        Ok(server)
    }

    /// Processor time of all its threads since it started.
    ///
    /// # Errors
    /// The process is gone, or this isn't Linux.
    pub fn cpu(&self) -> Result<Duration, String> {
        let mut sum = 0;
        for thread in read_dir(&self.proc("task"))? {
            let stat = read(&thread.join("schedstat"))?;
            // The first number: nanoseconds on a processor.
            let time = stat.split(' ').next().and_then(|time| time.parse::<u64>().ok());
            sum += time.ok_or_else(|| format!("not a schedstat: {stat:?}"))?;
        }
        Ok(Duration::from_nanos(sum))
    }

    /// Its resident memory in bytes.
    ///
    /// # Errors
    /// As [`cpu`](Server::cpu).
    pub fn memory(&self) -> Result<u64, String> {
        let map = read(&self.proc("smaps_rollup"))?;
        let resident = map.lines().find_map(|line| line.strip_prefix("Rss:"));
        let kibibytes = resident.and_then(|rest| rest.trim().strip_suffix(" kB")?.parse().ok());
        kibibytes.map(|it: u64| it * 1024).ok_or_else(|| "no Rss in smaps_rollup".to_owned())
    }

    /// How many descriptors it has open.
    ///
    /// # Errors
    /// As [`cpu`](Server::cpu).
    pub fn descriptors(&self) -> Result<usize, String> {
        Ok(read_dir(&self.proc("fd"))?.len())
    }

    /// How many subscribers a lab's server says it has.
    ///
    /// # Errors
    /// It doesn't answer as the labs do.
    pub fn subscribers(&self) -> Result<u64, String> {
        let ask = || -> std::io::Result<Vec<u8>> {
            let mut stream = TcpStream::connect(self.address)?;
            stream.set_read_timeout(Some(ANSWER))?;
            let request = "GET /stats HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n";
            stream.write_all(request.as_bytes())?;
            let mut raw = Vec::new();
            stream.read_to_end(&mut raw)?;
            Ok(raw)
        };
        let raw = ask().map_err(|error| format!("GET /stats: {error}"))?;
        let (_, body) = http::answer(&raw)?.ok_or("GET /stats: half an answer")?;
        let stats: serde_json::Value =
            serde_json::from_slice(body).map_err(|error| format!("GET /stats: {error}"))?;
        stats["subscribers"].as_u64().ok_or_else(|| format!("GET /stats: {stats}"))
    }

    fn proc(&self, file: &str) -> std::path::PathBuf {
        Path::new("/proc").join(self.process.to_string()).join(file)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            // Both fail only when it has ended already.
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// A program in the folder of ours.
fn beside(name: &str) -> Result<std::path::PathBuf, String> {
    let here = std::env::current_exe().map_err(|error| error.to_string())?;
    let program = here.with_file_name(format!("{name}{}", std::env::consts::EXE_SUFFIX));
    if program.is_file() { Ok(program) } else { Err(format!("{} isn't built", program.display())) }
}

fn read(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))
}

fn read_dir(path: &Path) -> Result<Vec<std::path::PathBuf>, String> {
    let entries = fs::read_dir(path).map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(entries.filter_map(|entry| Some(entry.ok()?.path())).collect())
}
