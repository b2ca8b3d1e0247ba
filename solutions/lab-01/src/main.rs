//! Serves lab 01 on 127.0.0.1:8001. `--port N`, `--profile normal|test`, `--weather SECONDS|off`.

use std::process::ExitCode;

fn main() -> ExitCode {
    host::main(8001, solution_01::server::run)
}
