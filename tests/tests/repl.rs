//! The `repl` as a program at its other end sees it: entries in, values with their types out.

use quern_tests::binary;
use quern_tests::process::{self, Outcome};
use quern_tests::script::Scratch;
use std::process::Command;
use std::time::Duration;

const LIMIT: Duration = Duration::from_secs(20);

fn repl_in(scratch: &Scratch, entries: &str) -> Outcome {
    let mut command = Command::new(binary::jit());
    command.arg("repl").current_dir(scratch.path());
    process::run(command, entries.as_bytes(), LIMIT)
}

/// What the entries show, line by line.
fn shown(entries: &str) -> Vec<String> {
    let outcome = repl_in(&Scratch::new(), entries);
    assert!(!outcome.timed_out && outcome.code == Some(0), "{}", outcome.stderr);
    outcome.stdout.lines().map(str::to_owned).collect()
}

#[test]
fn values_are_shown_with_their_types() {
    let entries = "1 + 1\nlet x = linspace(0, 1, 3)\nx\n\"text\"\nnone\n{a: (1,), b: 0..=2}\n";
    let values = [
        "2 : int",
        "[0.  0.5 1. ] : array[float, 1]",
        "\"text\" : str",
        "{a: (1,), b: 0..=2} : {a: (int,), b: range}",
    ];
    assert_eq!(shown(entries), values);
}

#[test]
fn an_entry_may_span_lines() {
    assert_eq!(
        shown("fn f(a) {\n  a + 1\n}\nf(3)\n[1,\n2]\n"),
        ["4 : int", "[1 2] : array[int, 1]"]
    );
}

#[test]
fn the_last_value_has_a_name() {
    assert_eq!(shown("2 * 21\n_ + 1\n_\n"), ["42 : int", "43 : int", "43 : int"]);
}

#[test]
fn modules_written_in_the_language_come_with_the_entry_that_names_them() {
    let entries = "fn line(x) { poly.eval([1, 2], x) }\nline(1)\npoly.nothing\nlet f = poly.eval\nf([3], 0)\npoly.eval([], 0)\nline(2)\n";
    assert_eq!(shown(entries), ["3.0 : float", "3.0 : float", "5.0 : float"]);
}

#[test]
fn a_later_definition_replaces_it_for_its_callers() {
    assert_eq!(
        shown("fn f() { 1 }\nfn g() { f() + 10 }\ng()\nfn f() { 2 }\ng()\n"),
        ["11 : int", "12 : int"]
    );
}

#[test]
fn an_error_changes_nothing() {
    let outcome = repl_in(&Scratch::new(), "let x = 5\n[1, 2][7]\nx +\n)\ny\nx\n");
    assert_eq!(outcome.stdout.trim(), "5 : int");
    for text in ["IndexError", "`y` is not defined"] {
        assert!(outcome.stderr.contains(text), "`{text}` is not in: {}", outcome.stderr);
    }
}

#[test]
fn commands_tell_load_and_forget() {
    let scratch = Scratch::new();
    std::fs::write(scratch.path().join("lib.qn"), "let k = 7\nfn twice(x) { 2 * x }\n")
        .expect("the scratch folder can be written");
    let entries =
        ":load lib.qn\ntwice(k)\n:type k / 2\n:help max\n:time 1 + 1\n:reset\nk\n:nothing\n";
    let outcome = repl_in(&scratch, entries);
    let lines: Vec<&str> = outcome.stdout.lines().collect();
    assert_eq!(lines[..3], ["14 : int", "float", "max(x, ...rest, axis = none, keepdims = false)"]);
    assert!(lines.contains(&"2 : int") && lines.iter().any(|l| l.ends_with(" s")), "{lines:?}");
    assert!(outcome.stderr.contains("`k` is not defined"), "{}", outcome.stderr);
    assert!(outcome.stderr.contains(":nothing"), "{}", outcome.stderr);
}
