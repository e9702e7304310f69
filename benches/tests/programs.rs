//! Each program of the scalar suite at a small size, on every tier, with the answer that the C
//! program gives.

use quern_benches::scalar_program;
use quern_tests::{binary, process, tier};
use std::process::Command;
use std::time::Duration;

const LIMIT: Duration = Duration::from_secs(60);
/// How far a float may lie from the expected one, relative to its size.
const TOLERANCE: f64 = 1e-9;

/// Runs a program on every tier and compares its answer with the expected one.
fn check(program: &str, size: u64, expected: &str) {
    for tier in tier::TIERS {
        let mut command = Command::new(binary::jit());
        command.args(tier.args).arg(scalar_program(program)).arg(size.to_string());
        let outcome = process::run(command, b"", LIMIT);
        assert_eq!(outcome.code, Some(0), "{program}, {}: {}", tier.name, outcome.stderr);
        let answer = line(&outcome.stdout, "answer ");
        assert!(
            same(answer, expected),
            "{program}, {}: answer {answer}, not {expected}",
            tier.name
        );
        let seconds: f64 =
            line(&outcome.stdout, "seconds ").parse().expect("`seconds` is a number");
        assert!(seconds >= 0.0, "{program}, {}: took {seconds} s", tier.name);
    }
}

fn line<'a>(stdout: &'a str, start: &str) -> &'a str {
    stdout
        .lines()
        .find_map(|line| line.strip_prefix(start))
        .unwrap_or_else(|| panic!("no line starts with `{start}`:\n{stdout}"))
}

fn same(answer: &str, expected: &str) -> bool {
    let numbers = |text: &str| text.split(' ').map(str::parse).collect::<Result<Vec<f64>, _>>();
    match (numbers(answer), numbers(expected)) {
        (Ok(ours), Ok(theirs)) => {
            ours.len() == theirs.len()
                && ours.iter().zip(&theirs).all(|(a, b)| (a - b).abs() <= TOLERANCE * b.abs())
        }
        _ => false,
    }
}

#[test]
fn fib() {
    check("fib", 15, "610");
}

#[test]
fn mandelbrot() {
    check("mandelbrot", 40, "111635");
}

#[test]
fn nbody() {
    check("nbody", 1000, "-0.1690876052346246");
}

#[test]
fn spectral_norm() {
    check("spectral_norm", 60, "1.274206093635559");
}

#[test]
fn fannkuch() {
    check("fannkuch", 6, "49 10");
}

#[test]
fn sieve() {
    check("sieve", 10_000, "1229");
}

#[test]
fn matmul() {
    check("matmul", 30, "197.86851211072664");
}

#[test]
fn nqueens() {
    check("nqueens", 6, "4");
}

#[test]
fn quicksort() {
    check("quicksort", 5000, "7591622778");
}

#[test]
fn collatz() {
    check("collatz", 3000, "2919 217");
}

#[test]
fn montecarlo_pi() {
    check("montecarlo_pi", 20_000, "3.1278");
}

#[test]
fn binary_trees() {
    check("binary_trees", 8, "25774");
}

#[test]
fn word_count() {
    check("word_count", 5000, "4063 22 8612");
}
