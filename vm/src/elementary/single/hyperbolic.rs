//! Hyperbolic functions and their inverses.

use super::exp::{exp_parts, reduce};
use super::log::{log_of_normal, log_of_sum};
use super::pow2;
use crate::elementary::arith::{Arith, clamp, fast_two_sum, poly, two_sum};

/// Below this magnitude the hyperbolic sine is its argument.
const SMALL: f32 = 1.0 / 4096.0;

/// `(sinh(r)/r - 1)/r^2` in `r^2`, on `|r| <= 0.3475`; the error of the sine is below 2^-34.3 of it.
const SINH: [f32; 3] = [0.16666667, 0.008333176, 0.0001997301];

/// `(cosh(r) - 1)/r^2` in `r^2`, on the same interval; the error of the cosine is below 2^-33.2.
const COSH: [f32; 3] = [0.5, 0.041666456, 0.0013935842];

/// `(tanh(a)/a - 1)/a^2` in `a^2`, for `a` in [0, 0.6]; the error of the tangent is below 2^-28.4 of it.
const TANH: [f32; 5] = [-0.333333, 0.13331936, -0.053784717, 0.020798625, -0.0058979667];

/// `(asinh(a)/a - 1)/a^2` in `a^2`, for `a` in [0, 1]; the error of the inverse is below 2^-28.1 of it.
const ASINH: [f32; 8] = [
    -0.1666663,
    0.07498716,
    -0.04448788,
    0.029456288,
    -0.019182066,
    0.010430836,
    -0.0038384297,
    0.0006739811,
];

/// `(atanh(a)/a - 1)/a^2` in `a^2`, for `a` in [0, 1/2]; the error of the inverse is below 2^-29.4 of it.
const ATANH: [f32; 6] = [0.33333302, 0.20002453, 0.14223784, 0.1181641, 0.051603124, 0.17638059];

/// `|x| = n ln2 + r` taken apart.
struct Parts {
    /// `2^n / 8`: what is made of the parts is to be multiplied by 4.
    up: f32,
    /// `2^-n / 8`.
    down: f32,
    r: f32,
    /// `sinh r - r`.
    sinh_tail: f32,
    /// `cosh r - 1`.
    cosh_tail: f32,
}

#[inline(always)]
fn parts<A: Arith>(x: f32) -> Parts {
    let (n, r, r_lo) = reduce::<A>(clamp(x.abs(), 0.0, 90.0));
    let z = r * r;
    let sinh_tail = A::fma(r * z, poly::<A, _, _>(z, &SINH), r_lo);
    let cosh_tail = A::fma(z, poly::<A, _, _>(z, &COSH), r * r_lo);
    let up = pow2(n.wrapping_sub(3));
    // Beyond 2^-64 it no longer matters; the limit keeps it normal.
    let limited = if n as i32 > 32 { 32 } else { n };
    let down = pow2(limited.wrapping_neg().wrapping_sub(3));
    Parts { up, down, r, sinh_tail, cosh_tail }
}

/// Hyperbolic sine. Below 1.3 ulp.
#[inline(always)]
pub(in super::super) fn sinh<A: Arith>(x: f32) -> f32 {
    let Parts { up, down, r, sinh_tail, cosh_tail } = parts::<A>(x);
    let (plus, minus) = (up + down, up - down);
    let tails = A::fma(plus, sinh_tail, minus * cosh_tail);
    let result = (minus + A::fma(plus, r, tails)) * 4.0;
    (if x.abs() < SMALL { x } else { result }).copysign(x)
}

/// Hyperbolic cosine. Below 1.1 ulp.
#[inline(always)]
pub(in super::super) fn cosh<A: Arith>(x: f32) -> f32 {
    let Parts { up, down, r, sinh_tail, cosh_tail } = parts::<A>(x);
    let (plus, minus) = (up + down, up - down);
    let tails = A::fma(plus, cosh_tail, minus * sinh_tail);
    (up + (down + A::fma(minus, r, tails))) * 4.0
}

/// Hyperbolic tangent, up to 0.6 by an odd polynomial, then as 1 - 2 / (e^(2|x|) + 1). Below 1.4 ulp.
#[inline(always)]
pub(in super::super) fn tanh<A: Arith>(x: f32) -> f32 {
    let a = clamp(x.abs(), 0.0, 10.0);
    let z = a * a;
    let small = A::fma(a * z, poly::<A, _, _>(z, &TANH), a);
    let (power, n) = exp_parts::<A>(a + a);
    let large = 1.0 - 2.0 / A::fma(power, pow2(n), 1.0);
    (if a < 0.6 { small } else { large }).copysign(x)
}

/// Beyond this `x^2 + 1` and `x^2 - 1` no longer differ from `x^2`.
const LARGE: f32 = 1.152_921_5e18; // 2^60

/// Inverse hyperbolic sine of `a = |x|`, up to 1 by an odd polynomial, then as `log(a + sqrt(a^2 + 1))`, half
/// of the argument for the sake of the range. Below 1.4 ulp.
#[inline(always)]
pub(in super::super) fn asinh<A: Arith>(x: f32) -> f32 {
    let a = x.abs();
    let z = a * a;
    let small = A::fma(a * z, poly::<A, _, _>(z, &ASINH), a);
    let root = if a > LARGE { a } else { A::fma(a, a, 1.0).sqrt() };
    let large = log_of_sum::<A>(fast_two_sum(0.5 * root, 0.5 * a), 1.0);
    let result = if a < 1.0 { small } else { large };
    let result = if a < f32::INFINITY { result } else { a };
    result.copysign(x)
}

/// Inverse hyperbolic cosine, `log1p(d + sqrt(d (d + 2)))` with `d = x - 1`. Below 1.7 ulp.
#[inline(always)]
pub(in super::super) fn acosh<A: Arith>(x: f32) -> f32 {
    let large = x > LARGE;
    let d = if large { LARGE } else { x } - 1.0;
    let root = A::fma(d, d, d + d).sqrt();
    let (hi, lo) = fast_two_sum(root, d);
    let (sum, err) = two_sum(1.0, hi);
    let (sum, err, extra) = if large { (x, 0.0, 1.0) } else { (sum, err + lo, 0.0) };
    let result = log_of_sum::<A>((sum, err), extra);
    let result = if x < f32::INFINITY { result } else { x };
    if x < 1.0 { f32::NAN } else { result }
}

/// Inverse hyperbolic tangent of `a = |x|`, up to 1/2 by an odd polynomial, then as
/// `log((1 + a) / (1 - a)) / 2`. Below 1.4 ulp.
#[inline(always)]
pub(in super::super) fn atanh<A: Arith>(x: f32) -> f32 {
    let a = x.abs();
    let z = a * a;
    let small = A::fma(a * z, poly::<A, _, _>(z, &ATANH), a);
    let large = 0.5 * log_of_normal::<A>((1.0 + a) / (1.0 - a), 0.0);
    let result = (if a < 0.5 { small } else { large }).copysign(x);
    let result = if a < 1.0 { result } else { x * f32::INFINITY };
    if a > 1.0 { f32::NAN } else { result }
}
