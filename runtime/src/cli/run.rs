//! `jit FILE`, `jit run`, `jit check` and `jit fmt`.

use super::args::{CheckArgs, EngineArgs, FmtArgs, JitMode, MessageFormat, RunArgs};
use super::output::StandardOutput;
use super::{Failure, Outcome, report};
use crate::engine::{Engine, Settings, check as check_text};
use crate::error::Error;
use crate::host::{Output, SystemHost};
use crate::io::file;
use quern_frontend::{Diagnostic, SourceMap};
use quern_vm::Value;
use quern_vm::context::{Interrupt, Limits};
use quern_vm::std::show;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

/// The stack of the thread that runs scripts: compiled calls and deep values live on it. Only what is
/// used takes memory.
const STACK_BYTES: usize = 1 << 30;

/// Runs a script or evaluates a text.
pub fn run(args: &RunArgs) -> Outcome {
    let (name, text) = source(args)?;
    let started = Instant::now();
    let engine = engine(&args.engine, script_args(args), false);
    stop_on_interrupt(&engine);
    let outcome = on_big_stack(|| execute(&engine, &name, &text, args, started));
    finish(&engine, outcome, args.engine.message_format)
}

fn execute(
    engine: &Engine,
    name: &str,
    text: &str,
    args: &RunArgs,
    started: Instant,
) -> Result<(), Error> {
    let lowered = engine.load(name, text, false)?;
    let sources = engine.sources.snapshot();
    report::diagnostics(&lowered.warnings, &sources, args.engine.message_format);
    let compiled = Instant::now();
    let value = engine.run(&lowered);
    if args.time {
        let (front, run) = (compiled - started, compiled.elapsed());
        eprintln!(
            "front end {:.3} ms, run {:.3} ms",
            front.as_secs_f64() * 1e3,
            run.as_secs_f64() * 1e3
        );
    }
    let value = value?;
    if args.expr.is_some() && !value.is_none() {
        // Where standard output is closed, the process ends in `flush`.
        let _ = engine.host.output().write(&format!("{}\n", show::display(&value)));
    }
    Ok(())
}

/// Writes out what is buffered, reports an error and decides how the command ends.
pub(super) fn finish(engine: &Engine, result: Result<(), Error>, format: MessageFormat) -> Outcome {
    let flushed = engine.host.output().flush();
    match result {
        Ok(()) => flushed.map_err(|e| {
            eprintln!("jit: cannot write to standard output: {e}");
            Failure::Script
        }),
        Err(e) => match thrown(&e).and_then(|e| e.exit) {
            Some(0) => Ok(()),
            Some(code) => Err(Failure::Exit(code)),
            None => {
                report::error(&e, format);
                Err(Failure::Script)
            }
        },
    }
}

fn thrown(error: &Error) -> Option<&quern_vm::Error> {
    match error.failure() {
        crate::error::Failure::Thrown(e) => Some(e),
        crate::error::Failure::Mistakes(_) => None,
    }
}

/// The name and the text to run.
pub(super) fn source(args: &RunArgs) -> Result<(String, String), Failure> {
    if let Some(text) = &args.expr {
        return Ok(("<eval>".into(), text.clone()));
    }
    match &args.file {
        Some(path) => read_source(path, args.engine.message_format),
        None => {
            eprintln!("jit: no script is given");
            Err(Failure::Usage)
        }
    }
}

/// What the script sees as `os.args`.
pub(super) fn script_args(args: &RunArgs) -> Vec<String> {
    // Where a text is evaluated, no word is a file.
    let first = args.file.as_ref().filter(|_| args.expr.is_some());
    let first = first.map(|word| word.to_string_lossy().into_owned());
    first.into_iter().chain(args.args.iter().cloned()).collect()
}

/// Reads a script; `-` is standard input.
pub(super) fn read_source(path: &Path, format: MessageFormat) -> Result<(String, String), Failure> {
    let text = if path.as_os_str() == "-" {
        let mut text = String::new();
        match std::io::stdin().read_to_string(&mut text) {
            Ok(_) => Ok(text),
            Err(e) => Err(file::io_error("read", "standard input", &e)),
        }
    } else {
        file::read_text(&Interrupt::default(), path)
    };
    let name = match path.as_os_str() == "-" {
        true => "<stdin>".into(),
        false => path.to_string_lossy().into_owned(),
    };
    match text {
        Ok(text) => Ok((name, text)),
        Err(e) => {
            report::unreadable(&name, e, format);
            Err(Failure::Usage)
        }
    }
}

/// The engine that the arguments ask for.
/// An engine that prints to standard output.
pub(super) fn engine(args: &EngineArgs, script_args: Vec<String>, interactive: bool) -> Engine {
    let settings = settings(args, script_args, Arc::new(StandardOutput::new()));
    if interactive { Engine::interactive(&settings) } else { Engine::new(&settings) }
}

pub(super) fn settings(
    args: &EngineArgs,
    script_args: Vec<String>,
    output: Arc<dyn Output>,
) -> Settings {
    if let Some(threads) = args.threads {
        // A fresh repl asks again for what it has.
        let _ = quern_vm::array::set_threads(threads);
    }
    let mut limits = Limits { native_stack: STACK_BYTES / 2, ..Limits::default() };
    if let Some(depth) = args.max_depth {
        limits.depth = depth;
    }
    Settings {
        jit: match args.jit {
            JitMode::Off => quern_vm::tier::JitMode::Off,
            JitMode::On => quern_vm::tier::JitMode::On,
            JitMode::Eager => quern_vm::tier::JitMode::Eager,
        },
        limits,
        output,
        args: script_args,
        functions: Vec::new(),
    }
}

/// Makes Ctrl-C stop the script with an error it can clean up after; a second one ends the process.
///
/// Gives what tells whether there was one already, for whoever goes on after it.
pub(super) fn stop_on_interrupt(engine: &Engine) -> Arc<AtomicBool> {
    let (interrupt, host) = (engine.interrupt.clone(), engine.host.clone());
    let asked = Arc::new(AtomicBool::new(false));
    let asked_before = asked.clone();
    let installed = ctrlc::set_handler(move || {
        if asked_before.swap(true, Ordering::Relaxed) {
            flush_in_time(&host);
            std::process::exit(130);
        }
        interrupt.set(Interrupt::CANCEL);
    });
    if let Err(e) = installed {
        eprintln!("jit: Ctrl-C will end the process at once: {e}");
    }
    asked
}

/// Writes out what a script has printed, unless somebody keeps us waiting who does not read it.
fn flush_in_time(host: &Arc<SystemHost>) {
    let host = host.clone();
    let (done, flushed) = channel();
    std::thread::spawn(move || {
        // There is nobody to tell of what cannot be written.
        let _ = done.send(host.output().flush());
    });
    let _ = flushed.recv_timeout(FLUSH_LIMIT);
}

/// How long the end of a script waits for its output.
const FLUSH_LIMIT: Duration = Duration::from_millis(50);

/// Runs on a thread with room for deep recursion.
pub(super) fn on_big_stack<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    std::thread::scope(|scope| {
        let builder = std::thread::Builder::new().name("script".into()).stack_size(STACK_BYTES);
        match builder.spawn_scoped(scope, work) {
            Ok(thread) => match thread.join() {
                Ok(value) => value,
                Err(panic) => std::panic::resume_unwind(panic),
            },
            Err(e) => {
                eprintln!("jit: cannot start a thread: {e}");
                std::process::exit(1)
            }
        }
    })
}

/// `jit check`
pub fn check(args: &CheckArgs) -> Outcome {
    let mut sound = true;
    for path in &args.files {
        let (name, text) = read_source(path, args.message_format)?;
        let (diagnostics, sources) = check_text(&name, &text);
        report::diagnostics(&diagnostics, &sources, args.message_format);
        sound &= !diagnostics.iter().any(Diagnostic::is_error);
    }
    if sound { Ok(()) } else { Err(Failure::Script) }
}

/// `jit fmt`
pub fn format(args: &FmtArgs) -> Outcome {
    let mut clean = true;
    for path in &args.files {
        let (name, text) = read_source(path, MessageFormat::Human)?;
        let mut sources = SourceMap::new();
        let id = sources.add(name.as_str(), text.as_str());
        let formatted = quern_frontend::format::format(&sources, id).map_err(|mistakes| {
            report::diagnostics(&mistakes, &sources, MessageFormat::Human);
            Failure::Script
        })?;
        if path.as_os_str() == "-" {
            print!("{formatted}");
        } else if formatted != text {
            if args.check {
                eprintln!("{name} is not formatted");
                clean = false;
            } else if let Err(e) =
                file::write(&Interrupt::default(), path, formatted.as_bytes(), false)
            {
                eprintln!("jit: {}", e.message);
                return Err(Failure::Script);
            }
        }
    }
    if clean { Ok(()) } else { Err(Failure::Script) }
}

/// The value of an expression typed by a person: what the REPL echoes.
pub(super) fn echo(value: &Value) -> String {
    show::repr(value)
}
