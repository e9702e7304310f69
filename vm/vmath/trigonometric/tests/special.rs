//! Special values as C Annex F has them, scalar and in blocks.

mod common;

use common::versions;
use std::f64::consts::{FRAC_PI_2, FRAC_PI_4, PI};
use std::marker::PhantomData;
use vmath_b::dispatch::{Binary, Block, Block2, Scalar, Scalar2, Unary};
use vmath_b::kernels::*;

const INF: f64 = f64::INFINITY;
const NAN: f64 = f64::NAN;
const MIN: f64 = f64::MIN_POSITIVE;
const MAX: f64 = f64::MAX;
const TINY: f64 = 5e-324;

/// Equal bits, or both NaN.
fn same(a: f64, b: f64) -> bool {
    a.to_bits() == b.to_bits() || a.is_nan() && b.is_nan()
}

fn check<K: Unary>(table: &[(f64, f64)]) {
    let x: Vec<f64> = table.iter().map(|e| e.0).collect();
    for version in versions() {
        let mut out = vec![0.0; x.len()];
        version.run(Block { out: &mut out, x: &x, kernel: PhantomData::<K> });
        for (&(x, value), &in_block) in table.iter().zip(&out) {
            for got in [version.run(Scalar::<K>(x, PhantomData)), in_block] {
                assert!(same(got, value), "{version:?}: f({x:e}) = {got:e}, not {value:e}");
            }
        }
    }
}

fn check2<K: Binary>(table: &[(f64, f64, f64)]) {
    let x: Vec<f64> = table.iter().map(|e| e.0).collect();
    let y: Vec<f64> = table.iter().map(|e| e.1).collect();
    for version in versions() {
        let mut out = vec![0.0; x.len()];
        version.run(Block2 { out: &mut out, x: &x, y: &y, kernel: PhantomData::<K> });
        for (&(x, y, value), &in_block) in table.iter().zip(&out) {
            for got in [version.run(Scalar2::<K>(x, y, PhantomData)), in_block] {
                assert!(same(got, value), "{version:?}: f({x:e}, {y:e}) = {got:e}, not {value:e}");
            }
        }
    }
}

/// The table and its mirror image for an odd function.
fn odd(table: &[(f64, f64)]) -> Vec<(f64, f64)> {
    table.iter().flat_map(|&(x, y)| [(x, y), (-x, -y)]).collect()
}

#[test]
fn trigonometric() {
    let identity = [(0.0, 0.0), (TINY, TINY), (MIN, MIN), (1e-300, 1e-300), (INF, NAN), (NAN, NAN)];
    check::<Sin>(&odd(&identity));
    check::<Tan>(&odd(&identity));
    check::<Cos>(&[
        (0.0, 1.0),
        (-0.0, 1.0),
        (TINY, 1.0),
        (-MIN, 1.0),
        (1e-9, 1.0),
        (INF, NAN),
        (-INF, NAN),
        (NAN, NAN),
    ]);
}

#[test]
fn inverse() {
    check::<Asin>(&odd(&[
        (0.0, 0.0),
        (TINY, TINY),
        (MIN, MIN),
        (1.0, FRAC_PI_2),
        (1.0 + f64::EPSILON, NAN),
        (MAX, NAN),
        (INF, NAN),
        (NAN, NAN),
    ]));
    check::<Acos>(&[
        (1.0, 0.0),
        (-1.0, PI),
        (0.0, FRAC_PI_2),
        (-0.0, FRAC_PI_2),
        (TINY, FRAC_PI_2),
        (1.0 + f64::EPSILON, NAN),
        (-1.0 - f64::EPSILON, NAN),
        (MAX, NAN),
        (INF, NAN),
        (-INF, NAN),
        (NAN, NAN),
    ]);
    check::<Atan>(&odd(&[
        (0.0, 0.0),
        (TINY, TINY),
        (MIN, MIN),
        (1.0, FRAC_PI_4),
        (1e30, FRAC_PI_2),
        (MAX, FRAC_PI_2),
        (INF, FRAC_PI_2),
        (NAN, NAN),
    ]));
}

#[test]
fn atan2() {
    // For y of either sign: f(-y, x) = -f(y, x).
    let upper = [
        (0.0, 0.0, 0.0),
        (0.0, -0.0, PI),
        (0.0, 1.0, 0.0),
        (0.0, -1.0, PI),
        (0.0, TINY, 0.0),
        (0.0, -TINY, PI),
        (0.0, INF, 0.0),
        (0.0, -INF, PI),
        (1.0, 0.0, FRAC_PI_2),
        (1.0, -0.0, FRAC_PI_2),
        (TINY, 0.0, FRAC_PI_2),
        (MAX, -0.0, FRAC_PI_2),
        (1.0, INF, 0.0),
        (1.0, -INF, PI),
        (MAX, INF, 0.0),
        (MAX, -INF, PI),
        (TINY, -INF, PI),
        (INF, 0.0, FRAC_PI_2),
        (INF, -0.0, FRAC_PI_2),
        (INF, 1.0, FRAC_PI_2),
        (INF, -MAX, FRAC_PI_2),
        (INF, INF, FRAC_PI_4),
        (INF, -INF, 3.0 * FRAC_PI_4),
        (1.0, 1.0, FRAC_PI_4),
        (1.0, -1.0, 3.0 * FRAC_PI_4),
        (MAX, MAX, FRAC_PI_4),
        (TINY, TINY, FRAC_PI_4),
        (TINY, -TINY, 3.0 * FRAC_PI_4),
        (MIN, MIN, FRAC_PI_4),
        (TINY, 1.0, TINY),
        (TINY, MAX, 0.0),
        (TINY, -MAX, PI),
        (MAX, TINY, FRAC_PI_2),
        (NAN, 1.0, NAN),
        (1.0, NAN, NAN),
        (NAN, NAN, NAN),
        (NAN, INF, NAN),
        (INF, NAN, NAN),
        (NAN, 0.0, NAN),
        (0.0, NAN, NAN),
    ];
    let all: Vec<_> = upper.into_iter().flat_map(|(y, x, a)| [(y, x, a), (-y, x, -a)]).collect();
    check2::<Atan2>(&all);
}

#[test]
fn error_functions() {
    check::<Erf>(&odd(&[(0.0, 0.0), (6.0, 1.0), (30.0, 1.0), (MAX, 1.0), (INF, 1.0), (NAN, NAN)]));
    check::<Erfc>(&[
        (0.0, 1.0),
        (-0.0, 1.0),
        (TINY, 1.0),
        (-TINY, 1.0),
        (-6.0, 2.0),
        (-30.0, 2.0),
        (-MAX, 2.0),
        (-INF, 2.0),
        (27.3, 0.0),
        (28.0, 0.0),
        (1e10, 0.0),
        (MAX, 0.0),
        (INF, 0.0),
        (NAN, NAN),
    ]);
}

#[test]
fn gamma_functions() {
    let mut table = vec![
        (0.0, INF),
        (-0.0, -INF),
        (TINY, INF),
        (-TINY, -INF),
        (MIN, 1.0 / MIN),
        (-MIN, -1.0 / MIN),
        (172.0, INF),
        (1e10, INF),
        (MAX, INF),
        (INF, INF),
        (NAN, NAN),
        // Poles, and underflow with the sign of the interval.
        (-1.0, NAN),
        (-2.0, NAN),
        (-170.0, NAN),
        (-185.0, NAN),
        (-1e10, NAN),
        (-4503599627370497.0, NAN),
        (-9007199254740992.0, NAN),
        (-MAX, NAN),
        (-INF, NAN),
        (-190.5, -0.0),
        (-191.5, 0.0),
        (-1000.25, -0.0),
        (-1001.25, 0.0),
        (-1000.75, -0.0),
        (-2251799813685248.5, -0.0),
        (-2251799813685249.5, 0.0),
    ];
    // Factorials that are doubles.
    let mut factorial = 1.0;
    for n in 1..=22 {
        table.push((f64::from(n), factorial));
        factorial *= f64::from(n);
    }
    check::<Gamma>(&table);
    check::<Lgamma>(&[
        (0.0, INF),
        (-0.0, INF),
        (1.0, 0.0),
        (2.0, 0.0),
        (-1.0, INF),
        (-2.0, INF),
        (-1e15, INF),
        (-9007199254740993.0, INF),
        (-MAX, INF),
        (MAX, INF),
        (2.6e305, INF),
        (INF, INF),
        (-INF, INF),
        (NAN, NAN),
    ]);
}
