//! An echo server on the codec that you write by hand: nothing but std, and a thread for each
//! connection.
//!
//! `cargo run -p solution-04 --bin solution-04-by-hand -- 8104` listens on that port. A browser's
//! console can talk to it, and the Autobahn test suite does.

use solution_04::message::{Decoder, Message};
use solution_04::wire::{
    Close, CloseCode, Role, accept_key, close_payload, encode, opcode, parse_close,
};
use std::io::{self, ErrorKind, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::time::Duration;
use std::{env, thread};

/// The suite sends messages of up to 16 MiB.
const MAX_MESSAGE: usize = 16 * 1024 * 1024;

/// A longer head is no handshake.
const MAX_HEAD: usize = 8 * 1024;

/// Who is silent for so long is gone.
const PATIENCE: Duration = Duration::from_secs(30);

fn main() -> io::Result<()> {
    let port = env::args().nth(1).and_then(|port| port.parse().ok()).unwrap_or(8104);
    let listener = TcpListener::bind(("127.0.0.1", port))?;
    println!("ws://127.0.0.1:{port}/ says back what it hears; Ctrl-C stops it");
    for stream in listener.incoming() {
        let stream = stream?;
        thread::spawn(move || serve(stream));
    }
    Ok(())
}

fn serve(mut stream: TcpStream) -> io::Result<()> {
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let early = handshake(&mut stream)?;
    let reply = talk(&mut stream, early)?;
    stream.write_all(&encode(opcode::CLOSE, &close_payload(&reply), None))?;
    // Hang up, but go on reading: bytes that nobody reads would turn the end into a reset.
    stream.shutdown(Shutdown::Write)?;
    io::copy(&mut stream, &mut io::sink())?;
    Ok(())
}

/// Answers the handshake; returns what came after it in the same read.
fn handshake(stream: &mut TcpStream) -> io::Result<Vec<u8>> {
    let refused = || io::Error::new(ErrorKind::InvalidData, "no WebSocket handshake");
    let mut bytes = Vec::new();
    let end = loop {
        let end = bytes.windows(4).position(|end| end == b"\r\n\r\n").map(|at| at + 4);
        // However much came in one read: it is the head that may have so many bytes.
        if end.unwrap_or(bytes.len()) > MAX_HEAD {
            return Err(refused());
        }
        if let Some(end) = end {
            break end;
        }
        if read(stream, &mut bytes)? == 0 {
            return Err(refused());
        }
    };
    let early = bytes.split_off(end);
    let head = String::from_utf8(bytes).map_err(|_| refused())?;
    let key = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("Sec-WebSocket-Key").then_some(value.trim())
    });
    let accept = accept_key(key.ok_or_else(refused)?);
    let answer = format!(
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
         Sec-WebSocket-Accept: {accept}\r\n\r\n"
    );
    stream.write_all(answer.as_bytes())?;
    Ok(early)
}

/// Says back what it hears until one side has had enough; returns the last word.
fn talk(stream: &mut TcpStream, mut bytes: Vec<u8>) -> io::Result<Close> {
    let say = |code| Close { code: Some(code), reason: String::new() };
    let mut decoder = Decoder::new(Role::Server, MAX_MESSAGE);
    let mut messages = Vec::new();
    loop {
        let ended = decoder.push(&bytes, &mut messages);
        for message in messages.drain(..) {
            let (opcode, payload) = match message {
                Message::Text(text) => (opcode::TEXT, text.into_bytes()),
                Message::Binary(payload) => (opcode::BINARY, payload),
                Message::Ping(payload) => (opcode::PONG, payload),
                Message::Pong(_) => continue,
                Message::Close(payload) => return Ok(parse_close(&payload).unwrap_or_else(say)),
            };
            stream.write_all(&encode(opcode, &payload, None))?;
        }
        if let Err(code) = ended {
            return Ok(say(code));
        }
        bytes.clear();
        if read(stream, &mut bytes)? == 0 {
            return Ok(say(CloseCode::GOING_AWAY));
        }
    }
}

/// Reads once; returns how much.
fn read(stream: &mut TcpStream, bytes: &mut Vec<u8>) -> io::Result<usize> {
    let mut buffer = [0; 16 * 1024];
    let length = stream.read(&mut buffer)?;
    bytes.extend_from_slice(&buffer[..length]);
    Ok(length)
}
