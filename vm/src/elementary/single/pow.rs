//! Powers and roots.

use super::exp::exp2_double;
use super::log::log2_double;
use crate::elementary::arith::{Arith, clamp, poly};

/// Whether `y` is an odd integer, and whether an even one. Infinity counts as even.
#[inline(always)]
fn parity(y: f32) -> (bool, bool) {
    // From here on every single is an even integer; adding it rounds to an even integer.
    const TWO24: f32 = 16_777_216.0;
    let y = y.abs();
    let y = if y > TWO24 { TWO24 } else { y };
    let distance = (y - ((y + TWO24) - TWO24)).abs();
    (distance == 1.0, distance == 0.0)
}

/// `x^y`, as `2^(y log2|x|)` in double precision. Below 0.6 ulp; powers of 1, 2 and -1 are correctly rounded.
///
/// Special values are those of the function of double precision.
#[inline(always)]
pub(in super::super) fn pow<A: Arith>(x: f32, y: f32) -> f32 {
    let a = x.abs();
    let log = log2_double::<A>(f64::from(a));
    let log = if a < f32::INFINITY { log } else { f64::from(a) };
    let log = if a == 0.0 { f64::NEG_INFINITY } else { log };
    // |log a| >= 2^-24 unless it is 0, so that a larger y overflows or underflows just the same.
    const LIMIT: f32 = 1_099_511_627_776.0; // 2^40
    let exponent = f64::from(clamp(y, -LIMIT, LIMIT));
    let result = exp2_double::<A>(clamp(exponent * log, -160.0, 130.0)) as f32;

    let (odd, even) = parity(y);
    let result = if odd { result.copysign(x) } else { result };
    let undefined = (x < 0.0) & (a < f32::INFINITY) & !(odd | even);
    let result = if undefined { f32::NAN } else { result };
    let result = if y == 2.0 { x * x } else { result };
    let result = if y == 1.0 { x } else { result };
    let result = if y == -1.0 { 1.0 / x } else { result };
    if (x == 1.0) | (y == 0.0) { 1.0 } else { result }
}

/// Cube root, as in double precision with one step less. Below 0.6 ulp.
#[inline(always)]
pub(in super::super) fn cbrt<A: Arith>(x: f32) -> f32 {
    const UP: f32 = 16_777_216.0; // 2^24
    const THIRD_OF_2_16: u32 = 0x5556;
    const ESTIMATE: u32 = 0x54a1;
    let a = x.abs();
    let tiny = a < 1e-30;
    let (scale, unscale) = if tiny { (UP, 1.0 / 256.0) } else { (1.0, 1.0) };
    let a = a * scale;
    // The bits of a float are nearly linear in its logarithm; h below is within 0.12.
    let third = ((a.to_bits() >> 16) * THIRD_OF_2_16) >> 16;
    let y = f32::from_bits(ESTIMATE.wrapping_sub(third) << 16);
    let h = A::fma(-(a * y), y * y, 1.0);
    let series = poly::<A, _, _>(h, &[1.0 / 3.0, 2.0 / 9.0, 14.0 / 81.0]);
    let y = A::fma(y * h, series, y);
    let h = A::fma(-(a * y), y * y, 1.0);
    let y = A::fma(y * h, 1.0 / 3.0, y);
    let square = y * y;
    let t = a * square;
    let (p, p_lo) = A::two_prod(t, t);
    let rest = A::fma(-p_lo, t, A::residual(a, p, t));
    let root = A::fma(rest * square, 1.0 / 3.0, t) * unscale;
    let root = if a < f32::INFINITY { root } else { a };
    root.copysign(x)
}

/// `sqrt(x^2 + y^2)` in double precision, whose range the squares do not leave. Below 0.501 ulp.
///
/// Infinity if either argument is infinite, even with a NaN.
#[inline(always)]
pub(in super::super) fn hypot<A: Arith>(x: f32, y: f32) -> f32 {
    let (a, b) = (f64::from(x), f64::from(y));
    let result = A::fma(a, a, b * b).sqrt() as f32;
    let infinite = (x.abs() == f32::INFINITY) | (y.abs() == f32::INFINITY);
    if infinite { f32::INFINITY } else { result }
}
