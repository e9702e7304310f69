//! Products of vectors and matrices.
//!
//! Every element of a product is a sum in the order of the inner axis, so the result does not
//! depend on how the loops are blocked. Integer products are exact or an error.

use super::complex::Complex;
use super::element::Element;
use super::elementwise::binary;
use super::error::{ArrayError, Result};
use super::format::format_float;
use super::math;
use super::ops::{BinaryOp, ReduceOp};
use super::promote::promote;
use super::reduce::{Rows, floats, pairwise, reduce};
use super::shape_ops::broadcast_shapes;
use super::{Array, shape_text};
use crate::interrupt::Stop;
use quern_ir::DType;
use smallvec::SmallVec;
use std::ops::{Add, Mul};

/// The product of matrices, `a @ b`. A vector stands for a row on the left and a column on the
/// right, and that axis is dropped from the result; further axes in front broadcast.
///
/// # Errors
/// `ShapeError` if the inner sizes differ or an operand has no axis; `OverflowError` if an integer
/// does not fit.
pub fn matmul(stop: Stop<'_>, a: &Array, b: &Array) -> Result<Array> {
    product(stop, "matmul", a, b)
}

/// The matrix product as the function of this name gives it.
fn product(stop: Stop<'_>, name: &str, a: &Array, b: &Array) -> Result<Array> {
    let mismatch = |what: &str| {
        ArrayError::shape(format!(
            "{name}: {what}, {} by {}",
            shape_text(a.shape()),
            shape_text(b.shape())
        ))
    };
    if a.rank() == 0 || b.rank() == 0 {
        return Err(
            mismatch("operands need at least one axis").hint("use * to multiply by a number")
        );
    }
    let left = if a.rank() == 1 { a.expand_dims(0)? } else { a.clone() };
    let right = if b.rank() == 1 { b.expand_dims(1)? } else { b.clone() };
    let (&[ref left_batch @ .., rows, inner], &[ref right_batch @ .., depth, columns]) =
        (left.shape(), right.shape())
    else {
        return Err(mismatch("operands need two axes"));
    };
    if inner != depth {
        let error = mismatch("inner sizes differ");
        let would_fit = b.rank() == 2 && right.shape().last() == Some(&inner);
        return Err(if would_fit { error.hint("transpose the second: b.T") } else { error });
    }
    let batch = broadcast_shapes(left_batch, right_batch)
        .ok_or_else(|| mismatch("leading axes do not broadcast"))?;
    let dtype = match promote(a.dtype(), b.dtype()) {
        DType::Bool => DType::Int,
        other => other,
    };
    let full =
        |ends: [i64; 2]| -> SmallVec<[i64; 8]> { batch.iter().copied().chain(ends).collect() };
    let left = left.astype(stop, dtype)?.broadcast_to(&full([rows, inner]))?.contiguous(stop)?;
    let right =
        right.astype(stop, dtype)?.broadcast_to(&full([inner, columns]))?.contiguous(stop)?;
    let mut out = Array::alloc(&full([rows, columns]), dtype)?;
    let sides = (rows as usize, inner as usize, columns as usize);
    match dtype {
        DType::F32 => multiply::<f32>(stop, &left, &right, &mut out, sides)?,
        DType::Float => multiply::<f64>(stop, &left, &right, &mut out, sides)?,
        DType::Complex => multiply::<Complex>(stop, &left, &right, &mut out, sides)?,
        _ => multiply_exact(stop, name, &left, &right, &mut out, sides)?,
    }
    let mut shape = full([rows, columns]);
    if b.rank() == 1 {
        shape.pop();
    }
    if a.rank() == 1 {
        shape.remove(batch.len());
    }
    out.reshape(stop, &shape)
}

/// Rows, inner size and columns.
type Sides = (usize, usize, usize);

/// Row by row, adding multiples of the rows of `b`; a band of `b` is used for all rows while it is
/// in the cache.
fn multiply<T>(
    stop: Stop<'_>,
    a: &Array,
    b: &Array,
    out: &mut Array,
    (rows, inner, columns): Sides,
) -> Result<()>
where
    T: Element + Add<Output = T> + Mul<Output = T>,
{
    /// Inner positions at a time: 64 rows of 1000 floats are half a megabyte.
    const BAND: usize = 64;
    if out.is_empty() || inner == 0 {
        return Ok(());
    }
    let size = out.size();
    let (a, b) = (a.as_slice::<T>().unwrap_or(&[]), b.as_slice::<T>().unwrap_or(&[]));
    let out = &mut out.storage_mut()?.elements_mut::<T>()[..size];
    let batches = a.chunks_exact(rows * inner).zip(b.chunks_exact(inner * columns));
    for ((a, b), out) in batches.zip(out.chunks_exact_mut(rows * columns)) {
        for start in (0..inner).step_by(BAND) {
            let end = (start + BAND).min(inner);
            for (a_row, out_row) in a.chunks_exact(inner).zip(out.chunks_exact_mut(columns)) {
                stop.check()?;
                for k in start..end {
                    let factor = a_row[k];
                    for (slot, &x) in out_row.iter_mut().zip(&b[k * columns..(k + 1) * columns]) {
                        *slot = *slot + factor * x;
                    }
                }
            }
        }
    }
    Ok(())
}

/// Integers, with sums in 128 bits.
fn multiply_exact(
    stop: Stop<'_>,
    name: &str,
    a: &Array,
    b: &Array,
    out: &mut Array,
    (rows, inner, columns): Sides,
) -> Result<()> {
    let dtype = out.dtype();
    let (a, b) = (a.astype(stop, DType::Int)?, b.astype(stop, DType::Int)?);
    if out.is_empty() || inner == 0 {
        return Ok(());
    }
    let mut sums = Vec::with_capacity(out.size());
    let batches = a.as_slice::<i64>().unwrap_or(&[]).chunks_exact(rows * inner);
    for (a, b) in batches.zip(b.as_slice::<i64>().unwrap_or(&[]).chunks_exact(inner * columns)) {
        for row in a.chunks_exact(inner) {
            let mut totals = vec![0i128; columns];
            for (&x, b_row) in row.iter().zip(b.chunks_exact(columns)) {
                stop.check()?;
                for (total, &y) in totals.iter_mut().zip(b_row) {
                    *total += i128::from(x) * i128::from(y);
                }
            }
            for total in totals {
                let sum = i64::try_from(total).map_err(|_| {
                    let message = format!("{name}: an element of the product does not fit int");
                    ArrayError::overflow(message).hint("convert to float first: x.astype(float)")
                })?;
                sums.push(sum);
            }
        }
    }
    *out = Array::from_slice(&sums, out.shape())?.astype(stop, dtype)?;
    Ok(())
}

/// The inner product: of vectors the sum of products, added pairwise; of a number and an array
/// their product; else the matrix product.
///
/// # Errors
/// As [`matmul`].
pub fn dot(stop: Stop<'_>, a: &Array, b: &Array) -> Result<Array> {
    if a.rank() == 0 || b.rank() == 0 {
        return binary(stop, BinaryOp::Mul, a.into(), b.into());
    }
    let dtype = promote(a.dtype(), b.dtype());
    let summed = matches!(dtype, DType::F32 | DType::Float | DType::Complex);
    if a.rank() == 1 && a.shape() == b.shape() && summed {
        let (a, b) =
            (a.astype(stop, dtype)?.contiguous(stop)?, b.astype(stop, dtype)?.contiguous(stop)?);
        let products = binary(stop, BinaryOp::Mul, a.into(), b.into())?;
        return reduce(stop, ReduceOp::Sum, &products, None, false);
    }
    product(stop, "dot", a, b)
}

/// The products of all pairs of elements: one row for each element of `a`.
///
/// # Errors
/// `OverflowError` if an integer does not fit.
pub fn outer(stop: Stop<'_>, a: &Array, b: &Array) -> Result<Array> {
    let (column, row) = (a.ravel(stop)?.expand_dims(1)?, b.ravel(stop)?.expand_dims(0)?);
    binary(stop, BinaryOp::Mul, column.into(), row.into())
}

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
