//! Building blocks shared by the kernels: fused or split arithmetic,
//! error-free transformations, polynomials and bit tricks.

/// Arithmetic that depends on whether the machine has a fused multiply-add.
///
/// Kernels are generic over this trait; both implementations satisfy the same
/// accuracy bounds, but their results may differ in the last bit.
pub trait Arith: Copy {
    /// `a * b + c`, rounded once if fused, twice otherwise.
    fn fma(a: f64, b: f64, c: f64) -> f64;

    /// `a * b` as a rounded product and its exact rounding error.
    fn two_prod(a: f64, b: f64) -> (f64, f64);

    /// `c - a * b` where that is small enough to be exact, as is the residual
    /// of a quotient `a = c / b` or of a square root.
    fn residual(c: f64, a: f64, b: f64) -> f64;
}

/// One rounding per multiply-add; for code compiled with the FMA feature.
#[derive(Clone, Copy)]
pub struct Fused;

/// Two roundings per multiply-add; for machines without FMA.
#[derive(Clone, Copy)]
pub struct Unfused;

impl Arith for Fused {
    #[inline(always)]
    fn fma(a: f64, b: f64, c: f64) -> f64 {
        a.mul_add(b, c)
    }

    #[inline(always)]
    fn two_prod(a: f64, b: f64) -> (f64, f64) {
        let p = a * b;
        (p, a.mul_add(b, -p))
    }

    #[inline(always)]
    fn residual(c: f64, a: f64, b: f64) -> f64 {
        (-a).mul_add(b, c)
    }
}

impl Arith for Unfused {
    #[inline(always)]
    fn fma(a: f64, b: f64, c: f64) -> f64 {
        a * b + c
    }

    /// Dekker's product; exact while no operand exceeds 2^995 and the error
    /// is not subnormal.
    #[inline(always)]
    fn two_prod(a: f64, b: f64) -> (f64, f64) {
        let p = a * b;
        let (ah, al) = split(a);
        let (bh, bl) = split(b);
        (p, ((ah * bh - p) + ah * bl + al * bh) + al * bl)
    }

    #[inline(always)]
    fn residual(c: f64, a: f64, b: f64) -> f64 {
        let (p, e) = Self::two_prod(a, b);
        (c - p) - e
    }
}

/// Veltkamp's splitting into two 26-bit halves.
#[inline(always)]
fn split(a: f64) -> (f64, f64) {
    let c = 134_217_729.0 * a; // 2^27 + 1
    let hi = c - (c - a);
    (hi, a - hi)
}

/// `a + b` as a rounded sum and its exact rounding error (Knuth).
#[inline(always)]
pub fn two_sum(a: f64, b: f64) -> (f64, f64) {
    let s = a + b;
    let t = s - a;
    (s, (a - (s - t)) + (b - t))
}

/// As [`two_sum`], for `a` zero, not smaller than `b` in magnitude, or a
/// multiple of the unit in the last place of `b` (Dekker).
#[inline(always)]
pub fn fast_two_sum(a: f64, b: f64) -> (f64, f64) {
    let s = a + b;
    (s, b - (s - a))
}

/// The polynomial with coefficients `c`, constant term first.
///
/// Up to eight terms by Horner's rule. More by Horner's rule in `x^4` on
/// groups of four terms, each by Horner's rule: a third of the latency of the
/// plain rule with the same error, since the terms of low degree still come
/// last.
#[inline(always)]
pub fn polynomial<A: Arith, const N: usize>(x: f64, c: &[f64; N]) -> f64 {
    let horner = |c: &[f64]| {
        let (top, rest) = c.split_last().expect("no empty groups");
        rest.iter().rev().fold(*top, |p, &c| A::fma(p, x, c))
    };
    if N <= 8 {
        return horner(c);
    }
    let x2 = x * x;
    let x4 = x2 * x2;
    let (groups, top) = c.split_at((N - 1) / 4 * 4);
    groups.rchunks_exact(4).fold(horner(top), |p, c| A::fma(p, x4, horner(c)))
}

/// The coefficients after the first.
#[inline(always)]
pub fn tail<const N: usize, const M: usize>(c: &[f64; N]) -> [f64; M] {
    std::array::from_fn(|i| c[i + 1])
}

/// The sign bit of an `f64`.
pub const SIGN: u64 = 1 << 63;

/// `x` with its sign flipped where `mask` has the sign bit set.
#[inline(always)]
pub fn xor_sign(x: f64, mask: u64) -> f64 {
    f64::from_bits(x.to_bits() ^ (mask & SIGN))
}

/// 2^52, the least double from which on all are integers.
pub const TWO52: f64 = exp2_const(52);

/// 1.5 * 2^52: adding it rounds to an integer, which is then found in the low
/// bits of the sum.
pub const ROUNDER: f64 = 6_755_399_441_055_744.0;

/// 2^n as a constant, -1022 <= n <= 1023.
pub const fn exp2_const(n: i32) -> f64 {
    f64::from_bits(((1023 + n) as u64) << 52)
}

/// `x` (at most 2^51 in magnitude) rounded to the nearest integer, as a number
/// and as an integer whose low 51 bits are valid in two's complement.
#[inline(always)]
pub fn round_int(x: f64) -> (f64, u64) {
    let shifted = x + ROUNDER;
    (shifted - ROUNDER, shifted.to_bits())
}

/// 2^n from the low bits of `n` (as from [`round_int`]), -1022 <= n <= 1023.
#[inline(always)]
pub fn exp2_int(n: u64) -> f64 {
    f64::from_bits(n.wrapping_add(1023) << 52)
}

/// `1 / x` to within 7 % for normal positive `x`: enough to turn a residual
/// into a correction term without a second division.
#[inline(always)]
pub fn rough_recip(x: f64) -> f64 {
    f64::from_bits(0x7fde_6238_22fc_16e6_u64.wrapping_sub(x.to_bits()))
}
