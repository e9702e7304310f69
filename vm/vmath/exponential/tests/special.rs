//! Special values of C Annex F, of every version that the machine supports.

use std::f64::consts::FRAC_PI_2;
use vmath::{Isa, binary_functions, unary_functions};

const INF: f64 = f64::INFINITY;
const NAN: f64 = f64::NAN;
const TINY: f64 = 5e-324;
const MAX: f64 = f64::MAX;

/// Function, argument and result.
#[rustfmt::skip]
const UNARY: &[(&str, f64, f64)] = &[
    ("exp", 0.0, 1.0), ("exp", -0.0, 1.0), ("exp", INF, INF), ("exp", -INF, 0.0),
    ("exp", TINY, 1.0), ("exp", -TINY, 1.0), ("exp", MAX, INF), ("exp", -MAX, 0.0),
    ("exp", 709.782712893384, 1.7976931348622732e308), ("exp", 709.7827128933841, INF),
    ("exp", -745.1332191019411, TINY), ("exp", -745.1332191019412, 0.0), ("exp", 710.0, INF),
    ("exp2", 0.0, 1.0), ("exp2", -0.0, 1.0), ("exp2", INF, INF), ("exp2", -INF, 0.0),
    ("exp2", 1024.0, INF), ("exp2", -1074.0, TINY), ("exp2", -1075.0, 0.0), ("exp2", MAX, INF),
    ("exp2", -MAX, 0.0), ("exp2", 10.0, 1024.0), ("exp2", -1.0, 0.5),
    ("expm1", 0.0, 0.0), ("expm1", -0.0, -0.0), ("expm1", INF, INF), ("expm1", -INF, -1.0),
    ("expm1", TINY, TINY), ("expm1", -TINY, -TINY), ("expm1", MAX, INF), ("expm1", -MAX, -1.0),
    ("expm1", -40.0, -1.0), ("expm1", 1e-300, 1e-300),
    ("log", 1.0, 0.0), ("log", 0.0, -INF), ("log", -0.0, -INF), ("log", INF, INF),
    ("log", -INF, NAN), ("log", -1.0, NAN), ("log", -TINY, NAN),
    ("log1p", 0.0, 0.0), ("log1p", -0.0, -0.0), ("log1p", -1.0, -INF), ("log1p", INF, INF),
    ("log1p", -INF, NAN), ("log1p", -2.0, NAN), ("log1p", TINY, TINY), ("log1p", -TINY, -TINY),
    ("log1p", -1.0000000000000002, NAN), ("log1p", 1e-300, 1e-300),
    ("log2", 1.0, 0.0), ("log2", 0.0, -INF), ("log2", -0.0, -INF), ("log2", INF, INF),
    ("log2", -1.0, NAN), ("log2", -INF, NAN), ("log2", TINY, -1074.0), ("log2", 0.5, -1.0),
    ("log2", 1024.0, 10.0), ("log2", 8.98846567431158e307, 1023.0),
    ("log10", 1.0, 0.0), ("log10", 0.0, -INF), ("log10", -0.0, -INF), ("log10", INF, INF),
    ("log10", -1.0, NAN), ("log10", -INF, NAN), ("log10", 10.0, 1.0), ("log10", 1000.0, 3.0),
    ("log10", 1e22, 22.0),
    ("cbrt", 0.0, 0.0), ("cbrt", -0.0, -0.0), ("cbrt", INF, INF), ("cbrt", -INF, -INF),
    ("cbrt", 27.0, 3.0), ("cbrt", -8.0, -2.0), ("cbrt", 1e-300, 1e-100),

    ("sinh", 0.0, 0.0), ("sinh", -0.0, -0.0), ("sinh", INF, INF), ("sinh", -INF, -INF),
    ("sinh", TINY, TINY), ("sinh", -TINY, -TINY), ("sinh", MAX, INF), ("sinh", -MAX, -INF),
    ("sinh", 711.0, INF),
    ("cosh", 0.0, 1.0), ("cosh", -0.0, 1.0), ("cosh", INF, INF), ("cosh", -INF, INF),
    ("cosh", TINY, 1.0), ("cosh", MAX, INF), ("cosh", -711.0, INF),
    ("tanh", 0.0, 0.0), ("tanh", -0.0, -0.0), ("tanh", INF, 1.0), ("tanh", -INF, -1.0),
    ("tanh", TINY, TINY), ("tanh", -TINY, -TINY), ("tanh", MAX, 1.0), ("tanh", -20.0, -1.0),
    ("asinh", 0.0, 0.0), ("asinh", -0.0, -0.0), ("asinh", INF, INF), ("asinh", -INF, -INF),
    ("asinh", TINY, TINY), ("asinh", -TINY, -TINY),
    ("acosh", 1.0, 0.0), ("acosh", INF, INF), ("acosh", 0.9999999999999999, NAN),
    ("acosh", 0.0, NAN), ("acosh", -1.0, NAN), ("acosh", -INF, NAN),
    ("atanh", 0.0, 0.0), ("atanh", -0.0, -0.0), ("atanh", 1.0, INF), ("atanh", -1.0, -INF),
    ("atanh", 1.0000000000000002, NAN), ("atanh", -2.0, NAN), ("atanh", INF, NAN),
    ("atanh", -INF, NAN), ("atanh", TINY, TINY), ("atanh", -TINY, -TINY),
];

fn same(a: f64, b: f64) -> bool {
    a.is_nan() && b.is_nan() || a.to_bits() == b.to_bits()
}

#[test]
fn unary_functions_have_their_special_values() {
    for isa in Isa::supported() {
        for f in unary_functions::<f64>() {
            for &(_, x, y) in UNARY.iter().filter(|&&(name, ..)| name == f.name) {
                let got = (f.scalar)(isa, x);
                assert!(
                    same(got, y),
                    "{}({x:e}) = {got:e}, not {y:e} ({isa:?})",
                    f.name
                );
            }
            assert!((f.scalar)(isa, NAN).is_nan(), "{}(NaN)", f.name);
            assert!((f.scalar)(isa, -NAN).is_nan(), "{}(-NaN)", f.name);
        }
    }
}

/// The standard library's functions follow Annex F in the results that are not numbers to round.
#[test]
fn binary_functions_have_their_special_values() {
    let positive = [
        0.0,
        TINY,
        1e-310,
        f64::MIN_POSITIVE,
        1e-300,
        1e-20,
        0.5,
        0.9999999999999999,
        1.0,
        1.0000000000000002,
        FRAC_PI_2,
        2.0,
        2.5,
        3.0,
        4.0,
        1023.0,
        1074.0,
        1075.0,
        1e10,
        1e15,
        4503599627370495.5,
        4503599627370496.0,
        4503599627370497.0,
        9007199254740991.0,
        9007199254740992.0,
        9007199254740993.0,
        1e17,
        1e19,
        1e25,
        1e300,
        MAX,
        INF,
        NAN,
    ];
    let values: Vec<f64> = positive.iter().flat_map(|&x| [x, -x]).collect();
    for isa in Isa::supported() {
        for f in binary_functions::<f64>() {
            let std = if f.name == "pow" {
                f64::powf
            } else {
                f64::hypot
            };
            for &x in &values {
                for &y in &values {
                    let (got, want) = ((f.scalar)(isa, x, y), std(x, y));
                    let exact = x.abs() == 1.0 || y == 0.0;
                    let special = exact || want == 0.0 || !want.is_finite();
                    let near = (got - want).abs() <= 4.0 * f64::EPSILON * want.abs();
                    let agrees = same(got, want) || !special && near;
                    assert!(
                        agrees,
                        "{}({x:e}, {y:e}) = {got:e}, not {want:e} ({isa:?})",
                        f.name
                    );
                }
            }
        }
    }
}
