//! `jit explain`: what ran natively, with which types, and what was declined and why.

use super::Outcome;
use super::args::{JitMode, RunArgs};
use super::run::{engine, finish, on_big_stack, source, stop_on_interrupt};
use crate::engine::Engine;
use quern_jit::Entry;
use std::fmt;

/// A function or loop that was offered to the compiler, as people name it.
pub struct Title {
    pub function: String,
    /// File and line of the function or loop.
    place: String,
    is_loop: bool,
    types: String,
}

impl fmt::Display for Title {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = if self.is_loop { "loop in " } else { "" };
        write!(f, "{what}{} at {} for ({})", self.function, self.place, self.types)
    }
}

/// Names an entry of the compiler's log.
pub fn title(engine: &Engine, entry: &Entry) -> Title {
    let function = engine.shared.function(entry.func);
    let span = function.map(|f| {
        let loop_span = entry.header.and_then(|h| f.terminator(h)).map(|t| f.insts[t].span);
        loop_span.unwrap_or(f.span)
    });
    let sources = engine.sources.snapshot();
    let place = span.map(|span| {
        let file = sources.get(span.source).map_or("?", |s| s.name());
        format!("{file}:{}", sources.line_column(span).line)
    });
    let types: Vec<String> = entry.types.iter().map(|t| t.to_string()).collect();
    Title {
        function: function.map_or("?".into(), |f| f.name.to_string()),
        place: place.unwrap_or_else(|| "?".into()),
        is_loop: entry.header.is_some(),
        types: types.join(", "),
    }
}

/// Runs a script, then tells on standard error what became of its hot code.
pub fn run(args: &RunArgs) -> Outcome {
    let (name, text) = source(args)?;
    let engine = engine(&args.engine, super::run::script_args(args), false);
    stop_on_interrupt(&engine);
    let result = on_big_stack(|| {
        let lowered = engine.load(&name, &text, false)?;
        engine.run(&lowered).map(drop)
    });
    let outcome = finish(&engine, result, args.engine.message_format);
    eprint!("{}", summary(&engine, args.engine.jit));
    outcome
}

fn summary(engine: &Engine, mode: JitMode) -> String {
    let Some(jit) = engine.jit.as_ref().filter(|_| mode != JitMode::Off) else {
        return "everything was interpreted: the compiler is off\n".into();
    };
    let log = jit.log();
    let mut out = String::new();
    for entry in log.iter().filter(|e| e.outcome.is_ok()) {
        let bytes = entry.outcome.as_ref().map_or(0, |&n| n);
        out.push_str(&format!("native       {} ({bytes} bytes)\n", title(engine, entry)));
    }
    for entry in &log {
        if let Err(why) = &entry.outcome {
            out.push_str(&format!("interpreted  {}: {why}\n", title(engine, entry)));
        }
    }
    if log.is_empty() {
        out.push_str("nothing was hot enough to compile\n");
    }
    let rejects = jit.rejects();
    let counts: Vec<String> = rejects.iter().map(|(name, n)| format!("  {n} x {name}\n")).collect();
    if !counts.is_empty() {
        out.push_str("declined:\n");
        out.extend(counts);
    }
    out
}
