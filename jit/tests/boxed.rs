//! Generic ops on boxed values: the ways in line and the helpers give what the interpreter gives.

mod common;

use common::{boxed, run_words};
use quern_ir::Op;
use quern_ir::ops::Cond;
use quern_vm::interrupt::Stop;
use quern_vm::std::show::repr;
use quern_vm::value::equal;
use quern_vm::words::words_value;
use quern_vm::{Error, Value, ops};

fn samples() -> Vec<Value> {
    vec![
        Value::Int(7),
        Value::Int(i64::MAX),
        Value::Float(2.5),
        Value::Float(f64::NAN),
        Value::Bool(true),
        Value::F32(0.5),
        Value::None,
        Value::str("ab"),
        Value::list(vec![Value::Int(1), Value::str("x")]),
        Value::array(quern_vm::array::Array::from_vec(vec![1i64, 2, 3]).expect("a vector")),
    ]
}

/// Runs a function of boxed values that gives one.
fn call(source: &str, args: &[&Value]) -> Result<Value, Error> {
    let words: Vec<u64> = args.iter().flat_map(|&v| boxed(v.clone())).collect();
    // SAFETY: the words are the result, which nobody else uses.
    run_words(source, &words).map(|w| unsafe { words_value([w[0], w[1]]) }).map_err(|(e, _)| e)
}

fn check(got: Result<Value, Error>, expected: Result<Value, Error>, what: &str) {
    match (got, expected) {
        // As text, in which NaN equals itself.
        (Ok(a), Ok(b)) => assert_eq!((a.tag(), repr(&a)), (b.tag(), repr(&b)), "{what}"),
        (Err(a), Err(b)) => assert_eq!((&a.message, &a.hint), (&b.message, &b.hint), "{what}"),
        (a, b) => panic!("{what}: {a:?}, not {b:?}"),
    }
}

#[test]
fn operators_mean_the_same() {
    let binary = [Op::Add, Op::Sub, Op::Mul, Op::Div, Op::FloorDiv, Op::Rem, Op::Pow, Op::BitAnd];
    let compare = [(Op::Eq, Cond::Eq), (Op::Ne, Cond::Ne), (Op::Lt, Cond::Lt), (Op::Ge, Cond::Ge)];
    for a in &samples() {
        for b in &samples() {
            for op in binary {
                let source = two(op);
                check(
                    call(&source, &[a, b]),
                    ops::binary(Stop::NEVER, op, a.clone(), b.clone()),
                    &format!("{a:?} {op:?} {b:?}"),
                );
            }
            for (op, cond) in compare {
                let source = two(op);
                check(
                    call(&source, &[a, b]),
                    ops::compare(Stop::NEVER, cond, a.clone(), b.clone()),
                    &format!("{a:?} {op:?} {b:?}"),
                );
            }
        }
        let source = "fn \"f\"() {\nblock0(v0: any):\n  v1 = const.none\n  v2 = eq v0, v1 dying v0\n  release v0\n  return v2\n}\n";
        check(
            call(source, &[a]),
            ops::compare(Stop::NEVER, Cond::Eq, a.clone(), Value::None),
            &format!("{a:?} == none"),
        );
    }
}

/// A function that applies an operator: arithmetic consumes its operands.
fn two(op: Op) -> String {
    let name = op.name();
    let (dying, releases) = match op.is_arithmetic() {
        true => ("", ""),
        false => (" dying v0, v1", "  release v0\n  release v1\n"),
    };
    format!(
        "fn \"f\"() {{\nblock0(v0: any, v1: any):\n  v2 = {name} v0, v1{dying}\n{releases}  return v2\n}}\n"
    )
}

#[test]
fn composites_are_made_and_taken_apart() {
    let source = "fn \"f\"() {\nblock0(v0: any, v1: any):\n  v2 = record.box [\"a\", \"b\"], v0, v1\n  v3 = field.get \"b\", v2 dying v2\n  v4 = record.get 0, v2\n  retain v4\n  v5 = tuple v3, v4\n  v6 = tuple.get 1, v5\n  retain v6\n  v7 = list [v, v], v6, v5 dying v2, v3, v4, v5, v6\n  release v2\n  release v3\n  release v4\n  release v5\n  release v6\n  return v7\n}\n";
    let (a, b) = (Value::str("a text that is counted"), Value::Float(0.5));
    let expected = Value::list(vec![a.clone(), Value::tuple(vec![b.clone(), a.clone()])]);
    check(call(source, &[&a, &b]), Ok(expected), "a list");
    let Value::LongStr(text) = &a else { panic!("the text is long") };
    assert_eq!(std::sync::Arc::strong_count(text), 1, "every reference was given back");
}

#[test]
fn builtins_are_called_with_their_defaults() {
    let source = "fn \"f\"() {\nblock0(v0: any):\n  v1 = call.builtin builtin int(v), v0 dying v0\n  release v0\n  return v1\n}\n";
    check(call(source, &[&Value::str("42")]), Ok(Value::Int(42)), "int(\"42\")");
    assert!(call(source, &[&Value::str("x")]).is_err());
}

#[test]
fn places_are_set_and_survive_an_error() {
    let source = "fn \"f\"(mut \"xs\"=s0) {\n  slot s0 \"xs\": any\nblock0(v0: any, v1: any):\n  v2: int = const.int 7\n  v3 = place.with s0[v], v0, v1, v2 unwind v0 dying v1\n  release v1\n  v4 = const.none\n  return v4, v3\n}\n";
    let xs = || Value::list(vec![Value::Int(1), Value::Int(2)]);
    let run = |index: i64| {
        let words: Vec<u64> = [xs(), Value::Int(index)].into_iter().flat_map(boxed).collect();
        run_words(source, &words)
    };
    // SAFETY (both): the words are what the variable holds, which nobody else uses.
    let words = run(1).expect("in range");
    // SAFETY: compiled code left the two words of an owned value there.
    let after = unsafe { words_value([words[2], words[3]]) };
    assert!(equal(&after, &Value::list(vec![Value::Int(1), Value::Int(7)])));
    let (_, words) = run(2).expect_err("out of range");
    // SAFETY: compiled code left the two words of an owned value there.
    let after = unsafe { words_value([words[2], words[3]]) };
    assert!(equal(&after, &xs()));
}

#[test]
fn loops_walk_anything() {
    let source = "fn \"f\"() {\nblock0(v0: any):\n  v1 = iter v0 dying v0\n  release v0\n  v2 = iter.start v1\n  v3: int = const.int 0\n  jump -> block1(v2, v3)\nblock1(v4: any, v5: int):\n  iter.next v1, v4 -> block2, block3 dying v1, v4\nblock2(v6: any, v7: any):\n  release v4\n  release v6\n  v8: int = const.int 1\n  v9: int = iadd v5, v8 dying v1, v7\n  jump -> block1(v7, v9)\nblock3:\n  release v1\n  release v4\n  v10 = box v5\n  return v10\n}\n";
    check(call(source, &[&Value::str("añb")]), Ok(Value::Int(3)), "characters");
    check(call(source, &[&samples()[8]]), Ok(Value::Int(2)), "items");
    assert!(call(source, &[&Value::Int(3)]).is_err());
}
