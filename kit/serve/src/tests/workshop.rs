//! A workshop to ask, and a page's end of a WebSocket.

use super::super::*;
use crate::key::Key;
use actix_web::dev::ServerHandle;
use manifest::Lab;
use snippets::Compiler;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::mpsc;
use std::thread::JoinHandle;
use std::time::Duration;
use tempfile::TempDir;

/// Longer than anything here takes on a busy machine.
pub const DEADLINE: Duration = Duration::from_secs(20);

/// The folder of the crate that snippets may use; nothing is in it at first.
const LIBRARY: &str = "course/tea";

/// A course with one lab.
pub fn course() -> Course {
    let text = format!(
        "title = 'Tea'
[[lab]]
number = 42
port = 8042
page = 'one'
chapter = 'first'
step = [{{ name = 'boil', text = 'When is the water hot?' }}]
[[snippet]]
package = 'tea'
folder = '{LIBRARY}'
"
    );
    Course::parse(&text).unwrap()
}

/// A workshop with a book of one chapter, served on a port of its own.
pub struct Workshop {
    pub folder: TempDir,
    pub address: SocketAddr,
    handle: ServerHandle,
    thread: Option<JoinHandle<()>>,
    pub key: Arc<Key>,
    pub compiler: Arc<Compiler>,
    pub builder: Arc<Builder>,
    _watch: watch::Watch,
}

impl Workshop {
    pub fn open() -> Workshop {
        Workshop::with_server(([127, 0, 0, 1], 1).into())
    }

    /// `yours` is where the attendee's server would listen.
    pub fn with_server(yours: SocketAddr) -> Workshop {
        Workshop::with(yours, watch::By::Events, |_, _| {})
    }

    /// One whose parts are changed before they are used.
    pub fn with(
        yours: SocketAddr,
        by: watch::By,
        change: impl FnOnce(&Path, &mut Parts),
    ) -> Workshop {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        let write = |name: &str, text: &str| std::fs::write(root.join(name), text).unwrap();
        std::fs::create_dir_all(root.join("book/generated/snippets")).unwrap();
        write("book.toml", "[book]\nsrc = \"book\"\n[build]\nbuild-dir = \"target/book\"\n");
        write("book/SUMMARY.md", "[One](one.md)\n");
        write("book/one.md", "# One\n\nthe first text\n");
        write("book/generated/snippets/1.wasm", "\0asm");
        write("secret.txt", "a secret");

        let course = Arc::new(course());
        let listener = bind(0).unwrap();
        let address = listener.local_addr().unwrap();
        let allowed = vec!["my-box".parse().unwrap()];
        let mut parts = Parts::new(root, &course, address.port(), allowed).unwrap();
        change(root, &mut parts);
        let key = Arc::clone(&parts.key);
        let compiler = Arc::clone(&parts.compiler);
        // Nobody compiles snippets here.
        let (jobs, _) = jobs::channel();
        let builder = Builder::new(root, &parts, jobs.clone());
        assert!(builder.build());
        let watch = watch::start(root, &course, builder.clone(), jobs, by).unwrap();
        let (send, handle) = mpsc::channel();
        let thread = thread::spawn(move || {
            actix_web::rt::System::new().block_on(async {
                let server = server(listener, Arc::new(move |_: &Lab| yours), parts).unwrap();
                send.send(server.handle()).unwrap();
                server.await.unwrap();
            });
        });
        let handle = handle.recv_timeout(DEADLINE).unwrap();
        Workshop {
            folder,
            address,
            handle,
            thread: Some(thread),
            key,
            compiler,
            builder,
            _watch: watch,
        }
    }

    pub fn write(&self, name: &str, text: &str) {
        // As editors do it: the watcher may build at any time, and must not find half a file.
        let draft = self.folder.path().join("draft");
        std::fs::write(&draft, text).unwrap();
        std::fs::rename(&draft, self.folder.path().join(name)).unwrap();
    }

    /// Sends a request with these fields besides Host and Connection, and reads all of the answer.
    pub fn ask(&self, line: &str, fields: &str, body: &str) -> String {
        let host = self.address;
        let length = body.len();
        self.send(&format!(
            "{line} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\
             Content-Length: {length}\r\n{fields}\r\n{body}"
        ))
    }

    pub fn get(&self, path: &str) -> String {
        self.ask(&format!("GET {path}"), "", "")
    }

    pub fn send(&self, request: &str) -> String {
        let mut stream = connect(self.address);
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        String::from_utf8_lossy(&answer).into_owned()
    }

    pub fn origin(&self) -> String {
        format!("Origin: http://{}\r\n", self.address)
    }

    /// What a browser with the key sends of a page of ours.
    pub fn own_page(&self) -> String {
        format!("{}Cookie: a=b; {}\r\n", self.origin(), self.key.cookie())
    }

    pub fn socket(&self, path: &str) -> Socket {
        let mut stream = connect(self.address);
        let (host, own) = (self.address, self.own_page());
        let request = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\n{own}{UPGRADE}\r\n");
        stream.write_all(request.as_bytes()).unwrap();
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.extend(read(&mut stream, 1));
        }
        assert!(head.starts_with(b"HTTP/1.1 101"), "{}", String::from_utf8_lossy(&head));
        Socket { stream }
    }
}

impl Drop for Workshop {
    fn drop(&mut self) {
        drop(self.handle.stop(false));
        if let Some(thread) = self.thread.take() {
            // A panic in it has been printed already.
            let _ = thread.join();
        }
    }
}

/// The manifest of the crate that snippets may use, with nothing in it.
pub fn write_library(root: &Path) {
    std::fs::create_dir_all(root.join(LIBRARY).join("src")).unwrap();
    std::fs::write(root.join(LIBRARY).join("Cargo.toml"), "").unwrap();
    std::fs::write(root.join("Cargo.toml"), "").unwrap();
    std::fs::write(root.join("Cargo.lock"), "").unwrap();
}

pub const UPGRADE: &str = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
                       Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

pub fn connect(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect_timeout(&address, DEADLINE).unwrap();
    stream.set_read_timeout(Some(DEADLINE)).unwrap();
    stream.set_write_timeout(Some(DEADLINE)).unwrap();
    stream
}

pub fn read(stream: &mut TcpStream, count: usize) -> Vec<u8> {
    let mut bytes = vec![0; count];
    stream.read_exact(&mut bytes).unwrap();
    bytes
}

/// A page's end of a WebSocket, for small messages.
pub struct Socket {
    stream: TcpStream,
}

#[derive(Debug, PartialEq)]
pub enum Message {
    Text(String),
    Binary(Vec<u8>),
    Close,
}

impl Socket {
    pub fn next(&mut self) -> Message {
        let head = read(&mut self.stream, 2);
        let length = match head[1] {
            126 => u16::from_be_bytes(read(&mut self.stream, 2).try_into().unwrap()).into(),
            length => usize::from(length),
        };
        let data = read(&mut self.stream, length);
        match head[0] & 0x0f {
            1 => Message::Text(String::from_utf8(data).unwrap()),
            2 => Message::Binary(data),
            8 => Message::Close,
            other => panic!("opcode {other}"),
        }
    }

    /// Waits until the server has ended the connection.
    pub fn until_the_end(&mut self) {
        assert_eq!(self.stream.read_to_end(&mut Vec::new()).unwrap(), 0);
    }

    /// A client's frame is masked; here with zeros.
    pub fn send(&mut self, opcode: u8, data: &[u8]) {
        assert!(data.len() < 126);
        let mut frame = vec![0x80 | opcode, 0x80 | data.len() as u8, 0, 0, 0, 0];
        frame.extend(data);
        self.stream.write_all(&frame).unwrap();
    }

    /// Reads until the text contains `wanted`, and returns that message.
    pub fn wait_for(&mut self, wanted: &str) -> String {
        loop {
            match self.next() {
                Message::Text(text) if text.contains(wanted) => return text,
                Message::Text(_) => {}
                other => panic!("{other:?} came while waiting for {wanted}"),
            }
        }
    }
}
