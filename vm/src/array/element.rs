//! The Rust types that array elements have in memory.

use super::complex::Complex;
use super::scalar::Scalar;
use bytemuck::{Pod, Zeroable};
use quern_ir::DType;

/// An element of a bool array: one byte, 0 or 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Pod, Zeroable)]
#[repr(transparent)]
pub struct Bool8(pub u8);

impl Bool8 {
    #[inline]
    pub fn get(self) -> bool {
        self.0 != 0
    }
}

impl From<bool> for Bool8 {
    #[inline]
    fn from(x: bool) -> Bool8 {
        Bool8(u8::from(x))
    }
}

impl From<Bool8> for i64 {
    #[inline]
    fn from(x: Bool8) -> i64 {
        i64::from(x.0)
    }
}

/// A type an array can hold.
pub trait Element: Pod + Default + PartialEq + std::fmt::Debug + Send + Sync {
    const DTYPE: DType;
    fn to_scalar(self) -> Scalar;
}

macro_rules! element {
    ($ty:ty, $dtype:ident, $x:ident => $scalar:expr) => {
        impl Element for $ty {
            const DTYPE: DType = DType::$dtype;
            #[inline]
            fn to_scalar(self) -> Scalar {
                let $x = self;
                $scalar
            }
        }
    };
}
element!(Bool8, Bool, x => Scalar::Bool(x.get()));
element!(u8, U8, x => Scalar::Int(i64::from(x)));
element!(i32, I32, x => Scalar::Int(i64::from(x)));
element!(i64, Int, x => Scalar::Int(x));
element!(f32, F32, x => Scalar::F32(x));
element!(f64, Float, x => Scalar::Float(x));
element!(Complex, Complex, x => Scalar::Complex(x.re, x.im));

/// Runs the body with the type alias `T` standing for the element type of a dtype.
macro_rules! with_element {
    ($dtype:expr, $T:ident => $body:expr) => {
        match $dtype {
            quern_ir::DType::Bool => {
                type $T = $crate::array::Bool8;
                $body
            }
            quern_ir::DType::U8 => {
                type $T = u8;
                $body
            }
            quern_ir::DType::I32 => {
                type $T = i32;
                $body
            }
            quern_ir::DType::Int => {
                type $T = i64;
                $body
            }
            quern_ir::DType::F32 => {
                type $T = f32;
                $body
            }
            quern_ir::DType::Float => {
                type $T = f64;
                $body
            }
            quern_ir::DType::Complex => {
                type $T = $crate::array::Complex;
                $body
            }
        }
    };
}
pub(crate) use with_element;

/// Runs the body with `T` standing for a plain type as wide as the dtype, for code that only moves
/// elements: four copies of it instead of seven.
macro_rules! with_width {
    ($dtype:expr, $T:ident => $body:expr) => {
        match $dtype.size() {
            1 => {
                type $T = u8;
                $body
            }
            4 => {
                type $T = i32;
                $body
            }
            8 => {
                type $T = i64;
                $body
            }
            _ => {
                type $T = $crate::array::Complex;
                $body
            }
        }
    };
}
pub(crate) use with_width;
