//! Runs one script on every tier and reports what differs from its comments or between tiers.

use crate::binary;
use crate::expectation::Expectation;
use crate::process::{self, Outcome};
use crate::tier::{self, TIERS, Tier};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// How long a script may take on one tier.
pub const LIMIT: Duration = Duration::from_secs(10);

/// An empty folder for one run, removed at its end, so that scripts may write files.
#[derive(Debug)]
pub struct Scratch(PathBuf);

impl Scratch {
    pub fn new() -> Scratch {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("quern-test-{}-{number}", std::process::id()));
        fs::create_dir_all(&path).expect("the temporary folder can be written");
        Scratch(path)
    }

    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Default for Scratch {
    fn default() -> Self {
        Scratch::new()
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // Failing to tidy up the temporary folder must not hide what the test found.
        drop(fs::remove_dir_all(&self.0));
    }
}

/// Runs the script at `path` on one tier, in a fresh folder.
pub fn run(path: &Path, tier: Tier, expectation: &Expectation) -> Outcome {
    let scratch = Scratch::new();
    let mut command = Command::new(binary::jit());
    command.args(tier.args).arg(path).args(&expectation.args).current_dir(scratch.path());
    process::run(command, expectation.stdin.as_bytes(), LIMIT)
}

/// Writes the output of the first tier into the script's comments.
pub fn bless(path: &Path) -> Result<(), String> {
    let source = read(path)?;
    let expectation = Expectation::parse(&source);
    let tiers = tiers_of(&expectation)?;
    let outcome = run(path, tiers[0], &expectation);
    let blessed = expectation.bless(&source, &outcome.stdout);
    fs::write(path, blessed).map_err(|error| format!("{}: {error}", path.display()))
}

/// Runs the script at `path` on its tiers. `Err` holds the report to show.
pub fn check(path: &Path) -> Result<(), String> {
    let expectation = Expectation::parse(&read(path)?);
    let tiers = tiers_of(&expectation)?;
    let file_name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let mut report = String::new();
    let mut reference: Option<(Tier, Outcome)> = None;
    for tier in tiers {
        let outcome = run(path, tier, &expectation);
        if let Some(wrong) = expectation.judge(&outcome, file_name) {
            report.push_str(&format!("{} on {}:\n{wrong}", path.display(), tier.name));
        }
        match &reference {
            None => reference = Some((tier, outcome)),
            Some((first_tier, first)) => {
                report.push_str(&difference(first_tier, first, &tier, &outcome))
            }
        }
    }
    if report.is_empty() { Ok(()) } else { Err(report) }
}

fn read(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))
}

fn tiers_of(expectation: &Expectation) -> Result<Vec<Tier>, String> {
    if expectation.tiers.is_empty() {
        return Ok(TIERS.to_vec());
    }
    let find = |name: &String| tier::by_name(name).ok_or_else(|| format!("unknown tier `{name}`"));
    expectation.tiers.iter().map(find).collect()
}

/// How two tiers disagree, in output, error report or exit code; empty when they agree.
fn difference(first_tier: &Tier, first: &Outcome, tier: &Tier, outcome: &Outcome) -> String {
    let mut text = String::new();
    for (what, a, b) in
        [("output", &first.stdout, &outcome.stdout), ("stderr", &first.stderr, &outcome.stderr)]
    {
        if a == b {
            continue;
        }
        text.push_str(&format!("{what} differs between {} and {}:\n", first_tier.name, tier.name));
        let (a, b): (Vec<&str>, Vec<&str>) = (a.lines().collect(), b.lines().collect());
        for index in 0..a.len().max(b.len()) {
            if a.get(index) == b.get(index) {
                continue;
            }
            for (sign, line) in [('-', a.get(index)), ('+', b.get(index))] {
                if let Some(line) = line {
                    text.push_str(&format!("  {sign} {line}\n"));
                }
            }
        }
    }
    if first.code != outcome.code {
        let (a, b) = (first.code, outcome.code);
        text.push_str(&format!(
            "exit code {a:?} on {} and {b:?} on {}\n",
            first_tier.name, tier.name
        ));
    }
    text
}
