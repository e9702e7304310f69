//! The functions of single precision.
//!
//! Those whose results forgive it compute in `f32`, in vectors of twice as many elements as `f64` has, with
//! sums of two singles where a rounding would show. The others take short polynomials in `f64`, whose
//! errors of some 2^-30 vanish in the last rounding. The coefficients are from `coefficients_single.py`.

pub(super) mod erf;
pub(super) mod exp;
pub(super) mod gamma;
pub(super) mod hyperbolic;
pub(super) mod inverse;
pub(super) mod log;
pub(super) mod pow;
pub(super) mod trigonometric;

/// Number of explicit mantissa bits.
const MANTISSA: u32 = 23;

const MANTISSA_MASK: u32 = (1 << MANTISSA) - 1;

/// Bits of 1.0: the exponent bias in its place.
const ONE_BITS: u32 = 0x3f80_0000;

/// The sign bit.
const SIGN: u32 = 1 << 31;

/// Adding and subtracting this constant rounds `|x| < 2^22` to the nearest integer.
const SHIFT: f32 = 12_582_912.0; // 1.5 * 2^23

/// The integer that [`SHIFT`] was added to, as a number and in two's complement.
#[inline(always)]
fn unshift(shifted: f32) -> (f32, u32) {
    (shifted - SHIFT, shifted.to_bits().wrapping_sub(SHIFT.to_bits()))
}

/// `2^n` for `-127 < n < 128`, `n` in two's complement.
#[inline(always)]
fn pow2(n: u32) -> f32 {
    f32::from_bits(n.wrapping_shl(MANTISSA).wrapping_add(ONE_BITS))
}

/// `y * 2^n` for `-254 <= n < 256`, by two factors: with `|y|` near 1 nothing overflows early and a subnormal
/// result is rounded once.
#[inline(always)]
fn scale(y: f32, n: u32) -> f32 {
    let biased = n.wrapping_add(2 * 127);
    let half = biased >> 1;
    let first = f32::from_bits(half.wrapping_shl(MANTISSA));
    let second = f32::from_bits(biased.wrapping_sub(half).wrapping_shl(MANTISSA));
    y * first * second
}

/// `x` with its sign flipped where `mask` has the sign bit set.
#[inline(always)]
fn xor_sign(x: f32, mask: u32) -> f32 {
    f32::from_bits(x.to_bits() ^ (mask & SIGN))
}

/// All bits set if `c`.
#[inline(always)]
fn mask(c: bool) -> u32 {
    if c { u32::MAX } else { 0 }
}
