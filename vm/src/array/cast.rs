//! Conversion of elements between dtypes, in two strengths.
//!
//! [`Mode::Convert`] is what `astype` does: fractions are cut off, anything but 0 is true.
//! [`Mode::Store`] is what assignment does: the number must fit as it is. Both are errors where no
//! sensible value exists (NaN as an integer, 300 as `u8`, `1i` as a float).

use super::complex::Complex;
use super::element::{Bool8, Element, with_element};
use super::error::{ArrayError, Result};
use super::scalar::Scalar;
use super::{Array, blocks};
use crate::interrupt::Stop;
use bytemuck::{cast_slice, cast_slice_mut};
use quern_ir::DType;

/// How strict a conversion is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    Convert,
    Store,
}

/// Converts a block; answers the position of the first element that does not fit.
pub(crate) type CastKernel = fn(&[u8], &mut [u8]) -> Option<usize>;

pub(crate) fn cast_kernel(from: DType, to: DType, mode: Mode) -> CastKernel {
    with_element!(from, A => with_element!(to, B => match mode {
        Mode::Convert => |source, target| cast_block::<A, B>(source, target, A::convert),
        Mode::Store => |source, target| cast_block::<A, B>(source, target, A::store),
    }))
}

fn cast_block<A: Element, B: Element>(
    source: &[u8],
    target: &mut [u8],
    cast: impl Fn(A) -> Option<B>,
) -> Option<usize> {
    let source: &[A] = cast_slice(source);
    let target: &mut [B] = cast_slice_mut(target);
    for (position, (slot, &x)) in target.iter_mut().zip(source).enumerate() {
        match cast(x) {
            Some(value) => *slot = value,
            None => return Some(position),
        }
    }
    None
}

/// Conversion of one element.
trait Cast<B>: Copy {
    fn convert(self) -> Option<B>;
    fn store(self) -> Option<B> {
        self.convert()
    }
}

macro_rules! integer_casts {
    ($($from:ty),*) => {$(
        impl Cast<Bool8> for $from {
            #[inline]
            fn convert(self) -> Option<Bool8> {
                Some(Bool8::from(self != 0))
            }
            #[inline]
            fn store(self) -> Option<Bool8> {
                None
            }
        }
        integer_casts!(@narrow $from => u8, i32, i64);
        integer_casts!(@widen $from => f32, f64);
        impl Cast<Complex> for $from {
            #[inline]
            fn convert(self) -> Option<Complex> {
                Some(Complex::new(self as f64, 0.0))
            }
        }
        impl Cast<$from> for Bool8 {
            #[inline]
            fn convert(self) -> Option<$from> {
                Some(<$from>::from(self.0))
            }
        }
    )*};
    (@narrow $from:ty => $($to:ty),*) => {$(
        impl Cast<$to> for $from {
            #[inline]
            fn convert(self) -> Option<$to> {
                <$to>::try_from(self).ok()
            }
        }
    )*};
    (@widen $from:ty => $($to:ty),*) => {$(
        impl Cast<$to> for $from {
            #[inline]
            fn convert(self) -> Option<$to> {
                Some(self as $to)
            }
        }
    )*};
}
integer_casts!(u8, i32, i64);

/// The integer part of a float, if it lies in `low..high`.
#[inline]
fn whole(x: f64, low: f64, high: f64) -> Option<f64> {
    let cut = x.trunc();
    (cut >= low && cut < high).then_some(cut)
}

macro_rules! float_casts {
    ($from:ty, $other:ty) => {
        impl Cast<Bool8> for $from {
            #[inline]
            fn convert(self) -> Option<Bool8> {
                Some(Bool8::from(self != 0.0))
            }
            #[inline]
            fn store(self) -> Option<Bool8> {
                None
            }
        }
        float_casts!(@whole $from => u8: 0.0, 256.0);
        float_casts!(@whole $from => i32: -2147483648.0, 2147483648.0);
        float_casts!(@whole $from => i64: -9223372036854775808.0, 9223372036854775808.0);
        impl Cast<$from> for $from {
            #[inline]
            fn convert(self) -> Option<$from> {
                Some(self)
            }
        }
        impl Cast<$other> for $from {
            #[inline]
            fn convert(self) -> Option<$other> {
                Some(self as $other)
            }
            /// A finite number that is infinite in the other type does not fit.
            #[inline]
            fn store(self) -> Option<$other> {
                let x = self as $other;
                (x.is_finite() || !self.is_finite()).then_some(x)
            }
        }
        impl Cast<Complex> for $from {
            #[inline]
            fn convert(self) -> Option<Complex> {
                Some(Complex::new(f64::from(self), 0.0))
            }
        }
        impl Cast<$from> for Bool8 {
            #[inline]
            fn convert(self) -> Option<$from> {
                Some(<$from>::from(self.0))
            }
        }
    };
    (@whole $from:ty => $to:ty: $low:literal, $high:literal) => {
        impl Cast<$to> for $from {
            #[inline]
            fn convert(self) -> Option<$to> {
                whole(f64::from(self), $low, $high).map(|x| x as $to)
            }
            #[inline]
            fn store(self) -> Option<$to> {
                let x = f64::from(self);
                whole(x, $low, $high).filter(|&cut| cut == x).map(|x| x as $to)
            }
        }
    };
}
float_casts!(f32, f64);
float_casts!(f64, f32);

macro_rules! complex_casts {
    ($($to:ty),*) => {$(
        impl Cast<$to> for Complex {
            #[inline]
            fn convert(self) -> Option<$to> {
                if self.im == 0.0 { Cast::<$to>::convert(self.re) } else { None }
            }
            #[inline]
            fn store(self) -> Option<$to> {
                None
            }
        }
    )*};
}
complex_casts!(u8, i32, i64, f32, f64);

impl Cast<Bool8> for Complex {
    #[inline]
    fn convert(self) -> Option<Bool8> {
        Some(Bool8::from(self.re != 0.0 || self.im != 0.0))
    }
    #[inline]
    fn store(self) -> Option<Bool8> {
        None
    }
}

impl Cast<Complex> for Complex {
    #[inline]
    fn convert(self) -> Option<Complex> {
        Some(self)
    }
}

impl Cast<Bool8> for Bool8 {
    #[inline]
    fn convert(self) -> Option<Bool8> {
        Some(self)
    }
}

impl Cast<Complex> for Bool8 {
    #[inline]
    fn convert(self) -> Option<Complex> {
        Some(Complex::new(f64::from(self.0), 0.0))
    }
}

/// Why `value` is not an element of `to`. Only where it is stored is a fraction a reason.
pub(crate) fn misfit(value: Scalar, to: DType, mode: Mode) -> ArrayError {
    let text = crate::std::show::repr(&value.into());
    match (value, to) {
        (Scalar::Complex(..), _) => ArrayError::ty(format!("complex {text} does not fit {to}"))
            .hint("take real(x), imag(x) or abs(x), or use a complex array"),
        (_, DType::Bool) => ArrayError::ty(format!("{} {text} is not a bool", value.dtype()))
            .hint("compare it: x != 0"),
        (Scalar::Float(_) | Scalar::F32(_), _) => {
            let x = value.as_f64().unwrap_or(f64::NAN);
            if x.is_nan() {
                ArrayError::value(format!("nan is not a value of {to}"))
            } else if mode == Mode::Store && x != x.trunc() {
                ArrayError::ty(format!("{text} is not a whole number and does not fit {to}"))
                    .hint("use x.astype(float) to make the array float, or round the number first")
            } else {
                ArrayError::overflow(format!("{text} does not fit {to}"))
            }
        }
        _ => ArrayError::overflow(format!("{text} does not fit {to}")),
    }
}

/// A scalar as the bytes of one element of another dtype, at the start of a buffer.
pub(crate) fn scalar_bytes(value: Scalar, to: DType, mode: Mode) -> Result<[Complex; 1]> {
    let mut source = [Complex::new(0.0, 0.0)];
    let mut target = [Complex::new(0.0, 0.0)];
    let bytes: &mut [u8] = cast_slice_mut(&mut source);
    let from = value.dtype();
    match value {
        Scalar::Bool(x) => bytes[0] = u8::from(x),
        Scalar::Int(x) => bytes[..8].copy_from_slice(&x.to_ne_bytes()),
        Scalar::F32(x) => bytes[..4].copy_from_slice(&x.to_ne_bytes()),
        Scalar::Float(x) => bytes[..8].copy_from_slice(&x.to_ne_bytes()),
        Scalar::Complex(re, im) => source[0] = Complex::new(re, im),
    }
    let source: &[u8] = &cast_slice(&source)[..from.size()];
    match cast_kernel(from, to, mode)(source, &mut cast_slice_mut(&mut target)[..to.size()]) {
        None => Ok(target),
        Some(_) => Err(misfit(value, to, mode)),
    }
}

impl Array {
    /// The same values in another dtype; itself if it has that dtype already.
    ///
    /// Fractions are cut off and anything but 0 is true.
    ///
    /// # Errors
    /// `OverflowError`, `ValueError` (NaN) or `TypeError` (complex) for a value that has no
    /// counterpart, naming its index.
    pub fn astype(&self, stop: Stop<'_>, dtype: DType) -> Result<Array> {
        if dtype == self.dtype() { Ok(self.clone()) } else { self.cast(stop, dtype, Mode::Convert) }
    }

    /// A converted copy.
    pub(crate) fn cast(&self, stop: Stop<'_>, dtype: DType, mode: Mode) -> Result<Array> {
        let mut out = Array::for_overwriting(self.shape(), dtype)?;
        let kernel = cast_kernel(self.dtype(), dtype, mode);
        let input = blocks::Input::array(self, self.dtype());
        let failure = blocks::run(stop, &[input], &mut out, |inputs, block| {
            Some((kernel(inputs[0].block(), block)?, ()))
        })?;
        match failure {
            None => Ok(out),
            Some((position, ())) => {
                let value = self.scalar_at(position).unwrap_or(Scalar::Int(0));
                let mut error = misfit(value, dtype, mode);
                if self.rank() > 0 {
                    error.message = format!(
                        "{} (at index {})",
                        error.message,
                        blocks::index_text(self.shape(), position)
                    );
                }
                Err(error)
            }
        }
    }
}
