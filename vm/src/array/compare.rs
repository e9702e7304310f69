//! Comparison of whole values.

use super::Array;
use super::elementwise::{binary, unary};
use super::error::Result;
use super::ops::{BinaryOp, ReduceOp, UnaryOp};
use super::promote::promote;
use super::reduce::reduce;
use super::scalar::Scalar;
use crate::interrupt::Stop;
use quern_ir::DType;

/// Whether two arrays have the same shape and equal elements; the dtype does not matter, and NaN
/// equals nothing.
pub fn equal(stop: Stop<'_>, a: &Array, b: &Array) -> Result<bool> {
    if a.shape() != b.shape() {
        return Ok(false);
    }
    all_true(stop, &binary(stop, BinaryOp::Eq, a.into(), b.into())?)
}

fn all_true(stop: Stop<'_>, a: &Array) -> Result<bool> {
    Ok(reduce(stop, ReduceOp::All, a, None, false)?.scalar_at(0) == Some(Scalar::Bool(true)))
}

/// `abs(a - b) <= atol + rtol * abs(b)` of every pair of elements; an infinity is close to itself
/// only, NaN to nothing.
///
/// # Errors
/// `ShapeError` if the shapes do not broadcast.
pub fn is_close(stop: Stop<'_>, a: &Array, b: &Array, rtol: f64, atol: f64) -> Result<Array> {
    // In double precision, so that integers do not overflow.
    let dtype =
        if promote(a.dtype(), b.dtype()) == DType::Complex { DType::Complex } else { DType::Float };
    let (a, b) = (a.astype(stop, dtype)?, b.astype(stop, dtype)?);
    let op = |op: BinaryOp, x: Array, y: Array| binary(stop, op, x.into(), y.into());
    let distance = unary(stop, UnaryOp::Abs, op(BinaryOp::Sub, a.clone(), b.clone())?)?;
    let size = binary(
        stop,
        BinaryOp::Mul,
        unary(stop, UnaryOp::Abs, b.clone())?.into(),
        Scalar::Float(rtol).into(),
    )?;
    let bound = binary(stop, BinaryOp::Add, size.into(), Scalar::Float(atol).into())?;
    let near = op(BinaryOp::Le, distance, bound)?;
    let near = op(BinaryOp::And, near, unary(stop, UnaryOp::IsFinite, b.clone())?)?;
    op(BinaryOp::Or, near, op(BinaryOp::Eq, a, b)?)
}

/// Whether all elements are close, as [`is_close`] says.
///
/// # Errors
/// As [`is_close`].
pub fn all_close(stop: Stop<'_>, a: &Array, b: &Array, rtol: f64, atol: f64) -> Result<bool> {
    all_true(stop, &is_close(stop, a, b, rtol, atol)?)
}
