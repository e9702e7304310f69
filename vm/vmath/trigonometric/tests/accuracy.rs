//! Largest errors against high-precision values, for every version that the
//! machine can run. The data come from `oracle.py`; `ORACLE_DATA`
//! names another folder than the checked-in one.

mod common;

use common::{Version, versions};
use std::marker::PhantomData;
use vmath_b::bits::{Arith, Fused, Unfused};
use vmath_b::dispatch::{Binary, Scalar, Scalar2, Unary};
use vmath_b::kernels::*;

/// Records of `N` doubles.
fn records<const N: usize>(name: &str) -> Vec<[f64; N]> {
    let checked_in = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data");
    let folder = std::env::var("ORACLE_DATA").unwrap_or(checked_in.into());
    let bytes = std::fs::read(format!("{folder}/{name}.bin")).expect("oracle data");
    let (values, _) = bytes.as_chunks::<8>();
    let values: Vec<f64> = values.iter().map(|&b| f64::from_le_bytes(b)).collect();
    let (records, rest) = values.as_chunks::<N>();
    assert!(records.len() > 1000 && rest.is_empty());
    records.to_vec()
}

/// The unit in the last place of a finite `x`.
fn ulp(x: f64) -> f64 {
    let exponent = (x.to_bits() >> 52 & 0x7ff).max(1);
    if exponent > 52 {
        f64::from_bits((exponent - 52) << 52)
    } else {
        f64::from_bits(1 << (exponent - 1))
    }
}

/// The error of `got` in ulps, given the rounded value and the remainder.
fn error(got: f64, value: f64, rest: f64) -> f64 {
    if got == value {
        // Equal infinities too; the sign of zero counts.
        return if got.is_sign_negative() == value.is_sign_negative() {
            rest.abs()
        } else {
            f64::INFINITY
        };
    }
    if value.is_infinite() && got == f64::MAX.copysign(value) {
        return 1.0;
    }
    let unit = ulp(value);
    // Both differences are exact or far too large.
    let e = ((got - value) / unit - rest).abs();
    if e.is_nan() { f64::INFINITY } else { e }
}

fn report(name: &str, version: Version, bound: f64, errors: impl Iterator<Item = (f64, String)>) {
    let (worst, at) = errors.fold((0.0, String::new()), |a, b| if b.0 > a.0 { b } else { a });
    println!("{name:8} {version:?}: {worst:.3} ulp at {at}");
    assert!(worst <= bound, "{name} {version:?}: {worst} ulp at {at}");
}

/// Asserts `bound`, or `unfused` where there is no FMA.
fn check<K: Unary>(name: &str, bound: f64, unfused: f64) {
    for version in versions() {
        let bound = if version.is_fused() { bound } else { unfused };
        let errors = records::<3>(name).into_iter().map(|[x, value, rest]| {
            let got = version.run(Scalar::<K>(x, PhantomData));
            (
                error(got, value, rest),
                format!("{x:e} = {:#018x}: {got:e}, not {value:e}", x.to_bits()),
            )
        });
        report(name, version, bound, errors);
    }
}

fn check2<K: Binary>(name: &str, bound: f64, unfused: f64) {
    for version in versions() {
        let bound = if version.is_fused() { bound } else { unfused };
        let errors = records::<4>(name).into_iter().map(|[y, x, value, rest]| {
            let got = version.run(Scalar2::<K>(y, x, PhantomData));
            (error(got, value, rest), format!("({y:e}, {x:e}): {got:e}, not {value:e}"))
        });
        report(name, version, bound, errors);
    }
}

#[test]
fn sin() {
    check::<Sin>("sin", 1.0, 1.0);
}

#[test]
fn cos() {
    check::<Cos>("cos", 1.0, 1.0);
}

#[test]
fn tan() {
    check::<Tan>("tan", 1.0, 1.0);
}

#[test]
fn asin() {
    check::<Asin>("asin", 1.0, 1.0);
}

#[test]
fn acos() {
    check::<Acos>("acos", 1.0, 1.0);
}

#[test]
fn atan() {
    check::<Atan>("atan", 1.25, 1.5);
}

#[test]
fn atan2() {
    check2::<Atan2>("atan2", 1.25, 1.5);
}

#[test]
fn erf() {
    check::<Erf>("erf", 1.0, 1.0);
}

#[test]
fn erfc() {
    check::<Erfc>("erfc", 1.0, 1.0);
}

#[test]
fn gamma() {
    check::<Gamma>("gamma", 1.0, 1.0);
}

/// 2 ulp at positive arguments; at negative ones 2 ulp or, near the zeros, an
/// absolute error of 2^-54.
#[test]
fn lgamma() {
    for version in versions() {
        let (mut ulps, mut absolute, mut worst) = (0.0_f64, 0.0_f64, 0.0_f64);
        for [x, value, rest] in records::<3>("lgamma") {
            let e = error(version.run(Scalar::<Lgamma>(x, PhantomData)), value, rest);
            if x > 0.0 {
                ulps = ulps.max(e);
            } else if e > 2.0 {
                absolute = absolute.max(e * ulp(value));
                worst = worst.max(e);
            }
        }
        println!("lgamma {version:?}: {ulps:.3} ulp; {absolute:e} ({worst} ulp) near the zeros");
        assert!(ulps <= 2.0 && absolute <= f64::EPSILON / 4.0);
    }
}

/// The arithmetic of the two implementations is what the levels use.
#[test]
fn products_are_exact() {
    let (a, b) = (1.0 + f64::EPSILON, 1.0 - f64::EPSILON);
    assert_eq!(Fused::two_prod(a, b), (1.0, -f64::EPSILON * f64::EPSILON));
    assert_eq!(Unfused::two_prod(a, b), Fused::two_prod(a, b));
}
