//! `cargo workshop`: all of it is the kit's.

use std::process::ExitCode;

fn main() -> ExitCode {
    workshop::main()
}
