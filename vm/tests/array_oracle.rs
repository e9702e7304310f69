//! Replays thousands of random array operations whose results NumPy and SciPy computed
//! (`tests/oracle/generate.py` writes the cases). Arithmetic must agree to the bit; the tolerance
//! of a transcendental function is in its case.

use quern_ir::DType;
use quern_vm::array::{
    self, Array, ArrayError, BinaryOp, Bool8, Complex, Index, Operand, ReduceOp, Scalar, UnaryOp,
};
use quern_vm::interrupt::Stop;
use serde_json::Value;

const CASES: &str = include_str!("../../tests/oracle/arrays.jsonl");

fn dtype(case: &Value) -> DType {
    DType::from_name(case["d"].as_str().expect("dtype")).expect("known dtype")
}

fn ints(list: &Value) -> Vec<i64> {
    list.as_array().expect("list").iter().map(|n| n.as_i64().expect("int")).collect()
}

fn parse_complex(text: &str) -> Complex {
    let (re, im) = text.split_once(',').expect("re,im");
    Complex::new(re.parse().expect("float"), im.parse().expect("float"))
}

/// An array, with its views applied.
fn array(case: &Value) -> Array {
    let shape = ints(&case["s"]);
    if let Some(divisor) = case["formula"].as_i64() {
        return formula(dtype(case), &shape, divisor);
    }
    let words = case["v"].as_str().expect("values").split_whitespace();
    fn parse<'a, T: array::Element>(
        words: impl Iterator<Item = &'a str>,
        shape: &[i64],
        parse: impl Fn(&str) -> Option<T>,
    ) -> Array {
        let values: Option<Vec<T>> = words.map(parse).collect();
        Array::from_slice(&values.expect("numbers"), shape).expect("shape fits")
    }
    let mut out = match dtype(case) {
        DType::Bool => parse(words, &shape, |w| Some(Bool8::from(w == "1"))),
        DType::U8 => parse::<u8>(words, &shape, |w| w.parse().ok()),
        DType::I32 => parse::<i32>(words, &shape, |w| w.parse().ok()),
        DType::Int => parse::<i64>(words, &shape, |w| w.parse().ok()),
        DType::F32 => parse::<f32>(words, &shape, |w| w.parse().ok()),
        DType::Float => parse::<f64>(words, &shape, |w| w.parse().ok()),
        DType::Complex => parse(words, &shape, |w| Some(parse_complex(w))),
    };
    if !case["T"].is_null() {
        out = out.transpose(Some(&ints(&case["T"]))).expect("permutation");
    }
    if !case["i"].is_null() {
        out = out.get(&index(&case["i"])).and_then(array::Item::into_array).expect("index");
    }
    out
}

/// The large arrays of the printing cases.
fn formula(dtype: DType, shape: &[i64], divisor: i64) -> Array {
    let int = |n: i64| -> Operand { Scalar::Int(n).into() };
    let binary =
        |op, a: Array, n| array::binary(Stop::NEVER, op, a.into(), int(n)).expect("formula");
    let size = Scalar::Int(shape.iter().product());
    let steps =
        Array::arange(Stop::NEVER, Scalar::Int(0), size, Scalar::Int(1), None).expect("arange");
    let values = binary(BinaryOp::Mod, binary(BinaryOp::Mul, steps, 37), 101);
    let values = match dtype {
        DType::F32 | DType::Float => binary(BinaryOp::Div, values, divisor),
        DType::Bool => binary(BinaryOp::Eq, binary(BinaryOp::Mod, values, 2), 0),
        _ => values,
    };
    values.astype(Stop::NEVER, dtype).and_then(|a| a.reshape(Stop::NEVER, shape)).expect("formula")
}

fn operand(case: &Value) -> Operand {
    if !case["s"].is_null() {
        return array(case).into();
    }
    let text = case["v"].as_str().expect("value");
    let scalar = match dtype(case) {
        DType::Bool => Scalar::Bool(text == "1"),
        DType::U8 | DType::I32 | DType::Int => Scalar::Int(text.parse().expect("int")),
        DType::F32 => Scalar::F32(text.parse().expect("float")),
        DType::Float => Scalar::Float(text.parse().expect("float")),
        DType::Complex => parse_complex(text).into(),
    };
    scalar.into()
}

fn index(list: &Value) -> Vec<Index> {
    let entry = |e: &Value| match e {
        Value::Number(n) => Index::At(n.as_i64().expect("int")),
        Value::String(s) if s == "..." => Index::Ellipsis,
        Value::String(_) => Index::NewAxis,
        e if !e["t"].is_null() => Index::Take(array(&e["t"])),
        e if !e["m"].is_null() => Index::Mask(array(&e["m"])),
        e => Index::Slice {
            start: e["s"][0].as_i64(),
            stop: e["s"][1].as_i64(),
            step: e["s"][2].as_i64().expect("step"),
            inclusive: false,
        },
    };
    list.as_array().expect("index").iter().map(entry).collect()
}

fn scalar(text: &Value) -> Scalar {
    let text = text.as_str().expect("number");
    match text.parse() {
        Ok(n) => Scalar::Int(n),
        Err(_) => Scalar::Float(text.parse().expect("float")),
    }
}

fn float(text: &Value) -> f64 {
    text.as_str().and_then(|text| text.parse().ok()).expect("real")
}

fn run(case: &Value) -> Result<Array, ArrayError> {
    let op = case["op"].as_str().unwrap_or("");
    let a = || array(&case["a"]);
    match case["k"].as_str().expect("kind") {
        "bin" => {
            let op = BinaryOp::from_name(op).expect("op");
            array::binary(Stop::NEVER, op, operand(&case["a"]), operand(&case["b"]))
        }
        "un" => array::unary(Stop::NEVER, UnaryOp::from_name(op).expect("op"), a()),
        "where" => {
            array::select(Stop::NEVER, &array(&case["c"]), a().into(), array(&case["b"]).into())
        }
        "red" => reduce(case, op),
        "scan" if op == "cumsum" => array::cumsum(Stop::NEVER, &a(), case["axis"].as_i64()),
        "scan" => array::cumprod(Stop::NEVER, &a(), case["axis"].as_i64()),
        "get" => match a().get(&index(&case["i"]))? {
            array::Item::Array(found) => Ok(found),
            array::Item::Scalar(x) => Array::full(Stop::NEVER, &[], x, Some(a().dtype())),
        },
        "set" => {
            let mut target = a();
            target.set(&index(&case["i"]), &operand(&case["b"]))?;
            Ok(target)
        }
        "shape" => reshape(case, op),
        "arange" => {
            let dtype = DType::from_name(case["r"]["d"].as_str().expect("dtype"));
            let args = &case["args"];
            Array::arange(Stop::NEVER, scalar(&args[0]), scalar(&args[1]), scalar(&args[2]), dtype)
        }
        "linspace" => {
            let args = &case["args"];
            Array::linspace(
                Stop::NEVER,
                float(&args[0]),
                float(&args[1]),
                args[2].as_i64().expect("n"),
                DType::Float,
            )
        }
        "order" => order(case, op),
        "matmul" => array::matmul(Stop::NEVER, &a(), &array(&case["b"])),
        "cast" => a().astype(
            Stop::NEVER,
            DType::from_name(case["to"].as_str().expect("dtype")).expect("dtype"),
        ),
        other => panic!("unknown kind {other}"),
    }
}

fn reduce(case: &Value, op: &str) -> Result<Array, ArrayError> {
    let (a, keep) = (array(&case["a"]), case["keep"] == true);
    let axes = case["axes"].as_array().map(|_| ints(&case["axes"]));
    let axes = axes.as_deref();
    let ddof = case["ddof"].as_i64().unwrap_or(0);
    match op {
        "var" => array::var(Stop::NEVER, &a, axes, keep, ddof),
        "std" => array::std(Stop::NEVER, &a, axes, keep, ddof),
        "median" | "quantile" => {
            array::quantile(Stop::NEVER, &a, case["q"].as_f64().expect("q"), axes, keep)
        }
        "norm" => array::norm(Stop::NEVER, &a, None, axes, keep),
        _ => array::reduce(Stop::NEVER, ReduceOp::from_name(op).expect("op"), &a, axes, keep),
    }
}

fn reshape(case: &Value, op: &str) -> Result<Array, ArrayError> {
    let a = array(&case["a"]);
    let b = || array(&case["b"]);
    let arg = |k: usize| case["args"][k].as_i64();
    let int = |k: usize| arg(k).expect("argument");
    match op {
        "reshape" => a.reshape(Stop::NEVER, &ints(&case["args"])),
        "transpose" => a.transpose(Some(&ints(&case["args"]))),
        "swapaxes" => a.swapaxes(int(0), int(1)),
        "concat" => Array::concat(&[a, b()], int(0)),
        "stack" => Array::stack(&[a, b()], int(0)),
        "tile" => a.tile(Stop::NEVER, &ints(&case["args"])),
        "repeat" => a.repeat(Stop::NEVER, int(0), arg(1)),
        "roll" => a.roll(Stop::NEVER, int(0), arg(1)),
        "reverse" => a.reverse(arg(0)),
        "diff" => a.diff(Stop::NEVER, int(0) as usize, int(1)),
        "tril" => a.tril(int(0)),
        "triu" => a.triu(int(0)),
        "diag" => a.diag(int(0)),
        "broadcast_to" => a.broadcast_to(&ints(&case["args"])),
        "squeeze" => a.squeeze(None),
        "expand_dims" => a.expand_dims(int(0)),
        "ravel" => a.ravel(Stop::NEVER),
        "outer" => array::outer(Stop::NEVER, &a, &b()),
        "meshgrid" => {
            Ok(Array::meshgrid(Stop::NEVER, &[a, b()], false)?.swap_remove(int(0) as usize))
        }
        other => panic!("unknown shape operation {other}"),
    }
}

fn order(case: &Value, op: &str) -> Result<Array, ArrayError> {
    let a = array(&case["a"]);
    let axis = case["axis"].as_i64().unwrap_or(0);
    let check_counts =
        |counts: Array| compare(&counts, &array(&case["counts"]), 0).expect("counts");
    match op {
        "sort" => a.sort(Stop::NEVER, axis, false),
        "argsort" => a.argsort(Stop::NEVER, axis, false),
        "searchsorted" => array(&case["b"]).searchsorted(Stop::NEVER, &a, case["right"] == true),
        "unique" => {
            let (values, counts) = a.unique_counts(Stop::NEVER)?;
            check_counts(counts);
            Ok(values)
        }
        "bincount" => a.bincount(Stop::NEVER, case["min"].as_u64().expect("min") as usize),
        "histogram" => {
            let end = |k: usize| case["range"][k].as_f64();
            let (counts, edges) =
                a.histogram(Stop::NEVER, case["bins"].as_i64().expect("bins"), end(0).zip(end(1)))?;
            check_counts(counts);
            Ok(edges)
        }
        "nonzero" => a.argwhere(Stop::NEVER),
        other => panic!("unknown order operation {other}"),
    }
}

/// Whether two arrays agree: shape, dtype, and elements within `ulp` units in the last place; -1
/// is a distance of 1e-13 relative to the size of a complex number, -2 one of 1e-12 (1e-5 for f32), and
/// -3 asks for equality but does not look at the sign of zeros.
fn compare(found: &Array, expected: &Array, ulp: i64) -> Result<(), String> {
    if found.dtype() != expected.dtype() || found.shape() != expected.shape() {
        return Err(format!("found {found:?}, expected {expected:?}"));
    }
    let double = |x: f64| x.to_bits() as i64;
    let single = |x: f64| i64::from((x as f32).to_bits() as i32);
    for (position, (x, y)) in found.scalars().zip(expected.scalars()).enumerate() {
        let is_close = match (x, y) {
            (Scalar::Float(x), Scalar::Float(y)) => close(x, y, ulp, 1e-12, double),
            (Scalar::F32(x), Scalar::F32(y)) => close(x.into(), y.into(), ulp, 1e-5, single),
            (Scalar::Complex(a, b), Scalar::Complex(c, d)) => {
                let slack = if ulp < 0 { c.hypot(d) * 1e-13 } else { 0.0 };
                // The sign of a zero beside NaN is open.
                let ulp = if ulp < 0 && (c.is_nan() || d.is_nan()) { -2 } else { ulp };
                let near = |x: f64, y: f64| {
                    close(x, y, ulp, 1e-12, double) || (x - y).abs() <= slack && x != y
                };
                near(a, c) && near(b, d)
            }
            (x, y) => x == y,
        };
        if !is_close {
            return Err(format!("element {position}: found {x:?}, expected {y:?}"));
        }
    }
    Ok(())
}

fn close(x: f64, y: f64, ulp: i64, relative: f64, bits: impl Fn(f64) -> i64) -> bool {
    if x.is_nan() || y.is_nan() {
        return x.is_nan() && y.is_nan();
    }
    if x == y {
        let signs_matter = ulp == 0 || ulp == -1;
        return !signs_matter || x.is_sign_negative() == y.is_sign_negative();
    }
    if ulp == -3 {
        return false;
    }
    if ulp < 0 {
        return (x - y).abs() <= relative * y.abs() || (x - y).abs() < f64::MIN_POSITIVE;
    }
    x.is_sign_negative() == y.is_sign_negative() && (bits(x) - bits(y)).abs() <= ulp
}

/// Products may differ by the rounding of the sum of sizes.
fn compare_products(found: &Array, expected: &Array, sizes: &Array) -> Result<(), String> {
    if found.dtype() != expected.dtype() || found.shape() != expected.shape() {
        return Err(format!("found {found:?}, expected {expected:?}"));
    }
    let unit = if found.dtype() == DType::F32 { 1e-6 } else { 1e-14 };
    for ((x, y), size) in found.scalars().zip(expected.scalars()).zip(sizes.scalars()) {
        let (x, y) = (x.as_complex(), y.as_complex());
        if (x - y).abs() > unit * size.as_f64().expect("size") {
            return Err(format!("found {x:?}, expected {y:?}"));
        }
    }
    Ok(())
}

fn check(case: &Value) -> Result<(), String> {
    if case["k"] == "str" {
        let (found, expected) =
            (array(&case["a"]).to_string(), case["text"].as_str().expect("text"));
        let different = || format!("found\n{found}\nexpected\n{expected}");
        return if found == expected { Ok(()) } else { Err(different()) };
    }
    match (&case["err"], run(case)) {
        (Value::Null, Err(error)) => Err(format!("unexpected error: {error}")),
        (Value::Null, Ok(found)) if case["k"] == "matmul" => {
            compare_products(&found, &array(&case["r"]), &array(&case["size"]))
        }
        (Value::Null, Ok(found)) => {
            compare(&found, &array(&case["r"]), case["ulp"].as_i64().unwrap_or(0))
        }
        (Value::String(kind), Err(error)) if *kind == error.kind.name() => Ok(()),
        (Value::Bool(_), Err(_)) => Ok(()),
        (wanted, result) => Err(format!("expected error {wanted}, found {result:?}")),
    }
}

#[test]
fn operations_agree_with_numpy() {
    // Other cases than the ones kept here: generate.py SEED FILE, and name the file.
    let other = std::env::var_os("QUERN_ORACLE_CASES")
        .map(|path| std::fs::read_to_string(path).expect("cases"));
    let mut failures = Vec::new();
    let mut total = 0;
    for line in other.as_deref().unwrap_or(CASES).lines() {
        total += 1;
        let case: Value = serde_json::from_str(line).expect("a case is JSON");
        if let Err(why) = check(&case) {
            failures.push(format!("line {total}: {line}\n  {why}"));
        }
    }
    assert!(total > 5000, "only {total} cases");
    let shown = failures.iter().take(12).cloned().collect::<Vec<_>>().join("\n");
    assert!(failures.is_empty(), "{} of {total} cases fail:\n{shown}", failures.len());
}
