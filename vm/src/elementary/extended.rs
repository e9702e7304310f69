//! Exponential and logarithm in more than double precision, for the error
//! and gamma functions.

use super::arith::{Arith, TWO52, exp2_const, fast_two_sum, poly, pow2, round_int};

/// ln 2 in two parts: `k * LN2[0]` is exact for `|k| < 2^11`.
const LN2: [f64; 2] = [0.693147180559663, 2.8235290563031577e-13];

/// (e^r - 1 - r) / r^2 on [-ln2/2, ln2/2]; minimax, error below 2^-60.
const EXP: [f64; 11] = [
    0.5,
    0.16666666666666682,
    0.04166666666666672,
    0.00833333333331707,
    0.0013888888888859208,
    0.00019841269896392626,
    2.4801587372629527e-05,
    2.7557234794561068e-06,
    2.7557234110374724e-07,
    2.5112073248193806e-08,
    2.0926751359903046e-09,
];

/// `e^(h + l)` as `(1 + r + rest) * 2^n`, for `|h| < 2^10` and `|l|` small.
///
/// Cody and Waite's reduction, then a polynomial; relative error below 2^-55.
#[inline(always)]
pub(super) fn exp_reduced<A: Arith>(h: f64, l: f64) -> (f64, f64, f64) {
    let (n, _) = round_int(h * std::f64::consts::LOG2_E);
    let r0 = A::residual(h, n, LN2[0]);
    let (r, r_lo) = fast_two_sum(r0, A::fma(-n, LN2[1], l));
    let p = (r * r) * poly::<A, _, _>(r, &EXP);
    (r, p + A::fma(r, r_lo, r_lo), n)
}

/// As [`exp_reduced`], with `(hi + lo) * 2^n`.
#[inline(always)]
pub(super) fn exp_parts<A: Arith>(h: f64, l: f64) -> (f64, f64, f64) {
    let (r, rest, n) = exp_reduced::<A>(h, l);
    let (hi, lo) = fast_two_sum(1.0, r);
    let (hi, lo) = fast_two_sum(hi, lo + rest);
    (hi, lo, n)
}

/// `x * 2^n` for integer `|n| < 1500`, rounded at most twice.
#[inline(always)]
pub(super) fn scale_wide(x: f64, n: f64) -> f64 {
    let (shift, factor) = if n > 512.0 {
        (512.0, exp2_const(512))
    } else if n < -512.0 {
        (-512.0, exp2_const(-512))
    } else {
        (0.0, 1.0)
    };
    let (_, k) = round_int(n - shift);
    x * pow2(k) * factor
}

/// (ln((1+s)/(1-s)) - 2s - 2s^3/3) / s^5 in s^2; minimax, error below 2^-55.
const LOG: [f64; 8] = [
    0.4,
    0.28571428571429375,
    0.2222222222165016,
    0.1818181833658646,
    0.15384594844110205,
    0.1333481072009806,
    0.11706084333138299,
    0.11724684221175713,
];

/// 2/3 in two parts.
const TWO_THIRDS: [f64; 2] = [0.666_666_666_666_666_6, 3.700_743_415_417_188e-17];

/// `ln(y 2^k)` as `hi + lo`, for normal positive `y`.
///
/// The mantissa is brought to [√½, √2) and its logarithm taken as
/// 2 artanh((m-1)/(m+1)), the first two terms in twice the precision;
/// relative error about 2^-62.
#[inline(always)]
pub(super) fn log_parts<A: Arith>(y: f64, k: f64) -> (f64, f64) {
    const SQRT_HALF: u64 = 0x3fe6_a09e_667f_3bcd;
    const ONE: u64 = 0x3ff0_0000_0000_0000;
    let bits = y.to_bits();
    let biased = bits.wrapping_add(ONE - SQRT_HALF) >> 52;
    let m = f64::from_bits(bits.wrapping_sub(biased << 52).wrapping_add(ONE));
    let k = f64::from_bits(biased | TWO52.to_bits()) - (TWO52 + 1023.0) + k;

    // s = (m-1)/(m+1) as a sum.
    let f = m - 1.0;
    let (d, d_lo) = fast_two_sum(2.0, f);
    let inv = 1.0 / d;
    let s = f * inv;
    let s_lo = A::fma(-s, d_lo, A::residual(f, s, d)) * inv;

    // s^3 as a sum, and the terms from s^5 on.
    let (z, z_err) = A::two_prod(s, s);
    let z_lo = A::fma(2.0 * s, s_lo, z_err);
    let (c, c_err) = A::two_prod(s, z);
    let c_lo = c_err + A::fma(s, z_lo, s_lo * z);
    let tail = (c * z) * poly::<A, _, _>(z, &LOG);
    let (t, t_err) = A::two_prod(c, TWO_THIRDS[0]);
    let t_lo = t_err + A::fma(c, TWO_THIRDS[1], c_lo * TWO_THIRDS[0]);

    let (h, l0) = fast_two_sum(k * LN2[0], 2.0 * s);
    let (h, l1) = fast_two_sum(h, t);
    let low = A::fma(k, LN2[1], tail) + (A::fma(2.0, s_lo, t_lo) + (l0 + l1));
    fast_two_sum(h, low)
}
