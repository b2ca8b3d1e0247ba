//! The command of this repository. Another workshop's is these three lines, too.

use std::process::ExitCode;

fn main() -> ExitCode {
    workshop::main()
}
