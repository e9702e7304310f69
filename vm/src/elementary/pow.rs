//! Powers and roots.

use super::arith::{Arith, MANTISSA, clamp, divide, fast_two_sum, multiply, poly};
use super::exp::{LN2_HI, LN2_LO, exp_sum};
use super::log::split_any;

/// `((2 atanh(s) / s - 2) / s^2 - 2/3) / s^2` in `s^2`, for `|s| <= 3 - 2 sqrt(2)`; times `s^4` the
/// error is below 2^-66.
const LOG_SUM: [f64; 8] = [
    0.3999999999999998,
    0.285714285714451,
    0.22222222217539342,
    0.18181818869961094,
    0.15384556895139034,
    0.1333631648958528,
    0.11674837387756698,
    0.11988855799536004,
];

/// `2/3` less the double nearest to it.
const TWO_THIRDS_TAIL: f64 = 3.700743415417188e-17;

/// `log(x)` of a positive finite `x` as a sum of two doubles, with a relative error below 2^-64:
/// `k ln2 + 2 s + 2/3 s^3 + s^5 (2/5 + ...)`, `s = (m - 1) / (m + 1)`.
#[inline(always)]
fn log_sum<A: Arith>(x: f64) -> (f64, f64) {
    let (m, k) = split_any(x);
    let (s, s_lo) = divide::<A>((m - 1.0, -0.0), fast_two_sum(1.0, m));
    // The series of s alone; s_lo is multiplied by the derivative, 2 (1 + s^2 + s^4 + ...).
    let (square, square_lo) = A::two_prod(s, s);
    let (cube, cube_lo) = A::two_prod(s, square);
    let cube_lo = A::fma(s, square_lo, cube_lo);
    let (cubic, cubic_lo) = multiply::<A>((cube, cube_lo), (2.0 / 3.0, TWO_THIRDS_TAIL));
    let series = square * poly::<A, _, _>(square, &LOG_SUM);
    let s_lo = A::fma(s_lo, A::fma(square, square, square), s_lo);

    let (linear, linear_lo) = fast_two_sum(k * LN2_HI, 2.0 * s);
    let (sum, sum_lo) = fast_two_sum(linear, cubic);
    let small = A::fma(2.0, s_lo, cubic_lo + (linear_lo + sum_lo));
    let small = A::fma(cube, series, A::fma(k, LN2_LO, small));
    fast_two_sum(sum, small)
}

/// Whether `y` is an odd integer, and whether an even one. Infinity counts as even.
#[inline(always)]
fn parity(y: f64) -> (bool, bool) {
    // From here on every double is an even integer; adding it rounds to an even integer.
    const TWO53: f64 = 9007199254740992.0;
    let y = y.abs();
    let y = if y > TWO53 { TWO53 } else { y };
    let distance = (y - ((y + TWO53) - TWO53)).abs();
    (distance == 1.0, distance == 0.0)
}

/// `x^y`, as `e^(y log|x|)` with the logarithm and the product as sums of two doubles, in the manner
/// of the `e_pow.c` of fdlibm. Below 1 ulp; powers of 1, 2 and -1 are correctly rounded.
///
/// Special values are those of C Annex F: 1 for `y = ±0` and for `x = 1` even with a NaN, NaN for
/// a finite `x < 0` and a `y` that is not an integer, the sign of `x` for an odd integer `y`.
#[inline(always)]
pub(super) fn pow<A: Arith>(x: f64, y: f64) -> f64 {
    let a = x.abs();
    let (log, log_lo) = log_sum::<A>(a);
    let log = if a < f64::INFINITY { log } else { a };
    let log = if a == 0.0 { f64::NEG_INFINITY } else { log };
    // |log a| >= 2^-53 unless it is 0, so that a larger y overflows or underflows just the same.
    const LIMIT: f64 = 18446744073709551616.0; // 2^64
    let exponent = clamp(y, -LIMIT, LIMIT);
    let (p, p_lo) = A::two_prod(log, exponent);
    let p_lo = A::fma(log_lo, exponent, p_lo);
    // Where p is beyond the range of exp, its low part may be large, or a NaN.
    let p_lo = if p_lo < 0.1 { p_lo } else { 0.1 };
    let p_lo = if p_lo > -0.1 { p_lo } else { -0.1 };
    let result = exp_sum::<A>(p, p_lo);

    let (odd, even) = parity(y);
    let result = if odd { result.copysign(x) } else { result };
    let undefined = (x < 0.0) & (a < f64::INFINITY) & !(odd | even);
    let result = if undefined { f64::NAN } else { result };
    let result = if y == 2.0 { x * x } else { result };
    let result = if y == 1.0 { x } else { result };
    let result = if y == -1.0 { 1.0 / x } else { result };
    if (x == 1.0) | (y == 0.0) { 1.0 } else { result }
}

/// Cube root: an estimate of `a^(-1/3)` from the bits of `a = |x|` (as in Kahan, "Computing a real
/// cube root", 1991), two steps by the series of `(1 - h)^(-1/3)`, which need no division, and a
/// last step for the root itself with an exact residual. Below 0.6 ulp.
///
/// `cbrt(±0) = ±0`, `cbrt(±inf) = ±inf`.
#[inline(always)]
pub(super) fn cbrt<A: Arith>(x: f64) -> f64 {
    const UP: f64 = 18014398509481984.0; // 2^54
    const THIRD_OF_2_32: u64 = 0x5555_5556;
    const ESTIMATE: u64 = 0x553e_e000;
    let a = x.abs();
    let (scale, unscale) = if a < 1e-290 {
        (UP, 1.0 / 262144.0) // 2^-18
    } else if a > 1e300 {
        (1.0 / UP, 262144.0)
    } else {
        (1.0, 1.0)
    };
    let a = a * scale;
    // The bits of a double are nearly linear in its logarithm; h below is within 0.11.
    let third = ((a.to_bits() >> 32) * THIRD_OF_2_32) >> 32;
    let y = f64::from_bits(ESTIMATE.wrapping_sub(third) << 32);
    let h = A::fma(-(a * y), y * y, 1.0);
    let series = poly::<A, _, _>(h, &[1.0 / 3.0, 2.0 / 9.0, 14.0 / 81.0]);
    let y = A::fma(y * h, series, y);
    let h = A::fma(-(a * y), y * y, 1.0);
    let y = A::fma(y * h, A::fma(h, 2.0 / 9.0, 1.0 / 3.0), y);
    let square = y * y;
    let t = a * square;
    let (p, p_lo) = A::two_prod(t, t);
    let rest = A::fma(-p_lo, t, A::residual(a, p, t));
    let root = A::fma(rest * square, 1.0 / 3.0, t) * unscale;
    let root = if a < f64::INFINITY { root } else { a };
    root.copysign(x)
}

/// `sqrt(x^2 + y^2)`, scaled against overflow and underflow, with the squares and their sum as
/// sums of two doubles. Below 1 ulp.
///
/// Infinity if either argument is infinite, even with a NaN.
#[inline(always)]
pub(super) fn hypot<A: Arith>(x: f64, y: f64) -> f64 {
    const UP: f64 = f64::from_bits((1023 + 700) << MANTISSA);
    const DOWN: f64 = f64::from_bits((1023 - 700) << MANTISSA);
    let (x, y) = (x.abs(), y.abs());
    let (a, b) = if x < y { (y, x) } else { (x, y) };
    let (large, small) = (a > 1e150, a < 1e-130);
    let scale = if large { DOWN } else { 1.0 };
    let scale = if small { UP } else { scale };
    let unscale = if large { UP } else { 1.0 };
    let unscale = if small { DOWN } else { unscale };
    let (a, b) = (a * scale, b * scale);
    let (p, p_lo) = A::two_prod(a, a);
    let (q, q_lo) = A::two_prod(b, b);
    let (sum, err) = fast_two_sum(p, q);
    let result = (sum + (err + (p_lo + q_lo))).sqrt() * unscale;
    let infinite = (x == f64::INFINITY) | (y == f64::INFINITY);
    if infinite { f64::INFINITY } else { result }
}
