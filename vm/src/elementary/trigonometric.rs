//! Sine, cosine and tangent.
//!
//! Arguments up to 2^32 are reduced branch-free by Cody and Waite's method,
//! larger ones by Payne and Hanek's (see [`super::reduce`]); both end in the
//! same kernels on [-π/4, π/4] with the argument as a sum of two doubles.
//! The polynomials of sine and cosine are those of FreeBSD's msun
//! (`k_sin.c`, `k_cos.c`).

use super::arith::{Arith, fast_two_sum, poly, xor_sign};
use super::reduce::{MODERATE, Reduced, reduce_large, reduce_moderate};
use super::single::trigonometric as single;
use super::{Unary, one};

/// (sin(x)/x - 1)/x^2 in x^2.
const SIN: [f64; 6] = [
    -1.666_666_666_666_663_2e-1,
    8.333_333_333_322_49e-3,
    -1.984_126_982_985_795e-4,
    2.755_731_370_707_007e-6,
    -2.505_076_025_340_686_3e-8,
    1.589_690_995_211_55e-10,
];

/// (cos(x) - 1 + x^2/2)/x^4 in x^2.
const COS: [f64; 6] = [
    4.166_666_666_666_66e-2,
    -1.388_888_888_887_411e-3,
    2.480_158_728_947_673e-5,
    -2.755_731_435_139_066e-7,
    2.087_572_321_298_175e-9,
    -1.135_964_755_778_819_5e-11,
];

/// The sine of a reduced argument as `hi` and a correction.
#[inline(always)]
pub(super) fn sin_parts<A: Arith>(r: Reduced) -> (f64, f64) {
    let x = r.hi;
    let z = x * x;
    // The derivative 1 - z/2 is near enough for the low part.
    let lo = A::fma(-0.5 * z, r.lo, r.lo);
    (x, A::fma(z * x, poly::<A, _, _>(z, &SIN), lo))
}

/// The cosine of a reduced argument as `hi` and a correction.
#[inline(always)]
pub(super) fn cos_parts<A: Arith>(r: Reduced) -> (f64, f64) {
    let x = r.hi;
    let z = x * x;
    let p = poly::<A, _, _>(z, &COS);
    let w = A::fma(-0.5, z, 1.0);
    // The rounding error of w, and the derivative -x for the low part.
    let err = A::fma(-0.5, z, 1.0 - w);
    (w, A::fma(z * z, p, A::fma(-x, r.lo, err)))
}

/// Whether sine and cosine change places.
#[inline(always)]
fn odd(quadrant: u64) -> bool {
    quadrant & 1 != 0
}

/// `sin` (`shift` 0) or `cos` (`shift` 1) from the reduced `|x|`.
#[inline(always)]
fn sine_at<A: Arith>(r: Reduced, shift: u64) -> f64 {
    let (s, s_lo) = sin_parts::<A>(r);
    let (c, c_lo) = cos_parts::<A>(r);
    let q = r.quadrant.wrapping_add(shift);
    let sin = s + s_lo;
    let cos = c + c_lo;
    xor_sign(if odd(q) { cos } else { sin }, q << 62)
}

/// `tan` from the reduced `|x|`: the quotient of sine and cosine, both carried
/// as sums of two doubles.
#[inline(always)]
fn tangent<A: Arith>(r: Reduced) -> f64 {
    let (s, s_lo) = sin_parts::<A>(r);
    let (c, c_lo) = cos_parts::<A>(r);
    let (s, s_lo) = fast_two_sum(s, s_lo);
    let (c, c_lo) = fast_two_sum(c, c_lo);
    let swap = odd(r.quadrant);
    let (n, n_lo) = if swap { (c, c_lo) } else { (s, s_lo) };
    let (d, d_lo) = if swap { (s, s_lo) } else { (c, c_lo) };
    let inv = 1.0 / d;
    let q = n * inv;
    let rest = A::residual(n, q, d) + A::fma(-q, d_lo, n_lo);
    xor_sign(A::fma(rest, inv, q), r.quadrant << 63)
}

/// Whether `x` needs the slow reduction (or is infinite).
#[inline(always)]
fn is_large(x: f64) -> bool {
    x.abs() > MODERATE
}

/// Reduces a large argument; infinities become NaN.
#[inline(always)]
fn reduce_any<A: Arith>(x: f64) -> Reduced {
    if x.is_finite() {
        reduce_large::<A>(x)
    } else {
        Reduced { quadrant: 0, hi: f64::NAN, lo: 0.0 }
    }
}

/// A function from the reduced `|x|` and, for its sign, `x` itself.
trait Periodic {
    fn finish<A: Arith>(x: f64, r: Reduced) -> f64;

    /// The function of a single up to [`single::MODERATE`].
    fn of_moderate_single<A: Arith>(x: f32) -> f32;
}

impl<K: Periodic> Unary<f64> for K {
    #[inline(always)]
    fn near<A: Arith>(x: f64) -> f64 {
        K::finish::<A>(x, reduce_moderate::<A>(x.abs()))
    }

    #[inline(always)]
    fn is_far(x: f64) -> bool {
        is_large(x)
    }

    #[inline(always)]
    fn far<A: Arith>(x: f64) -> f64 {
        K::finish::<A>(x, reduce_any::<A>(x.abs()))
    }
}

impl<K: Periodic> Unary<f32> for K {
    #[inline(always)]
    fn near<A: Arith>(x: f32) -> f32 {
        K::of_moderate_single::<A>(x)
    }

    #[inline(always)]
    fn is_far(x: f32) -> bool {
        x.abs() > single::MODERATE
    }

    /// In double precision.
    #[inline(always)]
    fn far<A: Arith>(x: f32) -> f32 {
        one::<A, K, f64>(f64::from(x)) as f32
    }
}

/// Sine. At most 1 ulp; sin(±0) = ±0, sin(±∞) = NaN.
pub(crate) struct Sin;

impl Periodic for Sin {
    #[inline(always)]
    fn finish<A: Arith>(x: f64, r: Reduced) -> f64 {
        xor_sign(sine_at::<A>(r, 0), x.to_bits())
    }

    #[inline(always)]
    fn of_moderate_single<A: Arith>(x: f32) -> f32 {
        single::sin::<A>(x)
    }
}

/// Cosine. At most 1 ulp; cos(±0) = 1, cos(±∞) = NaN.
pub(crate) struct Cos;

impl Periodic for Cos {
    #[inline(always)]
    fn finish<A: Arith>(_: f64, r: Reduced) -> f64 {
        sine_at::<A>(r, 1)
    }

    #[inline(always)]
    fn of_moderate_single<A: Arith>(x: f32) -> f32 {
        single::cos::<A>(x)
    }
}

/// Tangent. At most 1 ulp; tan(±0) = ±0, tan(±∞) = NaN.
pub(crate) struct Tan;

impl Periodic for Tan {
    #[inline(always)]
    fn finish<A: Arith>(x: f64, r: Reduced) -> f64 {
        xor_sign(tangent::<A>(r), x.to_bits())
    }

    #[inline(always)]
    fn of_moderate_single<A: Arith>(x: f32) -> f32 {
        single::tan::<A>(x)
    }
}
