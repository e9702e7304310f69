//! Elementary and special functions: branch-free code that the compiler turns into vector code, with the
//! same bits for a number and for an element of an array.
//!
//! | functions | largest error (ulp) | method |
//! |---|---|---|
//! | `exp` | 1.1 | Cody and Waite's reduction, minimax polynomial |
//! | `exp2` | 0.8 | the same |
//! | `expm1` | 1.4 | the same |
//! | `log log1p log2 log10` | 1 | `2 atanh(s)` with a minimax polynomial, after fdlibm |
//! | `pow` | 1 | logarithm and product as sums of two doubles |
//! | `cbrt` | 0.6 | estimate from the bits, two steps of a series, a last one |
//! | `hypot` | 1 | squares as sums of two doubles |
//! | `sinh cosh tanh asinh acosh` | 1 | addition theorems; logarithms of sums of two doubles |
//! | `atanh` | 0.6 | one division and a minimax polynomial |
//! | `sin cos tan` | 1 | Cody and Waite's or Payne and Hanek's reduction, minimax polynomials |
//! | `asin acos` | 1 | minimax polynomial, with a corrected root above 1/2 |
//! | `atan atan2` | 1.25 (1.5 without fused multiply-add) | minimax polynomial of a corrected quotient |
//! | `erf erfc` | 1 | odd polynomial; exp of a polynomial |
//! | `gamma` | 1 | Stirling's formula in twice the precision, reflection |
//! | `lgamma` | 2; at negative arguments 4, near its zeros there 2^-54 absolute | the same |
//!
//! The errors are those of `f64`, in units in the last place over the whole range, subnormals included;
//! the largest found against values of high precision (`oracle.py`), rounded up, and not proved. An `f32` is
//! computed in `f64` and rounded once. Special values are those of C Annex F; the sign and payload of a NaN
//! are unspecified.
//!
//! Blocks are worked through in chunks of constant length, which become full vectors without a scalar
//! remainder; the end of a block is copied through a padded chunk. Where a function needs another way for
//! rare arguments, a chunk that has any computes those again.

pub(crate) mod arith;
mod erf;
mod exp;
mod extended;
mod gamma;
mod hyperbolic;
mod inverse;
mod log;
mod pow;
mod reduce;
#[cfg(test)]
mod tests;
mod trigonometric;

pub(crate) use exp::Exp;
pub(crate) use gamma::Lgamma;
pub(crate) use log::Log;
pub(crate) use trigonometric::{Cos, Sin, Tan};

use crate::simd::{Level, with_level};
use arith::Arith;

/// A function of one number.
pub(crate) trait Unary {
    /// Whether [`Unary::far`] is branch-free too, and harmless everywhere.
    const FAR_IS_BRANCH_FREE: bool = false;

    /// The function where [`Unary::is_far`] is false; elsewhere anything.
    fn near<A: Arith>(x: f64) -> f64;

    /// Whether the argument needs another way.
    #[inline(always)]
    fn is_far(_x: f64) -> bool {
        false
    }

    /// The function where [`Unary::is_far`] is true.
    #[inline(always)]
    fn far<A: Arith>(x: f64) -> f64 {
        Self::near::<A>(x)
    }
}

/// A function of two numbers.
pub(crate) trait Binary {
    fn eval<A: Arith>(x: f64, y: f64) -> f64;
}

macro_rules! functions {
    ($($name:ident($($arg:ident),*) is $module:ident::$function:ident: $kind:ident::$eval:ident;)*) => {$(
        pub(crate) struct $name;

        impl $kind for $name {
            #[inline(always)]
            fn $eval<A: Arith>($($arg: f64),*) -> f64 {
                $module::$function::<A>($($arg),*)
            }
        }
    )*};
}

functions! {
    Exp2(x) is exp::exp2: Unary::near;
    Expm1(x) is exp::expm1: Unary::near;
    Log1p(x) is log::log1p: Unary::near;
    Log2(x) is log::log2: Unary::near;
    Log10(x) is log::log10: Unary::near;
    Cbrt(x) is pow::cbrt: Unary::near;
    Sinh(x) is hyperbolic::sinh: Unary::near;
    Cosh(x) is hyperbolic::cosh: Unary::near;
    Tanh(x) is hyperbolic::tanh: Unary::near;
    Asinh(x) is hyperbolic::asinh: Unary::near;
    Acosh(x) is hyperbolic::acosh: Unary::near;
    Atanh(x) is hyperbolic::atanh: Unary::near;
    Asin(x) is inverse::asin: Unary::near;
    Acos(x) is inverse::acos: Unary::near;
    Atan(x) is inverse::atan: Unary::near;
    Erf(x) is erf::erf: Unary::near;
    Erfc(x) is erf::erfc: Unary::near;
    Gamma(x) is gamma::gamma: Unary::near;
    Pow(x, y) is pow::pow: Binary::eval;
    Hypot(x, y) is pow::hypot: Binary::eval;
    Atan2(y, x) is inverse::atan2: Binary::eval;
}

/// The function of a number.
#[inline]
pub(crate) fn unary<F: Unary>(x: f64) -> f64 {
    with_level!(L => L::run(|| one::<<L as Level>::Arith, F>(x)))
}

/// The function of two numbers.
#[inline]
pub(crate) fn binary<F: Binary>(x: f64, y: f64) -> f64 {
    with_level!(L => L::run(|| F::eval::<<L as Level>::Arith>(x, y)))
}

#[inline(always)]
fn one<A: Arith, F: Unary>(x: f64) -> f64 {
    if F::is_far(x) { F::far::<A>(x) } else { F::near::<A>(x) }
}

/// `f64`, or `f32` computed in `f64` and rounded once.
pub(crate) trait Real: bytemuck::Pod {
    fn widen(self) -> f64;
    fn narrow(x: f64) -> Self;
}

impl Real for f64 {
    #[inline(always)]
    fn widen(self) -> f64 {
        self
    }

    #[inline(always)]
    fn narrow(x: f64) -> f64 {
        x
    }
}

impl Real for f32 {
    #[inline(always)]
    fn widen(self) -> f64 {
        f64::from(self)
    }

    #[inline(always)]
    fn narrow(x: f64) -> f32 {
        x as f32
    }
}

/// Elements of a chunk: two registers of 512 bits. With one, the loop is unrolled before it could be
/// vectorised.
const CHUNK: usize = 16;

/// The function of each element. The slices have one length.
pub(crate) fn map<L: Level, F: Unary, T: Real>(x: &[T], out: &mut [T]) {
    L::run(|| {
        let (out, out_end) = out.as_chunks_mut();
        let (x, x_end) = x.as_chunks();
        for (out, x) in out.iter_mut().zip(x) {
            map_chunk::<L::Arith, F, T>(x, out);
        }
        if !x_end.is_empty() {
            let mut chunk = [T::zeroed(); CHUNK];
            map_chunk::<L::Arith, F, T>(&padded(x_end), &mut chunk);
            out_end.copy_from_slice(&chunk[..x_end.len()]);
        }
    });
}

#[inline(always)]
fn map_chunk<A: Arith, F: Unary, T: Real>(x: &[T; CHUNK], out: &mut [T; CHUNK]) {
    let mut any_far = false;
    for (out, &x) in out.iter_mut().zip(x) {
        *out = T::narrow(F::near::<A>(x.widen()));
        any_far |= F::is_far(x.widen());
    }
    if any_far && F::FAR_IS_BRANCH_FREE {
        for (out, &x) in out.iter_mut().zip(x) {
            let far = T::narrow(F::far::<A>(x.widen()));
            *out = if F::is_far(x.widen()) { far } else { *out };
        }
    } else if any_far {
        for (out, &x) in out.iter_mut().zip(x) {
            if F::is_far(x.widen()) {
                *out = T::narrow(F::far::<A>(x.widen()));
            }
        }
    }
}

/// The function of each pair of elements. The slices have one length, or one element for all pairs.
pub(crate) fn zip<L: Level, F: Binary, T: Real>(x: &[T], y: &[T], out: &mut [T]) {
    L::run(|| {
        let (xs, ys) = (Chunks::new(x), Chunks::new(y));
        let (out, out_end) = out.as_chunks_mut();
        for (n, out) in out.iter_mut().enumerate() {
            zip_chunk::<L::Arith, F, T>(xs.get(n), ys.get(n), out);
        }
        if !out_end.is_empty() {
            let mut chunk = [T::zeroed(); CHUNK];
            zip_chunk::<L::Arith, F, T>(&xs.end, &ys.end, &mut chunk);
            out_end.copy_from_slice(&chunk[..out_end.len()]);
        }
    });
}

/// An operand in chunks.
struct Chunks<'a, T> {
    whole: &'a [[T; CHUNK]],
    /// What is behind them, or one element again and again.
    end: [T; CHUNK],
}

impl<'a, T: Real> Chunks<'a, T> {
    #[inline(always)]
    fn new(x: &'a [T]) -> Chunks<'a, T> {
        match *x {
            [only] => Chunks { whole: &[], end: [only; CHUNK] },
            _ => {
                let (whole, end) = x.as_chunks();
                Chunks { whole, end: padded(end) }
            }
        }
    }

    #[inline(always)]
    fn get(&self, n: usize) -> &[T; CHUNK] {
        self.whole.get(n).unwrap_or(&self.end)
    }
}

#[inline(always)]
fn zip_chunk<A: Arith, F: Binary, T: Real>(x: &[T; CHUNK], y: &[T; CHUNK], out: &mut [T; CHUNK]) {
    for (out, (&x, &y)) in out.iter_mut().zip(x.iter().zip(y)) {
        *out = T::narrow(F::eval::<A>(x.widen(), y.widen()));
    }
}

#[inline(always)]
fn padded<T: Real>(end: &[T]) -> [T; CHUNK] {
    let mut chunk = [T::zeroed(); CHUNK];
    chunk[..end.len()].copy_from_slice(end);
    chunk
}
