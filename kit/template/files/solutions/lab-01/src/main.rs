//! Serves lab 01 on 127.0.0.1:7001, or on another port: `--port N`.

use solution_01::server::{Store, run};
use std::net::{Ipv4Addr, TcpListener};
use std::process::ExitCode;
use std::{env, io};

const PORT: u16 = 7001;

fn main() -> ExitCode {
    match port().and_then(serve) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn serve(port: u16) -> io::Result<()> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
    println!("The store listens on {} (Ctrl-C stops it)", listener.local_addr()?);
    run(listener, Store::default())
}

fn port() -> io::Result<u16> {
    let args: Vec<String> = env::args().skip(1).collect();
    match &args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => Ok(PORT),
        ["--port", port] => port.parse().map_err(|_| io::Error::other("a port is 0 to 65535")),
        _ => Err(io::Error::other("the only argument is --port N")),
    }
}
