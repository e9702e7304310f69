//! Gamma function and the logarithm of its magnitude.

use super::Unary;
use super::arith::{Arith, SIGN, TWO52, exp2_const, fast_two_sum, poly, tail, two_sum, xor_sign};
use super::extended::{exp_parts, log_parts, scale_wide};
use super::reduce::Reduced;
use super::single::gamma::lgamma_of_positive;
use super::trigonometric::{cos_parts, sin_parts};
use std::f64::consts::PI;

/// π - [`PI`].
const PI_LO: f64 = 1.2246467991473532e-16;

/// ln Γ(y) - ((y - 1/2) ln y - y + ln(2π)/2) in t = 1/(y+1) for y >= 1;
/// minimax, error below 2^-56.
const STIRLING: [f64; 21] = [
    3.829452105680649e-18,
    0.08333333333332676,
    0.08333333333520998,
    0.08055555534283916,
    0.0750000127594428,
    0.06745984945633274,
    0.059535249271022724,
    0.052779112932648184,
    0.05109719607997884,
    0.021701301106088915,
    0.2123055848573979,
    -0.9298056979140481,
    4.283064829419673,
    -14.569470195784092,
    39.175624709779804,
    -80.92290284063164,
    126.75228867181289,
    -145.41253516683966,
    115.76760285958683,
    -57.30844828278571,
    13.465520148623245,
];

/// (ln(2π) - 1) / 2 in two parts.
const HALF_LN_2PI_1: [f64; 2] = [0.4189385332046727, 1.6728209650585413e-17];

/// `|sin(π r)|` for `|r| <= 1/2` as a sum of two doubles: the sine of π|r| up
/// to 1/4, then the cosine of π(1/2 - |r|).
#[inline(always)]
fn sin_pi_parts<A: Arith>(r: f64) -> (f64, f64) {
    let r = r.abs();
    let far = r > 0.25;
    let u = if far { 0.5 - r } else { r };
    let (hi, e) = A::two_prod(u, PI);
    let reduced = Reduced { quadrant: 0, hi, lo: A::fma(u, PI_LO, e) };
    let (s, s_lo) = sin_parts::<A>(reduced);
    let (c, c_lo) = cos_parts::<A>(reduced);
    if far { fast_two_sum(c, c_lo) } else { fast_two_sum(s, s_lo) }
}

/// ln Γ(y) for `1 <= y` as a sum of two doubles, by Stirling's formula with
/// the correction term as a polynomial in 1/(y+1). `(log, log_lo)` is ln y.
#[inline(always)]
fn stirling<A: Arith>(y: f64, log: f64, log_lo: f64) -> (f64, f64) {
    // (y - 1/2) (ln y - 1) + (ln(2π) - 1)/2 + S(t)
    let c = y - 0.5;
    let (f, f_lo) = two_sum(log, -1.0);
    let (p, e) = A::two_prod(c, f);
    let p_lo = A::fma(c, f_lo + log_lo, e);
    let (h, l) = two_sum(p, HALF_LN_2PI_1[0]);
    let s = poly::<A, _, _>(1.0 / (y + 1.0), &STIRLING);
    (h, s + ((l + p_lo) + HALF_LN_2PI_1[1]))
}

/// The distance of `a >= 0` to the nearest integer, signed, and that integer
/// (its low bits).
#[inline(always)]
pub(super) fn nearest(a: f64) -> (f64, u64) {
    let shifted = a + TWO52;
    let r = a - (shifted - TWO52);
    (if a < TWO52 { r } else { 0.0 }, shifted.to_bits())
}

/// Below, Γ(x) = 1/x to working precision.
const TINY: f64 = exp2_const(-60);

/// Gamma function. At most 1 ulp; Γ(±0) = ±∞, Γ(-n) = NaN for integers n > 0,
/// Γ(-∞) = NaN.
///
/// Stirling's formula from 1 on, Γ(x+1)/x in (0, 1), and Euler's reflection
/// -π / (x sin(πx) Γ(x)) for negative arguments.
#[inline(always)]
pub(super) fn gamma<A: Arith>(x: f64) -> f64 {
    let magnitude = x.abs();
    let negative = x < 0.0;
    // Beyond, everything over- or underflows.
    let a = if magnitude > 186.0 { 186.0 } else { magnitude };
    let below_one = a < 1.0;

    // Γ(y + y_lo) = (g + g_lo) 2^n for y = a or a + 1.
    let (y, y_lo) = fast_two_sum(if below_one { 1.0 } else { 0.0 }, a);
    let (log, log_lo) = log_parts::<A>(y, 0.0);
    let (h, l) = stirling::<A>(y, log, log_lo);
    // The derivative of ln Γ, near enough for the correction.
    let digamma = log - 1.0 / (y + 1.0);
    let (g, g_lo, n) = exp_parts::<A>(h, A::fma(digamma, y_lo, l));

    // The other factor of the denominator: for negative arguments
    // a sin(πa) or (below 1) sin(πa), otherwise 1 or a.
    let (r, parity) = nearest(magnitude);
    let (s, s_lo) = sin_pi_parts::<A>(r);
    let (s, s_lo) = if negative { (s, s_lo) } else { (1.0, 0.0) };
    let factor = if negative ^ below_one { a } else { 1.0 };
    let (f, e) = A::two_prod(factor, s);
    let f_lo = A::fma(factor, s_lo, e);

    // Numerator and denominator.
    let (fg, e) = A::two_prod(f, g);
    let fg_lo = A::fma(f, g_lo, A::fma(f_lo, g, e));
    let (p, p_lo) = if negative { (PI, PI_LO) } else { (g, g_lo) };
    let (d, d_lo) = if negative { (fg, fg_lo) } else { (f, f_lo) };
    let tiny = a < TINY;
    let d = if tiny { a } else { d };
    let inv = 1.0 / d;
    let q = p * inv;
    let rest = A::residual(p, q, d) + A::fma(-q, d_lo, p_lo);
    let q = scale_wide(A::fma(rest, inv, q), if negative { -n } else { n });

    let q = if tiny { inv } else { q };
    // Negative for x in (-1, 0), (-3, -2), ...; `r` tells on which side of
    // the nearest integer `a` lies.
    let odd = (parity << 63) ^ r.to_bits() ^ SIGN;
    let sign = if negative { odd } else { x.to_bits() };
    let pole = negative & (r == 0.0) & !tiny;
    if pole { f64::NAN } else { xor_sign(q, sign) }
}

/// ln Γ(1+v) / (v (v-1)) on [0, 1]; minimax, relative error below 2^-55.
const UNIT: [f64; 21] = [
    0.5772156649015329,
    -0.24525136852257695,
    0.1554342658634314,
    -0.11514654253236209,
    0.09223900745363088,
    -0.0773181485891682,
    0.06673146474341764,
    -0.058775470647517425,
    0.05253920544827994,
    -0.04745284765938215,
    0.04304027807768002,
    -0.03873802259655385,
    0.033841565965766124,
    -0.027748059976027428,
    0.020476123487739455,
    -0.012986031862444207,
    0.0067403424418379316,
    -0.0027081592312259077,
    0.0007819842570025831,
    -0.00014340199010580017,
    1.2486065512316689e-05,
];

/// The low part of `UNIT[0]`.
const UNIT_LO: f64 = -8.670789975327152e-18;

/// ln Γ(y) for positive `y` as a sum of two doubles.
///
/// From 3 on Stirling's formula; below, with v = y, y-1 or y-2 in [0, 1),
/// ln Γ(1+v) = v (v-1) p(v), minus ln y in (0, 1), plus ln(y-1) in [2, 3).
#[inline(always)]
fn lgamma_parts<A: Arith>(y: f64) -> (f64, f64) {
    let stirling_range = y >= 3.0;
    let v = if y < 1.0 {
        y
    } else if y < 2.0 {
        y - 1.0
    } else {
        y - 2.0
    };
    let arg = if (y < 1.0) | stirling_range {
        y
    } else if y < 2.0 {
        1.0
    } else {
        y - 1.0
    };
    let subnormal = y < f64::MIN_POSITIVE;
    let (arg, k) = if subnormal { (arg * exp2_const(54), -54.0) } else { (arg, 0.0) };
    let (log, log_lo) = log_parts::<A>(arg, k);

    let (vv, vv_lo) = A::two_prod(v, v - 1.0);
    let (p, p_lo) = fast_two_sum(UNIT[0], v * poly::<A, _, 20>(v, &tail(&UNIT)));
    let (u, u_lo) = A::two_prod(vv, p);
    let u_lo = A::fma(vv, p_lo + UNIT_LO, A::fma(vv_lo, p, u_lo));
    let flip = if y < 1.0 { SIGN } else { 0 };
    let (h, l) = two_sum(xor_sign(log, flip), u);
    let l = l + (u_lo + xor_sign(log_lo, flip));

    // Scaled down where an exact product could overflow; there ln Γ(y) is
    // y (ln y - 1) to working precision.
    let (down, up) =
        if y > exp2_const(900) { (exp2_const(-64), exp2_const(64)) } else { (1.0, 1.0) };
    let (sh, sl) = stirling::<A>(y * down, log, log_lo);
    if stirling_range { (sh * up, sl * up) } else { (h, l) }
}

/// Logarithm of the magnitude of the gamma function. At most 2 ulp for positive
/// arguments; for negative ones 4 ulp where the result is 1/16 or more and, near
/// the zeros, an absolute error of 2^-54. +∞ at zero, at negative integers and at ±∞; lgamma(1) =
/// lgamma(2) = +0.
///
/// Positive arguments as described for `lgamma_parts`, negative ones by
/// reflection: ln(π / (x sin(πx))) - ln Γ(-x).
pub(crate) struct Lgamma;

impl Unary<f64> for Lgamma {
    #[inline(always)]
    fn near<A: Arith>(x: f64) -> f64 {
        let y = x.abs();
        let (h, l) = lgamma_parts::<A>(y);
        let r = h + l;
        if (y == 0.0) | (y == f64::INFINITY) { f64::INFINITY } else { r }
    }

    const FAR_IS_BRANCH_FREE: bool = true;

    #[inline(always)]
    fn is_far(x: f64) -> bool {
        x < 0.0
    }

    /// ln π - ln(a |sin(πa)|) - ln Γ(a) with a = -x, for negative `x`.
    #[inline(always)]
    fn far<A: Arith>(x: f64) -> f64 {
        const LN_PI: [f64; 2] = [1.1447298858494002, 1.0265951162707826e-17];
        let a = -x;
        let (r, _) = nearest(a);
        let (s, s_lo) = sin_pi_parts::<A>(r);
        let (p, e) = A::two_prod(a, s);
        let (log, log_lo) = log_parts::<A>(p, 0.0);
        let log_lo = log_lo + A::fma(a, s_lo, e) / p;
        let (g, g_lo) = lgamma_parts::<A>(a);
        let (h, l0) = two_sum(LN_PI[0], -log);
        let (h, l1) = two_sum(h, -g);
        let reflected = h + (((l0 + l1) + LN_PI[1]) - (log_lo + g_lo));
        if r == 0.0 {
            f64::INFINITY
        } else if a < TINY {
            g + g_lo
        } else {
            reflected
        }
    }
}

impl Unary<f32> for Lgamma {
    #[inline(always)]
    fn near<A: Arith>(x: f32) -> f32 {
        lgamma_of_positive::<A>(x)
    }

    const FAR_IS_BRANCH_FREE: bool = true;

    #[inline(always)]
    fn is_far(x: f32) -> bool {
        x < 0.0
    }

    /// In double precision, for the sake of the zeros.
    #[inline(always)]
    fn far<A: Arith>(x: f32) -> f32 {
        <Lgamma as Unary<f64>>::far::<A>(f64::from(x)) as f32
    }
}
