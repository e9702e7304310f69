//! Error function and its complement.

use super::arith::{Arith, fast_two_sum, poly, pow2, round_int, tail, two_sum, xor_sign};
use super::extended::{exp_parts, exp_reduced, scale_wide};

/// erf(x)/x - 1 in x^2 for x in [0, 3/4]; minimax, error below 2^-56.
const SMALL: [f64; 12] = [
    0.1283791670955126,
    -0.37612638903184287,
    0.11283791670993107,
    -0.026866170655661662,
    0.005223977775158647,
    -0.0008548339439458911,
    0.00012055974780929746,
    -1.4946950860842545e-05,
    1.691607210387343e-06,
    -2.236909704113766e-07,
    5.9592773098027414e-08,
    -1.5553006098076048e-08,
];

/// ln(erfc(x)) in x - 7/8 for x in [3/4, 6]; minimax with weight erfc, error of
/// erf below 2^-55.
const LARGE: [f64; 21] = [
    -1.5328244365985517,
    -2.4302197229548383,
    -0.8265416933338612,
    -0.046896054559951335,
    0.01132333968134594,
    -0.0021439977570885766,
    0.00020078815136697218,
    5.927669182160074e-05,
    -3.935006048533891e-05,
    1.212137826256417e-05,
    -1.9851706157146204e-06,
    -1.884364911553054e-07,
    2.7405526272903054e-07,
    -1.1561667921964505e-07,
    3.271416395071636e-08,
    -6.816061796681425e-09,
    1.0441239083089057e-09,
    -1.1216227057162629e-10,
    7.615557320851156e-12,
    -2.553313539908501e-13,
    1.1545012026145599e-15,
];

/// The low part of `LARGE[0]`.
const LARGE_LO: f64 = 4.4267119604921095e-17;

/// Error function. At most 1 ulp; erf(±0) = ±0, erf(±∞) = ±1.
///
/// Up to 3/4 an odd poly, then 1 - exp(p(x)) with p a polynomial for
/// ln(erfc(x)) (the scheme of N. Juffa's CUDA implementation); 1 from 6 on.
#[inline(always)]
pub(super) fn erf<A: Arith>(x: f64) -> f64 {
    let a = x.abs();
    let a = if a > 6.0 { 6.0 } else { a };
    let small = A::fma(a, poly::<A, _, _>(a * a, &SMALL), a);
    let u = a - 0.875;
    let (h, l) = fast_two_sum(LARGE[0], u * poly::<A, _, 20>(u, &tail(&LARGE)));
    let (r, rest, n) = exp_reduced::<A>(h, l + LARGE_LO);
    let large = 1.0 - (1.0 + (r + rest)) * pow2(round_int(n).1);
    xor_sign(if a < 0.75 { small } else { large }, x.to_bits())
}

/// (1 + 2x) exp(x^2) erfc(x) in (x-4)/(x+4) for x in [1/2, 28]; minimax,
/// relative error below 2^-55.
const SCALED: [f64; 23] = [
    1.2329951186255526,
    -0.1396211168405625,
    0.015379652102619861,
    0.06809705425468875,
    -0.10103906603631156,
    0.09373283499852247,
    -0.06633036581204262,
    0.03716751553400609,
    -0.016197734060015942,
    0.005031970016497148,
    -0.0007577732720092184,
    -0.00019925695340085553,
    0.00015062159924289031,
    -2.4398101964270952e-05,
    -1.1221810805701292e-05,
    5.70659823785517e-06,
    2.9343042492222306e-07,
    -8.196555923650583e-07,
    7.501416336110923e-08,
    1.0337354180621717e-07,
    -1.811777426645008e-08,
    -9.691985673072777e-09,
    1.8793971907749558e-09,
];
/// The low part of `SCALED[0]`.
const SCALED_LO: f64 = -4.5852838412190725e-17;

/// Complementary error function. At most 1 ulp, subnormal results included;
/// erfc(-∞) = 2, erfc(+∞) = +0.
///
/// Up to 1/2 as 1 - erf(x); beyond, exp(-x^2) times a polynomial divided by
/// 1 + 2x (M. M. Shepherd and J. G. Laframboise, "Chebyshev approximation of
/// (1 + 2x) exp(x^2) erfc x in 0 <= x < ∞", 1981), all factors as sums of two
/// doubles; 2 - erfc(-x) below -1/2.
#[inline(always)]
pub(super) fn erfc<A: Arith>(x: f64) -> f64 {
    // Near zero.
    let (h, l) = fast_two_sum(1.0, -x);
    let small = h + A::fma(-x, poly::<A, _, _>(x * x, &SMALL), l);

    // The polynomial divided by 1 + 2a, as q + q_lo.
    let a = x.abs();
    let a = if a > 28.0 { 28.0 } else { a };
    let t = (a - 4.0) / (a + 4.0);
    let (g, g_lo) = fast_two_sum(SCALED[0], t * poly::<A, _, 22>(t, &tail(&SCALED)));
    let g_lo = g_lo + SCALED_LO;
    let (d, d_lo) = two_sum(1.0, 2.0 * a);
    let inv = 1.0 / d;
    let q = g * inv;
    let q_lo = (A::residual(g, q, d) + A::fma(-q, d_lo, g_lo)) * inv;

    // Times exp(-a^2).
    let (s, s_lo) = A::two_prod(a, a);
    let (hi, lo, n) = exp_parts::<A>(-s, -s_lo);
    let (m, m_err) = A::two_prod(hi, q);
    let tail = scale_wide(m + (m_err + A::fma(hi, q_lo, lo * q)), n);

    let large = if x < 0.0 { 2.0 - tail } else { tail };
    if a < 0.5 { small } else { large }
}
