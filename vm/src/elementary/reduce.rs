//! Argument reduction modulo π/2 for the trigonometric functions.

use super::arith::{Arith, SHIFT, exp2_const, fast_two_sum};

/// Largest `|x|` for [`reduce_moderate`].
pub(super) const MODERATE: f64 = 4_294_967_296.0; // 2^32

/// An argument minus `quadrant` times π/2: `hi + lo` within about ±π/4.
#[derive(Clone, Copy)]
pub(super) struct Reduced {
    /// The multiple of π/2 taken off; only the low two bits are meaningful.
    pub(super) quadrant: u64,
    pub(super) hi: f64,
    pub(super) lo: f64,
}

/// π/2 as a sum of three doubles (error below 2^-161).
const PIO2: [f64; 3] = [
    f64::from_bits(0x3ff9_21fb_5444_2d18),
    f64::from_bits(0x3c91_a626_3314_5c07),
    f64::from_bits(0xb91f_1976_b7ed_8fbc),
];

/// Cody and Waite's reduction for `0 <= x <= MODERATE`.
///
/// `x - k π/2` with the first product taken off exactly and the second as an
/// unevaluated sum; the absolute error is below 2^-125 whereas the result is
/// at least 2^-62, so that `hi + lo` has at least 60 good bits.
#[inline(always)]
pub(super) fn reduce_moderate<A: Arith>(x: f64) -> Reduced {
    let shifted = A::fma(x, std::f64::consts::FRAC_2_PI, SHIFT);
    let k = shifted - SHIFT;
    let r0 = A::residual(x, k, PIO2[0]);
    let (p1, e1) = A::two_prod(k, PIO2[1]);
    // r0 is a multiple of 2^-53 unless k = 0, and |p1| < 2^-21.
    let (hi, err) = fast_two_sum(r0, -p1);
    let lo = A::fma(-k, PIO2[2], err - e1);
    Reduced { quadrant: shifted.to_bits(), hi, lo }
}

/// The first bits of 2/π after 64 zero bits, in big-endian words.
const TWO_OVER_PI: [u64; 22] = [
    0x0000_0000_0000_0000,
    0xa2f9_836e_4e44_1529,
    0xfc27_57d1_f534_ddc0,
    0xdb62_9599_3c43_9041,
    0xfe51_63ab_debb_c561,
    0xb724_6e3a_424d_d2e0,
    0x0649_2eea_09d1_921c,
    0xfe1d_eb1c_b129_a73e,
    0xe882_35f5_2ebb_4484,
    0xe99c_7026_b45f_7e41,
    0x3991_d639_8353_39f4,
    0x9c84_5f8b_bdf9_283b,
    0x1ff8_97ff_de05_980f,
    0xef2f_118b_5a0a_6d1f,
    0x6d36_7ecf_27cb_09b7,
    0x4f46_3f66_9e5f_ea2d,
    0x7527_bac7_ebe5_f17b,
    0x3d07_39f7_8a52_92ea,
    0x6bfb_5fb1_1f8d_5d08,
    0x5603_3046_fc7b_6bab,
    0xf0cf_bc20_9af4_361d,
    0xa9e3_9161_5ee6_1b08,
];

/// `x` times 2/π for finite `x >= 2^32`: the nearest integer (its low bits) and
/// the signed fraction in units of 2^-128.
///
/// Writes `x = m 2^e` and multiplies `m` by the 192 bits of 2/π that matter
/// modulo 4; the truncation error is below 2^-127 whereas the fraction is at
/// least 2^-62. In integers only, so that one version serves every level.
fn quotient(x: f64) -> (u64, i128) {
    let bits = x.to_bits();
    let m = (bits & ((1 << 52) - 1)) | (1 << 52);
    // The bit of weight 2^-j contributes m 2^(e-j), a multiple of 4 for
    // j < e-1. With e = (biased exponent) - 1075, and counting from 0 through
    // the 64 zeros, bit j = e-1 is the first to keep.
    let start = (bits >> 52) as usize - 1013;
    let (word, shift) = (start / 64, start % 64);
    let window = |i: usize| {
        let pair =
            (u128::from(TWO_OVER_PI[word + i]) << 64) | u128::from(TWO_OVER_PI[word + i + 1]);
        (pair << shift >> 64) as u64
    };
    // m * window modulo 2^192 is the quotient modulo 4 in units of 2^-190: its
    // top 128 bits and its low word.
    let product = |i: usize| u128::from(m) * u128::from(window(i));
    let low = product(2);
    let low_word = low & u128::from(u64::MAX);
    let top = (product(0) << 64).wrapping_add(product(1)).wrapping_add(low >> 64);
    let nearest = (top.wrapping_add(1 << 125) >> 126) as u64;
    (nearest, ((top << 2) | (low_word >> 62)) as i128)
}

/// Payne and Hanek's reduction for finite `x >= 2^32`; `hi + lo` has at least
/// 60 good bits.
#[inline(always)]
pub(super) fn reduce_large<A: Arith>(x: f64) -> Reduced {
    let (quadrant, fraction) = quotient(x);
    // 32 + 48 + 48 bits, as a sum of two doubles.
    let mask = (1 << 48) - 1;
    let part = |n: i64, bits: i32| n as f64 * exp2_const(-bits);
    let (f, f_lo) =
        fast_two_sum(part((fraction >> 96) as i64, 32), part((fraction >> 48) as i64 & mask, 80));
    let (f, f_lo) = fast_two_sum(f, f_lo + part(fraction as i64 & mask, 128));
    // Times π/2.
    let (hi, err) = A::two_prod(f, PIO2[0]);
    let lo = A::fma(f, PIO2[1], A::fma(f_lo, PIO2[0], err));
    Reduced { quadrant, hi, lo }
}
