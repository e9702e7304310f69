//! Inverse trigonometric functions.

use super::{SIGN, mask, xor_sign};
use crate::elementary::arith::{Arith, fast_two_sum, poly};
use std::f32::consts::{FRAC_PI_2, PI};

/// π/2 - [`FRAC_PI_2`]; twice that is π - [`PI`].
const FRAC_PI_2_LO: f32 = -4.371_139e-8;

/// `(atan(t)/t - 1)/t^2` in `t^2` on [0, 1]; the error of the arctangent is below 2^-28.4 of it.
const ATAN: [f32; 9] = [
    -0.333333,
    0.1999853,
    -0.14264016,
    0.10950881,
    -0.08399313,
    0.05788155,
    -0.0310971,
    0.010868662,
    -0.0017827846,
];

/// `(asin(t)/t - 1)/t^2` in `t^2` on [0, 1/4]; the error of the arcsine is below 2^-27.6 of it.
const ASIN: [f32; 5] = [0.16666752, 0.074953094, 0.045469154, 0.02418474, 0.042158406];

/// `atan(t) - t` for `t` in [0, 1].
#[inline(always)]
fn atan_tail<A: Arith>(t: f32) -> f32 {
    let z = t * t;
    t * z * poly::<A, _, _>(z, &ATAN)
}

/// `c + c_lo + (t + w)`, or minus the bracket where `mask` has the sign bit.
#[inline(always)]
fn offset(c: f32, c_lo: f32, t: f32, w: f32, mask: u32) -> f32 {
    let (h, l) = fast_two_sum(c, xor_sign(t, mask));
    h + ((l + c_lo) + xor_sign(w, mask))
}

/// Arctangent, above 1 as π/2 - atan(1/x). At most 1.3 ulp.
#[inline(always)]
pub(in super::super) fn atan<A: Arith>(x: f32) -> f32 {
    let a = x.abs();
    let big = a > 1.0;
    let t = if big { 1.0 / a } else { a };
    let (c, c_lo) = if big { (FRAC_PI_2, FRAC_PI_2_LO) } else { (0.0, 0.0) };
    xor_sign(offset(c, c_lo, t, atan_tail::<A>(t), mask(big)), x.to_bits())
}

/// Argument of the point `(x, y)`, with the special values of C Annex F. At most 1.7 ulp.
#[inline(always)]
pub(in super::super) fn atan2<A: Arith>(y: f32, x: f32) -> f32 {
    let (ay, ax) = (y.abs(), x.abs());
    let swap = ay > ax;
    let (a, b) = if swap { (ax, ay) } else { (ay, ax) };
    // Infinite and zero denominators: quotients 0/∞ = 0, ∞/∞ = 1, 0/0 = 0.
    let quotient = a / b;
    let quotient = if a == b { 1.0 } else { quotient };
    let t = if b == 0.0 { 0.0 } else { quotient };
    let left = x.is_sign_negative();
    let (c, c_lo) = if left { (PI, 2.0 * FRAC_PI_2_LO) } else { (0.0, 0.0) };
    let (c, c_lo) = if swap { (FRAC_PI_2, FRAC_PI_2_LO) } else { (c, c_lo) };
    let r = offset(c, c_lo, t, atan_tail::<A>(t), mask(swap ^ left));
    if x.is_nan() | y.is_nan() { f32::NAN } else { xor_sign(r, y.to_bits()) }
}

/// With `a = |x|`: `asin(a)` for `a <= 1/2`, else `asin(sqrt((1-a)/2))`, as a number and a correction.
#[inline(always)]
fn asin_parts<A: Arith>(a: f32) -> (f32, f32) {
    let big = a > 0.5;
    let z = if big { 0.5 * (1.0 - a) } else { a * a };
    let t = if big { z.sqrt() } else { a };
    (t, t * z * poly::<A, _, _>(z, &ASIN))
}

/// Arcsine, above 1/2 as π/2 - 2 asin(sqrt((1-x)/2)). At most 1.2 ulp.
#[inline(always)]
pub(in super::super) fn asin<A: Arith>(x: f32) -> f32 {
    let a = x.abs();
    let big = a > 0.5;
    let (t, w) = asin_parts::<A>(a);
    let k = if big { 2.0 } else { 1.0 };
    let (c, c_lo) = if big { (FRAC_PI_2, FRAC_PI_2_LO) } else { (0.0, 0.0) };
    xor_sign(offset(c, c_lo, k * t, k * w, mask(big)), x.to_bits())
}

/// Arccosine: π/2 - asin(x) up to 1/2; beyond, 2 asin(sqrt((1-|x|)/2)) or π minus that. At most 1.2 ulp.
#[inline(always)]
pub(in super::super) fn acos<A: Arith>(x: f32) -> f32 {
    let a = x.abs();
    let big = a > 0.5;
    let (t, w) = asin_parts::<A>(a);
    let k = if big { 2.0 } else { 1.0 };
    let (c, c_lo) = if x < 0.0 { (PI, 2.0 * FRAC_PI_2_LO) } else { (0.0, 0.0) };
    let (c, c_lo) = if big { (c, c_lo) } else { (FRAC_PI_2, FRAC_PI_2_LO) };
    // Subtracted, except for x > 1/2 and -1/2 <= x < 0.
    let minus = x.to_bits() ^ (mask(!big) & SIGN);
    offset(c, c_lo, k * t, k * w, minus)
}
