//! Norms of vectors and matrices: one number for the size of many.

use super::Array;
use super::complex::Complex;
use super::error::{ArrayError, Result};
use super::format::format_float;
use super::math;
use super::ops::ReduceOp;
use super::reduce::{Rows, floats, pairwise, reduce};
use super::shape_ops::check_axis;
use super::spectrum::singular_values;
use crate::interrupt::Stop;
use quern_ir::DType;
use smallvec::SmallVec;

/// The norm of the elements along the axes: the square root of the sum of squares, or for another
/// `ord` the sum of powers' root; `inf` and `-inf` give the greatest and least size, 0 the number
/// of elements that are not 0.
///
/// # Errors
/// `IndexError` for an axis out of range; `ValueError` for the extreme of nothing.
pub fn norm(
    stop: Stop<'_>,
    array: &Array,
    ord: Option<f64>,
    axes: Option<&[i64]>,
    keepdims: bool,
) -> Result<Array> {
    let array = floats(stop, array)?;
    let rows = Rows::new(stop, &array, axes, keepdims)?;
    let ord = ord.unwrap_or(2.0);
    if ord.is_nan() {
        return Err(ArrayError::value(format!("norm: ord is {}", format_float(ord))));
    }
    let of = |sizes: &dyn Fn() -> Vec<f64>| -> Result<f64> {
        let sizes = sizes();
        let extreme = |f: fn(f64, f64) -> f64| {
            let found = sizes.iter().copied().reduce(f);
            found.ok_or_else(|| {
                ArrayError::value("norm of an empty array has no value for this ord")
            })
        };
        match ord {
            2.0 => Ok(pairwise(stop, &sizes, |x| x * x)?.sqrt()),
            1.0 => pairwise(stop, &sizes, |x| x),
            0.0 => Ok(sizes.iter().filter(|&&x| x != 0.0).count() as f64),
            f64::INFINITY => extreme(math::max),
            f64::NEG_INFINITY => extreme(math::min),
            _ => Ok(math::pow(pairwise(stop, &sizes, |x| math::pow(x, ord))?, 1.0 / ord)),
        }
    };
    match array.dtype() {
        DType::F32 => rows.map::<f32, f32>(|row| {
            Ok(of(&|| row.iter().map(|&x| f64::from(x.abs())).collect())? as f32)
        }),
        DType::Complex => {
            rows.map::<Complex, f64>(|row| of(&|| row.iter().map(|z| z.abs()).collect()))
        }
        _ => rows.map::<f64, f64>(|row| of(&|| row.iter().map(|x| x.abs()).collect())),
    }
}

/// How the size of a matrix is measured.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum MatrixNorm {
    /// The root of the sum of squares.
    Frobenius,
    /// The sum of the singular values.
    Nuclear,
    /// 1 and -1: the greatest and the least sum of sizes in a column; infinities: in a row; 2 and -2: the
    /// greatest and the least singular value.
    Order(f64),
}

/// The norms of the matrices in two axes, rows and columns.
///
/// # Errors
/// `IndexError` for an axis out of range; `ValueError` for another order, one axis named twice, the
/// extreme of nothing, and where singular values are asked for of elements that are NaN or infinite.
pub fn matrix_norm(
    stop: Stop<'_>,
    name: &str,
    array: &Array,
    kind: MatrixNorm,
    axes: [i64; 2],
    keepdims: bool,
) -> Result<Array> {
    let rank = array.rank();
    let (rows, columns) = (check_axis(axes[0], rank)?, check_axis(axes[1], rank)?);
    if rows == columns {
        return Err(ArrayError::value(format!("axis {rows} is named twice")));
    }
    let front = (0..rank).filter(|&axis| axis != rows && axis != columns);
    let order: SmallVec<[usize; 8]> = front.chain([rows, columns]).collect();
    let matrices = floats(stop, array)?.permuted(&order);
    let extreme = |x: &Array, ord: f64| {
        let op = if ord > 0.0 { ReduceOp::Max } else { ReduceOp::Min };
        reduce(stop, op, x, Some(&[-1]), false)
    };
    let sums = |axis: i64| norm(stop, &matrices, Some(1.0), Some(&[axis]), false);
    let singular = || singular_values(stop, name, &matrices);
    let norms = match kind {
        MatrixNorm::Frobenius => norm(stop, &matrices, None, Some(&[-2, -1]), false)?,
        MatrixNorm::Nuclear => reduce(stop, ReduceOp::Sum, &singular()?, Some(&[-1]), false)?,
        MatrixNorm::Order(ord) if ord.abs() == 1.0 => extreme(&sums(-2)?, ord)?,
        MatrixNorm::Order(ord) if ord.is_infinite() => extreme(&sums(-1)?, ord)?,
        MatrixNorm::Order(ord) if ord.abs() == 2.0 => extreme(&singular()?, ord)?,
        MatrixNorm::Order(ord) => {
            let ord = format_float(ord);
            return Err(ArrayError::value(format!("{name}: no norm of matrices has ord {ord}"))
                .hint("ord is one of 1, -1, 2, -2, inf, -inf, \"fro\" and \"nuc\""));
        }
    };
    let norms = if array.dtype() == DType::F32 { norms.astype(stop, DType::F32)? } else { norms };
    if !keepdims {
        return Ok(norms);
    }
    let kept = array.shape().iter().enumerate();
    let shape: SmallVec<[i64; 8]> =
        kept.map(|(axis, &n)| if axis == rows || axis == columns { 1 } else { n }).collect();
    norms.reshape(stop, &shape)
}
