//! Server-sent events: decides as an `EventSource` would.

use solution_03::client::{Client, Next};
use solution_03::wire::{Received, TooLong};
use std::time::Duration;
use trace::{Kind, Line};
use widgets::{Event, Protocol, Turn};

/// A client of one event stream.
pub struct EventStream {
    path: String,
    client: Client,
    answer: Answer,
    /// When the stream opened, if it did.
    opened: Option<Duration>,
}

/// What the answer's head has said so far.
#[derive(Default)]
struct Answer {
    status: Option<u16>,
    content_type: Option<String>,
}

impl EventStream {
    /// A client that hasn't asked yet.
    pub fn new(path: String) -> EventStream {
        EventStream { path, client: Client::new(), answer: Answer::default(), opened: None }
    }

    fn read_head(&mut self, line: &Line) -> Option<Turn> {
        let text = String::from_utf8_lossy(&line.bytes);
        let text = text.trim_end();
        if let Some((name, value)) = text.split_once(':') {
            if name.eq_ignore_ascii_case("content-type") {
                self.answer.content_type = Some(value.trim().into());
            }
            return None;
        }
        if !text.is_empty() {
            self.answer.status = text.split(' ').nth(1).and_then(|status| status.parse().ok());
            return None;
        }
        let answer = std::mem::take(&mut self.answer);
        let status = answer.status.unwrap_or_default();
        if (100..200).contains(&status) {
            return None;
        }
        Some(match self.client.on_response(status, answer.content_type.as_deref()) {
            Next::Read => {
                self.opened = Some(line.at);
                Turn::Open
            }
            _ if status == 204 => stop("204 No Content: “don't come back”.".into()),
            _ if status == 200 => {
                let found = answer.content_type.unwrap_or("no content-type".into());
                stop(found + " is not text/event-stream.")
            }
            _ => stop(format!("The status is {status}, not 200.")),
        })
    }
}

impl Protocol for EventStream {
    fn restart(&mut self) {
        self.client = Client::new();
    }

    fn connect(&mut self) {
        self.client.on_connect();
        self.opened = None;
    }

    fn ask(&mut self, host: &str) -> Vec<u8> {
        self.answer = Answer::default();
        let resume = match self.client.last_event_id() {
            Some(id) => format!("Last-Event-ID: {id}\r\n"),
            None => String::new(),
        };
        format!(
            "GET {} HTTP/1.1\r\nHost: {host}\r\nAccept: text/event-stream\r\n\
             Cache-Control: no-store\r\n{resume}\r\n",
            self.path
        )
        .into_bytes()
    }

    fn read(&mut self, line: &Line, events: &mut Vec<Event>) -> Option<Turn> {
        match line.kind {
            Kind::Head => return self.read_head(line),
            Kind::Event => {
                events.extend(self.client.on_bytes(&line.bytes).into_iter().map(event));
            }
            Kind::Other => return Some(stop("That is not HTTP/1.1.".into())),
            _ => {}
        }
        None
    }

    fn end(&mut self, at: Duration, random: f64) -> Option<Turn> {
        let lasted = self.opened.map_or(Duration::ZERO, |opened| at.saturating_sub(opened));
        let Next::Reconnect { after, last_event_id } = self.client.on_end(lasted, random) else {
            return None;
        };
        let how = match &last_event_id {
            Some(id) => format!("with Last-Event-ID: {id}"),
            None => "without Last-Event-ID".into(),
        };
        Some(Turn::Reconnect { after, how })
    }

    fn disconnected(&self) -> &'static str {
        "Disconnected, as by EventSource.close(): nothing comes back."
    }
}

fn stop(why: String) -> Turn {
    Turn::Stop(why + " An EventSource stops here, for good.")
}

fn event(received: Received) -> Event {
    let message = match received {
        Ok(message) => message,
        Err(TooLong { max }) => {
            let data = format!("more than {max} bytes, and dropped");
            return Event { caption: "an event that is too long".into(), data };
        }
    };
    let id = match message.last_event_id.as_str() {
        "" => "no id yet".into(),
        id => format!("last id {id}"),
    };
    Event { caption: format!("{}, {id}", message.event), data: message.data }
}
