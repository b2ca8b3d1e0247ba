//! A session drives whatever protocol it is given. This one counts: each line of the answer's body is
//! a number, and a client that comes back asks for those after the last one.

use std::time::Duration;
use trace::{Direction, Kind, Line, Trace, What, annotate, to_text};
use widgets::{Event, Protocol, Session, Turn};

const NOW: Duration = Duration::ZERO;
const WAIT: Duration = Duration::from_secs(2);
const HEAD: &str = "HTTP/1.1 200 OK\r\n\r\n";

#[derive(Default)]
struct Count {
    last: u32,
    connections: u32,
}

impl Protocol for Count {
    fn restart(&mut self) {
        *self = Count::default();
    }

    fn connect(&mut self) {
        self.connections += 1;
    }

    fn ask(&mut self, host: &str) -> Vec<u8> {
        format!("GET /after/{} HTTP/1.1\r\nHost: {host}\r\n\r\n", self.last).into_bytes()
    }

    fn read(&mut self, line: &Line, events: &mut Vec<Event>) -> Option<Turn> {
        assert_eq!(line.direction, Direction::Received, "what was asked isn't read: {line:?}");
        let text = String::from_utf8_lossy(&line.bytes);
        match (line.kind, text.trim_end()) {
            (Kind::Head, "") => Some(Turn::Open),
            (Kind::Body, "bye") => Some(Turn::Stop("It said bye.".into())),
            (Kind::Body, number) => {
                self.last = number.parse().unwrap();
                let caption = format!("connection {}", self.connections);
                events.push(Event { caption, data: number.into() });
                None
            }
            _ => None,
        }
    }

    fn end(&mut self, _: Duration, random: f64) -> Option<Turn> {
        Some(Turn::Reconnect { after: WAIT.mul_f64(random), how: format!("after {}", self.last) })
    }

    fn disconnected(&self) -> &'static str {
        "It counts no more."
    }
}

fn session() -> Session {
    let mut session = Session::new(Box::new(Count::default()));
    session.restart("127.0.0.1:8000");
    session
}

fn connected() -> Session {
    let mut session = session();
    session.connect();
    session.ask(NOW);
    session
}

fn numbers(events: &[Event]) -> Vec<&str> {
    events.iter().map(|event| event.data.as_str()).collect()
}

fn again(after: Duration, how: &str) -> Option<Turn> {
    Some(Turn::Reconnect { after, how: how.into() })
}

#[test]
fn lines_and_events_come_out_however_the_answer_is_cut() {
    let answer = format!("{HEAD}1\n2\n");
    let whole = to_text(&connected().receive(answer.as_bytes(), NOW, 0.0).lines);
    for at in 0..answer.len() {
        let (one, other) = answer.as_bytes().split_at(at);
        let mut session = connected();
        let (mut first, second) =
            (session.receive(one, NOW, 0.0), session.receive(other, NOW, 0.0));
        first.events.extend(second.events);
        first.lines.extend(second.lines);
        assert_eq!(numbers(&first.events), ["1", "2"], "cut at {at}");
        assert_eq!(to_text(&first.lines), whole, "cut at {at}");
        assert_eq!(first.turn.or(second.turn), Some(Turn::Open), "cut at {at}");
    }
}

#[test]
fn what_was_asked_is_a_line_too() {
    let mut session = session();
    session.connect();
    let (bytes, lines) = session.ask(NOW);
    assert_eq!(bytes, b"GET /after/0 HTTP/1.1\r\nHost: 127.0.0.1:8000\r\n\r\n");
    assert!(to_text(&lines).starts_with("→ head       GET /after/0 HTTP/1.1␍␊\n"));
}

#[test]
fn a_cut_connection_comes_back_once_and_goes_on_where_it_was() {
    let mut session = connected();
    session.receive(format!("{HEAD}1\n2\n3").as_bytes(), NOW, 0.0);
    let cut = session.end(Direction::Sent, NOW, 0.5);
    assert_eq!(cut.turn, again(Duration::from_secs(1), "after 2"), "3 wasn't complete");
    assert!(!cut.lines.is_empty(), "the reader sees the end");
    assert_eq!(session.end(Direction::Received, NOW, 0.5).turn, None, "one end, one reconnect");
    session.connect();
    let (bytes, _) = session.ask(NOW);
    assert!(bytes.starts_with(b"GET /after/2 "));
    let update = session.receive(format!("{HEAD}3\n").as_bytes(), NOW, 0.0);
    assert_eq!(update.events, [Event { caption: "connection 2".into(), data: "3".into() }]);
}

#[test]
fn an_answer_that_is_complete_is_over_before_its_connection() {
    let answer = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n1\n";
    let mut session = connected();
    let update = session.receive(answer.as_bytes(), NOW, 1.0);
    assert_eq!(numbers(&update.events), ["1"]);
    assert_eq!(update.turn, again(WAIT, "after 1"));
    let more = session.receive(answer.as_bytes(), NOW, 1.0);
    assert!(more.events.is_empty() && more.turn.is_none(), "nobody asked for a second answer");
    assert!(!more.lines.is_empty(), "the reader sees it");
    assert_eq!(session.end(Direction::Received, NOW, 1.0).turn, None);
}

#[test]
fn a_reader_who_begins_anew_gets_everything_again() {
    let mut session = connected();
    session.receive(format!("{HEAD}1\n2\n").as_bytes(), NOW, 0.0);
    session.restart("127.0.0.1:8001");
    assert_eq!(
        session.end(Direction::Sent, NOW, 0.0).turn,
        None,
        "there is no connection to come back"
    );
    session.connect();
    let (bytes, _) = session.ask(NOW);
    assert_eq!(bytes, b"GET /after/0 HTTP/1.1\r\nHost: 127.0.0.1:8001\r\n\r\n");
}

#[test]
fn after_a_stop_nothing_is_read_and_nothing_comes_back() {
    let mut session = connected();
    let update = session.receive(format!("{HEAD}1\nbye\n2\n").as_bytes(), NOW, 0.0);
    assert_eq!(numbers(&update.events), ["1"]);
    assert_eq!(update.turn, Some(Turn::Stop("It said bye.".into())));
    assert_eq!(session.end(Direction::Received, NOW, 0.0).turn, None);
}

#[test]
fn no_connection_is_an_end_too() {
    let mut session = session();
    for _ in 0..3 {
        session.connect();
        assert_eq!(session.fail(1.0).turn, again(WAIT, "after 0"));
        assert_eq!(session.fail(1.0).turn, None, "once for each attempt");
    }
}

#[test]
fn a_recording_brings_the_events_that_its_connections_brought() {
    let mut session = session();
    let mut events = Vec::new();
    for body in ["1\n2\nbye\n9\n", "3\n"] {
        let mut trace = Trace::default();
        trace.push(NOW, Direction::Sent, What::Bytes(b"GET / HTTP/1.1\r\n\r\n".to_vec()));
        trace.push(NOW, Direction::Received, What::Bytes(format!("{HEAD}{body}").into_bytes()));
        trace.push(NOW, Direction::Received, What::Fin);
        trace.push(NOW, Direction::Sent, What::Fin);
        events.extend(annotate(&trace).iter().flat_map(|line| session.replay(line)));
    }
    assert_eq!(numbers(&events), ["1", "2", "3"]);
    assert_eq!(events[2].caption, "connection 2");
}

#[test]
fn the_protocol_says_what_disconnecting_means() {
    assert_eq!(connected().disconnected(), "It counts no more.");
}
