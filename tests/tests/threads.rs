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

/// What a script prints on so many threads.
fn output(threads: usize, script: &str) -> String {
    let scratch = Scratch::new();
    std::fs::write(scratch.path().join("script.qn"), script).expect("a folder to write to");
    let mut command = Command::new(binary::jit());
    command.args([&format!("--threads={threads}"), "script.qn"]).current_dir(scratch.path());
    let outcome = process::run(command, b"", Duration::from_secs(60));
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    outcome.stdout
}

#[test]
fn products_and_factors_do_not_depend_on_the_number_of_threads() {
    let script = "
random.seed(1)
let a = randn(300, 700)
let b = randn(700, 310)
let x = randn(700)
let long = randn(1_000_000)
print(list((a @ b)[299]), list(a @ x), list(x @ b), list(b.T @ x), long @ long)
print(list((f32(a) @ f32(b))[7]), list((complex(a) @ complex(b))[7]), list((ones(40, 1, 1) * a[0..9] @ b)[39, 8]))
let square = randn(400, 400)
print(list(linalg.solve(square, square.T)[5]), linalg.det(square), list(linalg.inv(square)[399]))
";
    let alone = output(1, script);
    assert!(alone.len() > 10_000);
    assert_eq!(alone, output(2, script));
    assert_eq!(alone, output(5, script));
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
