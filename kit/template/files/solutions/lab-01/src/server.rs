//! The store, and a server around it that gives each connection a thread.

use crate::wire::{Answer, LineError, Lines, Request};
use std::collections::HashMap;
use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

/// The most keys: what comes from a network must not fill the memory.
const MOST_KEYS: usize = 1000;

/// How long a client may be silent, or may leave its answers unread.
const PATIENCE: Duration = Duration::from_secs(300);

/// What is kept. All connections share it.
#[derive(Clone, Debug, Default)]
pub struct Store(Arc<Mutex<HashMap<String, String>>>);

impl Store {
    /// Does what is asked, and says what came of it.
    pub fn answer(&self, request: Request) -> Answer {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match request {
            Request::Get { key } => {
                kept.get(&key).map_or(Answer::Nothing, |text| Answer::Value(text.clone()))
            }
            Request::Set { key, .. } if kept.len() >= MOST_KEYS && !kept.contains_key(&key) => {
                Answer::Error(format!("{MOST_KEYS} keys are kept, and no more"))
            }
            Request::Set { key, text } => {
                kept.insert(key, text);
                Answer::Kept
            }
        }
    }
}

/// Serves the store until the listener fails.
///
/// # Errors
/// No connection can be accepted any more.
pub fn run(listener: TcpListener, store: Store) -> io::Result<()> {
    for stream in listener.incoming() {
        let (stream, store) = (stream?, store.clone());
        // A connection that breaks is its client's to notice, and ends nobody else's.
        thread::spawn(move || serve(stream, &store));
    }
    Ok(())
}

fn serve(mut stream: TcpStream, store: &Store) -> io::Result<()> {
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let mut lines = Lines::default();
    let mut buffer = [0; 4096];
    loop {
        let length = stream.read(&mut buffer)?;
        if length == 0 {
            return Ok(());
        }
        stream.write_all(answers(lines.push(&buffer[..length]), store).as_bytes())?;
    }
}

// ANCHOR: step_2_answers
/// What the server says to these lines.
fn answers(lines: Vec<Result<String, LineError>>, store: &Store) -> String {
    let mut said = String::new();
    for line in lines {
        // ANCHOR: naive_2 every line has one answer, also one that is no request
        //~ let Ok(line) = line else { continue };
        //~ let Ok(request) = Request::parse(&line) else { continue };
        //~ said += &store.answer(request).encode();
        let line = line.map_err(|error| error.to_string());
        let answer = match line.and_then(|line| Request::parse(&line)) {
            Ok(request) => store.answer(request),
            Err(reason) => Answer::Error(reason),
        };
        said += &answer.encode();
        // ANCHOR_END: naive_2
    }
    said
}
// ANCHOR_END: step_2_answers
