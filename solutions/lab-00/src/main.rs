//! Serves lab 00 on 127.0.0.1:8000. `--port N`, `--profile normal|test`, `--weather SECONDS|off`.

use std::process::ExitCode;

fn main() -> ExitCode {
    host::main(8000, solution_00::server::run)
}
