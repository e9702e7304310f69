//! Elementary functions for arrays: branch-free scalar code that LLVM turns
//! into vector code, with the same bits for a scalar and for an array element.
//!
//! | function | bound (ulp) | method |
//! |---|---|---|
//! | [`sin`], [`cos`], [`sincos`], [`tan`] | 1 | Cody-Waite or Payne-Hanek reduction, minimax polynomials |
//! | [`asin`], [`acos`] | 1 | minimax polynomial, with a corrected root above 1/2 |
//! | [`atan`], [`atan2`] | 1.25 (1.5 without FMA) | minimax polynomial on [0, 1] of a corrected quotient |
//! | [`erf`] | 1 | odd polynomial, 1 - exp(polynomial) |
//! | [`erfc`] | 1 | exp(-x^2) times a polynomial in (x-4)/(x+4) |
//! | [`gamma`] | 1 | Stirling's formula in twice the precision, reflection |
//! | [`lgamma`] | 2; 4 at negative arguments, near their zeros 2^-54 absolute | the same; polynomial on [1, 2] |
//!
//! The bounds hold over the whole range, subnormals included, and are what the
//! tests assert against high-precision values. Special values are those of
//! C Annex F; the sign and payload of a NaN are unspecified. The `f32`
//! functions compute in `f64` and round once.
//!
//! # Structure
//!
//! A function is a type that implements [`dispatch::Unary`] (or a relative for
//! two arguments or two results). Its kernel is generic over [`bits::Arith`],
//! so that it is compiled with fused multiply-adds where the machine has them
//! and without otherwise. [`dispatch`] compiles it for each
//! [`Level`](dispatch::Level), as a scalar function and as one over blocks,
//! and picks the best level once; all results on one machine have the same
//! bits, but a machine without FMA may differ from one with it in the last.
//! A new function needs its kernel and one line in the list below.

#![warn(missing_docs)]

pub mod bits;
pub mod dispatch;
mod erf;
mod explog;
mod gamma;
mod inverse;
mod reduce;
mod trig;

use dispatch::{Block, Block2, BlockPair, Element, Scalar, Scalar2, ScalarPair, run};
use std::marker::PhantomData;

/// The kernels, for use in other loops and at a chosen level.
pub mod kernels {
    pub use crate::erf::{Erf, Erfc};
    pub use crate::gamma::{Gamma, Lgamma};
    pub use crate::inverse::{Acos, Asin, Atan, Atan2};
    pub use crate::trig::{Cos, Sin, SinCos, Tan};
}

/// Defines the public functions of a kernel of one argument: scalar and block,
/// in `f64` and `f32`.
macro_rules! unary {
    ($($doc:literal, $kernel:ident: $f:ident, $f_block:ident, $f32:ident, $f32_block:ident;)*) => {$(
        #[doc = $doc]
        #[inline]
        pub fn $f(x: f64) -> f64 {
            run(Scalar::<kernels::$kernel>(x, PhantomData))
        }

        #[doc = $doc]
        ///
        /// The bits of the scalar function, for each element of `x`.
        ///
        /// # Panics
        /// If the lengths differ.
        pub fn $f_block(out: &mut [f64], x: &[f64]) {
            block::<kernels::$kernel, f64>(out, x);
        }

        #[doc = $doc]
        ///
        /// Computed in `f64` and rounded once.
        #[inline]
        pub fn $f32(x: f32) -> f32 {
            $f(f64::from(x)) as f32
        }

        #[doc = $doc]
        ///
        /// The bits of the scalar function, for each element of `x`.
        ///
        /// # Panics
        /// If the lengths differ.
        pub fn $f32_block(out: &mut [f32], x: &[f32]) {
            block::<kernels::$kernel, f32>(out, x);
        }
    )*};
}

unary! {
    "Sine.", Sin: sin, sin_block, sin_f32, sin_f32_block;
    "Cosine.", Cos: cos, cos_block, cos_f32, cos_f32_block;
    "Tangent.", Tan: tan, tan_block, tan_f32, tan_f32_block;
    "Arcsine.", Asin: asin, asin_block, asin_f32, asin_f32_block;
    "Arccosine.", Acos: acos, acos_block, acos_f32, acos_f32_block;
    "Arctangent.", Atan: atan, atan_block, atan_f32, atan_f32_block;
    "Error function.", Erf: erf, erf_block, erf_f32, erf_f32_block;
    "Complementary error function.", Erfc: erfc, erfc_block, erfc_f32, erfc_f32_block;
    "Gamma function.", Gamma: gamma, gamma_block, gamma_f32, gamma_f32_block;
    "Logarithm of the magnitude of the gamma function.",
        Lgamma: lgamma, lgamma_block, lgamma_f32, lgamma_f32_block;
}

fn block<K: dispatch::Unary, T: Element>(out: &mut [T], x: &[T]) {
    assert_eq!(out.len(), x.len(), "lengths differ");
    run(Block { out, x, kernel: PhantomData::<K> });
}

/// Argument of the point `(x, y)` in (-π, π].
#[inline]
pub fn atan2(y: f64, x: f64) -> f64 {
    run(Scalar2::<kernels::Atan2>(y, x, PhantomData))
}

/// [`atan2`] for each pair of elements.
///
/// # Panics
/// If the lengths differ.
pub fn atan2_block(out: &mut [f64], y: &[f64], x: &[f64]) {
    block2::<kernels::Atan2, f64>(out, y, x);
}

/// [`atan2`] computed in `f64` and rounded once.
#[inline]
pub fn atan2_f32(y: f32, x: f32) -> f32 {
    atan2(f64::from(y), f64::from(x)) as f32
}

/// [`atan2_f32`] for each pair of elements.
///
/// # Panics
/// If the lengths differ.
pub fn atan2_f32_block(out: &mut [f32], y: &[f32], x: &[f32]) {
    block2::<kernels::Atan2, f32>(out, y, x);
}

fn block2<K: dispatch::Binary, T: Element>(out: &mut [T], x: &[T], y: &[T]) {
    assert!(out.len() == x.len() && out.len() == y.len(), "lengths differ");
    run(Block2 { out, x, y, kernel: PhantomData::<K> });
}

/// Sine and cosine together, with the bits of [`sin`] and [`cos`].
#[inline]
pub fn sincos(x: f64) -> (f64, f64) {
    run(ScalarPair::<kernels::SinCos>(x, PhantomData))
}

/// [`sincos`] for each element of `x`.
///
/// # Panics
/// If the lengths differ.
pub fn sincos_block(sin: &mut [f64], cos: &mut [f64], x: &[f64]) {
    assert!(sin.len() == x.len() && cos.len() == x.len(), "lengths differ");
    run(BlockPair { outs: [sin, cos], x, kernel: PhantomData::<kernels::SinCos> });
}
