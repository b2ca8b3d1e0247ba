//! Serves lab 02 on 127.0.0.1:8002. `--port N`, `--profile normal|test`, `--weather SECONDS|off`.

use std::process::ExitCode;

fn main() -> ExitCode {
    host::main(8002, lab_02::server::run)
}
