//! One number outside an array: what an element becomes when it is read.

use super::complex::Complex;
use quern_ir::DType;

/// A single value. Elements of `u8`, `i32` and `int` arrays are all `Int`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Scalar {
    Bool(bool),
    Int(i64),
    F32(f32),
    Float(f64),
    Complex(f64, f64),
}

impl Scalar {
    /// The dtype of an array made of such values.
    pub fn dtype(self) -> DType {
        match self {
            Scalar::Bool(_) => DType::Bool,
            Scalar::Int(_) => DType::Int,
            Scalar::F32(_) => DType::F32,
            Scalar::Float(_) => DType::Float,
            Scalar::Complex(..) => DType::Complex,
        }
    }

    /// The value as a float; complex numbers have none.
    pub fn as_f64(self) -> Option<f64> {
        match self {
            Scalar::Bool(x) => Some(f64::from(u8::from(x))),
            Scalar::Int(x) => Some(x as f64),
            Scalar::F32(x) => Some(f64::from(x)),
            Scalar::Float(x) => Some(x),
            Scalar::Complex(..) => None,
        }
    }

    pub fn as_complex(self) -> Complex {
        match self {
            Scalar::Complex(re, im) => Complex::new(re, im),
            other => Complex::new(other.as_f64().unwrap_or(f64::NAN), 0.0),
        }
    }
}

macro_rules! from_number {
    ($($ty:ty => $variant:ident),*) => {$(
        impl From<$ty> for Scalar {
            fn from(x: $ty) -> Scalar {
                Scalar::$variant(x)
            }
        }
    )*};
}
from_number!(bool => Bool, i64 => Int, f32 => F32, f64 => Float);

impl From<Complex> for Scalar {
    fn from(z: Complex) -> Scalar {
        Scalar::Complex(z.re, z.im)
    }
}
