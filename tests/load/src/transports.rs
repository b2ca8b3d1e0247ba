//! The benchmark: every transport of every server, one after the other.

use crate::board::{Sums, percentile};
use crate::ledger::Mistakes;
use crate::publisher::{Publisher, in_turn, paced};
use crate::report::{Bytes, Load, Open, Paced, Row, Who};
use crate::server::Server;
use crate::subscribers::{Plan, Subscribers};
use crate::transport::Transport;
use std::time::{Duration, Instant};

/// The last event is waited for so long.
const PATIENCE: Duration = Duration::from_secs(60);

/// How many events a server keeps: more than one run publishes, so that who falls behind is slow, and
/// misses nothing.
pub const LOG: usize = 4096;

/// How much of each.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    /// Subscribers of each server.
    pub subscribers: usize,
    /// Events of the paced load.
    pub paced: usize,
    /// Time between two of them.
    pub pace: Duration,
    /// Events of each run with one publisher; sixteen send five times as many.
    pub busy: usize,
    /// How many runs of these.
    pub runs: usize,
}

impl Size {
    /// What the book shows.
    pub const FULL: Size =
        Size { subscribers: 1000, paced: 50, pace: Duration::from_millis(100), busy: 320, runs: 3 };

    /// For tests, and to see that all works.
    pub const SMALL: Size =
        Size { subscribers: 20, paced: 10, pace: Duration::from_millis(10), busy: 32, runs: 1 };

    /// A client that polls asks as often as there is news, and a thousand clients that ask ten times
    /// a second are another benchmark.
    fn of(self, transport: Transport) -> Size {
        match transport {
            Transport::ShortPolling => {
                Size { paced: self.paced.div_ceil(10), pace: self.pace * 10, ..self }
            }
            _ => self,
        }
    }
}

/// What there is to measure, in the order of the report.
pub fn all() -> Vec<(Transport, Who)> {
    let mut all = Vec::new();
    for transport in Transport::ALL {
        all.push((transport, Who::Workshop));
        if !transport.polls() {
            all.extend([(transport, Who::Actix), (transport, Who::Axum)]);
        }
    }
    all
}

/// Starts a server with that transport.
///
/// # Errors
/// It isn't built, or doesn't start.
pub fn server(transport: Transport, who: Who) -> Result<Server, String> {
    match who {
        Who::Workshop => Server::lab(transport, LOG),
        Who::Actix => Server::peer("actix"),
        Who::Axum => Server::peer("axum"),
    }
}

/// Measures one transport of a server that was just started.
///
/// # Errors
/// The server or a client fails. Events that are lost or out of order are no error: they are in
/// the row.
pub fn measure(server: Server, transport: Transport, who: Who, size: Size) -> Result<Row, String> {
    let size = size.of(transport);
    let empty = server.memory()?;
    let subscribers = Subscribers::start(&Plan {
        address: server.address,
        transport,
        subscribers: size.subscribers,
        ask_every: size.pace,
        stalling: 0,
    })?;
    let opened = subscribers.board.sums().clone();
    let of_each = |bytes: u64| bytes as f64 / size.subscribers as f64;
    let open = Open { up: of_each(opened.up), down: of_each(opened.down) };
    let mut meter = Meter { server, subscribers, last: 0 };

    // A few events first, for buffers and caches; memory is what a working subscriber needs.
    let mut publisher = Publisher::connect(meter.server.address, 0)?;
    meter.load(|meter| meter.paced(&mut publisher, size.paced.div_ceil(10), size.pace))?;
    let memory = meter.server.memory()?.saturating_sub(empty);

    meter.subscribers.board.sums().take_times();
    let (load, sums) = meter.load(|meter| meter.paced(&mut publisher, size.paced, size.pace))?;
    drop(publisher);
    let mut times = meter.subscribers.board.sums().take_times();
    let millis = |time: Duration| time.as_secs_f64() * 1000.0;
    let paced = Paced {
        pace_ms: millis(size.pace),
        p50_ms: millis(percentile(&mut times, 50.0)),
        p99_ms: millis(percentile(&mut times, 99.0)),
        load,
    };
    let of_delivery = |bytes: u64| bytes as f64 / sums.deliveries as f64;
    let bytes = Bytes {
        up: of_delivery(sums.up),
        heads: of_delivery(sums.heads),
        framing: of_delivery(sums.down - sums.heads - sums.payload),
        payload: of_delivery(sums.payload),
    };
    let polls = transport == Transport::ShortPolling;
    let mut busy = |publishers| match polls {
        true => Ok(None),
        false => meter.busy(publishers, size).map(Some),
    };
    Ok(Row {
        transport,
        server: who,
        memory_bytes: memory / size.subscribers as u64,
        open: (!transport.polls()).then_some(open),
        bytes,
        paced,
        one_publisher: busy(1)?,
        sixteen_publishers: busy(16)?,
    })
}

struct Meter {
    server: Server,
    subscribers: Subscribers,
    /// The newest event.
    last: u64,
}

impl Meter {
    fn paced(
        &self,
        publisher: &mut Publisher,
        events: usize,
        pace: Duration,
    ) -> Result<u64, String> {
        paced(publisher, &self.subscribers.board, self.last, events, pace)
    }

    /// The median of several runs.
    fn busy(&mut self, publishers: usize, size: Size) -> Result<Load, String> {
        let mut loads = Vec::new();
        for _ in 0..size.runs {
            let events = if publishers == 1 { size.busy } else { size.busy * 5 };
            let (load, _) =
                self.load(|meter| in_turn(meter.server.address, publishers, events, 0))?;
            loads.push(load);
        }
        loads.sort_by(|a, b| a.cpu_us.total_cmp(&b.cpu_us));
        let mut mistakes = Mistakes::default();
        loads.iter().for_each(|load| mistakes += load.mistakes);
        Ok(Load { mistakes, ..loads[loads.len() / 2] })
    }

    /// Runs a load that returns the id of its last event, and waits until all have that event.
    fn load(
        &mut self,
        load: impl FnOnce(&Meter) -> Result<u64, String>,
    ) -> Result<(Load, Sums), String> {
        let before = self.subscribers.board.sums().clone();
        let (cpu, start) = (self.server.cpu()?, Instant::now());
        let last = load(self)?;
        self.subscribers.wait_for(last, PATIENCE)?;
        let seconds = start.elapsed().as_secs_f64();
        let cpu = self.server.cpu()? - cpu;
        let events = last - self.last;
        self.last = last;
        let sums = self.subscribers.board.sums().since(&before);
        let deliveries = sums.deliveries.max(1) as f64;
        let load = Load {
            events,
            deliveries: sums.deliveries,
            seconds,
            cpu_us: cpu.as_secs_f64() * 1e6 / deliveries,
            events_a_read: deliveries / sums.reads.max(1) as f64,
            mistakes: sums.mistakes,
        };
        Ok((load, sums))
    }
}
