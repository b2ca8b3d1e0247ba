//! What failing tests say: about wrong bytes, and about servers that hang, close early or speak
//! garbage. Each message is a snapshot, to be read by eye.

use crate::common::{answer, answer_and_hang, message, serve};
use harness::{
    Client, Fault, Head, Relay, costing, expect, expect_bytes, expect_eq, expect_hex, wait_until,
};
use std::net::SocketAddr;
use std::time::Duration;

/// Long enough for what can't come.
const SHORT: Duration = Duration::from_millis(100);

const HEAD: &[u8] =
    b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n";

fn get(server: SocketAddr) -> Client {
    let mut client = Client::connect(&server);
    client.get("/api/v1/tea-house", &[("Last-Event-ID", "8")]);
    client
}

fn head(bytes: &'static [u8]) -> Head {
    get(answer(bytes)).head()
}

#[test]
fn wrong_bytes() {
    insta::assert_snapshot!(message(1, || {
        let got = "id: 2\nevent: brewing\ndata: OOLONG 25.5\nCEYLON 24.4\nASSAM 27.4\n\n";
        let want =
            "id: 2\nevent: brewing\ndata: OOLONG 25.5\ndata: CEYLON 24.4\ndata: ASSAM 27.4\n\n";
        expect_bytes(
            "encode(id 2, \"brewing\", \"OOLONG 25.5␊CEYLON 24.4␊ASSAM 27.4\") gave",
            got,
            want,
        );
    }));
}

#[test]
fn too_few_bytes() {
    insta::assert_snapshot!(message(1, || {
        expect_bytes("encode(…) gave", "data: OOLONG 25.5\n", "data: OOLONG 25.5\n\n");
    }));
}

#[test]
fn too_many_bytes() {
    insta::assert_snapshot!(message(1, || {
        expect_bytes("encode(…) gave", "data: OOLONG 25.5\r\n\r\n\0", "data: OOLONG 25.5\r\n\r\n");
    }));
}

#[test]
fn wrong_bytes_that_are_not_text() {
    insta::assert_snapshot!(message(6, || {
        expect_hex("an empty close frame was answered", b"\x88\x02\x03\xed", b"\x88\x00");
    }));
}

#[test]
fn wrong_bytes_among_many() {
    insta::assert_snapshot!(message(1, || {
        let mut got = vec![0x2a; 300];
        got[200] = 0;
        expect_hex("encode(BINARY, 298 bytes, None) gave", got, vec![0x2a; 300]);
    }));
}

#[test]
fn long_and_many_lines_show_only_what_is_near() {
    insta::assert_snapshot!(message(1, || {
        let long = "x".repeat(300);
        let want: String = (0..40).map(|n| format!("data: {n} {long}\n")).collect();
        let got = want.replace("data: 20 x", "data: 20  ");
        expect_bytes("encode(…) gave", got, want);
    }));
}

#[test]
fn a_wrong_value() {
    insta::assert_snapshot!(message(4, || {
        expect_eq("the log holds 5, 6, 7, 8; since(3) gave", vec![5, 6, 7, 8], vec![6, 7]);
    }));
}

#[test]
fn a_condition_that_does_not_hold() {
    insta::assert_snapshot!(message(5, || {
        expect(false, "the fifth of four streams was opened", "a refusal");
    }));
}

#[test]
fn a_condition_that_never_holds() {
    insta::assert_snapshot!(message(6, || {
        wait_until(SHORT, "the subscriber to be freed", || false);
    }));
}

#[test]
fn a_wrong_status() {
    let bytes = b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n";
    insta::assert_snapshot!(message(2, || head(bytes).expect_status(200)));
}

#[test]
fn a_wrong_field() {
    insta::assert_snapshot!(message(2, || {
        head(HEAD).expect_field("content-type", "text/event-stream", |value| {
            value == "text/event-stream"
        });
    }));
}

#[test]
fn a_missing_field() {
    insta::assert_snapshot!(message(2, || {
        head(HEAD).expect_field("Cache-Control", "no-store", |value| value == "no-store");
    }));
}

#[test]
fn a_field_too_many() {
    insta::assert_snapshot!(message(2, || head(HEAD).expect_no_field("content-type")));
}

#[test]
fn nobody_listens() {
    // Port 1 is only for an administrator's services, and no machine has one there any more. A port
    // that was just free may be another test's by now.
    let nobody = SocketAddr::from(([127, 0, 0, 1], 1));
    insta::assert_snapshot!(message(2, move || drop(Client::connect(&nobody))));
}

#[test]
fn a_server_that_says_nothing() {
    insta::assert_snapshot!(message(2, || {
        let mut client = get(answer_and_hang(b""));
        client.note("publish of event 9");
        client.patient(SHORT);
        client.head();
    }));
}

#[test]
fn a_server_that_stops_in_the_midst_of_a_body() {
    insta::assert_snapshot!(message(2, || {
        let bytes = b"HTTP/1.1 200 OK\r\nContent-Length: 30\r\n\r\ndata: OOLONG 25.5\n";
        let mut client = get(answer_and_hang(bytes));
        client.head();
        client.until(b"data: OOLONG 25.5\n");
        client.patient(SHORT);
        client.until(b"\n\n");
    }));
}

#[test]
fn heartbeats_instead_of_an_event() {
    insta::assert_snapshot!(message(5, || {
        let bytes = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\
            1C\r\nid: 4\nevent: reset\ndata: 2\n\n\r\n\
            3\r\n:\n\n\r\n3\r\n:\n\n\r\n3\r\n:\n\n\r\n";
        let mut client = get(answer_and_hang(bytes));
        client.head();
        client.until(b"data: 2\n\n");
        client.patient(SHORT);
        client.until_some("event 5", |_| None);
    }));
}

#[test]
fn a_part_with_a_cost_of_its_own() {
    insta::assert_snapshot!(message(5, || {
        costing("This one event never comes.", || expect(true, "it came", "it"));
        costing("The cup shows yesterday's tea.", || expect(false, "it came", "nothing"));
    }));
}

#[test]
fn a_server_that_closes_early() {
    insta::assert_snapshot!(message(2, || {
        let mut client = get(answer(b"HTTP/1.1 200 OK\r\nContent-Length: 30\r\n\r\ndata: BER"));
        client.head();
        client.rest();
    }));
}

#[test]
fn a_proxy_that_cuts() {
    insta::assert_snapshot!(message(3, || {
        let proxy = Relay::to(&answer_and_hang(HEAD), Fault::CutWhenIdle(SHORT));
        let mut client = Client::connect(&proxy);
        client.get("/api/v1/tea-house", &[]);
        client.head();
        client.until(b"\n");
    }));
}

#[test]
fn a_server_that_closes_without_a_word() {
    insta::assert_snapshot!(message(2, || drop(get(answer(b"")).head())));
}

#[test]
fn a_server_that_breaks_off() {
    insta::assert_snapshot!(message(2, || {
        let mut client = get(serve(|stream| {
            socket2::SockRef::from(&stream).set_linger(Some(Duration::ZERO)).unwrap();
        }));
        client.head();
    }));
}

#[test]
fn garbage_instead_of_an_answer() {
    insta::assert_snapshot!(message(2, || drop(head(b"\x16\x03\x01\0\xa5 no HTTP\n"))));
}

#[test]
fn a_head_whose_lines_end_in_lf() {
    insta::assert_snapshot!(message(2, || drop(head(b"HTTP/1.1 200 OK\nContent-Length: 0\n\n"))));
}

#[test]
fn a_field_without_a_colon() {
    insta::assert_snapshot!(message(2, || drop(head(b"HTTP/1.1 200 OK\r\nContent-Type\r\n\r\n"))));
}

#[test]
fn two_lengths() {
    insta::assert_snapshot!(message(2, || {
        head(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n");
    }));
}

#[test]
fn a_server_that_never_stops() {
    insta::assert_snapshot!(message(5, || {
        let mut client = get(serve(|mut stream| {
            use std::io::Write;
            stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").unwrap();
            while stream.write_all(&[b'x'; 1 << 20]).is_ok() {}
        }));
        client.patient(harness::in_all());
        client.head();
        client.rest();
    }));
}

/// The messages for a body of chunks that begins like this.
fn chunks(bytes: &'static [u8]) -> String {
    message(2, move || {
        let mut client = get(serve(move |mut stream| {
            use std::io::Write;
            stream.write_all(&[HEAD, bytes].concat()).unwrap();
        }));
        client.head();
        client.rest();
    })
}

#[test]
fn a_chunk_longer_than_it_says() {
    insta::assert_snapshot!(chunks(b"4\r\ndata: OOLONG 25.5\n\r\n0\r\n\r\n"));
}

#[test]
fn a_chunk_without_a_size() {
    insta::assert_snapshot!(chunks(b"data: OOLONG 25.5\n\n"));
}

#[test]
fn a_body_without_a_last_chunk() {
    insta::assert_snapshot!(chunks(b"6\r\ndata:\n\r\n"));
}

#[test]
fn something_else_while_quiet() {
    insta::assert_snapshot!(message(3, || {
        let bytes = b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n:\n\n:\n\ndata: \n\n";
        let mut client = get(answer_and_hang(bytes));
        client.head();
        client.nothing_but(b":\n\n", Duration::from_secs(1));
    }));
}

#[test]
fn an_answer_while_quiet() {
    insta::assert_snapshot!(message(3, || {
        let mut client = get(answer_and_hang(HEAD));
        client.nothing_but(b"", Duration::from_secs(1));
    }));
}

#[test]
fn an_end_of_the_body_while_quiet() {
    insta::assert_snapshot!(message(3, || {
        let bytes = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n:\n\n\r\n0\r\n\r\n";
        let mut client = get(answer_and_hang(bytes));
        client.head();
        client.nothing_but(b":\n\n", Duration::from_secs(1));
    }));
}

#[test]
fn an_end_while_quiet() {
    insta::assert_snapshot!(message(3, || {
        let mut client = get(answer(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n:\n\n"));
        client.head();
        client.nothing_but(b":\n\n", Duration::from_secs(1));
    }));
}

#[test]
fn a_body_that_ends_too_early() {
    insta::assert_snapshot!(message(2, || {
        let bytes = b"HTTP/1.1 200 OK\r\nContent-Length: 18\r\n\r\ndata: OOLONG 25.5\n";
        let mut client = get(answer_and_hang(bytes));
        client.head();
        client.until(b"\n\n");
    }));
}

#[test]
fn a_function_that_is_not_written_yet_is_told() {
    insta::assert_snapshot!(message(4, || todo!("step 1: one `data:` line a line")));
}

#[test]
fn a_panic_in_a_function_is_told() {
    insta::assert_snapshot!(message(1, || {
        let cups: Vec<&str> = "".split_terminator('\n').collect();
        drop(cups[0].to_owned());
    }));
}

#[test]
fn a_panic_in_a_library_names_the_call() {
    insta::assert_snapshot!(message(6, || {
        let failures = "".len() as u32 + 32;
        harness::calling("after 32 failures `on_end`", || 2u32.pow(failures));
    }));
}
