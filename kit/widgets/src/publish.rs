//! `POST /publish` by hand: a request that a page can send through the tunnel.

use std::time::Duration;
use trace::{Kind, Trace, Way, What, annotate};
use weather::{Reading, Report};

/// The request, head and body. It asks the server to close the connection after its answer.
pub fn request(host: &str, report: &Report) -> Vec<u8> {
    let readings: Vec<String> = report.readings.iter().map(json).collect();
    let body = format!("{{\"readings\":[{}]}}", readings.join(","));
    format!(
        "POST /publish HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

/// One reading, with one decimal. Whole numbers only: the code that formats floats is large.
fn json(reading: &Reading) -> String {
    let tenths = (reading.celsius * 10.0).round() as i32;
    let sign = if tenths < 0 { "-" } else { "" };
    let (whole, tenth) = (tenths.abs() / 10, tenths.abs() % 10);
    format!("{{\"city\":{:?},\"celsius\":{sign}{whole}.{tenth}}}", reading.city)
}

/// What the whole answer says, in a sentence for the reader.
pub fn outcome(answer: &[u8]) -> String {
    let mut trace = Trace::default();
    trace.push(Duration::ZERO, Way::Received, What::Bytes(answer.to_vec()));
    let lines = annotate(&trace);
    let Some(start) = lines.first().filter(|line| line.kind == Kind::Head) else {
        return "Not published: the server closed without an answer.".into();
    };
    let body: Vec<u8> = lines
        .iter()
        .filter(|line| matches!(line.kind, Kind::Body | Kind::Chunk))
        .flat_map(|line| line.bytes.iter().copied())
        .collect();
    let start = String::from_utf8_lossy(&start.bytes);
    let status = start.trim_end().split_once(' ').map_or("", |(_, status)| status);
    let body = String::from_utf8_lossy(&body);
    if status.starts_with("201") {
        format!("Published: {status}, {body}")
    } else {
        format!("Not published: {status}. {body}")
    }
}
