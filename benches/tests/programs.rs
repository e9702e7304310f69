//! Each program of the suites at a small size, on every tier, with the answer that the C program of the
//! scalar suite and the NumPy program of the array suite gives.

use quern_benches as benches;
use quern_tests::{binary, process, tier};
use std::process::Command;
use std::time::Duration;

const LIMIT: Duration = Duration::from_secs(60);
/// How far a float may lie from the expected one, relative to its size.
const TOLERANCE: f64 = 1e-9;
/// The same for programs in single precision.
const SINGLE_TOLERANCE: f64 = 1e-5;

/// Runs a program on every tier and compares its answer with the expected one.
fn check_program(suite: &str, program: &str, size: u64, expected: &str, tolerance: f64) {
    for tier in tier::TIERS {
        let mut command = Command::new(binary::jit());
        command.args(tier.args).arg(benches::program(suite, program)).arg(size.to_string());
        let outcome = process::run(command, b"", LIMIT);
        assert_eq!(outcome.code, Some(0), "{program}, {}: {}", tier.name, outcome.stderr);
        let answer = line(&outcome.stdout, "answer ");
        assert!(
            same(answer, expected, tolerance),
            "{program}, {}: answer {answer}, not {expected}",
            tier.name
        );
        let seconds: f64 =
            line(&outcome.stdout, "seconds ").parse().expect("`seconds` is a number");
        assert!(seconds >= 0.0, "{program}, {}: took {seconds} s", tier.name);
    }
}

fn check(program: &str, size: u64, expected: &str) {
    check_program("scalar", program, size, expected, TOLERANCE);
}

fn line<'a>(stdout: &'a str, start: &str) -> &'a str {
    stdout
        .lines()
        .find_map(|line| line.strip_prefix(start))
        .unwrap_or_else(|| panic!("no line starts with `{start}`:\n{stdout}"))
}

fn same(answer: &str, expected: &str, tolerance: f64) -> bool {
    let numbers = |text: &str| text.split(' ').map(str::parse).collect::<Result<Vec<f64>, _>>();
    match (numbers(answer), numbers(expected)) {
        (Ok(ours), Ok(theirs)) => {
            ours.len() == theirs.len()
                && ours.iter().zip(&theirs).all(|(a, b)| (a - b).abs() <= tolerance * b.abs())
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

#[test]
fn arrays() {
    let programs = [
        ("argsort", 3000, "0 329"),
        ("black_scholes", 3000, "28865.83229323551 3.973328007477072"),
        ("chain", 3000, "1237.703473999941 0.2998466441147684"),
        ("correlation", 3000, "968.0149559676659 1.0000000000000004"),
        ("cumsum", 3000, "1500.240831418008 500.701908663935"),
        ("fft", 3000, "16039.76570770454 3.5336764628882356"),
        ("histogram", 3000, "28 3000"),
        ("jacobi", 3000, "1462.4391435460393 0.5665474855734225"),
        ("kmeans", 3000, "7.9894932208301785 0.8101528929749175"),
        ("mask", 3000, "1500 750.6396522434297"),
        ("matmul", 60, "901.2137707362216 14.621125300228286"),
        ("pairwise", 3000, "1813.3628301992958 0.8195348184498337"),
        ("scale_shift", 3000, "6750.602078545018 1.8651443989207555"),
        ("softmax_rows", 3000, "0.2976902408592053 0.00996445366866208"),
        ("solve", 60, "32.61015306909586 -0.2028094217810993"),
        ("sort", 3000, "1499.8894914994016 0.3331816478166729"),
        ("standardise", 3000, "3000.0 -1.2190457161406087"),
        ("triad", 3000, "5999.518337163985 2.307884480863396"),
    ];
    for (program, size, expected) in programs {
        check_program("array", program, size, expected, TOLERANCE);
    }
}

#[test]
fn arrays_in_single_precision() {
    let programs = [
        ("image", 3000, "0.7021261350961313 0.5644658803939819"),
        ("matmul_f32", 60, "901.2137451171875 14.621126174926758"),
    ];
    for (program, size, expected) in programs {
        check_program("array", program, size, expected, SINGLE_TOLERANCE);
    }
}

/// The answer is that of our own random numbers; it lies 2.5 standard errors from the price.
#[test]
fn gbm() {
    check_program("array", "gbm", 300, "4.127643896578693", TOLERANCE);
}
