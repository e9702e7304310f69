//! Runs a program on every tier inside this process and says whether they did the same, and whether
//! something of it was left in memory.

use cap::Cap;
use quern::host::Output;
use quern::{Limits, Runtime, RuntimeBuilder, Value};
use quern_frontend::RenderOptions;
use std::alloc::System;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};

/// The interpreter is the reference.
const TIERS: [(&str, quern::JitMode); 3] =
    [("off", quern::JitMode::Off), ("on", quern::JitMode::On), ("eager", quern::JitMode::Eager)];

/// The native stack of a program, and the part of it that compiled calls may use.
const STACK_BYTES: usize = 256 << 20;
const NATIVE_STACK: usize = STACK_BYTES / 2;

/// Counts the bytes in use.
#[global_allocator]
static HEAP: Cap<System> = Cap::new(System, usize::MAX);

/// What is wrong with a program's runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Shrinking must not wander from one fault to another.
    pub category: String,
    pub text: String,
}

/// What a program left behind on one tier.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Run {
    output: String,
    end: End,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum End {
    Value,
    /// The error as people read it: kind, message, place, hint and trace.
    Error(String),
    Panic(String),
}

impl fmt::Display for Run {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.output)?;
        match &self.end {
            End::Value => Ok(()),
            End::Error(text) => write!(f, "{text}"),
            End::Panic(text) => writeln!(f, "panic: {text}"),
        }
    }
}

/// Runs a text on all tiers. `None` when they agree, none of them panics, and nothing of it stays in
/// memory; for that the process must do nothing else meanwhile.
pub fn judge(text: &str) -> Option<Difference> {
    match compare(text) {
        Err(difference) => Some(difference),
        Ok(left) => TIERS.into_iter().zip(left).find_map(|((name, mode), left)| {
            // What is made once for the process, such as the shapes of records, is there by now.
            let leaks = left > 0 && (0..2).all(|_| run(text, mode).1 > 0);
            leaks.then(|| Difference {
                category: format!("leaks on {name}"),
                text: format!("every run leaves memory in use, the first one {left} bytes"),
            })
        }),
    }
}

/// Runs a text on all tiers: how many bytes each leaves in use, or how they differ.
fn compare(text: &str) -> Result<Vec<usize>, Difference> {
    let mut reference: Option<Run> = None;
    let mut all_left = Vec::new();
    for (name, mode) in TIERS {
        let (run, left) = run(text, mode);
        all_left.push(left);
        if let End::Panic(message) = &run.end {
            let first_words: Vec<&str> = message.split_whitespace().take(4).collect();
            return Err(Difference {
                category: format!("panics on {name}: {}", first_words.join(" ")),
                text: message.clone(),
            });
        }
        match &reference {
            None => reference = Some(run),
            Some(first) if *first == run => {}
            Some(first) => return Err(differs(first, name, &run)),
        }
    }
    Ok(all_left)
}

fn differs(first: &Run, name: &str, run: &Run) -> Difference {
    let what = match &run.end {
        End::Error(text) if text.contains("internal error") => "fails inside",
        _ if first.output != run.output => "prints something else",
        _ => "ends otherwise",
    };
    Difference {
        category: format!("{what} on {name}"),
        text: format!("--- off ---\n{first}\n--- {name} ---\n{run}"),
    }
}

/// Runs a text, and says how many bytes it leaves in use.
fn run(text: &str, mode: quern::JitMode) -> (Run, usize) {
    let before = HEAP.allocated();
    let output = Arc::new(Collected::default());
    let limits = Limits { native_stack: NATIVE_STACK, ..Limits::default() };
    let builder: RuntimeBuilder = Runtime::builder().jit(mode).limits(limits);
    let runtime = builder.output(output.clone()).build();
    let end = on_big_stack(|| {
        let end = catch_unwind(AssertUnwindSafe(|| match runtime.eval::<Value>(text) {
            Ok(_) => End::Value,
            Err(e) => End::Error(e.render(RenderOptions::default())),
        }));
        end.unwrap_or_else(|panic| End::Panic(panic_message(&*panic)))
    });
    let told = match &end {
        End::Value => 0,
        End::Error(text) | End::Panic(text) => text.capacity(),
    };
    let run = Run { output: output.take(), end };
    drop((runtime, output));
    let left = HEAP.allocated().saturating_sub(before + told + run.output.capacity());
    (run, left)
}

fn on_big_stack<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    std::thread::scope(|scope| {
        let builder = std::thread::Builder::new().stack_size(STACK_BYTES);
        let thread = builder.spawn_scoped(scope, work).expect("a thread can be started");
        thread.join().expect("panics are caught inside")
    })
}

fn panic_message(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("(no message)").to_owned()
}

/// Keeps what a program prints.
#[derive(Default)]
struct Collected(Mutex<String>);

impl Collected {
    fn take(&self) -> String {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(|e| e.into_inner()))
    }
}

impl Output for Collected {
    fn write(&self, text: &str) -> std::io::Result<()> {
        self.0.lock().unwrap_or_else(|e| e.into_inner()).push_str(text);
        Ok(())
    }

    fn flush(&self) -> std::io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_has_output_and_error() {
        let (run, _) = run("print(1)\n[1][2]", quern::JitMode::Off);
        assert_eq!(run.output, "1\n");
        assert!(matches!(run.end, End::Error(text) if text.contains("IndexError")));
    }

    #[test]
    fn tiers_agree_on_a_loop() {
        let text = "mut s = 0\nfor i in 0..2000 { s += i }\nprint(s)\n";
        assert!(compare(text).is_ok());
    }
}
