//! Serves lab 04 on 127.0.0.1:8004. `--port N`, `--profile normal|test`, `--weather SECONDS|off`.

use std::process::ExitCode;

fn main() -> ExitCode {
    host::main(8004, lab_04::server::run)
}
