//! The limits of the benchmark, on made-up numbers.

use load::ledger::Mistakes;
use load::report::{Bytes, Load, Made, Paced, Report, Row, Who, names};
use load::transport::Transport;

fn load(cpu_us: f64) -> Load {
    Load {
        events: 1,
        deliveries: 1,
        seconds: 1.0,
        cpu_us,
        events_a_read: 1.0,
        mistakes: Mistakes::default(),
    }
}

fn row(server: Who, memory_bytes: u64, paced: f64, one: f64, sixteen: f64) -> Row {
    Row {
        transport: Transport::Sse,
        server,
        memory_bytes,
        open: None,
        bytes: Bytes { up: 0.0, heads: 0.0, framing: 1.0, payload: 1.0 },
        paced: Paced { pace_ms: 1.0, p50_ms: 1.0, p99_ms: 1.0, load: load(paced) },
        one_publisher: Some(load(one)),
        sixteen_publishers: Some(load(sixteen)),
    }
}

fn missed(ours: Row) -> Vec<String> {
    let made = Made {
        date: "2026-11-24".to_owned(),
        command: String::new(),
        machine: String::new(),
        seconds: 1.0,
    };
    let peers = [row(Who::Actix, 12_000, 10.0, 10.0, 10.0), row(Who::Axum, 20_000, 9.0, 3.0, 2.5)];
    let rows = [ours].into_iter().chain(peers).collect();
    Report { made, subscribers: 1000, names: names(), rows }.missed()
}

#[test]
fn who_keeps_the_limits_misses_none() {
    assert_eq!(missed(row(Who::Workshop, 12_900, 10.0, 2.0, 2.0)), [""; 0]);
}

#[test]
fn each_limit_is_kept() {
    let only = |ours: Row, words: &str| {
        let missed = missed(ours);
        assert!(missed.len() == 1 && missed[0].contains(words), "{missed:?}");
    };
    only(row(Who::Workshop, 12_961, 1.0, 1.0, 1.0), "Actix 12000");
    assert_eq!(missed(row(Who::Workshop, 20_000, 1.0, 1.0, 1.0)).len(), 2, "and Axum");
    only(row(Who::Workshop, 1, 10.6, 1.0, 1.0), "paced: 10.60 µs");
    only(row(Who::Workshop, 1, 1.0, 2.1, 1.0), "one publisher: 2.10 µs");
    only(row(Who::Workshop, 1, 1.0, 1.0, 2.1), "sixteen publishers: 2.10 µs");
    assert_eq!(missed(row(Who::Workshop, 1, 1.0, 1.0, 2.6)).len(), 2, "axum is better, too");

    let mut ours = row(Who::Workshop, 1, 1.0, 1.0, 1.0);
    ours.paced.load.mistakes.disordered = 1;
    only(ours, "0 lost, 0 doubled, 1 out of order");
}
