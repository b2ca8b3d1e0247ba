//! From bytes to lines.

mod random;

use random::Random;
use std::time::Duration;
use trace::{Annotator, Direction, Kind, Line, Trace, What, annotate, lines, to_text};

const HEAD: &str =
    "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n";

/// A trace of whole pieces, a millisecond apart.
fn trace(pieces: &[(Direction, &str)]) -> Trace {
    let mut trace = Trace::default();
    for (index, (direction, text)) in pieces.iter().enumerate() {
        let at = Duration::from_millis(index as u64);
        trace.push(at, *direction, What::Bytes(text.as_bytes().to_vec()));
    }
    trace
}

fn received(text: &str) -> Vec<Line> {
    annotate(&trace(&[(Direction::Received, text)]))
}

fn kinds_and_notes(lines: &[Line]) -> Vec<(Kind, &str)> {
    lines.iter().map(|line| (line.kind, line.note.as_str())).collect()
}

#[test]
fn a_stream_of_events() {
    let mut trace = trace(&[
        (
            Direction::Sent,
            "GET /api/v1/live-data HTTP/1.1\r\nHost: 127.0.0.1:8003\r\nLast-Event-ID: 1\r\n\r\n",
        ),
        (Direction::Received, HEAD),
        (Direction::Received, "c\r\nretry: 3000\n\r\n"),
        (
            Direction::Received,
            "4b\r\nid: 2\nevent: brewing\ndata: KETTLE 25.5\ndata: TEAPOT 24.4\ndata: SUGAR 27.4\n\n\r\n",
        ),
        (Direction::Received, "3\r\n:\n\n\r\n"),
        (Direction::Received, "0\r\n\r\n"),
    ]);
    trace.push(Duration::from_millis(9), Direction::Received, What::Fin);
    trace.push(Duration::from_millis(9), Direction::Sent, What::Fin);
    insta::assert_snapshot!("stream", to_text(&annotate(&trace)));
}

#[test]
fn several_exchanges_on_one_connection() {
    let trace = trace(&[
        (Direction::Sent, "GET /latest HTTP/1.1\r\n\r\nHEAD /latest HTTP/1.1\r\n\r\n"),
        (
            Direction::Received,
            "HTTP/1.1 200 OK\r\ncontent-length: 12\r\n\r\n[\"KETTLE\",\n]HTTP/1.1 200 OK\r\ncontent-length: 12\r\n\r\n",
        ),
        (
            Direction::Sent,
            "POST /publish HTTP/1.1\r\ncontent-length: 2\r\nexpect: 100-continue\r\n\r\n",
        ),
        (Direction::Received, "HTTP/1.1 100 Continue\r\n\r\n"),
        (
            Direction::Sent,
            "{}GET /latest HTTP/1.1\r\n\r\nGET /stream HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\n\r\n",
        ),
        (
            Direction::Received,
            "HTTP/1.1 204 No Content\r\ncontent-length: 5\r\n\r\nHTTP/1.1 304 Not Modified\r\n\r\n",
        ),
        (
            Direction::Received,
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5;x=y\r\n{\"a\"}\r\n1\r\n\n\r\n0\r\nexpires: 0\r\n\r\n",
        ),
        (Direction::Received, "HTTP/1.0 200 OK\r\n\r\nuntil the\nclose"),
    ]);
    insta::assert_snapshot!("exchanges", to_text(&annotate(&trace)));
}

#[test]
fn the_bytes_of_the_lines_are_the_bytes_of_the_trace_however_they_were_read() {
    let pieces = [
        "GET / HTTP/1.1\r\n\r\n",
        HEAD,
        "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n",
        "7\r\ndata: x",
        "\r\n",
        "2\r\n\r\n\r\n",
        "3\r\n\n\n\r\r\n",
        "1\r\n\r\r\n",
        "0\r\n\r\n",
        ":\r\r",
        "HTTP/1.1 101 Switching Protocols\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n\u{1}\u{3}Hel",
        "content-length: 3\r\n",
        "\u{81}\u{5}",
    ];
    for seed in 0..3_000 {
        let mut random = Random(seed);
        let mut bytes = Vec::new();
        for _ in 0..random.below(8) {
            bytes.extend_from_slice(random.one_of(&pieces).as_bytes());
            if random.below(4) == 0 {
                bytes.extend(random.bytes(3));
            }
        }
        for direction in [Direction::Sent, Direction::Received] {
            let (mut whole, mut cut) = (Trace::default(), Trace::default());
            whole.push(Duration::ZERO, direction, What::Bytes(bytes.clone()));
            let mut rest = bytes.as_slice();
            while !rest.is_empty() {
                let (read, after) = rest.split_at(1 + random.below(rest.len().min(9)));
                cut.push(Duration::ZERO, direction, What::Bytes(read.to_vec()));
                rest = after;
            }
            for trace in [&mut whole, &mut cut] {
                trace.push(Duration::ZERO, direction, What::Fin);
            }
            let lines = annotate(&whole);
            assert_eq!(to_text(&annotate(&cut)), to_text(&lines), "seed {seed}");
            let joined: Vec<u8> = lines.into_iter().flat_map(|line| line.bytes).collect();
            assert_eq!(joined, bytes, "seed {seed}");
        }
    }
}

#[test]
fn a_line_that_spans_chunks_is_one_line_of_the_stream() {
    let lines = received(&format!("{HEAD}8\r\ndata: BE\r\n5\r\nRLIN\r\r\n2\r\n\n\n\r\n"));
    assert_eq!(
        kinds_and_notes(&lines[4..]),
        [
            (Kind::ChunkSize, "0x8 = 8 bytes follow"),
            (Kind::Event, "the line goes on"),
            (Kind::ChunkEnd, ""),
            (Kind::ChunkSize, "0x5 = 5 bytes follow"),
            (Kind::Event, "the rest of the line"),
            (Kind::ChunkEnd, ""),
            (Kind::ChunkSize, "0x2 = 2 bytes follow"),
            (Kind::Event, "the other half of the CR LF"),
            (Kind::Event, "dispatches the event"),
            (Kind::ChunkEnd, ""),
        ]
    );
}

#[test]
fn what_each_line_of_a_stream_does() {
    let stream =
        "\u{feff}data\n\n\nid\nid: a\0b\nretry: +5\nretry: 5\nDATA: x\nevent: brewing\r:x\r\n";
    let lines =
        received(&format!("HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n{stream}"));
    assert_eq!(
        lines[3..].iter().map(|line| line.note.as_str()).collect::<Vec<_>>(),
        [
            "",
            "dispatches the event",
            "nothing to dispatch",
            "forgets the last id",
            "ignored: an id must not contain NUL",
            "ignored: not only digits",
            "after a loss, wait 5 ms",
            "ignored: no field has this name",
            "",
            "a comment: a heartbeat",
        ]
    );
}

#[test]
fn a_time_to_wait_has_any_number_of_digits() {
    let note = |value: &str| {
        let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n";
        received(&format!("{head}retry: {value}\n")).pop().unwrap().note
    };
    assert_eq!(note("18446744073709551616"), "after a loss, wait 18446744073709551616 ms");
    assert_eq!(note(&"7".repeat(30)), format!("after a loss, wait {}… ms", "7".repeat(24)));
    for value in ["", "5 ", "5.0", "-5", "٣"] {
        assert_eq!(note(value), "ignored: not only digits", "{value}");
    }
}

#[test]
fn an_end_says_what_is_missing() {
    let end = |text: &str, what: What| {
        let mut trace = trace(&[(Direction::Received, text)]);
        trace.push(Duration::ZERO, Direction::Received, what);
        annotate(&trace).pop().unwrap().note
    };
    let length = "HTTP/1.1 200 OK\r\ncontent-length: 189\r\n\r\n";
    for (text, note) in [
        (String::new(), "the server sends no more"),
        ("HTTP/1.1 200".into(), "the server sends no more"),
        ("HTTP/1.1 200 OK\r\n".into(), "the server sends no more; the head isn't complete"),
        (format!("{length}x"), "the server sends no more; 188 bytes of the body are missing"),
        (
            format!("{HEAD}4b\r\ndata"),
            "the server sends no more; 71 bytes of the chunk are missing",
        ),
        (format!("{HEAD}1\r\n:"), "the server sends no more; the chunk's CR LF is missing"),
        (
            format!("{HEAD}7\r\ndata: \n\r\n"),
            "the server sends no more; no last chunk came, and an unfinished event is dropped",
        ),
        (
            format!("{HEAD}0\r\n"),
            "the server sends no more; the empty line after the last chunk is missing",
        ),
        (format!("{HEAD}0\r\n\r\n"), "the server sends no more"),
        ("HTTP/1.1 200 OK\r\n\r\nx".into(), "the server sends no more; this ends the body"),
    ] {
        assert_eq!(end(&text, What::Fin), note);
    }
    assert_eq!(end(HEAD, What::Reset), "the server reset the connection; no last chunk came");
}

#[test]
fn what_is_not_http_is_other_to_the_end() {
    for text in [
        "\u{16}\u{3}\u{1} TLS\n\n",
        "HTTP/2 200\r\n\r\n",
        "HTTP/1.1 abc\r\n\r\n",
        &"x".repeat(50_000),
    ] {
        let lines = received(text);
        assert!(lines.iter().all(|line| line.kind == Kind::Other), "{text:.20}");
        assert!(lines.iter().all(|line| line.bytes.len() <= 8 * 1024));
    }
    for (body, note) in [
        ("xyz\r\n", "a chunk's size must be here, in hexadecimal"),
        ("ffffffffffffffffff\r\n", "a chunk's size must be here, in hexadecimal"),
        ("1\r\nab\r\n", "a chunk must end here, with CR LF"),
    ] {
        let lines = received(&format!("{HEAD}{body}after\n"));
        assert_eq!(lines[lines.len() - 2].note, note);
        assert_eq!(lines[lines.len() - 1].kind, Kind::Other);
    }
    for lengths in ["1\r\ncontent-length: 2", "-1", "18446744073709551616"] {
        let lines = received(&format!("HTTP/1.1 200 OK\r\ncontent-length: {lengths}\r\n\r\nx"));
        assert_eq!(lines.last().unwrap().kind, Kind::Other, "{lengths}");
    }
}

#[test]
fn after_an_upgrade_both_ways_are_another_protocol() {
    let lines = annotate(&trace(&[
        (Direction::Sent, "GET /chat HTTP/1.1\r\n\r\n"),
        (Direction::Received, "HTTP/1.1 101 Switching Protocols\r\n\r\n\u{5}hello"),
        (Direction::Sent, "\u{5}hello"),
    ]));
    let last = lines.iter().rev().take(2).map(|line| line.kind).collect::<Vec<_>>();
    assert_eq!(last, [Kind::Other, Kind::Other]);
}

#[test]
fn a_growing_trace_gives_each_line_when_its_last_byte_has_come() {
    let mut annotator = Annotator::default();
    let mut all = Vec::new();
    let trace = trace(&[
        (Direction::Received, "HTTP/1.1 2"),
        (Direction::Received, "00 OK\r\nser"),
        (Direction::Received, "ver: x\r"),
    ]);
    for record in trace.records() {
        all.push(annotator.push(record));
    }
    all.push(annotator.finish());
    let counts: Vec<usize> = all.iter().map(Vec::len).collect();
    assert_eq!(counts, [0, 1, 0, 1]);
    assert_eq!(all[1][0].at, Duration::from_millis(1));
    assert_eq!((all[3][0].at, all[3][0].note.as_str()), (Duration::from_millis(2), "unfinished"));
}

const SWITCHED: &[u8] = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n";

/// A conversation over a WebSocket: what went which way.
fn websocket(pieces: &[(Direction, &[u8])]) -> Trace {
    let mut trace = Trace::default();
    let request = b"GET /chat HTTP/1.1\r\nUpgrade: websocket\r\n\r\n".to_vec();
    trace.push(Duration::ZERO, Direction::Sent, What::Bytes(request));
    trace.push(Duration::ZERO, Direction::Received, What::Bytes(SWITCHED.to_vec()));
    for (direction, bytes) in pieces {
        trace.push(Duration::ZERO, *direction, What::Bytes(bytes.to_vec()));
    }
    trace
}

#[test]
fn frames_of_a_websocket() {
    let long = [&[0x82, 0x7e, 0x01, 0x00], &[b'x'; 256][..]].concat();
    let mut trace = websocket(&[
        (Direction::Sent, b"\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58"),
        (Direction::Received, b"\x01\x03Hel\x89\x00\x80\x02lo"),
        (Direction::Sent, b"\x8a\x80\x01\x02\x03\x04"),
        (Direction::Received, &long),
        (Direction::Received, b"\xc3\x00"),
        (Direction::Received, b"\x88\x02\x03\xf1"),
        (Direction::Sent, b"\x88\x85\x37\xfa\x21\x3d\x34\x12\x43\x44\x52"),
    ]);
    trace.push(Duration::ZERO, Direction::Received, What::Fin);
    trace.push(Duration::ZERO, Direction::Sent, What::Fin);
    insta::assert_snapshot!("websocket", to_text(&annotate(&trace)));
}

#[test]
fn frames_may_be_cut_anywhere() {
    let frames: &[u8] = b"\x81\x7e\x00\x7e";
    let mut bytes = [frames, &[b'y'; 126], b"\x88\x02\x03\xe8\x81\x03\n\r\n"].concat();
    bytes.extend([0x82, 0x7f, 0, 0, 0, 0, 0, 0, 0x40, 1]);
    bytes.extend([b'z'; 0x4001]);
    let whole = annotate(&websocket(&[(Direction::Received, &bytes)]));
    for size in [1, 2, 3, 7, 100] {
        let pieces: Vec<_> = bytes.chunks(size).map(|piece| (Direction::Received, piece)).collect();
        assert_eq!(to_text(&annotate(&websocket(&pieces))), to_text(&whole), "{size}");
    }
    let joined: Vec<u8> = whole[6..].iter().flat_map(|line| line.bytes.clone()).collect();
    assert!(joined == bytes, "{} bytes of {}", joined.len(), bytes.len());
    assert!(whole.iter().all(|line| line.bytes.len() <= 8 * 1024));
}

#[test]
fn frames_that_were_sent_before_the_answer_came_are_frames() {
    let mut trace = Trace::default();
    let early = b"GET /chat HTTP/1.1\r\n\r\n\x81\x82\0\0\0\0hi".to_vec();
    trace.push(Duration::ZERO, Direction::Sent, What::Bytes(early));
    trace.push(Duration::ZERO, Direction::Received, What::Bytes(SWITCHED.to_vec()));
    let lines = annotate(&trace);
    let sent = lines.iter().rev().take(2).map(|line| (line.kind, line.note.as_str()));
    assert_eq!(
        sent.collect::<Vec<_>>(),
        [(Kind::Payload, "unmasked: hi"), (Kind::Frame, "FIN, text, masked, 2 bytes")]
    );
}

#[test]
fn the_end_of_a_websocket_says_what_is_missing() {
    for (bytes, note) in [
        (&b""[..], "the server sends no more; no close frame came"),
        (b"\x81\x05Hel", "the server sends no more; 2 bytes of the frame are missing"),
        (b"\x88\x00", "the server sends no more"),
    ] {
        let mut trace = websocket(&[(Direction::Received, bytes)]);
        trace.push(Duration::ZERO, Direction::Received, What::Fin);
        assert_eq!(annotate(&trace).pop().unwrap().note, note);
    }
}

#[test]
fn a_close_code_is_named() {
    for (code, name) in [
        (1009_u16, "message too big"),
        (1010, "an extension is missing"),
        (1011, "server error"),
        (1012, "service restart"),
        (1013, "try again later"),
        (1014, "bad gateway"),
        (1004, "may not be sent"),
        (1005, "may not be sent"),
        (1006, "may not be sent"),
        (1015, "may not be sent"),
        (2999, "may not be sent"),
        (3000, "registered by a library"),
        (4999, "private"),
    ] {
        let frame = [&[0x88, 2][..], &code.to_be_bytes()].concat();
        let lines = annotate(&websocket(&[(Direction::Received, &frame)]));
        assert_eq!(lines.last().unwrap().note, format!("{code}: {name}"));
    }
}

#[test]
fn a_protocol_of_lines_is_cut_at_each_line_end() {
    let mut trace = trace(&[
        (Direction::Sent, "BREW ool"),
        (Direction::Received, "READY\r\nCO"),
        (Direction::Sent, "ong\n\nBREW"),
    ]);
    trace.push(Duration::from_millis(3), Direction::Sent, What::Fin);
    trace.push(Duration::from_millis(4), Direction::Received, What::Reset);
    let text = "\
← line       READY␍␊
→ line       BREW oolong␊
→ line       ␊
→ line       BREW                                     │ unfinished
→ fin                                                 │ the client sends no more
← line       CO                                       │ unfinished
← reset                                               │ the server reset the connection
⟨end⟩
";
    assert_eq!(to_text(&lines(&trace)), text);
}
