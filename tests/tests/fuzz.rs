//! Random programs must do the same on every tier: output, error report and exit code.
//!
//! `QUERN_FUZZ_SECONDS` says how long (default: a few seconds), `QUERN_FUZZ_SEED` where to start. A
//! difference is made small and shown, with the seed that brings it back.

use quern_tests::binary;
use quern_tests::fuzz::{Program, generate};
use quern_tests::process::{self, Outcome};
use quern_tests::script::Scratch;
use quern_tests::tier::TIERS;
use std::path::Path;
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

const LIMIT: Duration = Duration::from_secs(30);

#[test]
fn tiers_agree_on_random_programs() {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let seconds = number("QUERN_FUZZ_SECONDS").unwrap_or(5);
    let first = number("QUERN_FUZZ_SEED").unwrap_or(1);
    let end = Instant::now() + Duration::from_secs(seconds);
    let next = AtomicU64::new(first);
    let failure: Mutex<Option<String>> = Mutex::new(None);

    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                while Instant::now() < end && failure.lock().expect("no thread panicked").is_none()
                {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if let Some(report) = examine(seed) {
                        *failure.lock().expect("no thread panicked") = Some(report);
                    }
                }
            });
        }
    });

    let ran = next.load(Ordering::Relaxed) - first;
    println!("{ran} random programs, from seed {first}");
    if let Some(report) = failure.into_inner().expect("no thread panicked") {
        panic!("{report}");
    }
}

/// A report when the tiers disagree on the program of a seed.
fn examine(seed: u64) -> Option<String> {
    let scratch = Scratch::new();
    let program = generate::program(seed);
    let what = difference(scratch.path(), &program)?;
    let category = what.category;
    let small = program
        .shrink(400, |p| difference(scratch.path(), p).is_some_and(|d| d.category == category));
    let what = difference(scratch.path(), &small).unwrap_or(what);
    Some(format!("seed {seed}: {}\n--- the program, made smaller ---\n{small}", what.text))
}

/// What is wrong with a program's runs.
struct Difference {
    /// Shrinking must not wander from one fault to another.
    category: &'static str,
    text: String,
}

fn difference(folder: &Path, program: &Program) -> Option<Difference> {
    let path = folder.join("random.qn");
    std::fs::write(&path, program.to_string()).expect("the scratch folder can be written");
    let mut reference: Option<Outcome> = None;
    for tier in TIERS {
        let mut command = Command::new(binary::jit());
        command.args(tier.args).arg(&path).current_dir(folder);
        let outcome = process::run(command, b"", LIMIT);
        let crashed = outcome.code.is_none() || outcome.stderr.contains("panicked");
        if outcome.timed_out || crashed {
            let category = if outcome.timed_out { "hangs" } else { "crashes" };
            let text = format!("{category} on {}\n{}", tier.name, outcome.stderr);
            return Some(Difference { category, text });
        }
        let Some(first) = &reference else {
            reference = Some(outcome);
            continue;
        };
        if first.code != outcome.code
            || first.stdout != outcome.stdout
            || first.stderr != outcome.stderr
        {
            let show = |o: &Outcome| format!("exit code {:?}\n{}{}", o.code, o.stdout, o.stderr);
            let (a, b) = (show(first), show(&outcome));
            let text =
                format!("tiers disagree\n--- {} ---\n{a}--- {} ---\n{b}", TIERS[0].name, tier.name);
            return Some(Difference { category: "differs", text });
        }
    }
    None
}
