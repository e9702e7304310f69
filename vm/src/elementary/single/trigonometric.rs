//! Sine, cosine and tangent of arguments up to [`MODERATE`], reduced by Cody and Waite's method.

use super::{SHIFT, unshift, xor_sign};
use crate::elementary::arith::{Arith, fast_two_sum, poly};
use std::f32::consts::FRAC_2_PI;

/// Largest `|x|` that is reduced here.
pub(in super::super) const MODERATE: f32 = 131_072.0; // 2^17

/// π/2 as a sum of three singles.
const PIO2: [f32; 3] =
    [f32::from_bits(0x3fc9_0fdb), f32::from_bits(0xb33b_bd2e), f32::from_bits(0xa6f7_2ced)];

/// `(sin(r)/r - 1)/r^2` in `r^2`, on `|r| <= 1.01 π/4`; the error of the sine is below 2^-27.8 of it.
const SIN: [f32; 3] = [-0.16666654, 0.008332106, -0.00019507884];

/// `(cos(r) - 1 + r^2/2)/r^4` in `r^2`, on the same interval; the error of the cosine is below 2^-32.7 of it.
const COS: [f32; 3] = [0.041666646, -0.0013887298, 2.4430085e-5];

/// `(tan(r)/r - 1)/r^2` in `r^2`, on the same interval; the error of the tangent is below 2^-29.3 of it.
const TAN: [f32; 7] =
    [0.33333352, 0.13332571, 0.05407098, 0.021222606, 0.010995552, -0.00011876642, 0.004481556];

/// `x = n π/2 + hi + lo` for `0 <= x <= MODERATE`: `(n, hi, lo)`.
///
/// The first product is taken off exactly.
#[inline(always)]
fn reduce<A: Arith>(x: f32) -> (u32, f32, f32) {
    let (k, n) = unshift(A::fma(x, FRAC_2_PI, SHIFT));
    let rest = A::residual(x, k, PIO2[0]);
    let (p, p_lo) = A::two_prod(k, PIO2[1]);
    // The rest is a multiple of 2^-24 unless k = 0, and |p| < 2^-7.
    let (hi, err) = fast_two_sum(rest, -p);
    (n, hi, A::fma(-k, PIO2[2], err - p_lo))
}

/// The sine (`shift` 0) or cosine (`shift` 1) of `x >= 0`, and in the sign bit whether it is to be negated.
#[inline(always)]
fn sine_at<A: Arith>(x: f32, shift: u32) -> (f32, u32) {
    let (n, hi, lo) = reduce::<A>(x);
    let z = hi * hi;
    let sin = hi + A::fma(z * hi, poly::<A, _, _>(z, &SIN), lo);
    let half = A::fma(-0.5, z, 1.0);
    let cos = A::fma(z * z, poly::<A, _, _>(z, &COS), half);
    let q = n.wrapping_add(shift);
    (if q & 1 != 0 { cos } else { sin }, q << 30)
}

/// Sine. At most 1.7 ulp.
#[inline(always)]
pub(in super::super) fn sin<A: Arith>(x: f32) -> f32 {
    let (sin, sign) = sine_at::<A>(x.abs(), 0);
    xor_sign(sin, sign ^ x.to_bits())
}

/// Cosine. At most 1.7 ulp.
#[inline(always)]
pub(in super::super) fn cos<A: Arith>(x: f32) -> f32 {
    let (cos, sign) = sine_at::<A>(x.abs(), 1);
    xor_sign(cos, sign)
}

/// Tangent, or minus its inverse in odd quadrants. At most 1.3 ulp.
#[inline(always)]
pub(in super::super) fn tan<A: Arith>(x: f32) -> f32 {
    let (n, hi, lo) = reduce::<A>(x.abs());
    let z = hi * hi;
    // The derivative 1 + z is near enough for the low part.
    let (t, t_lo) = fast_two_sum(hi, A::fma(hi * z, poly::<A, _, _>(z, &TAN), A::fma(lo, z, lo)));
    let inverse = 1.0 / t;
    let rest = A::fma(-inverse, t_lo, A::residual(1.0, inverse, t));
    let inverse = A::fma(rest, inverse, inverse);
    let odd = n & 1 != 0;
    xor_sign(if odd { inverse } else { t + t_lo }, (n << 31) ^ x.to_bits())
}
