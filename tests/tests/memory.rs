//! What a script no longer holds is freed, on every tier: its peak of memory does not grow with its turns.
#![cfg(target_os = "linux")]

use quern_tests::binary;
use quern_tests::process;
use quern_tests::script::Scratch;
use quern_tests::tier::{TIERS, Tier};
use std::process::Command;
use std::time::Duration;

/// Bytes that a turn would leave behind: those of one array.
const ARRAY: usize = 100_000 * 8;
const TURNS: usize = 500;

/// The peak of a process that does `turn`, a function's body, so many times, in bytes.
fn peak(turn: &str, tier: &Tier) -> usize {
    let scratch = Scratch::new();
    let script = format!(
        "fn turn(n) {{\n{turn}\n}}\nmut total = 0.0\nfor k in 0..{TURNS} {{ total += turn(100_000) }}\n\
         print(io.read_text(\"/proc/self/status\"))\n"
    );
    std::fs::write(scratch.path().join("script.qn"), script).expect("a folder to write to");
    let mut command = Command::new(binary::jit());
    command.args(tier.args).arg("script.qn").current_dir(scratch.path());
    let outcome = process::run(command, b"", Duration::from_secs(120));
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    let line = outcome.stdout.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse::<usize>().ok());
    1024 * kilobytes.expect("the system tells the peak")
}

#[test]
fn turns_leave_nothing_behind() {
    let turns = [
        // What is boxed for a call and goes on being used.
        "mut a = zeros(n); let q = max(a); a[0] = q; a[1]",
        "let a = ones(n); max(a) + sum(a)",
        "mut a = zeros(n); a[1..-1] = (a[..-2] + a[2..]) * 0.5; a[3]",
        "mut m = zeros(n // 100, 100); m[.., 1] = m[.., 0] + 1; m[1, 1]",
        "let xs = list(zeros(n)); let ys = reverse(xs); xs[0] + ys[0] + len(xs)",
        "let a = ones(n); let p = {a: a, b: 1}; let q = {...p, b: 2}; p.a[0] + q.a[1]",
        "let a = ones(n); let f = x => a[x]; f(1) + f(2)",
        "let a = ones(n); try { throw error(\"no\") } catch e { a[0] + len(e.message) }",
        "let s = repeat(\"x\", 8 * n); len(s + s) * 1.0",
    ];
    for tier in TIERS {
        for turn in turns {
            let turn = turn.replace("; ", "\n");
            let bytes = peak(&turn, tier);
            assert!(bytes < ARRAY * TURNS / 3, "{}: {bytes} bytes for\n{turn}", tier.name);
        }
    }
}
