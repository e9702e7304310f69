//! Arithmetic shared by the functions: fused or unfused multiply-add, error-free transformations,
//! polynomials, and work on the bits of a double.
//!
//! The error-free transformations are those of Dekker ("A floating-point technique for extending
//! the available precision", 1971) and Knuth (TAOCP vol. 2, 4.2.2).

use super::Real;

/// Multiply-add of one type of float.
pub(crate) trait MulAdd<T> {
    /// `a * b + c`, rounded once or twice.
    fn fma(a: T, b: T, c: T) -> T;

    /// `a * b` as a rounded product and its error, exact barring overflow and underflow.
    fn two_prod(a: T, b: T) -> (T, T);

    /// `c - a * b` where that is small enough to be exact, as is the rest of a quotient `a` of `c` and `b`
    /// or of a square root.
    fn residual(c: T, a: T, b: T) -> T;
}

/// The multiply-add of a machine. Every function is generic over it. Both kinds keep the bounds of the
/// errors, but may differ in the last bit.
pub(crate) trait Arith: MulAdd<f64> + MulAdd<f32> {}

impl<A: MulAdd<f64> + MulAdd<f32>> Arith for A {}

/// Multiply-add in one instruction.
pub(crate) struct Fused;

/// Multiply-add as a product and a sum, for machines without the instruction.
pub(crate) struct Unfused;

macro_rules! fused {
    ($($float:ident)*) => {$(
        impl MulAdd<$float> for Fused {
            #[inline(always)]
            fn fma(a: $float, b: $float, c: $float) -> $float {
                a.mul_add(b, c)
            }

            #[inline(always)]
            fn two_prod(a: $float, b: $float) -> ($float, $float) {
                let p = a * b;
                (p, a.mul_add(b, -p))
            }

            #[inline(always)]
            fn residual(c: $float, a: $float, b: $float) -> $float {
                (-a).mul_add(b, c)
            }
        }
    )*};
}

fused! { f64 f32 }

impl MulAdd<f64> for Unfused {
    #[inline(always)]
    fn fma(a: f64, b: f64, c: f64) -> f64 {
        a * b + c
    }

    /// Dekker's product.
    #[inline(always)]
    fn two_prod(a: f64, b: f64) -> (f64, f64) {
        let (p, (ah, al), (bh, bl)) = (a * b, halves(a), halves(b));
        (p, ((ah * bh - p) + ah * bl + al * bh) + al * bl)
    }

    #[inline(always)]
    fn residual(c: f64, a: f64, b: f64) -> f64 {
        let (p, e) = Self::two_prod(a, b);
        (c - p) - e
    }
}

/// A double holds the product of two singles.
impl MulAdd<f32> for Unfused {
    #[inline(always)]
    fn fma(a: f32, b: f32, c: f32) -> f32 {
        a * b + c
    }

    #[inline(always)]
    fn two_prod(a: f32, b: f32) -> (f32, f32) {
        let p = a * b;
        (p, -Self::residual(p, a, b))
    }

    #[inline(always)]
    fn residual(c: f32, a: f32, b: f32) -> f32 {
        (f64::from(c) - f64::from(a) * f64::from(b)) as f32
    }
}

/// Veltkamp's split of `|a| < 2^996` into two parts of at most 26 bits.
#[inline(always)]
fn halves(a: f64) -> (f64, f64) {
    let c = a * 134_217_729.0; // 2^27 + 1
    let high = c - (c - a);
    (high, a - high)
}

/// `a + b` as a rounded sum and its exact error.
#[inline(always)]
pub(super) fn two_sum<T: Real>(a: T, b: T) -> (T, T) {
    let s = a + b;
    let t = s - a;
    (s, (a - (s - t)) + (b - t))
}

/// [`two_sum`] for `|a| >= |b|`, for `a == 0`, and for an `a` that is a multiple of the unit in the last
/// place of `b`.
#[inline(always)]
pub(super) fn fast_two_sum<T: Real>(a: T, b: T) -> (T, T) {
    let s = a + b;
    (s, b - (s - a))
}

/// `a * b` of two unevaluated sums of two doubles, with a relative error of some 2^-104.
#[inline(always)]
pub(super) fn multiply<A: Arith>((a, a_lo): (f64, f64), (b, b_lo): (f64, f64)) -> (f64, f64) {
    let (p, err) = A::two_prod(a, b);
    (p, A::fma(a, b_lo, A::fma(a_lo, b, err)))
}

/// `n / d` of two unevaluated sums of two doubles, from one division.
#[inline(always)]
pub(super) fn divide<A: Arith>((n, n_lo): (f64, f64), (d, d_lo): (f64, f64)) -> (f64, f64) {
    let inverse = 1.0 / d;
    let q = n * inverse;
    let rest = A::residual(n, q, d) + A::fma(-q, d_lo, n_lo);
    (q, rest * inverse)
}

/// The polynomial `c[0] + c[1] x + ...`: Horner's rule in `x^4` over groups of four terms, which
/// keeps the chain of dependent operations short (a form of Estrin's scheme).
#[inline(always)]
pub(super) fn poly<A: MulAdd<T>, T: Real, const N: usize>(x: T, c: &[T; N]) -> T {
    let x2 = x * x;
    let x4 = x2 * x2;
    let mut first = (N - 1) / 4 * 4;
    let mut sum = group::<A, T, N>(x, x2, c, first);
    while first > 0 {
        first -= 4;
        sum = A::fma(sum, x4, group::<A, T, N>(x, x2, c, first));
    }
    sum
}

/// `c[i] + c[i + 1] x + c[i + 2] x^2 + c[i + 3] x^3`, as far as there are coefficients.
#[inline(always)]
fn group<A: MulAdd<T>, T: Real, const N: usize>(x: T, x2: T, c: &[T; N], i: usize) -> T {
    match N - i {
        1 => c[i],
        2 => A::fma(c[i + 1], x, c[i]),
        3 => A::fma(c[i + 2], x2, A::fma(c[i + 1], x, c[i])),
        _ => A::fma(A::fma(c[i + 3], x, c[i + 2]), x2, A::fma(c[i + 1], x, c[i])),
    }
}

/// The coefficients after the first.
#[inline(always)]
pub(super) fn tail<T: Copy, const N: usize, const M: usize>(c: &[T; N]) -> [T; M] {
    std::array::from_fn(|i| c[i + 1])
}

/// Number of explicit mantissa bits.
pub(super) const MANTISSA: u32 = 52;

const MANTISSA_MASK: u64 = (1 << MANTISSA) - 1;

/// Bits of 1.0: the exponent bias in its place.
const ONE_BITS: u64 = 0x3ff0_0000_0000_0000;

/// The sign bit.
pub(super) const SIGN: u64 = 1 << 63;

/// 2^52, the least double from which on all are integers.
pub(super) const TWO52: f64 = exp2_const(52);

/// Adding and subtracting this constant rounds `|x| < 2^51` to the nearest integer, which then
/// stands in the low mantissa bits of the sum.
pub(super) const SHIFT: f64 = 6_755_399_441_055_744.0; // 1.5 * 2^52

/// 2^n as a constant, -1022 <= n <= 1023.
pub(super) const fn exp2_const(n: i32) -> f64 {
    f64::from_bits(((1023 + n) as u64) << MANTISSA)
}

/// `|x| < 2^51` rounded to the nearest integer, as a number and as an integer whose low 51 bits are valid in
/// two's complement.
#[inline(always)]
pub(super) fn round_int(x: f64) -> (f64, u64) {
    let shifted = x + SHIFT;
    (shifted - SHIFT, shifted.to_bits())
}

/// `2^n` for `-1023 < n < 1024`; of `n` the low bits count, in two's complement.
#[inline(always)]
pub(super) fn pow2(n: u64) -> f64 {
    f64::from_bits(n.wrapping_shl(MANTISSA).wrapping_add(ONE_BITS))
}

/// `y * 2^n` for `-2046 <= n < 2048`, by two factors: with `|y|` near 1 nothing overflows early
/// and a subnormal result is rounded once.
#[inline(always)]
pub(super) fn scale(y: f64, n: u64) -> f64 {
    let biased = n.wrapping_add(2 * 1023);
    let half = biased >> 1;
    let first = f64::from_bits(half.wrapping_shl(MANTISSA));
    let second = f64::from_bits(biased.wrapping_sub(half).wrapping_shl(MANTISSA));
    y * first * second
}

/// A positive finite normal `x` as `m * 2^k` with `sqrt(1/2) <= m < sqrt(2)`: `m` and the exponent
/// field of `2^k`.
#[inline(always)]
pub(super) fn split_sqrt2(x: f64) -> (f64, u64) {
    const SQRT_HALF_BITS: u64 = 0x3fe6_a09e_667f_3bcd;
    let t = x.to_bits().wrapping_add(ONE_BITS - SQRT_HALF_BITS);
    let m = f64::from_bits((t & MANTISSA_MASK) + SQRT_HALF_BITS);
    (m, t >> MANTISSA)
}

/// `n - offset` as a double for integers `n < 2^52` and `offset < 2^51`, without a conversion
/// instruction.
#[inline(always)]
pub(super) fn small_to_f64(n: u64, offset: f64) -> f64 {
    f64::from_bits(n | TWO52.to_bits()) - (TWO52 + offset)
}

/// `x` clamped to `[low, high]`; a NaN stays.
#[inline(always)]
pub(super) fn clamp<T: Real>(x: T, low: T, high: T) -> T {
    let x = if x < low { low } else { x };
    if x > high { high } else { x }
}

/// `x` with its sign flipped where `mask` has the sign bit set.
#[inline(always)]
pub(super) fn xor_sign(x: f64, mask: u64) -> f64 {
    f64::from_bits(x.to_bits() ^ (mask & SIGN))
}

/// `1 / x` to within 7 % for normal positive `x`: enough to turn a residual
/// into a correction term without a second division.
#[inline(always)]
pub(super) fn rough_recip(x: f64) -> f64 {
    f64::from_bits(0x7fde_6238_22fc_16e6_u64.wrapping_sub(x.to_bits()))
}
