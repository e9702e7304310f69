//! Inverse trigonometric functions.

use super::arith::{Arith, SIGN, exp2_const, fast_two_sum, poly, rough_recip, xor_sign};
use std::f64::consts::{FRAC_PI_2, PI};

/// π/2 - [`FRAC_PI_2`]; twice that is π - [`PI`].
const FRAC_PI_2_LO: f64 = 6.123_233_995_736_766e-17;

/// (atan(t)/t - 1)/t^2 in t^2 on [0, 1]; minimax, error of atan below 2^-55.
const ATAN: [f64; 20] = [
    -0.3333333333333328,
    0.19999999999981652,
    -0.14285714284131332,
    0.11111111048885237,
    -0.09090907690850542,
    0.0769228738746533,
    -0.06666462574147622,
    0.0588086065811975,
    -0.05254944257670033,
    0.047270033448351005,
    -0.042310950522389576,
    0.03687848164537928,
    -0.03027045947525134,
    0.022426258800851365,
    -0.01430894425781979,
    0.0074810887775840435,
    -0.0030293422661841736,
    0.0008816760824377521,
    -0.00016294175498689453,
    1.4293376285048529e-05,
];

/// The arctangent of `t + t_lo` in [0, 1] as `t` and a correction.
#[inline(always)]
fn atan_parts<A: Arith>(t: f64, t_lo: f64) -> f64 {
    let z = t * t;
    // The derivative 1 / (1 + z), near enough for the correction.
    let d = A::fma(-0.5 * z, t_lo, t_lo);
    A::fma(t * z, poly::<A, _, _>(z, &ATAN), d)
}

/// `c + c_lo + (t + w)`, or minus the bracket where `mask` has the sign bit;
/// `c` is zero or larger than `t`.
#[inline(always)]
fn offset(c: f64, c_lo: f64, t: f64, w: f64, mask: u64) -> f64 {
    let (h, l) = fast_two_sum(c, xor_sign(t, mask));
    h + ((l + c_lo) + xor_sign(w, mask))
}

/// All bits set if `c`.
#[inline(always)]
fn mask(c: bool) -> u64 {
    if c { u64::MAX } else { 0 }
}

/// Arctangent. At most 1.25 ulp (1.5 without FMA); atan(±0) = ±0, atan(±∞) = ±π/2.
///
/// Above 1 as π/2 - atan(1/x); one minimax polynomial on [0, 1].
#[inline(always)]
pub(super) fn atan<A: Arith>(x: f64) -> f64 {
    const HUGE: f64 = 1e30; // here atan(x) = π/2 to working precision
    let a = x.abs();
    let a = if a > HUGE { HUGE } else { a };
    let big = a > 1.0;
    let (n, d) = if big { (1.0, a) } else { (a, 1.0) };
    let inv = 1.0 / d;
    let t = n * inv;
    let w = atan_parts::<A>(t, A::residual(n, t, d) * inv);
    let (c, c_lo) = if big { (FRAC_PI_2, FRAC_PI_2_LO) } else { (0.0, 0.0) };
    xor_sign(offset(c, c_lo, t, w, mask(big)), x.to_bits())
}

/// Argument of the point `(x, y)`, as `Atan2::fast(y, x)`, with the special
/// values of C Annex F. At most 1.25 ulp (1.5 without FMA).
///
/// The quotient of the smaller by the larger magnitude, with its rounding
/// error as a correction, through the polynomial of [`Atan`].
#[inline(always)]
pub(super) fn atan2<A: Arith>(y: f64, x: f64) -> f64 {
    let (ay, ax) = (y.abs(), x.abs());
    let swap = ay > ax;
    let (a, b) = if swap { (ax, ay) } else { (ay, ax) };
    // Infinite and zero denominators: quotients 0/∞ = 0, ∞/∞ = 1, 0/0 = 0.
    let infinite = b == f64::INFINITY;
    let a = if infinite { if a == b { 1.0 } else { 0.0 } } else { a };
    let b = if infinite | (b == 0.0) { 1.0 } else { b };

    let t = a / b;
    // The residual of the quotient, scaled away from over- and underflow;
    // below 2^-30 the arctangent is t, correctly rounded, as it stands.
    let scale = if b > exp2_const(900) {
        exp2_const(-200)
    } else if b < exp2_const(-800) {
        exp2_const(200)
    } else {
        1.0
    };
    let b = b * scale;
    let t_lo = A::residual(a * scale, t, b) / b;
    let t_lo = if t > exp2_const(-30) { t_lo } else { 0.0 };
    let w = atan_parts::<A>(t, t_lo);

    let left = x.is_sign_negative();
    let (c, c_lo) = if swap {
        (FRAC_PI_2, FRAC_PI_2_LO)
    } else if left {
        (PI, 2.0 * FRAC_PI_2_LO)
    } else {
        (0.0, 0.0)
    };
    let r = offset(c, c_lo, t, w, mask(swap ^ left));
    if x.is_nan() | y.is_nan() { f64::NAN } else { xor_sign(r, y.to_bits()) }
}

/// (asin(t)/t - 1)/t^2 in t^2 on [0, 1/4]; minimax, error of asin below 2^-58.
const ASIN: [f64; 13] = [
    0.1666666666666668,
    0.07499999999990385,
    0.04464285715763587,
    0.030381943457150354,
    0.022372195372596902,
    0.017351941895574065,
    0.013977094496152715,
    0.011427791240245747,
    0.010626215889984582,
    0.0042623267989384,
    0.020410550531329785,
    -0.019233891982013897,
    0.03156402787172384,
];

/// With `a = |x|`: `asin(a)` for `a <= 1/2`, else `asin(sqrt((1-a)/2))`, as
/// `t` and a correction.
#[inline(always)]
fn asin_parts<A: Arith>(a: f64) -> (f64, f64) {
    let big = a > 0.5;
    let z = if big { 0.5 * (1.0 - a) } else { a * a };
    let root = z.sqrt();
    let root_lo = A::residual(z, root, root) * rough_recip(2.0 * root);
    let (t, t_lo) = if big { (root, root_lo) } else { (a, 0.0) };
    (t, A::fma(t * z, poly::<A, _, _>(z, &ASIN), t_lo))
}

/// Arcsine. At most 1 ulp; asin(±0) = ±0, NaN for `|x| > 1`.
///
/// Above 1/2 as π/2 - 2 asin(sqrt((1-x)/2)), with the rounding error of the
/// root as a correction.
#[inline(always)]
pub(super) fn asin<A: Arith>(x: f64) -> f64 {
    let a = x.abs();
    let big = a > 0.5;
    let (t, w) = asin_parts::<A>(a);
    let k = if big { 2.0 } else { 1.0 };
    let (c, c_lo) = if big { (FRAC_PI_2, FRAC_PI_2_LO) } else { (0.0, 0.0) };
    xor_sign(offset(c, c_lo, k * t, k * w, mask(big)), x.to_bits())
}

/// Arccosine. At most 1 ulp; acos(1) = +0, NaN for `|x| > 1`.
///
/// π/2 - asin(x) up to 1/2; beyond, 2 asin(sqrt((1-|x|)/2)) or π minus that.
#[inline(always)]
pub(super) fn acos<A: Arith>(x: f64) -> f64 {
    let a = x.abs();
    let big = a > 0.5;
    let (t, w) = asin_parts::<A>(a);
    let k = if big { 2.0 } else { 1.0 };
    let (c, c_lo) = if !big {
        (FRAC_PI_2, FRAC_PI_2_LO)
    } else if x < 0.0 {
        (PI, 2.0 * FRAC_PI_2_LO)
    } else {
        (0.0, 0.0)
    };
    // Subtracted, except for x > 1/2 and -1/2 <= x < 0.
    let minus = x.to_bits() ^ (mask(!big) & SIGN);
    offset(c, c_lo, k * t, k * w, minus)
}
