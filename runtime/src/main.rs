//! The binary `jit`: see [`quern::cli`].

use std::process::ExitCode;

fn main() -> ExitCode {
    quern::cli::main()
}
