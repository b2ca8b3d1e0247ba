//! Server-sent events: decides as an `EventSource` would.

use solution_03::client::{Client, Next};
use solution_03::wire::Message;
use trace::{Kind, Line};
use widgets::{Event, Protocol, Turn};

/// A client of one event stream.
pub struct EventStream {
    path: String,
    client: Client,
    answer: Answer,
    /// For the header of that name in the next request.
    last_event_id: Option<String>,
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
        EventStream { path, client: Client::new(), answer: Answer::default(), last_event_id: None }
    }

    fn read_head(&mut self, line: &[u8]) -> Option<Turn> {
        let text = String::from_utf8_lossy(line);
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
            Next::Read => Turn::Open,
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
        self.last_event_id = None;
    }

    fn connect(&mut self) {
        self.client.on_connect();
    }

    fn ask(&mut self, host: &str) -> Vec<u8> {
        self.answer = Answer::default();
        let resume = match &self.last_event_id {
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
            Kind::Head => return self.read_head(&line.bytes),
            Kind::Event => {
                for message in self.client.on_bytes(&line.bytes) {
                    events.push(event(message));
                }
            }
            Kind::Other => return Some(stop("That is not HTTP/1.1.".into())),
            _ => {}
        }
        None
    }

    fn end(&mut self, random: f64) -> Option<Turn> {
        let Next::Reconnect { after, last_event_id } = self.client.on_end(random) else {
            return None;
        };
        let how = match &last_event_id {
            Some(id) => format!("with Last-Event-ID: {id}"),
            None => "without Last-Event-ID".into(),
        };
        self.last_event_id = last_event_id;
        Some(Turn::Reconnect { after, how })
    }

    fn disconnected(&self) -> &'static str {
        "Disconnected, as by EventSource.close(): nothing comes back."
    }
}

fn stop(why: String) -> Turn {
    Turn::Stop(why + " An EventSource stops here, for good.")
}

fn event(message: Message) -> Event {
    let id = match message.last_event_id.as_str() {
        "" => "no id yet".into(),
        id => format!("last id {id}"),
    };
    Event { caption: format!("{}, {id}", message.event), data: message.data }
}
