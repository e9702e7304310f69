//! Operations element by element, with broadcasting and promotion.

use super::Array;
use super::blocks::{self, Input, index_text};
use super::cast::{Mode, scalar_bytes};
use super::complex::Complex;
use super::element::{Element, with_element};
use super::error::{ArrayError, Result};
use super::format::format_scalar;
use super::kernels::{binary_kernel, fma_kernel, select_kernel, unary_kernel};
use super::ops::{BinaryOp, UnaryOp};
use super::promote::{binary_compute, promote, promote_weak, unary_compute};
use super::scalar::Scalar;
use super::shape_ops::broadcast_shapes;
use super::small::{self, Lent};
use crate::interrupt::Stop;
use bytemuck::{cast_slice, cast_slice_mut};
use quern_ir::DType;

/// An array or a scalar. Arrays that nobody else holds may be overwritten with the result.
#[derive(Clone, Debug)]
pub enum Operand {
    Array(Array),
    Scalar(Scalar),
}

impl From<Array> for Operand {
    fn from(array: Array) -> Operand {
        Operand::Array(array)
    }
}

impl From<&Array> for Operand {
    fn from(array: &Array) -> Operand {
        Operand::Array(array.clone())
    }
}

impl From<Scalar> for Operand {
    fn from(scalar: Scalar) -> Operand {
        Operand::Scalar(scalar)
    }
}

impl Operand {
    pub fn shape(&self) -> &[i64] {
        match self {
            Operand::Array(array) => array.shape(),
            Operand::Scalar(_) => &[],
        }
    }

    pub fn dtype(&self) -> DType {
        match self {
            Operand::Array(array) => array.dtype(),
            Operand::Scalar(scalar) => scalar.dtype(),
        }
    }

    fn lent(&self) -> Lent<'_> {
        match self {
            Operand::Array(array) => Lent::Array(array),
            Operand::Scalar(scalar) => Lent::Scalar(*scalar),
        }
    }

    /// The same operand with a shape to which it broadcasts.
    fn broadcast(self, shape: &[i64]) -> Result<Operand> {
        match self {
            Operand::Array(array) if array.shape() != shape => {
                Ok(Operand::Array(array.broadcast_to(shape)?))
            }
            other => Ok(other),
        }
    }
}

/// What promotion looks at: a dtype, and the value of a scalar.
#[derive(Clone, Copy)]
pub(crate) struct Kind {
    pub(crate) dtype: DType,
    pub(crate) scalar: Option<Scalar>,
}

impl From<&Operand> for Kind {
    fn from(operand: &Operand) -> Kind {
        let scalar = match operand {
            Operand::Scalar(scalar) => Some(*scalar),
            Operand::Array(_) => None,
        };
        Kind { dtype: operand.dtype(), scalar }
    }
}

/// The dtype in which two operands meet: scalars are weak beside arrays.
pub(crate) fn meet(a: Kind, b: Kind) -> DType {
    match (a.scalar, b.scalar) {
        (None, Some(scalar)) => promote_weak(a.dtype, scalar),
        (Some(scalar), None) => promote_weak(b.dtype, scalar),
        _ => promote(a.dtype, b.dtype),
    }
}

/// The dtype in which `op` works on these operands.
pub(crate) fn compute_dtype(op: BinaryOp, a: Kind, b: Kind) -> DType {
    let mut dtype = meet(a, b);
    if let (true, Some(scalar)) = (op.is_comparison(), a.scalar.or(b.scalar)) {
        // `u8 array < 300` has an answer although 300 is no u8.
        if dtype.is_integer() && scalar_bytes(scalar, dtype, Mode::Store).is_err() {
            dtype = DType::Int;
        }
    }
    binary_compute(op, dtype)
}

/// The input of a kernel: an operand, or what the output holds if the operand gave up its storage.
fn input(operand: &Option<Operand>, compute: DType) -> Result<Input<'_>> {
    Ok(match operand {
        Some(Operand::Array(array)) => Input::array(array, compute),
        Some(Operand::Scalar(scalar)) => Input::constant(*scalar, compute, Mode::Convert)?,
        None => Input::output(compute),
    })
}

/// Whether a result can be written over `array`.
fn is_reusable(array: &Array, shape: &[i64], dtype: DType) -> bool {
    array.dtype() == dtype && array.is_contiguous() && array.is_unique() && array.shape() == shape
}

/// `op` of every element.
///
/// # Errors
/// `TypeError` if the operation is undefined for the dtype; for integers `OverflowError`, with the
/// first offending index.
pub fn unary(stop: Stop<'_>, op: UnaryOp, a: Array) -> Result<Array> {
    if let Some(out) = small::unary(op, &a) {
        return Ok(out);
    }
    let compute = unary_compute(op, a.dtype());
    let (kernel, result) =
        unary_kernel(op, compute).ok_or_else(|| ArrayError::unsupported(op.name(), a.dtype()))?;
    let (mut out, a) = if result == compute && is_reusable(&a, a.shape(), result) {
        (a, None)
    } else {
        (Array::for_overwriting(a.shape(), result)?, Some(Operand::Array(a)))
    };
    let failure = blocks::run(stop, &[input(&a, compute)?], &mut out, |inputs, block| {
        let found = kernel(inputs[0].block(), block)?;
        Some((found.position, (found.kind, inputs[0].value(found.position))))
    })?;
    match failure {
        None => Ok(out),
        Some((position, (kind, x))) => {
            let place = index_text(out.shape(), position);
            let what = format!("{} at index {place} ({compute} array)", prefix(op, x));
            Err(kind.describe(&what))
        }
    }
}

/// `op` of every pair of elements, after broadcasting.
///
/// # Errors
/// `ShapeError` if the shapes do not broadcast; `TypeError` if the operation is undefined for the
/// dtypes; `OverflowError` if a weak scalar does not fit the array's dtype; for integers
/// `OverflowError` or `ValueError` with the first offending index.
pub fn binary(stop: Stop<'_>, op: BinaryOp, a: Operand, b: Operand) -> Result<Array> {
    if let Some(out) = small::binary(op, a.lent(), b.lent()) {
        return Ok(out);
    }
    let compute = compute_dtype(op, (&a).into(), (&b).into());
    let (kernel, swapped) = match op {
        BinaryOp::Gt => (binary_kernel(BinaryOp::Lt, compute), true),
        BinaryOp::Ge => (binary_kernel(BinaryOp::Le, compute), true),
        _ => (binary_kernel(op, compute), false),
    };
    let (kernel, result) = kernel.ok_or_else(|| undefined(op, &a, &b))?;
    let shape = broadcast_shapes(a.shape(), b.shape())
        .ok_or_else(|| shapes_differ(op.name(), a.shape(), b.shape()))?;
    let (a, b) = if swapped { (b, a) } else { (a, b) };
    let reusable = |array: &Array| result == compute && is_reusable(array, &shape, result);
    let (mut out, a, b) = match (a, b) {
        (Operand::Array(a), b) if reusable(&a) => (a, None, Some(b.broadcast(&shape)?)),
        (a, Operand::Array(b)) if reusable(&b) => (b, Some(a.broadcast(&shape)?), None),
        (a, b) => (
            Array::for_overwriting(&shape, result)?,
            Some(a.broadcast(&shape)?),
            Some(b.broadcast(&shape)?),
        ),
    };
    let operands = [input(&a, compute)?, input(&b, compute)?];
    let failure = blocks::run(stop, &operands, &mut out, |inputs, block| {
        let found = kernel(inputs[0].operand(), inputs[1].operand(), block)?;
        let (x, y) = (inputs[0].value(found.position), inputs[1].value(found.position));
        Some((found.position, (found.kind, x, y)))
    })?;
    match failure {
        None => Ok(out),
        Some((position, (kind, x, y))) => {
            let place = index_text(out.shape(), position);
            let what = format!("{} at index {place} ({compute} array)", infix(op, x, y));
            Err(kind.describe(&what))
        }
    }
}

/// `op` of one value: what the operation means for scalars.
///
/// # Errors
/// As [`unary`].
pub fn unary_scalar(op: UnaryOp, x: Scalar) -> Result<Scalar> {
    let compute = unary_compute(op, x.dtype());
    let (kernel, result) =
        unary_kernel(op, compute).ok_or_else(|| ArrayError::unsupported(op.name(), x.dtype()))?;
    let a = scalar_bytes(x, compute, Mode::Convert)?;
    let mut out = [Complex::new(0.0, 0.0)];
    match kernel(element_bytes(&a, compute), &mut cast_slice_mut(&mut out)[..result.size()]) {
        Some(fault) => Err(fault.kind.describe(&prefix(op, x))),
        None => Ok(read_scalar(&out, result)),
    }
}

/// `op` of two values: what the operation means for scalars. Neither is weak.
///
/// # Errors
/// As [`binary`].
pub fn binary_scalars(op: BinaryOp, x: Scalar, y: Scalar) -> Result<Scalar> {
    match op {
        BinaryOp::Gt => return binary_scalars(BinaryOp::Lt, y, x),
        BinaryOp::Ge => return binary_scalars(BinaryOp::Le, y, x),
        _ => {}
    }
    let compute = binary_compute(op, promote(x.dtype(), y.dtype()));
    let (kernel, result) = binary_kernel(op, compute)
        .ok_or_else(|| undefined(op, &Operand::Scalar(x), &Operand::Scalar(y)))?;
    let a = scalar_bytes(x, compute, Mode::Convert)?;
    let b = scalar_bytes(y, compute, Mode::Convert)?;
    let mut out = [Complex::new(0.0, 0.0)];
    let target = &mut cast_slice_mut(&mut out)[..result.size()];
    match kernel(element_bytes(&a, compute), element_bytes(&b, compute), target) {
        // Bools are numbers here: compiled code knows no more.
        Some(fault) => Err(fault.kind.describe(&infix(op, as_number(x), as_number(y)))),
        None => Ok(read_scalar(&out, result)),
    }
}

fn as_number(x: Scalar) -> Scalar {
    match x {
        Scalar::Bool(x) => Scalar::Int(i64::from(x)),
        other => other,
    }
}

/// Elements of `a` where `condition` is true, of `b` where it is false.
///
/// Shapes: all three broadcast. The dtype is the one in which `a` and `b` meet.
///
/// # Errors
/// `TypeError` if the condition is not bool, `ShapeError` if the shapes do not broadcast.
pub fn select(stop: Stop<'_>, condition: &Array, a: Operand, b: Operand) -> Result<Array> {
    if condition.dtype() != DType::Bool {
        return Err(ArrayError::ty(format!(
            "the condition of where is a {} value, not a bool one",
            condition.dtype()
        ))
        .hint("compare it: where(x != 0, a, b)"));
    }
    let dtype = meet((&a).into(), (&b).into());
    let shape = broadcast_shapes(a.shape(), b.shape())
        .and_then(|shape| broadcast_shapes(condition.shape(), &shape))
        .ok_or_else(|| {
            ArrayError::shape(format!(
                "where: shapes {}, {} and {} do not broadcast",
                super::shape_text(condition.shape()),
                super::shape_text(a.shape()),
                super::shape_text(b.shape())
            ))
        })?;
    let condition = condition.broadcast_to(&shape)?;
    let (a, b) = (Some(a.broadcast(&shape)?), Some(b.broadcast(&shape)?));
    let mut out = Array::for_overwriting(&shape, dtype)?;
    let operands = [Input::array(&condition, DType::Bool), input(&a, dtype)?, input(&b, dtype)?];
    let kernel = select_kernel(dtype);
    blocks::run(stop, &operands, &mut out, |inputs, block| {
        kernel(inputs[0].block(), inputs[1].block(), inputs[2].block(), block);
        None::<(usize, ())>
    })?;
    Ok(out)
}

/// `min(max(x, low), high)` of every element.
///
/// # Errors
/// As [`binary`].
pub fn clamp(stop: Stop<'_>, x: Operand, low: Operand, high: Operand) -> Result<Array> {
    binary(stop, BinaryOp::Min, binary(stop, BinaryOp::Max, x, low)?.into(), high)
}

/// `x * y + z` with one rounding, of every triple of elements. All three broadcast; `f32` if all
/// are, else `float`.
///
/// # Errors
/// `ShapeError` if the shapes do not broadcast; `TypeError` for complex numbers.
pub fn fma(stop: Stop<'_>, x: &Array, y: &Array, z: &Array) -> Result<Array> {
    let dtype = match promote(promote(x.dtype(), y.dtype()), z.dtype()) {
        dtype @ (DType::F32 | DType::Complex) => dtype,
        _ => DType::Float,
    };
    let kernel = fma_kernel(dtype).ok_or_else(|| ArrayError::unsupported("fma", dtype))?;
    let shape = broadcast_shapes(x.shape(), y.shape())
        .and_then(|shape| broadcast_shapes(&shape, z.shape()))
        .ok_or_else(|| ArrayError::shape("fma: the shapes do not broadcast"))?;
    let (x, y, z) = (x.broadcast_to(&shape)?, y.broadcast_to(&shape)?, z.broadcast_to(&shape)?);
    let mut out = Array::for_overwriting(&shape, dtype)?;
    let operands = [&x, &y, &z].map(|array| Input::array(array, dtype));
    blocks::run(stop, &operands, &mut out, |inputs, block| {
        kernel(inputs[0].block(), inputs[1].block(), inputs[2].block(), block);
        None::<(usize, ())>
    })?;
    Ok(out)
}

fn element_bytes(element: &[Complex; 1], dtype: DType) -> &[u8] {
    &cast_slice(element)[..dtype.size()]
}

fn read_scalar(element: &[Complex; 1], dtype: DType) -> Scalar {
    with_element!(dtype, T => cast_slice::<_, T>(element)[0].to_scalar())
}

fn undefined(op: BinaryOp, a: &Operand, b: &Operand) -> ArrayError {
    use BinaryOp::*;
    let (a, b) = (a.dtype(), b.dtype());
    let error = if a == b {
        ArrayError::unsupported(op.name(), a)
    } else {
        ArrayError::ty(format!("{} is not defined for {a} and {b} values", op.name()))
    };
    match op {
        Lt | Le | Gt | Ge if promote(a, b) == DType::Complex => {
            error.hint("complex numbers have no order; compare abs(x) or real(x)")
        }
        And | Or | Xor if a == DType::Bool || b == DType::Bool => {
            error.hint("compare the other side: x != 0")
        }
        _ => error,
    }
}

fn shapes_differ(name: &str, a: &[i64], b: &[i64]) -> ArrayError {
    ArrayError::shape(format!(
        "{name}: shapes {} and {} do not broadcast",
        super::shape_text(a),
        super::shape_text(b)
    ))
}

/// A unary operation with its operand, for messages.
fn prefix(op: UnaryOp, x: Scalar) -> String {
    format!("{}({})", op.name(), format_scalar(x))
}

/// A binary operation with its operands, for messages.
fn infix(op: BinaryOp, x: Scalar, y: Scalar) -> String {
    let (name, x, y) = (op.name(), format_scalar(x), format_scalar(y));
    if name.starts_with(|c: char| c.is_alphabetic()) && op != BinaryOp::Xor {
        format!("{name}({x}, {y})")
    } else {
        format!("{x} {name} {y}")
    }
}
