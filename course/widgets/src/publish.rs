//! `POST /publish` by hand: a request that a page can send through the tunnel.

use std::time::Duration;
use trace::{Direction, Kind, Trace, What, annotate};
use weather::{Reading, Report, Source};
use widgets::Publisher;

/// Publishes the weather, one report after the other.
pub struct Weather(Source);

impl Weather {
    /// The same seed publishes the same weather.
    pub fn new(seed: u64) -> Weather {
        Weather(Source::new(seed))
    }
}

impl Publisher for Weather {
    fn request(&mut self, host: &str) -> Option<Vec<u8>> {
        Some(request(host, &self.0.next()?))
    }

    fn outcome(&self, answer: &[u8]) -> String {
        let mut trace = Trace::default();
        trace.push(Duration::ZERO, Direction::Received, What::Bytes(answer.to_vec()));
        let lines = annotate(&trace);
        let Some(start) = lines.first().filter(|line| line.kind == Kind::Head) else {
            return "Not published: the server closed without an answer.".into();
        };
        let mut body = Vec::new();
        for line in &lines {
            if matches!(line.kind, Kind::Body | Kind::Chunk) {
                body.extend_from_slice(&line.bytes);
            }
        }
        let start = String::from_utf8_lossy(&start.bytes);
        let status = start.trim_end().split_once(' ').map_or("", |(_, status)| status);
        let body = String::from_utf8_lossy(&body);
        if status.starts_with("201") {
            format!("Published: {status}, {body}")
        } else {
            format!("Not published: {status}. {body}")
        }
    }
}

/// A request, head and body. It asks the server to close the connection after its answer.
pub fn request(host: &str, report: &Report) -> Vec<u8> {
    let mut readings = String::new();
    for reading in &report.readings {
        if !readings.is_empty() {
            readings.push(',');
        }
        readings.push_str(&json(reading));
    }
    let body = format!("{{\"readings\":[{readings}]}}");
    format!(
        "POST /publish HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

/// One reading, with one decimal. Whole numbers only: the code that formats floats is large, and so
/// is the one that escapes text, which no city here needs.
fn json(reading: &Reading) -> String {
    let tenths = (reading.celsius * 10.0).round() as i32;
    let sign = if tenths < 0 { "-" } else { "" };
    let (whole, tenth) = (tenths.abs() / 10, tenths.abs() % 10);
    format!("{{\"city\":\"{}\",\"celsius\":{sign}{whole}.{tenth}}}", reading.city)
}
