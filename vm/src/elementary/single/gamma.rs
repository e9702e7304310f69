//! Gamma function and the logarithm of its magnitude, in double precision.

use super::exp::exp2_double;
use super::log::log2_double;
use super::xor_sign;
use crate::elementary::arith::{Arith, poly, xor_sign as xor_sign_double};
use crate::elementary::gamma::nearest;
use std::f64::consts::{LN_2, LOG2_E, PI};

/// `log2 Γ(y) - ((y - 1/2) log2 y - y / ln 2)` in `1/(y+1)` for `y >= 1`; error below 2^-31.
const STIRLING: [f64; 11] = [
    1.3257480651777283,
    0.12022438178901196,
    0.12024018805091075,
    0.11575582347813723,
    0.11515461922447412,
    0.036758221534342966,
    0.4100904084443982,
    -1.0125643928713914,
    2.327173123210385,
    -2.6163465330957285,
    1.5174961099073017,
];

/// `sin(πr)/r` in `r^2` for `r` in [0, 1/2]; relative error below 2^-35.
const SIN_PI: [f64; 6] = [
    3.141592653523283,
    -5.167712762110918,
    2.5501632402118353,
    -0.5992513291624262,
    0.08204647512281162,
    -0.0070221582085291155,
];

/// `ln Γ(1+v) / (v (v-1))` on [0, 1]; error below 2^-31.6.
const UNIT: [f64; 11] = [
    0.5772156646032512,
    -0.24525129146272645,
    0.15543096088047484,
    -0.11509085283936554,
    0.0917513483947913,
    -0.07477136273488838,
    0.058131514524417366,
    -0.03893737116208476,
    0.019766808810053348,
    -0.006444991694396124,
    0.0009839080760284545,
];

/// `log2 Γ(y)` for `y >= 1`, by Stirling's formula with the correction term as a polynomial. `log` is `log2 y`.
#[inline(always)]
fn stirling<A: Arith>(y: f64, log: f64) -> f64 {
    A::fma(y - 0.5, log, A::fma(-LOG2_E, y, poly::<A, _, _>(1.0 / (y + 1.0), &STIRLING)))
}

/// Gamma function: Stirling's formula from 1 on, Γ(x+1)/x in (0, 1), and Euler's reflection
/// -π / (x sin(πx) Γ(x)) for negative arguments. Below 0.7 ulp.
#[inline(always)]
pub(in super::super) fn gamma<A: Arith>(x: f32) -> f32 {
    let magnitude = f64::from(x.abs());
    let negative = x < 0.0;
    // Beyond, everything over- or underflows.
    let a = if magnitude > 48.0 { 48.0 } else { magnitude };
    let below_one = a < 1.0;
    let y = if below_one { a + 1.0 } else { a };
    let g = exp2_double::<A>(stirling::<A>(y, log2_double::<A>(y)));

    let (r, parity) = nearest(magnitude);
    let s = r.abs() * poly::<A, _, _>(r * r, &SIN_PI) * g;
    let factor = if negative ^ below_one { a } else { 1.0 };
    let (n, d) = if negative { (PI, s) } else { (g, 1.0) };
    let result = (n / (d * factor)) as f32;

    // Negative for x in (-1, 0), (-3, -2), ...; `r` tells on which side of the nearest integer `a` lies.
    let odd = ((parity << 31) ^ (r.to_bits() >> 32)) as u32 ^ super::SIGN;
    let sign = if negative { odd } else { x.to_bits() };
    let pole = negative & (r == 0.0);
    if pole { f32::NAN } else { xor_sign(result, sign) }
}

/// Logarithm of the gamma function of a positive `x`: from 3 on Stirling's formula; below, with v = x, x-1 or
/// x-2 in [0, 1), ln Γ(1+v) = v (v-1) p(v), minus ln x in (0, 1), plus ln(x-1) in [2, 3). Below 0.7 ulp.
#[inline(always)]
pub(in super::super) fn lgamma_of_positive<A: Arith>(x: f32) -> f32 {
    let y = f64::from(x);
    let (below_one, below_two, below_three) = (y < 1.0, y < 2.0, y < 3.0);
    let shift = if below_two { 1.0 } else { 2.0 };
    let v = y - if below_one { 0.0 } else { shift };
    let arg = if below_two { 1.0 } else { y - 1.0 };
    let log = log2_double::<A>(if below_one | !below_three { y } else { arg });
    let signed = xor_sign_double(LN_2 * log, if below_one { u64::MAX } else { 0 });
    let near = A::fma(v * (v - 1.0), poly::<A, _, _>(v, &UNIT), signed);
    let result = (if below_three { near } else { LN_2 * stirling::<A>(y, log) }) as f32;
    if (x == 0.0) | (x == f32::INFINITY) { f32::INFINITY } else { result }
}
