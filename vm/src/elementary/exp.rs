//! Exponentials.
//!
//! All reduce by Cody and Waite ("Software Manual for the Elementary Functions", 1980):
//! `x = n ln2 + r` with `|r| <= ln2 / 2`, the remainder kept as a sum of two doubles, then a
//! minimax polynomial in `r`, then multiplication by `2^n`.

use super::arith::{Arith, MANTISSA, SHIFT, clamp, fast_two_sum, poly, pow2, scale};
use super::{Unary, single};
use std::f64::consts::{LN_2, LOG2_E};

/// `ln 2` to 42 bits: its product with an 11-bit integer is exact.
pub(super) const LN2_HI: f64 = 0.6931471805598903;
/// `ln 2 - LN2_HI`.
pub(super) const LN2_LO: f64 = 5.497923018708371e-14;
/// `ln 2 - LN_2`.
pub(super) const LN2_TAIL: f64 = 2.3190468138462996e-17;

/// `(e^r - 1 - r) / r^2` on `|r| <= 0.3468`; times `r` the error is below 2^-55.5.
const EXP: [f64; 10] = [
    0.5000000000000006,
    0.16666666666666685,
    0.04166666666657321,
    0.008333333333314515,
    0.0013888888932524167,
    0.00019841269903221365,
    2.4801504261432417e-05,
    2.7557227763838408e-06,
    2.7626403332105215e-07,
    2.5114538690952143e-08,
];

/// `x + lo = n ln2 + r_hi + r_lo` for `|x| < 1100` and `|lo| <= ulp(x)`: `(n, r_hi, r_lo)`, with `n`
/// in two's complement. The neutral `lo` is -0.
#[inline(always)]
pub(super) fn reduce<A: Arith>(x: f64, lo: f64) -> (u64, f64, f64) {
    let shifted = A::fma(x, LOG2_E, SHIFT);
    let n = shifted.to_bits().wrapping_sub(SHIFT.to_bits());
    let k = shifted - SHIFT;
    let (r_hi, r_lo) = fast_two_sum(A::fma(-k, LN2_HI, x), A::fma(-k, LN2_LO, lo));
    (n, r_hi, r_lo)
}

/// `e^(r_hi + r_lo) - 1 - r_hi` on the reduced interval.
#[inline(always)]
pub(super) fn tail<A: Arith>(r_hi: f64, r_lo: f64) -> f64 {
    A::fma(r_hi * r_hi, poly::<A, _, _>(r_hi, &EXP), r_lo)
}

/// `e^(r_hi + r_lo)` on the reduced interval.
#[inline(always)]
fn power<A: Arith>(r_hi: f64, r_lo: f64) -> f64 {
    let (sum, err) = fast_two_sum(1.0, r_hi);
    sum + (err + tail::<A>(r_hi, r_lo))
}

/// `2^n e^(r_hi + r_lo)`.
#[inline(always)]
fn finish<A: Arith>(n: u64, r_hi: f64, r_lo: f64) -> f64 {
    scale(power::<A>(r_hi, r_lo), n)
}

/// Below this, `e^x` rounds to 0.
const NOTHING: f64 = -745.2;

/// `e^(x + lo)` for `|lo| <= ulp(x)`, otherwise as [`Exp`].
#[inline(always)]
pub(super) fn exp_sum<A: Arith>(x: f64, lo: f64) -> f64 {
    // A product that underflows takes a processor more than a hundred cycles.
    let is_nothing = x < NOTHING;
    let x = if is_nothing { 0.0 } else { x };
    let (n, r_hi, r_lo) = reduce::<A>(if x > 710.0 { 710.0 } else { x }, lo);
    let power = finish::<A>(n, r_hi, r_lo);
    if is_nothing { 0.0 } else { power }
}

/// Up to this size of `x`, `e^x` is a normal number.
const NORMAL: f64 = 708.0;

/// `e^x`. Below 0.8 ulp.
///
/// `exp(±0) = 1`, `exp(-inf) = 0`, `exp(inf) = inf`.
pub(crate) struct Exp;

impl Unary<f32> for Exp {
    #[inline(always)]
    fn near<A: Arith>(x: f32) -> f32 {
        single::exp::exp::<A>(x)
    }
}

impl Unary<f64> for Exp {
    const FAR_IS_BRANCH_FREE: bool = true;

    #[inline(always)]
    fn near<A: Arith>(x: f64) -> f64 {
        let (n, r_hi, r_lo) = reduce::<A>(x, -0.0);
        let power = power::<A>(r_hi, r_lo);
        f64::from_bits(power.to_bits().wrapping_add(n << MANTISSA))
    }

    #[inline(always)]
    fn is_far(x: f64) -> bool {
        let is_near = x.abs() < NORMAL;
        !is_near
    }

    #[inline(always)]
    fn far<A: Arith>(x: f64) -> f64 {
        exp_sum::<A>(x, -0.0)
    }
}

/// `2^x`, by `n = round(x)` and `e^((x - n) ln2)`. Below 0.8 ulp.
///
/// Exact for an integer `x`; `exp2(-inf) = 0`, `exp2(inf) = inf`.
#[inline(always)]
pub(super) fn exp2<A: Arith>(x: f64) -> f64 {
    let x = clamp(x, -1077.0, 1025.0);
    let shifted = x + SHIFT;
    let n = shifted.to_bits().wrapping_sub(SHIFT.to_bits());
    let f = x - (shifted - SHIFT);
    let (r_hi, r_lo) = A::two_prod(f, LN_2);
    finish::<A>(n, r_hi, A::fma(f, LN2_TAIL, r_lo))
}

/// `e^x - 1 = 2^n ((1 - 2^-n) + (e^r - 1))`. Below 1.4 ulp.
///
/// `expm1(±0) = ±0`, `expm1(-inf) = -1`, `expm1(inf) = inf`.
#[inline(always)]
pub(super) fn expm1<A: Arith>(x: f64) -> f64 {
    let (n, r_hi, r_lo) = reduce::<A>(clamp(x, -40.0, 710.0), -0.0);
    // Beyond 2^-64 the power no longer matters; the limit keeps it a normal number.
    let power = pow2(if n as i64 > 64 { 64 } else { n }.wrapping_neg());
    let (one, err0) = fast_two_sum(1.0, -power);
    let (sum, err1) = fast_two_sum(one, r_hi);
    scale(sum + (err0 + err1 + tail::<A>(r_hi, r_lo)), n).copysign(x)
}
