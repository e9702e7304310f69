//! The scripts of `examples/` run from the root of the repository, as its README says to.
//!
//! Expected values of the iris and diabetes analyses come from scikit-learn: `examples/generate.py`
//! computed `examples/expected.json`.

use quern_tests::{binary, process, tier};
use std::collections::HashMap;
use std::fs;
use std::process::Command;
use std::time::Duration;

const LIMIT: Duration = Duration::from_secs(60);
/// How far a value may lie from scikit-learn's, relative to its size.
const TOLERANCE: f64 = 1e-9;

/// What an example prints on standard output, with the given tier and arguments.
fn output(example: &str, tier: &tier::Tier, args: &[&str]) -> String {
    let mut command = Command::new(binary::jit());
    command.current_dir(binary::repository()).args(tier.args);
    command.arg(format!("examples/{example}.qn")).args(args);
    let outcome = process::run(command, b"", LIMIT);
    assert_eq!(outcome.code, Some(0), "{example}, {}: {}", tier.name, outcome.stderr);
    outcome.stdout
}

/// The same output on every tier.
fn output_of_all_tiers(example: &str, args: &[&str]) -> String {
    let outputs: Vec<String> = tier::TIERS.iter().map(|tier| output(example, tier, args)).collect();
    for (tier, other) in tier::TIERS.iter().zip(&outputs) {
        assert_eq!(
            *other,
            outputs[0],
            "{example}: {} differs from {}",
            tier.name,
            tier::TIERS[0].name
        );
    }
    outputs.into_iter().next().expect("there is a tier")
}

/// The numbers in lines of the form `name = number`.
fn named_values(output: &str) -> HashMap<&str, f64> {
    output
        .lines()
        .filter_map(|line| line.rsplit_once(" = "))
        .filter_map(|(name, value)| Some((name.trim(), value.trim().parse().ok()?)))
        .collect()
}

fn agrees_with_scikit_learn(example: &str) {
    let path = binary::repository().join("tests/examples/expected.json");
    let text =
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let expected: serde_json::Value = serde_json::from_str(&text).expect("expected.json is JSON");
    let expected =
        expected[example].as_object().expect("expected.json has an object for each example");

    let output = output_of_all_tiers(example, &[]);
    let values = named_values(&output);
    assert_eq!(
        values.len(),
        expected.len(),
        "{example} prints other values than expected:\n{output}"
    );
    for (name, theirs) in expected {
        let theirs = theirs.as_f64().expect("expected.json holds numbers");
        let ours = *values
            .get(name.as_str())
            .unwrap_or_else(|| panic!("{example} does not print `{name}`"));
        let off = (ours - theirs).abs();
        assert!(
            off <= TOLERANCE * theirs.abs(),
            "{example}: {name} = {ours}, scikit-learn has {theirs}"
        );
    }
}

#[test]
fn iris() {
    agrees_with_scikit_learn("iris");
}

#[test]
fn diabetes() {
    agrees_with_scikit_learn("diabetes");
}

#[test]
fn mandelbrot() {
    let output = output_of_all_tiers("mandelbrot", &["36"]);
    let lines: Vec<&str> = output.lines().collect();
    assert_eq!(lines.len(), 12);
    assert!(lines.iter().all(|line| line.chars().count() == 36), "{output}");
    // The set is symmetric about the real axis, and so are its rows.
    assert!(lines.iter().eq(lines.iter().rev()), "{output}");
    assert!(lines[6].contains("@@@@"), "{output}");
}

#[test]
fn montecarlo_comes_near_the_formula() {
    let output = output_of_all_tiers("montecarlo", &["20000"]);
    let values = named_values(&output);
    assert_eq!(values["Black-Scholes"], 10.4506);
    // Five standard errors of the mean of 20,000 payoffs.
    assert!((values["Monte Carlo"] - 10.4506).abs() < 0.55, "{output}");
}

#[test]
fn wordcount() {
    let output = output_of_all_tiers("wordcount", &["tests/examples/words.txt", "3"]);
    assert_eq!(output, "11 words, 6 of them different\n     4  été\n     3  the\n     1  and\n");
}

#[test]
fn ode_is_of_fourth_order() {
    let output = output_of_all_tiers("ode", &[]);
    let ratios: Vec<f64> = output
        .lines()
        .skip(3)
        .take(4)
        .map(|line| {
            line.split_whitespace().last().and_then(|ratio| ratio.parse().ok()).expect("a ratio")
        })
        .collect();
    assert!(ratios.iter().all(|ratio| (14.0..18.0).contains(ratio)), "{output}");
}

#[test]
fn primes() {
    let output = output_of_all_tiers("primes", &["100000"]);
    for line in [
        "9592 primes up to 100000, the last 99991",
        "1224 pairs of twins",
        "widest gap: 72, from 31397 to 31469",
        "  7: 2411",
        "360 = 2 * 2 * 2 * 3 * 3 * 5",
        "1000001 = 101 * 9901",
        "600851475143 = 71 * 839 * 1471 * 6857",
    ] {
        assert!(output.lines().any(|printed| printed == line), "`{line}` is missing:\n{output}");
    }
}
