//! Which dtype an operation works in: NumPy 2's rules on our dtypes.

use super::ops::{BinaryOp, UnaryOp};
use super::scalar::Scalar;
use quern_ir::DType;

/// The least dtype that holds both: `bool < u8 < i32 < int < float < complex`; `f32` stays `f32`
/// beside `bool` and `u8`, and beside wider integers gives `float`.
pub fn promote(a: DType, b: DType) -> DType {
    let (low, high) = if a < b { (a, b) } else { (b, a) };
    match (low, high) {
        (DType::I32 | DType::Int, DType::F32) => DType::Float,
        _ => high,
    }
}

/// The dtype of an array that holds all of these values.
pub fn common_dtype(dtypes: impl IntoIterator<Item = DType>) -> Option<DType> {
    dtypes.into_iter().reduce(promote)
}

/// The dtype of an array beside a scalar, which is weak: it changes the dtype only if its kind
/// (bool, integer, float, complex) is wider.
pub(crate) fn promote_weak(array: DType, scalar: Scalar) -> DType {
    let kind = |dtype| match dtype {
        DType::Bool => 0,
        DType::U8 | DType::I32 | DType::Int => 1,
        DType::F32 | DType::Float => 2,
        DType::Complex => 3,
    };
    if kind(scalar.dtype()) <= kind(array) { array } else { promote(array, scalar.dtype()) }
}

/// The dtype to which operands of the promoted dtype are converted before `op` runs.
pub(crate) fn binary_compute(op: BinaryOp, dtype: DType) -> DType {
    use BinaryOp::*;
    let whole = dtype == DType::Bool || dtype.is_integer();
    match op {
        Div | Hypot | Atan2 | Copysign if whole => DType::Float,
        Add | Sub | Mul | FloorDiv | Mod | Pow | Shl | Shr | WrappingAdd | WrappingSub
        | WrappingMul
            if dtype == DType::Bool =>
        {
            DType::Int
        }
        _ => dtype,
    }
}

/// The dtype to which the operand is converted before `op` runs.
pub(crate) fn unary_compute(op: UnaryOp, dtype: DType) -> DType {
    use UnaryOp::*;
    match (op, dtype) {
        (Neg | Abs | Sign, DType::Bool) => DType::Int,
        (Neg | Abs | Sign | Not | IsNan | IsInf | IsFinite | Floor | Ceil | Round | Trunc, _) => {
            dtype
        }
        (Real | Imag | Conj, _) => dtype,
        (_, DType::Bool | DType::U8 | DType::I32 | DType::Int) => DType::Float,
        _ => dtype,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use DType::*;

    #[test]
    fn promotion_is_symmetric_and_associative() {
        for a in DType::ALL {
            for b in DType::ALL {
                assert_eq!(promote(a, b), promote(b, a));
                for c in DType::ALL {
                    if ![a, b, c].contains(&F32) {
                        assert_eq!(promote(promote(a, b), c), promote(a, promote(b, c)));
                    }
                }
            }
        }
        assert_eq!(promote(F32, U8), F32);
        assert_eq!(promote(F32, I32), Float);
        assert_eq!(promote(F32, Complex), Complex);
    }

    #[test]
    fn scalars_are_weak() {
        assert_eq!(promote_weak(F32, Scalar::Float(0.5)), F32);
        assert_eq!(promote_weak(U8, Scalar::Int(1)), U8);
        assert_eq!(promote_weak(U8, Scalar::Float(0.5)), Float);
        assert_eq!(promote_weak(Bool, Scalar::Int(1)), Int);
        assert_eq!(promote_weak(I32, Scalar::F32(0.5)), Float);
    }
}
