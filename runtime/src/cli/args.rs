//! What the command line may say.

use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum};
use std::ffi::OsString;
use std::path::PathBuf;

/// Run numeric scripts written in Quern.
#[derive(Parser, Debug)]
#[command(
    name = "jit",
    version,
    about,
    args_conflicts_with_subcommands = true,
    subcommand_negates_reqs = true
)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Option<Command>,
    #[command(flatten)]
    pub run: RunArgs,
}

impl Cli {
    /// The command line of the process. Options may stand before the command, too.
    pub fn of_process() -> Cli {
        Cli::parse_from(command_first(std::env::args_os().collect()))
    }
}

/// Moves a command that stands behind options in front of them. Behind an expression, what follows the
/// first argument is the script's, whatever it looks like.
fn command_first(mut words: Vec<OsString>) -> Vec<OsString> {
    let cli = Cli::command();
    let takes_word = |word: &str| {
        let name = word.strip_prefix("--");
        let option = cli.get_arguments().find(|arg| name.is_some() && arg.get_long() == name);
        option.is_some_and(|option| option.get_action().takes_values())
    };
    let mut at = 1;
    let mut evaluates = false;
    while let Some(word) = words.get(at).and_then(|word| word.to_str()) {
        if matches!(word, "-e" | "--eval") || word.starts_with("--eval=") {
            evaluates = true;
            at += 1 + usize::from(!word.contains('='));
            continue;
        }
        if matches!(word, "-" | "--") {
            break;
        }
        if !word.starts_with('-') {
            if evaluates {
                words.insert(at + 1, "--".into());
            } else if cli.get_subcommands().any(|command| command.get_name() == word) {
                words[1..=at].rotate_right(1);
            }
            break;
        }
        at += 1 + usize::from(takes_word(word));
    }
    words
}

fn at_least_one(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(n) if n > 0 => Ok(n),
        _ => Err("expected a whole number, at least 1".into()),
    }
}

/// More threads than this wait for each other more than they work, and a system may refuse to start them.
const MAX_THREADS: usize = 1024;

fn threads(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(n) if (1..=MAX_THREADS).contains(&n) => Ok(n),
        _ => Err(format!("expected a whole number from 1 to {MAX_THREADS}")),
    }
}

#[derive(Subcommand, Debug)]
pub enum Command {
    /// Run a script (the same as giving it without a command).
    Run(RunArgs),
    /// Type expressions and see their values.
    Repl(EngineArgs),
    /// Report mistakes without running anything.
    Check(CheckArgs),
    /// Print a stage of the compilation of a script.
    Ir(IrArgs),
    /// Run a script, then tell what ran natively, with which types, and what was declined and why.
    Explain(RunArgs),
    /// Format scripts in place.
    Fmt(FmtArgs),
}

#[derive(Args, Debug, Clone)]
pub struct RunArgs {
    /// Evaluate this text and print its value; the words behind it are `os.args`.
    #[arg(short = 'e', long = "eval", value_name = "EXPR", allow_hyphen_values = true)]
    pub expr: Option<String>,
    /// The script; `-` reads it from standard input.
    pub file: Option<PathBuf>,
    /// What the script sees as `os.args`.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "ARGS")]
    pub args: Vec<String>,
    /// Report the time of each stage on standard error.
    #[arg(long)]
    pub time: bool,
    #[command(flatten)]
    pub engine: EngineArgs,
}

#[derive(Args, Debug, Clone)]
pub struct EngineArgs {
    /// When to compile to machine code.
    #[arg(long, value_enum, default_value = "on", value_name = "WHEN")]
    pub jit: JitMode,
    /// How errors are written.
    #[arg(long, value_enum, default_value = "human", value_name = "FORMAT")]
    pub message_format: MessageFormat,
    /// The most calls that may be active at once.
    #[arg(long, value_name = "N", value_parser = at_least_one)]
    pub max_depth: Option<usize>,
    /// Threads for parallel work; by default one for each core.
    #[arg(long, value_name = "N", value_parser = threads)]
    pub threads: Option<usize>,
}

#[derive(Args, Debug, Clone)]
pub struct CheckArgs {
    /// The scripts; `-` reads standard input.
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
    #[arg(long, value_enum, default_value = "human", value_name = "FORMAT")]
    pub message_format: MessageFormat,
}

#[derive(Args, Debug, Clone)]
pub struct IrArgs {
    /// The stage to print. For the last three the script runs, and prints to standard error.
    #[arg(long, value_enum, default_value = "ir")]
    pub stage: Stage,
    #[command(flatten)]
    pub engine: EngineArgs,
    /// Print only this function.
    #[arg(long, value_name = "NAME")]
    pub function: Option<String>,
    /// The script.
    pub file: PathBuf,
    /// What the script sees as `os.args`, for the stages that run it.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    pub args: Vec<String>,
}

#[derive(Args, Debug, Clone)]
pub struct FmtArgs {
    /// The scripts.
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
    /// Change nothing; exit with 1 when a file is not formatted.
    #[arg(long)]
    pub check: bool,
}

#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum JitMode {
    /// Interpret everything.
    Off,
    /// Compile what is hot.
    On,
    /// Compile everything before its first run.
    Eager,
}

#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum MessageFormat {
    Human,
    Json,
}

#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    Ast,
    Ir,
    Bytecode,
    Typed,
    Clif,
    Asm,
    Kernel,
    Wgsl,
}
