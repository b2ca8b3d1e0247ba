//! ```` ```measured ````: what the transports cost, as a plot with its table, from the benchmark's
//! data file. The body names the figure and says what it shows: `bytes: For each event …`.
//!
//! | file | what it does |
//! |---|---|
//! | `mod.rs` | which figures there are |
//! | `data.rs` | reads `book/data/transports.json` |
//! | `figure.rs` | a plot and its table as HTML |
//! | `plot.rs` | bars as SVG |

mod data;
mod figure;
mod plot;

use crate::html::escape;
use crate::include::Sources;
use crate::problem::Fault;
use data::{Measurements, Row};
use figure::{Column, Figure, number};
use plot::{Bar, Group, Plot};

/// The figure that the body names, with its caption.
pub fn render(body: &str, sources: &dyn Sources) -> Result<String, Fault> {
    let (name, caption) = body.split_once(':').unwrap_or((body, ""));
    let figure = match name.trim() {
        "how" => return how(&Measurements::read(sources)?),
        "bytes" => bytes,
        "latency" => latency,
        "cpu" => cpu,
        "busy" => busy,
        "memory" => memory,
        other => {
            return Err(Fault::at(
                1,
                format!(
                    "`{other}` was not measured: write `bytes`, `latency`, `cpu`, `busy`, \
                     `memory` or `how`"
                ),
            ));
        }
    };
    let caption = caption.split_whitespace().collect::<Vec<_>>().join(" ");
    if caption.is_empty() {
        return Err(Fault::at(
            1,
            format!("say what it shows, as in `{}: For each …`", name.trim()),
        ));
    }
    Ok(figure(&Measurements::read(sources)?).to_html(&caption))
}

/// When, on what, and how to do it again.
fn how(data: &Measurements) -> Result<String, Fault> {
    let made = &data.made;
    Ok(format!(
        "<p class=\"measured-how\">Measured on {} with {} subscribers by <code>{}</code>, on {}.</p>",
        escape(&made.date),
        data.subscribers,
        escape(&made.command),
        escape(&made.machine)
    ))
}

fn bytes(data: &Measurements) -> Figure<'_> {
    let parts = |row: &Row| {
        let bytes = &row.bytes;
        [bytes.payload, bytes.framing, bytes.heads, bytes.up]
    };
    let bar = |row: &Row| {
        let all: f64 = parts(row).iter().sum();
        let parts = parts(row).into_iter().enumerate().collect();
        let label = row.transport.clone();
        Group { name: None, bars: vec![Bar { label, parts, value: number(all) }] }
    };
    let columns: Vec<Column> = vec![
        ("text", |row| Some(row.bytes.payload)),
        ("framing", |row| Some(row.bytes.framing)),
        ("heads of answers", |row| Some(row.bytes.heads)),
        ("questions", |row| Some(row.bytes.up)),
        ("all", |row| Some(row.bytes.payload + row.bytes.framing + row.bytes.heads + row.bytes.up)),
        ("once, to open: up", |row| row.open.as_ref().map(|open| open.up)),
        ("once, to open: down", |row| row.open.as_ref().map(|open| open.down)),
    ];
    Figure {
        plot: Plot {
            series: vec!["text", "framing", "heads of answers", "questions"],
            groups: data.ours().map(bar).collect(),
        },
        columns,
        rows: data.ours().collect(),
    }
}

fn latency(data: &Measurements) -> Figure<'_> {
    let bar = |row: &Row| {
        let (half, most) = (row.paced.p50_ms, row.paced.p99_ms);
        let label = row.transport.clone();
        let parts = vec![(0, half), (1, most - half)];
        let value = format!("{} to {} ms", number(half), number(most));
        Group { name: None, bars: vec![Bar { label, parts, value }] }
    };
    Figure {
        plot: Plot {
            series: vec!["half of all", "99 of 100"],
            groups: data.ours().map(bar).collect(),
        },
        columns: vec![
            ("an event every, ms", |row| Some(row.paced.pace_ms)),
            ("half came within, ms", |row| Some(row.paced.p50_ms)),
            ("99 of 100 within, ms", |row| Some(row.paced.p99_ms)),
        ],
        rows: data.ours().collect(),
    }
}

fn cpu(data: &Measurements) -> Figure<'_> {
    by_server(data, "µs", vec![("µs for a delivery", |row| Some(row.paced.load.cpu_us))])
}

fn busy(data: &Measurements) -> Figure<'_> {
    by_server(
        data,
        "µs",
        vec![
            ("16 publishers, µs", |row| row.sixteen_publishers.as_ref().map(|load| load.cpu_us)),
            ("events a read", |row| row.sixteen_publishers.as_ref().map(|load| load.events_a_read)),
            ("one publisher, µs", |row| row.one_publisher.as_ref().map(|load| load.cpu_us)),
            ("one publisher, events a read", |row| {
                row.one_publisher.as_ref().map(|load| load.events_a_read)
            }),
        ],
    )
}

fn memory(data: &Measurements) -> Figure<'_> {
    by_server(data, "KiB", vec![("KiB for a subscriber", |row| Some(row.memory_bytes / 1024.0))])
}

/// A group for each transport, a bar for each server; the first column is plotted.
fn by_server<'a>(data: &'a Measurements, unit: &str, columns: Vec<Column>) -> Figure<'a> {
    let (_, plotted) = columns[0];
    let rows: Vec<&Row> = data.rows.iter().filter(|row| plotted(row).is_some()).collect();
    let mut groups: Vec<Group> = Vec::new();
    for row in &rows {
        let Some(value) = plotted(row) else { continue };
        let bar = Bar {
            label: row.server.clone(),
            parts: vec![(row.series(), value)],
            value: format!("{} {unit}", number(value)),
        };
        let name = Some(row.transport.clone());
        match groups.last_mut().filter(|group| group.name == name) {
            Some(group) => group.bars.push(bar),
            None => groups.push(Group { name, bars: vec![bar] }),
        }
    }
    Figure { plot: Plot { series: Vec::new(), groups }, columns, rows }
}

#[cfg(test)]
mod tests;
