//! `--threads` says how many threads work on large arrays.
#![cfg(target_os = "linux")]

use quern_tests::binary;
use quern_tests::process;
use quern_tests::script::Scratch;
use std::process::Command;
use std::time::Duration;

/// How many threads a process has after it worked on a large array.
fn threads(option: &str) -> usize {
    let script =
        "let x = linspace(0, 1, 1_000_000) * 2\nprint(io.read_text(\"/proc/self/status\"))\n";
    let scratch = Scratch::new();
    std::fs::write(scratch.path().join("script.qn"), script).expect("a folder to write to");
    let mut command = Command::new(binary::jit());
    command.args([option, "script.qn"]).current_dir(scratch.path());
    let outcome = process::run(command, b"", Duration::from_secs(20));
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    let line = outcome.stdout.lines().find_map(|line| line.strip_prefix("Threads:"));
    line.and_then(|line| line.trim().parse().ok()).expect("the system tells the threads")
}

#[test]
fn as_many_threads_work_as_are_asked_for() {
    assert_eq!(threads("--threads=5"), threads("--threads=1") + 4);
}

#[test]
fn a_number_that_makes_no_sense_is_refused() {
    for number in ["0", "1025", "-3", "two"] {
        let mut command = Command::new(binary::jit());
        command.args([&format!("--threads={number}"), "-e", "1"]);
        let outcome = process::run(command, b"", Duration::from_secs(20));
        assert_eq!(outcome.code, Some(2), "{number}");
        assert!(outcome.stderr.contains("from 1 to 1024"), "{}", outcome.stderr);
    }
}
