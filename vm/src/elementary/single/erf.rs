//! Error function and its complement.

use super::exp::{exp_of_sum, exp2_double};
use super::{pow2, xor_sign};
use crate::elementary::arith::{Arith, poly, tail};
use std::f64::consts::LOG2_E;

/// `erf(x)/x - 1` in `x^2` for `x` in [0, 1]; the error of erf is below 2^-29.4 of it.
const SMALL: [f32; 7] =
    [0.12837917, -0.37612626, 0.11283579, -0.026853347, 0.005187162, -0.0007997853, 7.806903e-5];

/// `ln(erfc(x))` in `x - 1` for `x` in [1, 4]; the error of erf is below 2^-26.9.
const LARGE: [f32; 7] =
    [-1.8496056, -2.6389627, -0.8431724, -0.04126222, 0.009452721, -0.0014810957, 9.0109774e-5];

/// Error function, up to 1 by an odd polynomial, then as 1 - exp(p(x)); 1 from 4 on. At most 1.2 ulp.
#[inline(always)]
pub(in super::super) fn erf<A: Arith>(x: f32) -> f32 {
    let a = x.abs();
    let a = if a > 4.0 { 4.0 } else { a };
    let small = A::fma(a, poly::<A, _, _>(a * a, &SMALL), a);
    let u = a - 1.0;
    let (power, n) = exp_of_sum::<A>(LARGE[0], u * poly::<A, _, 6>(u, &tail(&LARGE)));
    let large = A::fma(-power, pow2(n), 1.0);
    xor_sign(if a < 1.0 { small } else { large }, x.to_bits())
}

/// `(1 + 2x) exp(x^2) erfc(x)` in `(x - 3)/(x + 3)` for `x` in [0, 11], in double precision; relative error
/// below 2^-30.1.
const SCALED: [f64; 12] = [
    1.2530080591123471,
    -0.13562111043695257,
    -0.04756240228903728,
    0.12964530223680867,
    -0.11927137459508558,
    0.06830743718376159,
    -0.02378812475666593,
    0.0025227511443863576,
    0.001945434828120224,
    -0.0007320853542927254,
    -0.0001689152049614336,
    4.0383205550372495e-5,
];

/// Complementary error function: exp(-x^2) times a polynomial divided by `1 + 2x`, as in double precision, and
/// in it; 2 - erfc(-x) below 0. At most 0.6 ulp.
#[inline(always)]
pub(in super::super) fn erfc<A: Arith>(x: f32) -> f32 {
    let a = x.abs();
    let a = f64::from(if a > 11.0 { 11.0 } else { a });
    let (d, e) = (A::fma(2.0, a, 1.0), a + 3.0);
    let inverse = 1.0 / (d * e);
    let p = poly::<A, _, _>((a - 3.0) * d * inverse, &SCALED);
    let result = p * (e * inverse) * exp2_double::<A>(-LOG2_E * a * a);
    (if x < 0.0 { 2.0 - result } else { result }) as f32
}
