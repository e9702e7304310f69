//! Operations on few elements, where finding out about layouts would take longer than the work.
//!
//! Both operands are contiguous arrays of one dtype and shape, or one of them is a number. Everything else,
//! and whatever has no result, is left to [`super::elementwise`], which gives the same.

use super::Array;
use super::cast::{Mode, scalar_bytes};
use super::complex::Complex;
use super::elementwise::{Kind, compute_dtype};
use super::kernels::{binary_kernel, unary_kernel};
use super::ops::{BinaryOp, UnaryOp};
use super::promote::unary_compute;
use super::scalar::Scalar;
use bytemuck::cast_slice;
use quern_ir::DType;

/// Most elements.
const FEW: usize = 128;

/// An operand that is looked at.
#[derive(Clone, Copy)]
pub(crate) enum Lent<'a> {
    Array(&'a Array),
    Scalar(Scalar),
}

impl Lent<'_> {
    fn kind(self) -> Kind {
        match self {
            Lent::Array(array) => Kind { dtype: array.dtype(), scalar: None },
            Lent::Scalar(scalar) => Kind { dtype: scalar.dtype(), scalar: Some(scalar) },
        }
    }
}

/// `op` of every element.
pub(crate) fn unary(op: UnaryOp, a: &Array) -> Option<Array> {
    let compute = unary_compute(op, a.dtype());
    if !is_few(a, compute) {
        return None;
    }
    let (kernel, result) = unary_kernel(op, compute)?;
    let mut out = a.alike(result).ok()?;
    kernel(a.bytes()?, out.fresh_bytes()?).is_none().then_some(out)
}

/// `op` of every pair of elements.
pub(crate) fn binary(op: BinaryOp, a: Lent<'_>, b: Lent<'_>) -> Option<Array> {
    let (op, a, b) = match op {
        BinaryOp::Gt => (BinaryOp::Lt, b, a),
        BinaryOp::Ge => (BinaryOp::Le, b, a),
        _ => (op, a, b),
    };
    let array = match (a, b) {
        (Lent::Array(a), Lent::Array(b)) if a.shape() == b.shape() => a,
        (Lent::Array(array), Lent::Scalar(_)) | (Lent::Scalar(_), Lent::Array(array)) => array,
        _ => return None,
    };
    let compute = compute_dtype(op, a.kind(), b.kind());
    let (kernel, result) = binary_kernel(op, compute)?;
    if !is_few(array, compute) {
        return None;
    }
    let number = match (a, b) {
        (Lent::Scalar(x), _) | (_, Lent::Scalar(x)) => {
            scalar_bytes(x, compute, Mode::Convert).ok()?
        }
        _ => [Complex::new(0.0, 0.0)],
    };
    let number = &cast_slice(&number)[..compute.size()];
    let mut out = array.alike(result).ok()?;
    let (a, b) = (bytes(a, compute, number)?, bytes(b, compute, number)?);
    kernel(a, b, out.fresh_bytes()?).is_none().then_some(out)
}

/// The bytes of an operand; those of a number are there already.
fn bytes<'a>(operand: Lent<'a>, dtype: DType, number: &'a [u8]) -> Option<&'a [u8]> {
    match operand {
        Lent::Array(array) if is_few(array, dtype) => array.bytes(),
        Lent::Array(_) => None,
        Lent::Scalar(_) => Some(number),
    }
}

fn is_few(array: &Array, dtype: DType) -> bool {
    array.size() <= FEW && array.is_contiguous() && array.dtype() == dtype
}

#[cfg(test)]
mod tests {
    use super::super::{Operand, elementwise};
    use super::*;
    use crate::interrupt::Stop;

    #[test]
    fn few_elements_give_what_many_do() {
        let many = Array::arange(
            Stop::NEVER,
            Scalar::Float(0.0),
            Scalar::Float(1000.0),
            Scalar::Float(1.0),
            Some(DType::Float),
        )
        .expect("fits");
        let few = many.narrow(0, 3, 7).copy(Stop::NEVER).expect("fits");
        let whole = elementwise::binary(
            Stop::NEVER,
            BinaryOp::Div,
            Operand::from(&many),
            Operand::Scalar(Scalar::Int(3)),
        )
        .expect("is defined");
        let part = binary(BinaryOp::Div, Lent::Array(&few), Lent::Scalar(Scalar::Int(3)));
        let part = part.expect("is small");
        assert_eq!(part.as_slice::<f64>(), whole.narrow(0, 3, 7).as_slice::<f64>());
        let more = binary(BinaryOp::Gt, Lent::Array(&part), Lent::Array(&few)).expect("is small");
        assert_eq!(more.dtype(), DType::Bool);
        assert!(more.scalars().all(|x| x == Scalar::Bool(false)));
        assert!(binary(BinaryOp::Add, Lent::Array(&many), Lent::Array(&many)).is_none());
    }
}
