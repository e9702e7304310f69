//! Logarithms, of `x = 2^k (1 + f)` with `sqrt(1/2) <= 1 + f < sqrt(2)`, by a polynomial in `f`.

use super::exp::{LN2_HI, LN2_LO};
use super::{MANTISSA, MANTISSA_MASK, ONE_BITS};
use crate::elementary::arith::{Arith, fast_two_sum, poly, small_to_f64, split_sqrt2, two_sum};
use std::f32::consts::{LOG2_E, LOG10_E};

/// `(log(1 + f) - f + f^2 / 2) / f^3` for `sqrt(1/2) <= 1 + f < sqrt(2)`; the error of the logarithm is below
/// 2^-27.2 of it.
const LOG: [f32; 8] = [
    0.3333333,
    -0.2500082,
    0.20001228,
    -0.16623357,
    0.14201741,
    -0.13160163,
    0.1276168,
    -0.07634667,
];

/// `log2(1 + f) / f` on the same interval, in double precision; relative error below 2^-35.8.
const LOG2_DOUBLE: [f64; 13] = [
    1.4426950408687016,
    -0.7213475208686952,
    0.48089836139658826,
    -0.3606736748077755,
    0.2885372933752026,
    -0.24045316701730773,
    0.20617536267879594,
    -0.18030056755693494,
    0.1587697418920545,
    -0.14315679808157075,
    0.14474903684244073,
    -0.14283810938685493,
    0.07736810196128686,
];

/// A positive finite normal `x` as `m * 2^k` with `sqrt(1/2) <= m < sqrt(2)`: `m` and the exponent field of
/// `2^k`.
#[inline(always)]
fn split(x: f32) -> (f32, u32) {
    const SQRT_HALF_BITS: u32 = 0x3f35_04f3;
    let t = x.to_bits().wrapping_add(ONE_BITS - SQRT_HALF_BITS);
    (f32::from_bits((t & MANTISSA_MASK) + SQRT_HALF_BITS), t >> MANTISSA)
}

/// [`split`] of a positive finite `x`: `m - 1` and `k`.
#[inline(always)]
fn split_any(x: f32) -> (f32, f32) {
    const TWO24: f32 = 16_777_216.0;
    let tiny = x < f32::MIN_POSITIVE;
    let (m, exponent) = split(if tiny { x * TWO24 } else { x });
    let bias = if tiny { 127.0 + 24.0 } else { 127.0 };
    (m - 1.0, exponent as i32 as f32 - bias)
}

/// `log(1 + f) - f` for `sqrt(1/2) <= 1 + f < sqrt(2)`.
#[inline(always)]
fn tail<A: Arith>(f: f32) -> f32 {
    f * f * A::fma(f, poly::<A, _, _>(f, &LOG), -0.5)
}

/// `result` with the values that a logarithm has at 0, infinity, NaN and below 0.
#[inline(always)]
fn with_special_values(result: f32, x: f32) -> f32 {
    let result = if x < f32::INFINITY { result } else { x };
    let result = if x > 0.0 { result } else { f32::NAN };
    if x == 0.0 { f32::NEG_INFINITY } else { result }
}

/// `k ln2 + f + rest`.
#[inline(always)]
fn combine<A: Arith>(k: f32, f: f32, rest: f32) -> f32 {
    let (sum, err) = fast_two_sum(k * LN2_HI, f);
    sum + (err + A::fma(k, LN2_LO, rest))
}

/// Natural logarithm. Below 0.9 ulp.
#[inline(always)]
pub(in super::super) fn log<A: Arith>(x: f32) -> f32 {
    let (f, k) = split_any(x);
    with_special_values(combine::<A>(k, f, tail::<A>(f)), x)
}

/// `log(x) + extra ln2` of a positive finite normal `x`.
#[inline(always)]
pub(super) fn log_of_normal<A: Arith>(x: f32, extra: f32) -> f32 {
    let (m, exponent) = split(x);
    let f = m - 1.0;
    combine::<A>(exponent as i32 as f32 - (127.0 - extra), f, tail::<A>(f))
}

/// `log(sum + err) + extra ln2` for a positive finite normal `sum` and `|err| <= ulp(sum)`.
#[inline(always)]
pub(super) fn log_of_sum<A: Arith>((sum, err): (f32, f32), extra: f32) -> f32 {
    let (m, exponent) = split(sum);
    // 2^-k; the detour by 2^(2 - k) keeps the exponent field positive for every k.
    let inverse = 0.25 * f32::from_bits(256_u32.wrapping_sub(exponent) << MANTISSA);
    let (f, f_err) = (m - 1.0, err * inverse);
    let k = exponent as i32 as f32 - (127.0 - extra);
    // The derivative of the logarithm is nearly 1 - f.
    combine::<A>(k, f, tail::<A>(f) + A::fma(-f_err, f, f_err))
}

/// `log(1 + x)`, the sum `1 + x` kept exactly. Below 1.1 ulp.
#[inline(always)]
pub(in super::super) fn log1p<A: Arith>(x: f32) -> f32 {
    with_special_values(log_of_sum::<A>(two_sum(1.0, x), 0.0), 1.0 + x).copysign(x)
}

/// `log(1 + f) / log(b)` as a leading part and the rest, with `1 / log(b) = c_hi + c_lo`.
#[inline(always)]
fn in_base<A: Arith>(f: f32, c_hi: f32, c_lo: f32) -> (f32, f32) {
    let (p, p_lo) = A::two_prod(f, c_hi);
    (p, p_lo + A::fma(f, c_lo, tail::<A>(f) * c_hi))
}

/// Logarithm to base 2. Below 1.1 ulp; exact for a power of two.
#[inline(always)]
pub(in super::super) fn log2<A: Arith>(x: f32) -> f32 {
    let (f, k) = split_any(x);
    let (p, rest) = in_base::<A>(f, LOG2_E, 1.925_963e-8);
    let (sum, err) = fast_two_sum(k, p);
    with_special_values(sum + (err + rest), x)
}

/// Logarithm to base 10. Below 1.1 ulp.
#[inline(always)]
pub(in super::super) fn log10<A: Arith>(x: f32) -> f32 {
    const LOG10_2_HI: f32 = 0.301_025_4;
    const LOG10_2_LO: f32 = 4.605_039e-6;
    let (f, k) = split_any(x);
    let (p, rest) = in_base::<A>(f, LOG10_E, -1.010_305e-8);
    let (sum, err) = fast_two_sum(k * LOG10_2_HI, p);
    with_special_values(sum + (err + A::fma(k, LOG10_2_LO, rest)), x)
}

/// `log2(x)` of a positive normal double; relative error below 2^-35.
#[inline(always)]
pub(super) fn log2_double<A: Arith>(x: f64) -> f64 {
    let (m, exponent) = split_sqrt2(x);
    let f = m - 1.0;
    A::fma(f, poly::<A, _, _>(f, &LOG2_DOUBLE), small_to_f64(exponent, 1023.0))
}
