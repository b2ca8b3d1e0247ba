//! The program behind `cargo workshop bench transports` and `cargo workshop load`.

use lexopt::prelude::*;
use load::churn::{self, Leave};
use load::report::{Made, Report, names};
use load::server::Server;
use load::stall;
use load::transport::Transport;
use load::transports::{self, Size};
use std::net::{Ipv4Addr, TcpListener};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

const HELP: &str = "\
load transports [LAB …] [--small] [--out FILE] [--machine TEXT]
load leave [--machine TEXT] [churn|stall] …   both, one after the other, unless one is named
load churn [LAB …] [--clients N]
load stall [LAB …] [--small]
load peer actix|axum --port N
";

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = lexopt::Parser::from_env();
    match args.next()? {
        Some(Value(command)) if command == "transports" => bench(args),
        Some(Value(command)) if command == "leave" => leave(args),
        Some(Value(command)) if command == "churn" => churn(args),
        Some(Value(command)) if command == "stall" => stall(args),
        Some(Value(command)) if command == "peer" => peer(args),
        _ => Err(HELP.into()),
    }
}

fn bench(mut args: lexopt::Parser) -> Result<(), Box<dyn std::error::Error>> {
    let (mut labs, mut size, mut out, mut machine) = (vec![], Size::FULL, None, String::new());
    while let Some(arg) = args.next()? {
        match arg {
            Long("small") => size = Size::SMALL,
            Long("out") => out = Some(PathBuf::from(args.value()?)),
            Long("machine") => machine = args.value()?.string()?,
            Value(lab) => labs.push(find(&lab.string()?)?),
            _ => return Err(arg.unexpected().into()),
        }
    }
    let start = Instant::now();
    let mut rows = Vec::new();
    for (transport, who) in transports::all() {
        if !labs.is_empty() && !labs.contains(&transport) {
            continue;
        }
        eprintln!("{}, {who:?} …", transport.name());
        let row = transports::server(transport, who)
            .and_then(|server| transports::measure(server, transport, who, size));
        rows.push(row.map_err(|error| format!("{}, {who:?}: {error}", transport.name()))?);
    }
    let made = Made {
        date: time::OffsetDateTime::now_utc().date().to_string(),
        command: "cargo workshop bench transports".to_owned(),
        machine,
        seconds: start.elapsed().as_secs_f64().round(),
    };
    let report = Report { made, subscribers: size.subscribers, names: names(), rows };
    print!("{}", report.table());
    if let Some(file) = out {
        std::fs::write(&file, serde_json::to_string_pretty(&report)? + "\n")
            .map_err(|error| format!("{}: {error}", file.display()))?;
    }
    match report.missed() {
        missed if missed.is_empty() => Ok(()),
        missed => Err(format!("limits were missed:\n  {}", missed.join("\n  ")).into()),
    }
}

/// What clients leave behind that come and go, or stop reading.
fn leave(mut args: lexopt::Parser) -> Result<(), Box<dyn std::error::Error>> {
    let mut words: Vec<_> = args.raw_args()?.collect();
    if words.first().is_some_and(|word| word == "--machine") && words.len() > 1 {
        println!("{}", words[1].to_string_lossy());
        words.drain(..2);
    }
    let only = words.first().filter(|word| *word == "churn" || *word == "stall").cloned();
    if only.is_some() {
        words.remove(0);
    }
    // As if it stood after the program's name.
    let parser = || lexopt::Parser::from_args(words.clone());
    if only.as_ref().is_none_or(|only| only == "churn") {
        churn(parser())?;
    }
    if only.as_ref().is_none_or(|only| only == "stall") {
        stall(parser())?;
    }
    Ok(())
}

fn churn(mut args: lexopt::Parser) -> Result<(), Box<dyn std::error::Error>> {
    let (mut labs, mut clients) = (vec![], 10_000);
    while let Some(arg) = args.next()? {
        match arg {
            Long("clients") => clients = args.value()?.parse()?,
            Value(lab) => labs.push(find(&lab.string()?)?),
            _ => return Err(arg.unexpected().into()),
        }
    }
    if labs.is_empty() {
        labs = Transport::ALL[1..].into();
    }
    for transport in labs {
        let server = Server::lab(transport, stall::LOG)?;
        for how in Leave::ALL {
            let start = Instant::now();
            let name = transport.name();
            churn::run(&server, transport, how, clients, churn::FREED)
                .map_err(|error| format!("{name}, {clients} leave {how:?}: {error}"))?;
            let seconds = start.elapsed().as_secs_f64();
            println!("{name}: {clients} came and left ({how:?}), nothing stayed; {seconds:.0} s");
        }
    }
    Ok(())
}

fn stall(mut args: lexopt::Parser) -> Result<(), Box<dyn std::error::Error>> {
    let (mut labs, mut size) = (vec![], stall::Size::FULL);
    while let Some(arg) = args.next()? {
        match arg {
            Long("small") => size = stall::Size::SMALL,
            Value(lab) => labs.push(find(&lab.string()?)?),
            _ => return Err(arg.unexpected().into()),
        }
    }
    if labs.is_empty() {
        labs = vec![Transport::Streaming, Transport::Sse, Transport::WebSocket];
    }
    for transport in labs {
        let outcome = Server::lab(transport, stall::LOG)
            .and_then(|server| stall::run(&server, transport, size))
            .and_then(|outcome| outcome.check(size).map(|()| outcome))
            .map_err(|error| format!("{}, {} stall: {error}", transport.name(), size.stalling))?;
        println!(
            "{}: {} of {} stalled; {outcome:?}",
            transport.name(),
            size.stalling,
            size.subscribers
        );
    }
    Ok(())
}

fn peer(mut args: lexopt::Parser) -> Result<(), Box<dyn std::error::Error>> {
    let (mut name, mut port) = (String::new(), 0);
    while let Some(arg) = args.next()? {
        match arg {
            Long("port") => port = args.value()?.parse()?,
            Value(value) => name = value.string()?,
            _ => return Err(arg.unexpected().into()),
        }
    }
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
    match name.as_str() {
        "actix" => Ok(load::peer::actix::run(listener)?),
        #[cfg(feature = "axum")]
        "axum" => Ok(load::peer::axum::run(listener)?),
        _ => Err(format!("there is no peer {name:?}: {HELP}").into()),
    }
}

/// A transport by the number of its lab.
fn find(lab: &str) -> Result<Transport, String> {
    let found = Transport::ALL.into_iter().find(|transport| transport.lab() == lab);
    found.ok_or_else(|| format!("there is no lab {lab:?}; there are 00 to 04"))
}
