//! A server that says what a test tells it and nothing else, and one that isn't there.

use harness::{Peer, at_once, wait_until};
use socket2::{Domain, Socket, Type};
use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};

/// A port that is taken, and where nobody listens: connections are refused.
pub struct Nobody(Socket);

impl Nobody {
    /// Takes a free port.
    pub fn new() -> Nobody {
        let socket = Socket::new(Domain::IPV4, Type::STREAM, None).expect("a socket");
        let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        socket.bind(&any.into()).expect("a free port");
        Nobody(socket)
    }
}

impl Peer for Nobody {
    fn address(&self) -> SocketAddr {
        let address = self.0.local_addr().ok().and_then(|address| address.as_socket());
        address.expect("a bound socket has an address")
    }
}

/// A listener behind nginx.
pub struct Origin {
    listener: TcpListener,
}

/// A request that nginx has passed on, and the connection to answer on.
pub struct Asked {
    /// The request's head.
    pub head: String,
    stream: TcpStream,
}

impl Origin {
    /// Listens on a free port.
    pub fn new() -> Origin {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        listener.set_nonblocking(true).expect("a listener that doesn't block");
        Origin { listener }
    }

    /// Waits for nginx, and reads the head that it sends.
    #[track_caller]
    pub fn asked(&self) -> Asked {
        let mut stream = None;
        wait_until(at_once(), "a connection from nginx", || {
            stream = self.listener.accept().ok();
            stream.is_some()
        });
        let (mut stream, _) = stream.expect("waited for");
        stream.set_nonblocking(false).expect("a stream that blocks");
        stream.set_read_timeout(Some(at_once())).expect("a time-out");
        let mut head = Vec::new();
        let mut byte = [0];
        while !head.ends_with(b"\r\n\r\n") {
            stream.read_exact(&mut byte).expect("a whole head from nginx");
            head.push(byte[0]);
        }
        Asked { head: String::from_utf8(head).expect("a head of ASCII"), stream }
    }
}

impl Peer for Origin {
    fn address(&self) -> SocketAddr {
        self.listener.local_addr().expect("a bound listener has an address")
    }
}

impl Asked {
    /// Answers with these bytes.
    #[track_caller]
    pub fn say(&mut self, bytes: &str) {
        self.stream.write_all(bytes.as_bytes()).expect("nginx reads on");
    }

    /// Writes these bytes, unless nginx reads no more for a while.
    pub fn fits(&mut self, bytes: &[u8]) -> bool {
        self.stream.set_write_timeout(Some(at_once())).expect("a time-out");
        self.stream.write_all(bytes).is_ok()
    }

    /// Reads as many bytes as `expected` has.
    #[track_caller]
    pub fn expect(&mut self, expected: &str) {
        let mut bytes = vec![0; expected.len()];
        self.stream.read_exact(&mut bytes).expect("nginx passes on what the client says");
        assert_eq!(String::from_utf8_lossy(&bytes), expected);
    }
}
