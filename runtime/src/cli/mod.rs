//! The command line: arguments in, exit code out.
//!
//! Exit codes: 0 when all went well, 1 for an error in a script (or a file that `check` or `fmt --check`
//! found wrong), 2 for a wrong command line, and what `os.exit` asks for.

mod args;
mod explain;
mod ir;
mod output;
mod repl;
mod report;
mod run;

use args::{Cli, Command};
use std::io::IsTerminal;
use std::process::ExitCode;

/// How a command ended.
type Outcome = Result<(), Failure>;

/// Why a command ended early; the message has been written.
#[derive(Debug)]
enum Failure {
    /// The script or the files are wrong.
    Script,
    /// The command line is wrong.
    Usage,
    /// The script asked for this code.
    Exit(u8),
}

/// Runs the command that the process was started with.
pub fn main() -> ExitCode {
    let cli = Cli::of_process();
    let outcome = match cli.command {
        Some(Command::Run(args)) => run::run(&args),
        Some(Command::Repl(engine)) => repl::run(&engine),
        Some(Command::Check(args)) => run::check(&args),
        Some(Command::Ir(args)) => ir::run(&args),
        Some(Command::Explain(args)) => explain::run(&args),
        Some(Command::Fmt(args)) => run::format(&args),
        None if cli.run.file.is_none() && cli.run.expr.is_none() => {
            if std::io::stdin().is_terminal() {
                repl::run(&cli.run.engine)
            } else {
                run::run(&args::RunArgs { file: Some("-".into()), ..cli.run })
            }
        }
        None => run::run(&cli.run),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure::Script) => ExitCode::from(1),
        Err(Failure::Usage) => ExitCode::from(2),
        Err(Failure::Exit(code)) => ExitCode::from(code),
    }
}
