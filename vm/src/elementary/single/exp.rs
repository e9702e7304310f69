//! Exponentials, by Cody and Waite's reduction as in double precision.

use super::{SHIFT, pow2, scale, unshift};
use crate::elementary::arith::{self, Arith, clamp, fast_two_sum, poly};
use std::f32::consts::{LN_2, LOG2_E};

/// `ln 2` to 15 bits: its product with an integer of 9 bits is exact.
pub(super) const LN2_HI: f32 = 0.693_145_75;
/// `ln 2 - LN2_HI`.
pub(super) const LN2_LO: f32 = 1.428_606_8e-6;

/// `(e^r - 1 - r) / r^2` on `|r| <= 0.3475`; the error of `e^r - 1` is below 2^-25.8 of it.
const EXP: [f32; 5] = [0.49999997, 0.16666542, 0.041667204, 0.008366692, 0.0013882478];

/// `(2^f - 1) / f` on `|f| <= 1/2`; the error of `2^f` is below 2^-25.9 of it.
const EXP2: [f32; 6] = [LN_2, 0.24022648, 0.055503324, 0.009618438, 0.0013398874, 0.00015353353];

/// `2^f` on `|f| <= 1/2`, in double precision; relative error below 2^-29.
const EXP2_DOUBLE: [f64; 7] = [
    1.0000000005544192,
    0.6931472057374126,
    0.24022646889227717,
    0.05550328776694655,
    0.00961848908713374,
    0.0013399931412521676,
    0.00015345781602418956,
];

/// `x = n ln2 + r_hi + r_lo` for `|x| < 150`: `(n, r_hi, r_lo)`, with `n` in two's complement.
#[inline(always)]
pub(super) fn reduce<A: Arith>(x: f32) -> (u32, f32, f32) {
    let (k, n) = unshift(A::fma(x, LOG2_E, SHIFT));
    let (r_hi, r_lo) = fast_two_sum(A::fma(-k, LN2_HI, x), -k * LN2_LO);
    (n, r_hi, r_lo)
}

/// `x = n ln2 + r` with `|r| <= 0.3475` for `|x| < 150`: `e^r` and `n` in two's complement.
#[inline(always)]
pub(super) fn exp_parts<A: Arith>(x: f32) -> (f32, u32) {
    let (k, n) = unshift(A::fma(x, LOG2_E, SHIFT));
    (exp_reduced::<A>(A::fma(-k, LN2_LO, A::fma(-k, LN2_HI, x))), n)
}

/// `e^r` for `|r| <= 0.3475`.
#[inline(always)]
fn exp_reduced<A: Arith>(r: f32) -> f32 {
    1.0 + (r + r * r * poly::<A, _, _>(r, &EXP))
}

/// `e^(x + y)` of a sum whose rounding would show, as [`exp_parts`].
#[inline(always)]
pub(super) fn exp_of_sum<A: Arith>(x: f32, y: f32) -> (f32, u32) {
    let (k, n) = unshift(A::fma(x + y, LOG2_E, SHIFT));
    (exp_reduced::<A>(A::fma(-k, LN2_HI, x) + A::fma(-k, LN2_LO, y)), n)
}

/// `e^x`. Below 1.1 ulp.
#[inline(always)]
pub(in super::super) fn exp<A: Arith>(x: f32) -> f32 {
    // A product that underflows takes a processor more than a hundred cycles.
    let is_nothing = x < -104.0;
    let (power, n) = exp_parts::<A>(clamp(if is_nothing { 0.0 } else { x }, -104.0, 90.0));
    if is_nothing { 0.0 } else { scale(power, n) }
}

/// `2^x`. Below 1.6 ulp; exact for an integer `x`.
#[inline(always)]
pub(in super::super) fn exp2<A: Arith>(x: f32) -> f32 {
    let is_nothing = x < -151.0;
    let x = clamp(if is_nothing { 0.0 } else { x }, -151.0, 129.0);
    let (k, n) = unshift(x + SHIFT);
    let f = x - k;
    let power = scale(A::fma(f, poly::<A, _, _>(f, &EXP2), 1.0), n);
    if is_nothing { 0.0 } else { power }
}

/// `e^x - 1`, half of it as `(2^(n-1) - 1/2) + 2^(n-1) (e^r - 1)` for the sake of the range. Below 1.2 ulp.
#[inline(always)]
pub(in super::super) fn expm1<A: Arith>(x: f32) -> f32 {
    let (n, r_hi, r_lo) = reduce::<A>(clamp(x, -18.0, 89.0));
    let power = pow2(n.wrapping_sub(1));
    let (sum, err) = fast_two_sum(power - 0.5, power * r_hi);
    let tail = A::fma(r_hi * r_hi, poly::<A, _, _>(r_hi, &EXP), r_lo);
    (2.0 * (sum + A::fma(power, tail, err))).copysign(x)
}

/// `2^x` in double precision for `|x| < 1000`; relative error below 2^-29.
#[inline(always)]
pub(super) fn exp2_double<A: Arith>(x: f64) -> f64 {
    let shifted = x + arith::SHIFT;
    let f = x - (shifted - arith::SHIFT);
    poly::<A, _, _>(f, &EXP2_DOUBLE) * arith::pow2(shifted.to_bits())
}
