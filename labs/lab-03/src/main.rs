//! Serves lab 03 on 127.0.0.1:8003. `--port N`, `--profile normal|test`, `--weather SECONDS|off`.

use std::process::ExitCode;

fn main() -> ExitCode {
    host::main(8003, lab_03::server::run)
}
