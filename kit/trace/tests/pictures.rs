//! The forms for the page: HTML and ladder diagrams.

use std::time::Duration;
use trace::{Direction, Kind, Ladder, Line, Trace, What, annotate, to_html};

fn line(direction: Direction, kind: Kind, bytes: &[u8], note: &str) -> Line {
    Line { at: Duration::ZERO, direction, kind, bytes: bytes.to_vec(), note: note.into() }
}

#[test]
fn html_says_who_sends_and_escapes_everything() {
    let html = to_html(&[
        line(Direction::Sent, Kind::Head, b"GET /<b>&\" HTTP/1.1\r\n", "asks <politely>"),
        line(Direction::Received, Kind::ChunkSize, b"4b\r\n", ""),
        line(Direction::Received, Kind::Event, b"a\xff\xfeb\x1b\n", "\u{1b}"),
        line(Direction::Received, Kind::Fin, b"", "the server sends no more"),
    ]);
    insta::assert_snapshot!("html", html);
}

const RECONNECT: &str = "
title: SSE with a reconnect
participants: Browser, Proxy, Server

# the browser's first request has no Last-Event-ID
Browser -> Server: GET /api/v1/live-data
Browser <- Server: id: 8
Browser <-x Server: id: 9
note Browser: readyState 0: it tries again by itself after the time that the server gave
... 3 s
note: a <remark> for \"all\"
Browser -> Server: GET /api/v1/live-data, Last-Event-ID: 8
Proxy <- Server: id: 9
note Server: it is up to date
note Proxy: passes it on
Proxy ->x Browser: lost again
...
";

#[test]
fn a_ladder_as_svg_and_in_words() {
    let ladder = Ladder::parse(RECONNECT).unwrap();
    insta::assert_snapshot!("ladder_svg", ladder.to_svg());
    insta::assert_snapshot!("ladder_text", ladder.to_text());
}

#[test]
fn a_ladder_of_a_transcript() {
    let mut trace = Trace::default();
    let mut push = |at, direction, text: &str| {
        trace.push(Duration::from_millis(at), direction, What::Bytes(text.as_bytes().to_vec()));
    };
    push(0, Direction::Sent, "GET /api/v1/live-data HTTP/1.1\r\nLast-Event-ID: 8\r\n\r\n");
    push(
        2,
        Direction::Received,
        "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n",
    );
    push(3, Direction::Received, "1f\r\nid: 9\nevent: brewing\ndata: x\n\n\r\n3\r\n:\n\n\r\n");
    push(1_503, Direction::Received, "5\r\ndata:\r\n4\r\n y\n\n\r\n0\r\n\r\n");
    trace.push(Duration::from_millis(1_504), Direction::Sent, What::Fin);
    assert_eq!(
        Ladder::from_lines("Resume", &annotate(&trace)).to_text(),
        "\
Resume. Client and Server.
1. Client to Server: GET /api/v1/live-data, Last-Event-ID: 8
2. Server to Client: 200 OK
3. Server to Client: id: 9, brewing
4. Server to Client: heartbeat
5. Time passes: 1.5 s
6. Server to Client: data: y
7. Server to Client: end of the body
8. Client to Server: end of the connection
"
    );
}

#[test]
fn what_is_no_ladder_is_refused_with_its_line() {
    let start = "title: t\nparticipants: A, B\n";
    for (text, message) in [
        (
            "participants: A, B\nA -> B: x",
            "line 1 of the ladder: a title is missing: `title: what it shows`",
        ),
        ("title: a\ntitle: b", "line 2 of the ladder: a second title"),
        (
            "title: a\nA -> B: x",
            "line 2 of the ladder: say who takes part first: `participants: Browser, Server`",
        ),
        (
            "title: a\nparticipants: A, A",
            "line 2 of the ladder: each participant needs a name of its own, not `A`",
        ),
        (
            "title: a\nparticipants: A",
            "line 2 of the ladder: two to 5 participants, with commas between",
        ),
        (
            start,
            "line 2 of the ladder: nothing happens: add a step like `Browser -> Server: GET /`",
        ),
        (
            &format!("{start}A -> C: x"),
            "line 3 of the ladder: nobody is called `C`; there are A, B",
        ),
        (
            &format!("{start}A -> A: x"),
            "line 3 of the ladder: a message needs two different participants",
        ),
        (
            &format!("{start}A = B: x"),
            "line 3 of the ladder: no arrow in `A = B`: write `->`, `<-`, `->x` or `<-x`",
        ),
        (
            &format!("{start}hello"),
            "line 3 of the ladder: `hello` is no step; write `A -> B: text`, `A <- B: text`, \
             `A ->x B: text` for a message that is lost, `... text`, `note: text` or `note A: text`",
        ),
        (
            &format!("{start}{}", "A -> B: x\n".repeat(101)),
            "line 103 of the ladder: more than 100 steps: make two diagrams of it",
        ),
    ] {
        assert_eq!(Ladder::parse(text).unwrap_err().to_string(), message);
    }
}
