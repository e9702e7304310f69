//! Random programs must do the same on every tier: output, errors, and their places. None may leave memory
//! in use.
//!
//! First the programs of `tests/fuzz_corpus` run, which once did not, then scripts that call each builtin
//! with all kinds of arguments, then new programs.
//! `QUERN_FUZZ_SECONDS` says for how long (0 for none), `QUERN_FUZZ_SEED` where to start. A program that
//! shows a difference is made small, shown with its seed, and written to the corpus.
//! `QUERN_FUZZ_CALLS` says how many scripts call each builtin, `QUERN_FUZZ_CHAINS` how many are chains of
//! operations on arrays.
//! `QUERN_FUZZ_SHOW=7` only prints the program of seed 7.

use libtest_mimic::{Arguments, Failed, Trial};
use quern_tests::fuzz::{Difference, Program, Worker, calls, chains, generate, worker};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fmt::Write;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Set in the processes that run the programs.
const WORKER: &str = "QUERN_FUZZ_WORKER";

const DEFAULT_SECONDS: u64 = 60;

/// The search ends early after so many findings.
const MAX_FINDINGS: usize = 12;

/// The most programs tried to make one smaller, and the time for it.
const SHRINK_TRIES: usize = 1500;
const SHRINK_TIME: Duration = Duration::from_secs(40);

fn main() -> ExitCode {
    if std::env::var_os(WORKER).is_some() {
        return worker::serve().map_or(ExitCode::FAILURE, |()| ExitCode::SUCCESS);
    }
    if let Some(seed) = number("QUERN_FUZZ_SHOW") {
        print!("{}", generate::program(seed));
        return ExitCode::SUCCESS;
    }
    let trials = vec![
        Trial::test("tiers_agree_on_the_corpus", corpus),
        Trial::test("tiers_agree_on_every_builtin", every_builtin),
        Trial::test("tiers_agree_on_chains_of_operations", chained),
        Trial::test("tiers_agree_on_random_programs", search),
    ];
    // Both use all cores by themselves.
    let arguments = Arguments { test_threads: Some(1), ..Arguments::from_args() };
    libtest_mimic::run(&arguments, trials).exit_code()
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

fn new_worker() -> Worker {
    Worker::new(|| {
        let mut command = Command::new(std::env::current_exe().expect("the test has a path"));
        command.env(WORKER, "1");
        command
    })
}

fn corpus_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz_corpus")
}

fn corpus() -> Result<(), Failed> {
    let mut paths: Vec<PathBuf> = std::fs::read_dir(corpus_folder())
        .map_err(|e| format!("the corpus cannot be read: {e}"))?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|e| e == "qn"))
        .collect();
    paths.sort();
    let mut worker = new_worker();
    let mut report = String::new();
    for path in paths {
        let text =
            std::fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
        if let Some(found) = worker.judge(&text) {
            writeln!(report, "{}: {}\n{}\n", path.display(), found.category, found.text)?;
        }
    }
    if report.is_empty() { Ok(()) } else { Err(report.into()) }
}

/// Scripts of calls for each builtin.
const CALL_SCRIPTS: u64 = 1;

/// Calls each builtin in many ways; the first difference of each is told.
fn every_builtin() -> Result<(), Failed> {
    let first = number("QUERN_FUZZ_SEED").unwrap_or(1);
    let scripts = number("QUERN_FUZZ_CALLS").unwrap_or(CALL_SCRIPTS);
    let mut worker = new_worker();
    let mut report = String::new();
    for builtin in calls::builtins() {
        let found = (first..first + scripts).find_map(|seed| {
            let text = calls::script(builtin, seed);
            Some((seed, worker.judge(&text)?, text))
        });
        if let Some((seed, found, script)) = found {
            let name = builtin.name();
            writeln!(report, "{name}, seed {seed}: {}\n{}\n{script}", found.category, found.text)?;
        }
    }
    if report.is_empty() { Ok(()) } else { Err(report.into()) }
}

/// Scripts of operations on arrays.
const CHAINS: u64 = 200;

/// Operations on arrays give the same together and one by one; the first difference is told.
fn chained() -> Result<(), Failed> {
    let first = number("QUERN_FUZZ_SEED").unwrap_or(1);
    let scripts = number("QUERN_FUZZ_CHAINS").unwrap_or(CHAINS);
    let mut worker = new_worker();
    for seed in first..first + scripts {
        let text = chains::script(seed);
        if let Some(found) = worker.judge(&text) {
            return Err(format!("seed {seed}: {}\n{}\n{text}", found.category, found.text).into());
        }
    }
    Ok(())
}

/// Findings by category: one program of each is enough.
type Findings = Mutex<BTreeMap<String, String>>;

fn search() -> Result<(), Failed> {
    let seconds = number("QUERN_FUZZ_SECONDS").unwrap_or(DEFAULT_SECONDS);
    let first = number("QUERN_FUZZ_SEED").unwrap_or(1);
    let end = Instant::now() + Duration::from_secs(seconds);
    let next = AtomicU64::new(first);
    let findings = Findings::default();
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| look(&next, end, &findings));
        }
    });
    let findings = findings.into_inner().expect("no thread panicked");
    println!("{} random programs, from seed {first}", next.into_inner() - first);
    if findings.is_empty() {
        return Ok(());
    }
    Err(findings.into_values().collect::<Vec<_>>().join("\n\n").into())
}

fn look(next: &AtomicU64, end: Instant, findings: &Findings) {
    let mut worker = new_worker();
    let found = || findings.lock().expect("no thread panicked");
    while Instant::now() < end && found().len() < MAX_FINDINGS {
        let seed = next.fetch_add(1, Ordering::Relaxed);
        let program = generate::program(seed);
        let Some(difference) = worker.judge(&program.to_string()) else { continue };
        let category = difference.category.clone();
        match found().entry(category.clone()) {
            Entry::Occupied(_) => continue,
            Entry::Vacant(place) => place.insert(format!("seed {seed}: {category}")),
        };
        let report = report(seed, program, difference, &mut worker);
        found().insert(category, report);
    }
}

/// Makes a program smaller, writes it to the corpus, and tells about it.
fn report(seed: u64, program: Program, found: Difference, worker: &mut Worker) -> String {
    let end = Instant::now() + SHRINK_TIME;
    let mut same = |program: &Program| {
        let mut again =
            || worker.judge(&program.to_string()).is_some_and(|d| d.category == found.category);
        Instant::now() < end && again()
    };
    let small = program.shrink(SHRINK_TRIES, &mut same).to_string();
    let mut hasher = DefaultHasher::new();
    small.hash(&mut hasher);
    let path = corpus_folder().join(format!("{:016x}.qn", hasher.finish()));
    let stored = match std::fs::write(&path, format!("# {} (seed {seed})\n{small}", found.category))
    {
        Ok(()) => path.display().to_string(),
        Err(e) => format!("nowhere: {e}"),
    };
    let text = worker.judge(&small).unwrap_or(found.clone()).text;
    format!(
        "seed {seed}: {}\n{text}\n--- made smaller, stored in {stored} ---\n{small}",
        found.category
    )
}
