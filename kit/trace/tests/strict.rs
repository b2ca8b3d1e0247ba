//! The strict reader: whole or nothing at every cut, and where each broken rule is pointed at.

use trace::strict::{Framing, Head, chunk, frame};

#[test]
fn nothing_is_read_before_it_is_whole() {
    let head = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n";
    let two = b"\x81\x7e\x00\x7e".iter().copied().chain([b'x'; 126]).collect::<Vec<_>>();
    for cut in 0..head.len() {
        assert_eq!(Head::read(&head[..cut]), Ok(None), "{cut}");
    }
    for cut in 0..b"3\r\nabc\r\n".len() {
        assert_eq!(chunk(&b"3\r\nabc\r\n"[..cut]), Ok(None), "{cut}");
    }
    for cut in 0..two.len() {
        assert_eq!(frame(&two[..cut]), Ok(None), "{cut}");
    }
    let head = Head::read(&[head, &b"hello"[..]].concat()).unwrap().unwrap();
    assert_eq!((head.status(), head.bytes().len()), (200, 38));
    assert_eq!((head.field("content-LENGTH"), head.framing()), (Some("5"), Ok(Framing::Length(5))));
    assert_eq!(frame(&two).unwrap().unwrap().payload, [b'x'; 126]);
}

#[test]
fn a_head_is_pointed_at_where_it_is_wrong() {
    for (bytes, at) in [
        ("HTTP/1.0 200 OK", 7),
        ("HTTP/1.1 2000 OK\r\n", 9),
        ("HTTP/1.1 200 OK\n", 15),
        ("HTTP/1.1 200 OK\r\nno colon\r\n", 17),
        ("HTTP/1.1 200 OK\r\na b: c\r\n", 18),
        ("HTTP/1.1 200 OK\r\n: c\r\n", 17),
    ] {
        assert_eq!(Head::read(bytes.as_bytes()).unwrap_err().at, at, "{bytes:?}");
    }
}

#[test]
fn a_body_whose_end_nobody_knows_is_an_error() {
    let framing = |fields: &str| {
        let head = format!("HTTP/1.1 200 OK\r\n{fields}\r\n");
        Head::read(head.as_bytes()).unwrap().unwrap().framing().map_err(|wrong| wrong.note)
    };
    assert_eq!(framing("Transfer-Encoding: chunked\r\n"), Ok(Framing::Chunked));
    assert_eq!(framing(""), Ok(Framing::UntilClose));
    for fields in [
        "Content-Length: 5\r\nContent-Length: 6\r\n",
        "Content-Length: +5\r\n",
        "Content-Length: 99999999999\r\n",
        "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: gzip\r\n",
    ] {
        assert!(framing(fields).is_err(), "{fields:?}");
    }
}

#[test]
fn chunks_and_frames_are_pointed_at_where_they_are_wrong() {
    for (bytes, at) in
        [("xyz\r\n", 0), ("3 \r\n", 1), ("1\r\nabc", 4), ("0\r\nabc", 3), ("80000000\r\n", 0)]
    {
        assert_eq!(chunk(bytes.as_bytes()).unwrap_err().at, at, "{bytes:?}");
    }
    for (bytes, at) in [
        (&b"\xc1"[..], 0),
        (b"\x83", 0),
        (b"\x81\x85", 1),
        (b"\x09\x00", 1),
        (b"\x81\x7e\x00\x7d", 1),
        (b"\x82\x7f\0\0\0\0\x02\0\0\0", 2),
    ] {
        assert_eq!(frame(bytes).unwrap_err().at, at, "{bytes:02x?}");
    }
}
