//! Hyperbolic functions and their inverses.
//!
//! Sine and cosine reduce `|x| = n ln2 + r` and combine one polynomial each for `sinh r` and
//! `cosh r` by the addition theorems, so that `n = 0` keeps full relative accuracy near zero and
//! no reciprocal of `e^x` is needed.

use super::arith::{
    Arith, MANTISSA, clamp, divide, fast_two_sum, poly, pow2, scale, small_to_f64, two_sum,
};
use super::exp::{LN2_HI, LN2_LO, reduce, tail};
use super::log::log1p_sum;

/// `(sinh(r) / r - 1) / r^2` in `r^2`, for `|r| <= 0.3468`; times `r^2` the error is below 2^-60.
const SINH: [f64; 5] = [
    0.16666666666666677,
    0.008333333333321563,
    0.00019841269886309684,
    2.7557244013727377e-06,
    2.5109108621683668e-08,
];

/// `(cosh(r) - 1) / r^2` in `r^2`, for `|r| <= 0.3468`; times `r^2` the error is below 2^-64.
const COSH: [f64; 6] = [
    0.5,
    0.04166666666666671,
    0.001388888888886382,
    2.4801587363610988e-05,
    2.755724164511627e-07,
    2.0924480753653747e-09,
];

/// `(atanh(s) / s - 1) / s^2` in `s^2`, for `|s| <= 0.2005`; times `s^2` the error is below 2^-60.
const ATANH: [f64; 8] = [
    0.333333333333333,
    0.20000000000028992,
    0.14285714277762313,
    0.11111112164935351,
    0.09090831959050573,
    0.07695587377463424,
    0.06586279428368687,
    0.06924997941714327,
];

/// Beyond this `x^2 + 1` and `x^2 - 1` no longer differ from `x^2`.
const LARGE: f64 = 1152921504606846976.0; // 2^60

/// `2^-n (e^a + sign e^-a)` as a sum of two doubles, and `n`, for `a = n ln2 + r >= 0` and
/// `sign = ±1`.
#[inline(always)]
fn half_sum<A: Arith>(a: f64, sign: f64) -> (f64, f64, u64) {
    let (n, r, r_lo) = reduce::<A>(a, -0.0);
    let z = r * r;
    let sinh_tail = A::fma(r * z, poly::<A, _, _>(z, &SINH), r_lo);
    let cosh_tail = A::fma(z, poly::<A, _, _>(z, &COSH), r * r_lo);
    // e^-a / e^a without e^r; beyond 2^-64 it no longer matters, and the limit keeps it normal.
    let n_limited = if n as i64 > 32 { 32 } else { n };
    let power = sign * pow2(n_limited.wrapping_mul(2).wrapping_neg());
    // With p = power: (1 + p) cosh r + (1 - p) sinh r, the leading terms added exactly.
    let (sum, err0) = fast_two_sum(1.0, power);
    let (sum, err1) = fast_two_sum(sum, r);
    let (sum, err2) = fast_two_sum(sum, -power * r);
    let tails = A::fma(1.0 + power, cosh_tail, (1.0 - power) * sinh_tail);
    (sum, (err0 + err1 + err2) + tails, n)
}

/// Hyperbolic sine. Below 1 ulp.
///
/// `sinh(±0) = ±0`, `sinh(±inf) = ±inf`.
#[inline(always)]
pub(super) fn sinh<A: Arith>(x: f64) -> f64 {
    let (high, low, n) = half_sum::<A>(clamp(x.abs(), 0.0, 711.0), -1.0);
    scale(high + low, n.wrapping_sub(1)).copysign(x)
}

/// Hyperbolic cosine. Below 0.8 ulp.
///
/// `cosh(±0) = 1`, `cosh(±inf) = inf`.
#[inline(always)]
pub(super) fn cosh<A: Arith>(x: f64) -> f64 {
    let (high, low, n) = half_sum::<A>(clamp(x.abs(), 0.0, 711.0), 1.0);
    scale(high + low, n.wrapping_sub(1))
}

/// `1 + power (1 + r) + rest` as a sum of two doubles, for `|power| <= 1` a power of two.
#[inline(always)]
fn one_plus(power: f64, r: f64, rest: f64) -> (f64, f64) {
    let (sum, err0) = fast_two_sum(1.0, power);
    let (sum, err1) = fast_two_sum(sum, power * r);
    fast_two_sum(sum, (err0 + err1) + rest)
}

/// Hyperbolic tangent, `(1 - e) / (1 + e)` with `e = e^(-2|x|)`. Below 1 ulp.
///
/// `tanh(±0) = ±0`, `tanh(±inf) = ±1`.
#[inline(always)]
pub(super) fn tanh<A: Arith>(x: f64) -> f64 {
    let (n, r, r_lo) = reduce::<A>(-2.0 * clamp(x.abs(), 0.0, 22.0), -0.0);
    let power = pow2(n);
    let rest = power * tail::<A>(r, r_lo);
    let (q, err) = divide::<A>(one_plus(-power, r, -rest), one_plus(power, r, rest));
    (q + err).copysign(x)
}

/// `sqrt(hi + lo)` as a sum of two doubles, for `hi >= 0`.
#[inline(always)]
fn sqrt_sum<A: Arith>(hi: f64, lo: f64) -> (f64, f64) {
    let root = hi.sqrt();
    // The tiny addend only guards against 0 / 0.
    let inverse = 0.5 / (root + f64::MIN_POSITIVE);
    (root, (A::residual(hi, root, root) + lo) * inverse)
}

/// Inverse hyperbolic sine, `log1p(a + (sqrt(a^2 + 1) - 1))` of `a = |x|` with the argument as a
/// sum of two doubles. Below 1 ulp.
///
/// `asinh(±0) = ±0`, `asinh(±inf) = ±inf`.
#[inline(always)]
pub(super) fn asinh<A: Arith>(x: f64) -> f64 {
    let a = x.abs();
    let large = a > LARGE;
    let b = if large { LARGE } else { a };
    let (square, square_lo) = A::two_prod(b, b);
    let (sum, sum_lo) = two_sum(1.0, square);
    let (root, root_lo) = sqrt_sum::<A>(sum, sum_lo + square_lo);
    let (hi, lo) = fast_two_sum(b, root - 1.0);
    let (hi, lo) = fast_two_sum(hi, lo + root_lo);
    let (hi, lo, extra) = if large { (a, 0.0, 1.0) } else { (hi, lo, 0.0) };
    let result = log1p_sum::<A>(hi, lo, extra);
    let result = if a < f64::INFINITY { result } else { a };
    result.copysign(x)
}

/// Inverse hyperbolic cosine, `log1p((x - 1) + sqrt(x^2 - 1))` with the argument as a sum of two
/// doubles. Below 1 ulp.
///
/// `acosh(1) = +0`, `acosh(inf) = inf`, NaN for `x < 1`.
#[inline(always)]
pub(super) fn acosh<A: Arith>(x: f64) -> f64 {
    let large = x > LARGE;
    let b = if large { LARGE } else { x };
    let (square, square_lo) = A::two_prod(b, b);
    let (sum, sum_lo) = fast_two_sum(square, -1.0);
    let (sum, sum_lo) = fast_two_sum(sum, sum_lo + square_lo);
    let (root, root_lo) = sqrt_sum::<A>(sum, sum_lo);
    let (hi, lo) = fast_two_sum(root, b - 1.0);
    let lo = lo + root_lo;
    let (hi, lo, extra) = if large { (x, 0.0, 1.0) } else { (hi, lo, 0.0) };
    let result = log1p_sum::<A>(hi, lo, extra);
    let result = if x < f64::INFINITY { result } else { x };
    if x < 1.0 { f64::NAN } else { result }
}

/// Inverse hyperbolic tangent, by `(1 + a) / (1 - a) = 2^n (1 + s) / (1 - s)` for `a = |x|` and so
/// `atanh(a) = n ln2 / 2 + atanh(s)`, from one division. Below 0.6 ulp.
///
/// `atanh(±0) = ±0`, `atanh(±1) = ±inf`, NaN for `|x| > 1`.
#[inline(always)]
pub(super) fn atanh<A: Arith>(x: f64) -> f64 {
    let a = x.abs();
    let (p, p_lo) = fast_two_sum(1.0, a);
    let (m, m_lo) = fast_two_sum(1.0, -a);
    // The bits of a double are nearly linear in its logarithm: n is the exponent of the quotient,
    // rounded with an error below 0.09.
    let half = 1 << (MANTISSA - 1);
    let n = p.to_bits().wrapping_sub(m.to_bits()).wrapping_add(half) >> MANTISSA;
    let c = pow2(n.wrapping_neg());
    // s = (c p - m) / (c p + m); the difference of the leading parts is exact.
    let numerator = fast_two_sum(c * p - m, c * p_lo - m_lo);
    let (d, d_lo) = two_sum(c * p, m);
    let (s, s_lo) = divide::<A>(numerator, (d, d_lo + (c * p_lo + m_lo)));
    let z = s * s;
    let k = 0.5 * small_to_f64(n & 0x7ff, 0.0);
    let (sum, err) = fast_two_sum(k * LN2_HI, s);
    let low = A::fma(s * z, poly::<A, _, _>(z, &ATANH), A::fma(k, LN2_LO, s_lo));
    let result = (sum + (err + low)).copysign(x);
    let result = if a < 1.0 { result } else { x * f64::INFINITY };
    if a > 1.0 { f64::NAN } else { result }
}
