//! The real nginx, on a free port, with everything that it writes in a temporary folder.

use harness::{Peer, at_once, wait_until};
use std::fs::{self, File};
use std::io::Write;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use tempfile::TempDir;

/// As somebody writes it who knows nginx, and has no streams.
pub const NAIVE: &str = include_str!("../../naive.conf");

/// The one that the chapter explains.
pub const OURS: &str = include_str!("../../weather.conf");

/// How long an impatient nginx lets a server be silent. Others wait a minute, as out there.
pub const PATIENCE: Duration = Duration::from_secs(1);

/// How many connections a worker may have, those to the server included; nginx's own default.
const CONNECTIONS: usize = 512;

/// What stands around a configuration of ours. Many sites compress all that is text; so does this.
const AROUND: &str = "\
daemon off;
user root; # without effect for anybody else
pid nginx.pid;
error_log stderr info;
worker_shutdown_timeout 300ms;
events { worker_connections CONNECTIONS; }
http {
    client_body_temp_path body;
    proxy_temp_path proxy;
    fastcgi_temp_path fastcgi;
    uwsgi_temp_path uwsgi;
    scgi_temp_path scgi;
    access_log access.log;
    proxy_read_timeout PATIENCE;
    gzip on;
    gzip_types text/event-stream;
    include weather.conf;
}
";

/// A running nginx. Dropping it stops it.
pub struct Nginx {
    master: Child,
    address: SocketAddr,
    folder: TempDir,
}

impl Nginx {
    /// Starts nginx with this configuration in front of a server. `None` if there is no nginx: then
    /// that was said, and there is nothing to test.
    pub fn start(configuration: &str, server: &impl Peer) -> Option<Nginx> {
        Nginx::start_with(Duration::from_secs(60), CONNECTIONS, configuration, server)
    }

    /// The same, but it loses its [`PATIENCE`].
    pub fn start_impatient(configuration: &str, server: &impl Peer) -> Option<Nginx> {
        Nginx::start_with(PATIENCE, CONNECTIONS, configuration, server)
    }

    /// The same as [`start`](Nginx::start), but its worker has so few connections, of which it needs
    /// one or two itself.
    pub fn start_small(
        connections: usize,
        configuration: &str,
        server: &impl Peer,
    ) -> Option<Nginx> {
        Nginx::start_with(Duration::from_secs(60), connections, configuration, server)
    }

    fn start_with(
        patience: Duration,
        connections: usize,
        configuration: &str,
        server: &impl Peer,
    ) -> Option<Nginx> {
        let Some(program) = program() else {
            // Not `eprintln!`, which the test runner would keep to itself.
            let _ = writeln!(std::io::stderr(), "\n*** NOT CHECKED: nginx is missing ***\n");
            assert!(std::env::var_os("CI").is_none(), "nginx is missing");
            return None;
        };
        let around = AROUND
            .replace("PATIENCE", &format!("{}s", patience.as_secs()))
            .replace("CONNECTIONS", &connections.to_string());
        // Another program may take the port before nginx does; not five times in a row.
        (0..5)
            .find_map(|_| Nginx::try_start(program, &around, configuration, server.address()))
            .or_else(|| panic!("nginx did not start; the log of each try is above"))
    }

    fn try_start(
        program: &str,
        around: &str,
        configuration: &str,
        server: SocketAddr,
    ) -> Option<Nginx> {
        let address = free_address();
        let folder = TempDir::new().expect("a temporary folder");
        fs::write(folder.path().join("nginx.conf"), around).expect("a temporary file");
        fs::write(folder.path().join("weather.conf"), placed(configuration, address, server))
            .expect("a temporary file");
        let log = File::create(folder.path().join("error.log")).expect("a temporary file");
        let mut command = Command::new(program);
        command.arg("-p").arg(folder.path()).args(["-c", "nginx.conf", "-e", "stderr"]);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
        // A group of its own, so that its worker can be ended with it.
        let master = command.process_group(0).spawn().expect("nginx can be started");
        let mut nginx = Nginx { master, address, folder };
        let mut ended = false;
        wait_until(10 * at_once(), "nginx to start", || {
            ended = !matches!(nginx.master.try_wait(), Ok(None));
            // It writes its number down once it listens.
            ended || fs::metadata(nginx.path("nginx.pid")).is_ok_and(|file| file.len() > 0)
        });
        if ended {
            eprintln!("{}", nginx.read("error.log"));
            return None;
        }
        Some(nginx)
    }

    /// What a file in its folder says by now: `error.log`, or a log that the configuration names.
    pub fn read(&self, file: &str) -> String {
        fs::read_to_string(self.path(file)).unwrap_or_default()
    }

    /// Has it read its configuration again: new workers begin, old ones finish what they have.
    pub fn reload(&self) {
        signal("-HUP", &self.master.id().to_string());
    }

    fn path(&self, file: &str) -> std::path::PathBuf {
        self.folder.path().join(file)
    }
}

impl Peer for Nginx {
    fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        signal("-TERM", &self.master.id().to_string());
        let deadline = std::time::Instant::now() + at_once();
        while matches!(self.master.try_wait(), Ok(None)) && std::time::Instant::now() < deadline {
            std::thread::sleep(Duration::from_millis(2));
        }
        if matches!(self.master.try_wait(), Ok(None)) {
            signal("-KILL", &format!("-{}", self.master.id()));
            let _ = self.master.wait();
        }
        if std::thread::panicking() {
            eprintln!("what nginx logged:\n{}", self.read("error.log"));
        }
    }
}

/// The configuration with addresses and folder of this test in place of those of a real machine.
fn placed(configuration: &str, address: SocketAddr, server: SocketAddr) -> String {
    let places = [
        ("listen 8080;", format!("listen {address};")),
        ("server 127.0.0.1:8003;", format!("server {server};")),
        ("/var/log/nginx/", String::new()),
    ];
    for (there, _) in &places[..2] {
        assert_eq!(configuration.matches(there).count(), 1, "{there:?} in\n{configuration}");
    }
    places.iter().fold(configuration.to_owned(), |text, (there, here)| text.replace(there, here))
}

/// A port that is free now; nginx can't be asked to find one.
fn free_address() -> SocketAddr {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .and_then(|listener| listener.local_addr())
        .expect("a free port")
}

/// Debian keeps it where only the administrator's shell looks.
fn program() -> Option<&'static str> {
    let there = |program: &&str| {
        let mut command = Command::new(program);
        command.arg("-v").stdout(Stdio::null()).stderr(Stdio::null());
        (!program.starts_with('/') || Path::new(program).exists())
            && command.status().is_ok_and(|status| status.success())
    };
    ["nginx", "/usr/sbin/nginx", "/usr/local/sbin/nginx"].into_iter().find(there)
}

fn signal(signal: &str, process: &str) {
    let _ = Command::new("kill").args([signal, "--", process]).stderr(Stdio::null()).status();
}
