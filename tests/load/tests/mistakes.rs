//! Servers that lose, repeat or swap events, on real connections: the subscribers notice.

use load::ledger::Mistakes;
use load::subscribers::{Plan, Subscribers};
use load::transport::Transport;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

const LIMIT: Duration = Duration::from_secs(20);

/// A server that answers two clients with these bytes, and then waits for them to leave.
fn server(script: Vec<Vec<u8>>) -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for client in listener.incoming().take(2) {
            let (client, script) = (client.unwrap(), script.clone());
            thread::spawn(move || serve(client, &script));
        }
    });
    address
}

/// One piece for each request.
fn serve(mut client: TcpStream, script: &[Vec<u8>]) {
    let mut buffer = [0; 4096];
    for piece in script {
        let request = client.read(&mut buffer).unwrap();
        assert!(buffer[..request].ends_with(b"\r\n\r\n"));
        client.write_all(piece).unwrap();
    }
    while client.read(&mut buffer).is_ok_and(|length| length > 0) {}
}

fn json(id: u64) -> String {
    format!("{{\"id\":{id},\"event\":\"weather\",\"data\":\"x\"}}")
}

/// What a server sends that hands out these ids.
fn script(transport: Transport, ids: &[u64]) -> Vec<Vec<u8>> {
    let mut bytes: Vec<u8> = match transport {
        Transport::WebSocket => b"HTTP/1.1 101 Switching Protocols\r\n\r\n".to_vec(),
        _ => b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".to_vec(),
    };
    let chunk = |text: String| format!("{:x}\r\n{text}\r\n", text.len()).into_bytes();
    for &id in ids {
        bytes.extend(match transport {
            Transport::Sse => chunk(format!("id: {id}\ndata: x\n\n")),
            Transport::Streaming => chunk(json(id) + "\n"),
            Transport::WebSocket => [&[0x81, json(id).len() as u8], json(id).as_bytes()].concat(),
            Transport::ShortPolling | Transport::LongPolling => return answers(ids),
        });
    }
    vec![bytes]
}

/// An answer for each id, and none to the last question.
fn answers(ids: &[u64]) -> Vec<Vec<u8>> {
    let answer = |id: &u64| {
        let body = format!("{{\"events\":[{}],\"next\":{id}}}", json(*id));
        format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len()).into_bytes()
    };
    ids.iter().map(answer).collect()
}

/// Lost, doubled, disordered.
fn seen(transport: Transport, ids: &[u64]) -> [i64; 3] {
    let address = server(script(transport, ids));
    let plan = Plan {
        address,
        transport,
        subscribers: 2,
        ask_every: Duration::from_millis(1),
        stalling: 0,
    };
    let subscribers = Subscribers::start(&plan).unwrap();
    let all = 2 * ids.len() as u64;
    let waited = subscribers.board.wait(LIMIT, "all of them", |sums| sums.deliveries == all);
    assert_eq!(waited, Ok(()), "{transport:?} {ids:?}");
    let Mistakes { lost, doubled, disordered } = subscribers.board.sums().mistakes;
    [lost, doubled, disordered]
}

#[test]
fn each_mistake_is_noticed_on_each_transport() {
    for transport in Transport::ALL {
        assert_eq!(seen(transport, &[1, 2, 3, 4]), [0, 0, 0], "{transport:?}");
        assert_eq!(seen(transport, &[1, 2, 4, 5]), [2, 0, 0], "{transport:?} lost 3");
        assert_eq!(seen(transport, &[1, 2, 2, 3]), [0, 2, 0], "{transport:?} repeated 2");
        assert_eq!(seen(transport, &[1, 3, 2, 4]), [0, 0, 2], "{transport:?} swapped 2 and 3");
    }
}

#[test]
fn an_event_that_never_comes_is_noticed() {
    let address = server(script(Transport::Sse, &[1, 2]));
    let ask_every = Duration::from_millis(1);
    let plan = Plan { address, transport: Transport::Sse, subscribers: 2, ask_every, stalling: 0 };
    let subscribers = Subscribers::start(&plan).unwrap();
    assert_eq!(subscribers.wait_for(2, LIMIT), Ok(()));
    let waited = subscribers.wait_for(3, Duration::from_millis(50)).unwrap_err();
    assert!(waited.contains("event 3 everywhere"), "{waited}");
}

#[test]
fn a_connection_that_ends_is_noticed() {
    let mut pieces = script(Transport::Streaming, &[1]);
    pieces[0].extend(b"0\r\n\r\n");
    let address = server(pieces);
    let ask_every = Duration::from_millis(1);
    let plan =
        Plan { address, transport: Transport::Streaming, subscribers: 2, ask_every, stalling: 0 };
    let broken = Subscribers::start(&plan).and_then(|subscribers| subscribers.wait_for(2, LIMIT));
    assert!(broken.unwrap_err().contains("the server ended the stream"));
}
