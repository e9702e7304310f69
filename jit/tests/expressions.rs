//! Random straight-line functions: compiled code and the interpreter's functions agree on the result,
//! or on the first error.

mod common;

use common::run_words;
use proptest::prelude::*;
use quern_ir::Op;
use quern_vm::array::math;
use quern_vm::interrupt::Stop;
use quern_vm::{Error, Value, ops};
use std::fmt::Write;

/// A step: an op on two of the values so far.
#[derive(Clone, Debug)]
enum Step {
    Int(usize, u8, u8),
    Const(i64),
    Float(usize, u8, u8),
    Select(u8, u8, u8),
}

const INT_OPS: [(&str, Op); 7] = [
    ("iadd", Op::Add),
    ("isub", Op::Sub),
    ("imul", Op::Mul),
    ("ifloordiv", Op::FloorDiv),
    ("irem", Op::Rem),
    ("ishl", Op::Shl),
    ("ishr", Op::Shr),
];
type FloatOp = fn(f64, f64) -> f64;
const FLOAT_OPS: [(&str, FloatOp); 6] = [
    ("fadd", |a, b| a + b),
    ("fsub", |a, b| a - b),
    ("fmul", |a, b| a * b),
    ("fdiv", |a, b| a / b),
    ("fmath min,", math::min),
    ("fmath max,", math::max),
];

fn int() -> impl Strategy<Value = i64> {
    prop_oneof![any::<i64>(), -70i64..70, Just(i64::MIN), Just(i64::MAX)]
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (0..INT_OPS.len(), any::<u8>(), any::<u8>()).prop_map(|(op, a, b)| Step::Int(op, a, b)),
        1 => int().prop_map(Step::Const),
        2 => (0..FLOAT_OPS.len(), any::<u8>(), any::<u8>()).prop_map(|(op, a, b)| Step::Float(op, a, b)),
        1 => (any::<u8>(), any::<u8>(), any::<u8>()).prop_map(|(a, b, c)| Step::Select(a, b, c)),
    ]
}

/// The function as text, and what it gives for `x`, `y`: the last int and float, or the first error.
fn program(steps: &[Step], x: i64, y: f64) -> (String, Result<(i64, f64), Error>) {
    let mut text = String::from("fn \"f\"() {\nblock0(v0: int, v1: float):\n");
    let (mut ints, mut floats) = (vec![(0, x)], vec![(1, y)]);
    let mut error = None;
    for (i, step) in steps.iter().enumerate() {
        let result = i + 2;
        let pick = |at: u8, from: &[(usize, i64)]| from[usize::from(at) % from.len()];
        match *step {
            Step::Const(c) => {
                ints.push((result, c));
                writeln!(text, "  v{result}: int = const.int {c}").expect("a string");
            }
            Step::Int(op, a, b) => {
                let ((a, x), (b, y)) = (pick(a, &ints), pick(b, &ints));
                writeln!(text, "  v{result}: int = {} v{a}, v{b}", INT_OPS[op].0)
                    .expect("a string");
                match ops::binary(Stop::NEVER, INT_OPS[op].1, Value::Int(x), Value::Int(y)) {
                    Ok(z) => ints.push((result, z.as_int().expect("an int"))),
                    Err(e) => {
                        error.get_or_insert(e);
                        ints.push((result, 0));
                    }
                }
            }
            Step::Float(op, a, b) => {
                let at = |at: u8| floats[usize::from(at) % floats.len()];
                let ((a, x), (b, y)) = (at(a), at(b));
                writeln!(text, "  v{result}: float = {} v{a}, v{b}", FLOAT_OPS[op].0)
                    .expect("a string");
                floats.push((result, FLOAT_OPS[op].1(x, y)));
            }
            Step::Select(a, b, c) => {
                let (a, b, c) = (pick(a, &ints), pick(b, &ints), pick(c, &ints));
                let test = 1000 + result;
                writeln!(text, "  v{test}: bool = icmp lt, v{}, v{}", a.0, b.0).expect("a string");
                writeln!(text, "  v{result}: int = select v{test}, v{}, v{}", b.0, c.0)
                    .expect("a string");
                ints.push((result, if a.1 < b.1 { b.1 } else { c.1 }));
            }
        }
    }
    let ((a, x), (b, y)) = (ints[ints.len() - 1], floats[floats.len() - 1]);
    writeln!(text, "  return v{a}, v{b}\n}}").expect("a string");
    (text, error.map_or(Ok((x, y)), Err))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]
    #[test]
    fn compiled_code_agrees(steps in prop::collection::vec(step(), 1..16), x in int(), y in any::<f64>()) {
        let (text, expected) = program(&steps, x, y);
        match (run_words(&text, &[x as u64, y.to_bits()]), expected) {
            (Ok(words), Ok((a, b))) => {
                prop_assert_eq!(words[0] as i64, a, "{}", text);
                let got = f64::from_bits(words[1]);
                prop_assert!(got.to_bits() == b.to_bits() || got.is_nan() && b.is_nan(), "{got} {b}\n{text}");
            }
            (Err((error, _)), Err(expected)) => prop_assert_eq!(error.message.clone(), expected.message.clone()),
            (got, expected) => prop_assert!(false, "{got:?} {expected:?}\n{text}"),
        }
    }
}
