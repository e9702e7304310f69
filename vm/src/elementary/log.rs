//! Logarithms.
//!
//! All write `x = 2^k (1 + f)` with `sqrt(1/2) <= 1 + f < sqrt(2)` and, as the fdlibm of Sun
//! Microsystems does, use `log(1 + f) = 2 atanh(s)`, `s = f / (2 + f)`, in the form
//! `f - (f^2/2 - s (f^2/2 + R(s^2)))`, whose rounding errors are far below the last place of `f`.

use super::arith::{Arith, MANTISSA, fast_two_sum, poly, small_to_f64, split_sqrt2, two_sum};
use super::exp::{LN2_HI, LN2_LO};
use super::{Unary, single};

/// `(2 atanh(s) / s - 2) / s^2` in `s^2`, for `|s| <= 3 - 2 sqrt(2)`; times `s^2` the error is
/// below 2^-58.
const LOG: [f64; 7] = [
    0.6666666666666734,
    0.39999999999414676,
    0.2857142874238778,
    0.2222219857317723,
    0.18183564326069543,
    0.1531405056328444,
    0.14795949502747258,
];

/// `x = 2^k m` with `sqrt(1/2) <= m < sqrt(2)` for a positive finite `x`: `(m, k)`.
#[inline(always)]
pub(super) fn split_any(x: f64) -> (f64, f64) {
    const TWO54: f64 = 18014398509481984.0;
    let tiny = x < f64::MIN_POSITIVE;
    let (m, exponent) = split_sqrt2(x * if tiny { TWO54 } else { 1.0 });
    let bias = if tiny { 1023.0 + 54.0 } else { 1023.0 };
    (m, small_to_f64(exponent, bias))
}

/// `log(1 + f) - f` for `sqrt(1/2) <= 1 + f < sqrt(2)`.
#[inline(always)]
fn tail<A: Arith>(f: f64) -> f64 {
    let s = f / (2.0 + f);
    let z = s * s;
    let half_square = 0.5 * f * f;
    let series = A::fma(z, poly::<A, _, _>(z, &LOG), half_square);
    A::fma(s, series, -half_square)
}

/// `result` with the values that a logarithm has at 0, infinity, NaN and below 0.
#[inline(always)]
fn with_special_values(result: f64, x: f64) -> f64 {
    let result = if x < f64::INFINITY { result } else { x };
    let result = if x > 0.0 { result } else { f64::NAN };
    if x == 0.0 { f64::NEG_INFINITY } else { result }
}

/// `k ln2 + log(1 + f) + lo`, where `lo` is at most an ulp of `f`. The neutral `lo` is -0.
#[inline(always)]
fn combine<A: Arith>(k: f64, f: f64, lo: f64) -> f64 {
    let (sum, err) = fast_two_sum(k * LN2_HI, f);
    sum + (err + A::fma(k, LN2_LO, lo + tail::<A>(f)))
}

/// Natural logarithm. Below 0.9 ulp.
///
/// `log(1) = +0`, `log(±0) = -inf`, `log(inf) = inf`, NaN for `x < 0`.
pub(crate) struct Log;

impl Unary<f32> for Log {
    #[inline(always)]
    fn near<A: Arith>(x: f32) -> f32 {
        single::log::log::<A>(x)
    }
}

impl Unary<f64> for Log {
    const FAR_IS_BRANCH_FREE: bool = true;

    #[inline(always)]
    fn near<A: Arith>(x: f64) -> f64 {
        let (m, exponent) = split_sqrt2(x);
        combine::<A>(small_to_f64(exponent, 1023.0), m - 1.0, -0.0)
    }

    /// Whether it is no positive normal number.
    #[inline(always)]
    fn is_far(x: f64) -> bool {
        !(f64::MIN_POSITIVE..f64::INFINITY).contains(&x)
    }

    #[inline(always)]
    fn far<A: Arith>(x: f64) -> f64 {
        let (m, k) = split_any(x);
        with_special_values(combine::<A>(k, m - 1.0, -0.0), x)
    }
}

/// `log(1 + hi + lo) + extra ln2` for `hi > -1` and `|lo| <= ulp(hi)`.
#[inline(always)]
pub(super) fn log1p_sum<A: Arith>(hi: f64, lo: f64, extra: f64) -> f64 {
    let (sum, err) = two_sum(1.0, hi);
    let (m, exponent) = split_sqrt2(sum);
    // 2^-k; the detour by 2^(2 - k) keeps the exponent field positive for every k.
    let inverse = 0.25 * f64::from_bits(2048_u64.wrapping_sub(exponent) << MANTISSA);
    let (f, f_err) = fast_two_sum(m - 1.0, err * inverse);
    let f_err = A::fma(lo, inverse, f_err);
    let k = small_to_f64(exponent, 1023.0) + extra;
    // The derivative of the logarithm is nearly 1 - f.
    combine::<A>(k, f, A::fma(-f_err, f, f_err))
}

/// `log(1 + x)`, the sum `1 + x` kept exactly. Below 1 ulp.
///
/// `log1p(±0) = ±0`, `log1p(-1) = -inf`, `log1p(inf) = inf`, NaN for `x < -1`.
#[inline(always)]
pub(super) fn log1p<A: Arith>(x: f64) -> f64 {
    with_special_values(log1p_sum::<A>(x, 0.0, 0.0), 1.0 + x).copysign(x)
}

/// `log_b(x)` with `1 / log(b) = c_hi + c_lo` and `log_b(2) = d_hi + d_lo`, where `c_hi` has at
/// most 32 bits and `d_hi` at most 42, so that the leading products are exact.
#[inline(always)]
fn log_base<A: Arith>(x: f64, (c_hi, c_lo): (f64, f64), (d_hi, d_lo): (f64, f64)) -> f64 {
    let (m, k) = split_any(x);
    let f = m - 1.0;
    let t = tail::<A>(f);
    let hi = f64::from_bits((f + t).to_bits() & (u64::MAX << 32));
    let lo = (f - hi) + t;
    let (sum, err) = fast_two_sum(k * d_hi, hi * c_hi);
    let rest = A::fma(lo, c_hi, A::fma(hi + lo, c_lo, k * d_lo));
    with_special_values(sum + (err + rest), x)
}

/// Logarithm to base 2, after FreeBSD's `e_log2.c`. Below 1 ulp.
///
/// Exact for a power of two; `log2(±0) = -inf`, `log2(inf) = inf`, NaN for `x < 0`.
#[inline(always)]
pub(super) fn log2<A: Arith>(x: f64) -> f64 {
    const LOG2_E: (f64, f64) = (1.4426950407214463, 1.6751713164886512e-10);
    log_base::<A>(x, LOG2_E, (1.0, 0.0))
}

/// Logarithm to base 10, after FreeBSD's `e_log10.c`. Below 0.8 ulp.
///
/// `log10(1) = +0`, `log10(±0) = -inf`, `log10(inf) = inf`, NaN for `x < 0`.
#[inline(always)]
pub(super) fn log10<A: Arith>(x: f64) -> f64 {
    const LOG10_E: (f64, f64) = (0.4342944818781689, 2.5082946711645275e-11);
    const LOG10_2: (f64, f64) = (0.30102999566395283, 2.8363394551044964e-14);
    log_base::<A>(x, LOG10_E, LOG10_2)
}
