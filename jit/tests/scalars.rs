//! Every scalar op against the meaning it has for the interpreter, at the edges of its range.

mod common;

use common::{Word, run};
use quern_vm::array::math;

const INTS: [i64; 16] =
    [i64::MIN, i64::MIN + 1, -4_294_967_297, -64, -7, -3, -2, -1, 0, 1, 2, 3, 7, 63, 64, i64::MAX];
const FLOATS: [f64; 14] = [
    f64::NEG_INFINITY,
    -1e300,
    -9_223_372_036_854_775_808.0,
    -2.5,
    -1.0,
    -0.0,
    0.0,
    5e-324,
    0.5,
    1.0,
    2.5,
    9_223_372_036_854_775_807.0,
    f64::INFINITY,
    f64::NAN,
];

type IntOp = fn(i64, i64) -> math::IntResult;

#[test]
fn checked_integer_ops_agree_with_the_interpreters() {
    let ops: [(&str, IntOp, &str); 8] = [
        ("iadd", math::iadd, "+"),
        ("isub", math::isub, "-"),
        ("imul", math::imul, "*"),
        ("ifloordiv", math::ifloordiv, "//"),
        ("irem", math::imod, "%"),
        ("ipow", math::ipow, "^"),
        ("ishl", math::ishl, "<<"),
        ("ishr", math::ishr, ">>"),
    ];
    for (op, meaning, sign) in ops {
        let both = format!(
            "fn \"f\"() {{\nblock0(v0: int, v1: int):\n  v2: int = {op} v0, v1\n  return v2\n}}\n"
        );
        for b in INTS {
            let left = format!(
                "fn \"f\"() {{\nblock0(v0: int):\n  v1: int = const.int {b}\n  v2: int = {op} v1, v0\n  return v2\n}}\n"
            );
            let right = format!(
                "fn \"f\"() {{\nblock0(v0: int):\n  v1: int = const.int {b}\n  v2: int = {op} v0, v1\n  return v2\n}}\n"
            );
            for a in INTS {
                check(run(&both, &[a.word(), b.word()]), meaning(a, b), &format!("{a} {sign} {b}"));
                check(
                    run(&right, &[a.word()]),
                    meaning(a, b),
                    &format!("{a} {sign} {b} (constant)"),
                );
                check(
                    run(&left, &[a.word()]),
                    meaning(b, a),
                    &format!("{b} {sign} {a} (constant)"),
                );
            }
        }
    }
}

fn check(got: Result<u64, quern_vm::Error>, expected: math::IntResult, what: &str) {
    match (got, expected) {
        (Ok(got), Ok(expected)) => assert_eq!(got as i64, expected, "{what}"),
        (Err(error), Err(fault)) => {
            let shown = what.strip_suffix(" (constant)").unwrap_or(what);
            assert_eq!(error.message, fault.describe(shown).message);
        }
        (got, expected) => panic!("{what}: {got:?}, not {expected:?}"),
    }
}

#[test]
fn plain_integer_ops() {
    let ops: [(&str, fn(i64, i64) -> i64); 8] = [
        ("iadd.wrap", i64::wrapping_add),
        ("isub.wrap", i64::wrapping_sub),
        ("imul.wrap", i64::wrapping_mul),
        ("iand", |a, b| a & b),
        ("ior", |a, b| a | b),
        ("ixor", |a, b| a ^ b),
        ("imin", i64::min),
        ("imax", i64::max),
    ];
    for (op, meaning) in ops {
        let source = format!(
            "fn \"f\"() {{\nblock0(v0: int, v1: int):\n  v2: int = {op} v0, v1\n  return v2\n}}\n"
        );
        for (a, b) in pairs(&INTS) {
            assert_eq!(
                run(&source, &[a.word(), b.word()]).expect(op) as i64,
                meaning(a, b),
                "{a} {op} {b}"
            );
        }
    }
    for a in INTS {
        let not = "fn \"f\"() {\nblock0(v0: int):\n  v1: int = inot v0\n  return v1\n}\n";
        assert_eq!(run(not, &[a.word()]).expect("inot") as i64, !a);
        let neg = "fn \"f\"() {\nblock0(v0: int):\n  v1: int = ineg v0\n  return v1\n}\n";
        check(run(neg, &[a.word()]), math::ineg(a), &format!("-({a})"));
    }
}

#[test]
fn comparisons_and_selections() {
    for (name, ints, floats) in [
        ("eq", (|a, b| a == b) as fn(i64, i64) -> bool, (|a, b| a == b) as fn(f64, f64) -> bool),
        ("ne", |a, b| a != b, |a, b| a != b),
        ("lt", |a, b| a < b, |a, b| a < b),
        ("le", |a, b| a <= b, |a, b| a <= b),
        ("gt", |a, b| a > b, |a, b| a > b),
        ("ge", |a, b| a >= b, |a, b| a >= b),
    ] {
        let int = format!(
            "fn \"f\"() {{\nblock0(v0: int, v1: int):\n  v2: bool = icmp {name}, v0, v1\n  v3: int = select v2, v0, v1\n  v4: bool = bnot v2\n  v5: int = bool.to.int v4\n  v6: int = ixor v3, v5\n  return v6\n}}\n"
        );
        for (a, b) in pairs(&INTS) {
            let expected = if ints(a, b) { a } else { b ^ 1 };
            assert_eq!(
                run(&int, &[a.word(), b.word()]).expect(name) as i64,
                expected,
                "{a} {name} {b}"
            );
        }
        let float = format!(
            "fn \"f\"() {{\nblock0(v0: float, v1: float):\n  v2: bool = fcmp {name}, v0, v1\n  branch v2 -> block1(v0), block1(v1)\nblock1(v3: float):\n  return v3\n}}\n"
        );
        for (a, b) in pairs(&FLOATS) {
            let expected = if floats(a, b) { a } else { b };
            assert_eq!(
                run(&float, &[a.word(), b.word()]).expect(name),
                expected.to_bits(),
                "{a} {name} {b}"
            );
        }
    }
}

#[test]
fn float_ops_give_the_same_bits() {
    let binary: [(&str, fn(f64, f64) -> f64); 8] = [
        ("fadd", |a, b| a + b),
        ("fsub", |a, b| a - b),
        ("fmul", |a, b| a * b),
        ("fdiv", |a, b| a / b),
        ("fmath min,", math::min),
        ("fmath max,", math::max),
        ("fmath pow,", math::pow),
        ("fmath atan2,", math::atan2),
    ];
    for (op, meaning) in binary {
        let source = format!(
            "fn \"f\"() {{\nblock0(v0: float, v1: float):\n  v2: float = {op} v0, v1\n  return v2\n}}\n"
        );
        for (a, b) in pairs(&FLOATS) {
            same(
                run(&source, &[a.word(), b.word()]).expect(op),
                meaning(a, b),
                &format!("{a} {op} {b}"),
            );
        }
    }
    let unary: [(&str, fn(f64) -> f64); 9] = [
        ("fneg", |a| -a),
        ("fabs", f64::abs),
        ("fsqrt", f64::sqrt),
        ("ffloor", f64::floor),
        ("fceil", f64::ceil),
        ("ftrunc", f64::trunc),
        ("fmath round,", math::round),
        ("fmath exp,", math::exp),
        ("fmath sign,", math::sign),
    ];
    for (op, meaning) in unary {
        let source =
            format!("fn \"f\"() {{\nblock0(v0: float):\n  v1: float = {op} v0\n  return v1\n}}\n");
        for a in FLOATS {
            same(run(&source, &[a.word()]).expect(op), meaning(a), &format!("{op} {a}"));
        }
    }
    for b in [1.0, 2.0, 0.5, -1.0] {
        let source = format!(
            "fn \"f\"() {{\nblock0(v0: float):\n  v1: float = const.float {b:?}\n  v2: float = fmath pow, v0, v1\n  return v2\n}}\n"
        );
        for a in FLOATS {
            same(run(&source, &[a.word()]).expect("pow"), math::pow(a, b), &format!("{a} ^ {b}"));
        }
    }
}

fn same(got: u64, expected: f64, what: &str) {
    let got = f64::from_bits(got);
    assert!(
        got.to_bits() == expected.to_bits() || got.is_nan() && expected.is_nan(),
        "{what}: {got:?}, not {expected:?}"
    );
}

#[test]
fn single_precision_rounds_once() {
    let source = "fn \"f\"() {\nblock0(v0: int, v1: f32):\n  v2: f32 = int.to.f32 v0\n  v3: f32 = fmul v2, v1\n  v4: float = f32.to.float v3\n  v5: f32 = float.to.f32 v4\n  v6: f32 = fmath sin, v5\n  return v6\n}\n";
    for a in INTS {
        let expected = math::single::sin(a as f32 * 0.1f32);
        let got = f32::from_bits(run(source, &[a.word(), 0.1f32.word()]).expect("f32") as u32);
        assert_eq!(got.to_bits(), expected.to_bits(), "{a}");
    }
}

#[test]
fn floats_become_ints_where_they_fit() {
    let source = "fn \"f\"() {\nblock0(v0: float):\n  v1: int = float.to.int v0\n  return v1\n}\n";
    for x in FLOATS {
        let fits = (-9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0).contains(&x);
        match run(source, &[x.word()]) {
            Ok(got) => assert!(fits && got as i64 == x as i64, "{x}"),
            Err(_) => assert!(!fits, "{x}"),
        }
    }
    let source = "fn \"f\"() {\nblock0(v0: int):\n  v1: float = int.to.float v0\n  return v1\n}\n";
    for a in INTS {
        same(run(source, &[a.word()]).expect("int.to.float"), a as f64, &a.to_string());
    }
}

#[test]
fn narrowing_checks_the_range() {
    for (dtype, low, high) in [
        ("u8", 0, 255),
        ("i32", i64::from(i32::MIN), i64::from(i32::MAX)),
        ("int", i64::MIN, i64::MAX),
    ] {
        let source = format!(
            "fn \"f\"() {{\nblock0(v0: int):\n  v1: int = narrow {dtype}, v0\n  return v1\n}}\n"
        );
        for x in [low, high, low.saturating_sub(1), high.saturating_add(1), 0] {
            assert_eq!(
                run(&source, &[x.word()]).is_ok(),
                (low..=high).contains(&x),
                "{x} as {dtype}"
            );
        }
    }
}

#[test]
fn indices_count_from_both_ends() {
    let source =
        "fn \"f\"() {\nblock0(v0: int, v1: int):\n  v2: int = bounds 0, v0, v1\n  return v2\n}\n";
    for size in [0i64, 1, 5, i64::MAX] {
        for index in [i64::MIN, -6, -5, -1, 0, 4, 5, i64::MAX - 1, i64::MAX] {
            let expected = match index {
                0.. if index < size => Some(index),
                i64::MIN..0 if index.checked_add(size).is_some_and(|i| i >= 0) => {
                    Some(index + size)
                }
                _ => None,
            };
            let got = run(source, &[index.word(), size.word()]).ok().map(|w| w as i64);
            assert_eq!(got, expected, "{index} of {size}");
            let constant = format!(
                "fn \"f\"() {{\nblock0(v0: int):\n  v1: int = const.int {index}\n  v2: int = bounds 0, v1, v0\n  return v2\n}}\n"
            );
            assert_eq!(
                run(&constant, &[size.word()]).ok().map(|w| w as i64),
                expected,
                "{index} of {size}"
            );
        }
    }
}

fn pairs<T: Copy>(items: &[T]) -> Vec<(T, T)> {
    items.iter().flat_map(|&a| items.iter().map(move |&b| (a, b))).collect()
}
