//! Errors against the references in `tests/oracle`, written by `tests/oracle.py`. `VMATH_ORACLE`
//! names another directory with such files.

use vmath::{Isa, binary_functions, unary_functions};

/// The stated bound in units in the last place, for fused and unfused arithmetic.
fn bound(name: &str) -> f64 {
    match name {
        "cbrt" | "atanh" => 0.6,
        "exp" | "exp2" | "log10" | "cosh" => 0.8,
        "log" => 0.9,
        "log1p" | "log2" | "pow" | "hypot" | "sinh" | "tanh" | "asinh" | "acosh" => 1.0,
        "expm1" => 1.4,
        _ => unreachable!("{name}"),
    }
}

#[derive(Debug)]
struct Record {
    arguments: Vec<f64>,
    /// The correctly rounded result and the rest in units of its last place.
    result: f64,
    rest: f64,
}

fn records(name: &str, arity: usize) -> Vec<Record> {
    let default = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/oracle").to_string();
    let directory = std::env::var("VMATH_ORACLE").unwrap_or(default);
    let path = format!("{directory}/{name}.bin");
    let bytes = std::fs::read(&path).unwrap_or_else(|e| panic!("{path}: {e}"));
    let double = |b: &[u8]| f64::from_le_bytes(b.try_into().unwrap());
    bytes
        .chunks_exact(8 * arity + 12)
        .map(|record| {
            let (values, rest) = record.split_at(8 * arity + 8);
            let (arguments, result) = values.split_at(8 * arity);
            Record {
                arguments: arguments.chunks_exact(8).map(double).collect(),
                result: double(result),
                rest: f32::from_le_bytes(rest.try_into().unwrap()).into(),
            }
        })
        .collect()
}

/// The position of a double in the order of all doubles; neighbours differ by one. Infinity follows
/// the largest finite number.
fn position(x: f64) -> i64 {
    let magnitude = x.abs().to_bits() as i64;
    if x.is_sign_negative() {
        -magnitude
    } else {
        magnitude
    }
}

fn error(got: f64, record: &Record) -> f64 {
    if got.is_nan() || got.is_sign_negative() != record.result.is_sign_negative() {
        return f64::INFINITY;
    }
    let distance = (position(got) - position(record.result)) as f64;
    (distance - record.rest).abs()
}

fn check(name: &str, isa: Isa, records: &[Record], got: &[f64]) {
    let errors = records
        .iter()
        .zip(got)
        .map(|(record, &got)| error(got, record));
    let (index, worst) = errors
        .enumerate()
        .max_by(|a, b| a.1.total_cmp(&b.1))
        .unwrap();
    let (record, got) = (&records[index], got[index]);
    println!("{name:8} {isa:8?} {worst:.4} ulp at {:?}", record.arguments);
    assert!(
        worst < bound(name),
        "{name} {isa:?}: {worst} ulp: {got:e} for {record:?}"
    );
}

#[test]
fn errors_are_within_the_bounds() {
    for isa in Isa::supported() {
        for f in unary_functions::<f64>() {
            let records = records(f.name, 1);
            let x: Vec<f64> = records.iter().map(|r| r.arguments[0]).collect();
            let mut out = vec![0.0; x.len()];
            (f.block)(isa, &mut out, &x);
            check(f.name, isa, &records, &out);
        }
        for f in binary_functions::<f64>() {
            let records = records(f.name, 2);
            let x: Vec<f64> = records.iter().map(|r| r.arguments[0]).collect();
            let y: Vec<f64> = records.iter().map(|r| r.arguments[1]).collect();
            let mut out = vec![0.0; x.len()];
            (f.block)(isa, &mut out, &x, &y);
            check(f.name, isa, &records, &out);
        }
    }
}
