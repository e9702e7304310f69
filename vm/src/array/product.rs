//! Products of vectors and matrices.
//!
//! Large products are cut into tiles, and long sums into pieces, at places that depend on the shape
//! alone: results do not depend on the number of threads. Integer products are exact or an error.

use super::complex::Complex;
use super::elementwise::binary;
use super::error::{ArrayError, Result};
use super::fold::Summand;
use super::matrix::{Matrices, Number, Places, strips};
use super::ops::BinaryOp;
use super::promote::promote;
use super::reduce::pairwise;
use super::shape_ops::broadcast_shapes;
use super::{Array, shape_text};
use crate::interrupt::Stop;
use faer::linalg::matmul::matmul as product_into;
use faer::prelude::*;
use faer::traits::ComplexField;
use faer::traits::math_utils::one;
use faer::{Accum, MatMut, MatRef, Par};
use quern_ir::DType;
use rayon::prelude::*;
use smallvec::SmallVec;

/// Multiplications from which a product is shared among threads: some 20 microseconds of work.
const SHARED: usize = 1 << 20;

/// Columns from which a left side that lies column by column is better copied once than packed for each tile:
/// `a.T @ b` of 1024 by 1024 took 1.6 times as long as `a @ b`, the copy takes a tenth of it.
const MANY: usize = 256;

/// The product of matrices, `a @ b`. A vector stands for a row on the left and a column on the
/// right, and that axis is dropped from the result; further axes in front broadcast.
///
/// # Errors
/// `ShapeError` if the inner sizes differ or an operand has no axis; `OverflowError` if an integer
/// does not fit.
pub fn matmul(stop: Stop<'_>, a: &Array, b: &Array) -> Result<Array> {
    product(stop, "matmul", a, b)
}

/// The inner product of vectors; of a number and an array their product; else the matrix product.
///
/// # Errors
/// As [`matmul`].
pub fn dot(stop: Stop<'_>, a: &Array, b: &Array) -> Result<Array> {
    if a.rank() == 0 || b.rank() == 0 {
        return binary(stop, BinaryOp::Mul, a.into(), b.into());
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

/// The matrix product as the function of this name gives it.
fn product(stop: Stop<'_>, name: &str, a: &Array, b: &Array) -> Result<Array> {
    let sides = Sides::new(name, a, b)?;
    let dtype = match promote(a.dtype(), b.dtype()) {
        DType::Bool => DType::Int,
        other => other,
    };
    let (a, b) = (a.astype(stop, dtype)?, b.astype(stop, dtype)?);
    match dtype {
        DType::F32 => multiply::<f32>(stop, &a, &b, &sides),
        DType::Float => multiply::<f64>(stop, &a, &b, &sides),
        DType::Complex => multiply::<Complex>(stop, &a, &b, &sides),
        _ => multiply_exact(stop, name, &a, &b, &sides),
    }
}

/// The sizes of a product.
struct Sides {
    batch: SmallVec<[i64; 8]>,
    rows: usize,
    inner: usize,
    columns: usize,
    /// The shape of the result, without the axes that vectors lack.
    shape: SmallVec<[i64; 8]>,
}

impl Sides {
    fn new(name: &str, a: &Array, b: &Array) -> Result<Sides> {
        let mismatch = |what: &str| {
            let (a, b) = (shape_text(a.shape()), shape_text(b.shape()));
            ArrayError::shape(format!("{name}: {what}, {a} by {b}"))
        };
        let (left_batch, rows, inner) = match *a.shape() {
            [] => {
                return Err(mismatch("operands need at least one axis")
                    .hint("use * to multiply by a number"));
            }
            [inner] => (&[][..], None, inner),
            [ref batch @ .., rows, inner] => (batch, Some(rows), inner),
        };
        let (right_batch, depth, columns) = match *b.shape() {
            [] => {
                return Err(mismatch("operands need at least one axis")
                    .hint("use * to multiply by a number"));
            }
            [depth] => (&[][..], depth, None),
            [ref batch @ .., depth, columns] => (batch, depth, Some(columns)),
        };
        if inner != depth {
            let error = mismatch("inner sizes differ");
            let would_fit = b.rank() == 2 && columns == Some(inner);
            return Err(if would_fit { error.hint("transpose the second: b.T") } else { error });
        }
        let batch = broadcast_shapes(left_batch, right_batch)
            .ok_or_else(|| mismatch("leading axes do not broadcast"))?;
        let shape = batch.iter().copied().chain(rows).chain(columns).collect();
        let [rows, inner, columns] =
            [rows.unwrap_or(1), inner, columns.unwrap_or(1)].map(|n| n as usize);
        Ok(Sides { batch, rows, inner, columns, shape })
    }

    /// Multiplications for one matrix of the batch.
    fn work(&self) -> usize {
        self.rows.saturating_mul(self.inner).saturating_mul(self.columns)
    }
}

/// A product of numbers that round.
fn multiply<T: Number + Summand>(
    stop: Stop<'_>,
    a: &Array,
    b: &Array,
    sides: &Sides,
) -> Result<Array> {
    if sides.shape.is_empty() {
        let (a, b) = (a.contiguous(stop)?, b.contiguous(stop)?);
        let (a, b) = (a.as_slice().unwrap_or(&[]), b.as_slice().unwrap_or(&[]));
        return Array::from_slice(&[inner_product::<T>(stop, a, b)?], &[]);
    }
    if sides.inner == 0 {
        return Array::alloc(&sides.shape, T::DTYPE);
    }
    let mut out = Array::for_overwriting(&sides.shape, T::DTYPE)?;
    let size = out.size();
    if size == 0 {
        return Ok(out);
    }
    let (a, b) = (Matrices::row(stop, a)?, Matrices::column(stop, b)?);
    let a = if sides.columns >= MANY && sides.work() >= SHARED { a.in_rows(stop)? } else { a };
    let (left, right) = (Places::new(&a, &sides.batch), Places::new(&b, &sides.batch));
    let cells: &mut [T::Field] =
        bytemuck::cast_slice_mut(&mut out.storage_mut()?.elements_mut::<T>()[..size]);
    let factors = |n: usize| (a.at::<T>(left.start(n)), b.at::<T>(right.start(n)));
    let (each, work) = (sides.rows * sides.columns, sides.work());
    if work >= SHARED {
        for (n, cells) in cells.chunks_exact_mut(each).enumerate() {
            let (a, b) = factors(n);
            let target = MatMut::from_row_major_slice_mut(cells, sides.rows, sides.columns);
            add_product(stop, target, Accum::Replace, a, b, one())?;
        }
        return Ok(out);
    }
    let some = |first: usize, cells: &mut [T::Field]| -> Result<()> {
        stop.check()?;
        for (n, cells) in cells.chunks_exact_mut(each).enumerate() {
            let (a, b) = factors(first + n);
            let target = MatMut::from_row_major_slice_mut(cells, sides.rows, sides.columns);
            product_into(target, Accum::Replace, a, b, one(), Par::Seq);
        }
        Ok(())
    };
    let together = SHARED / work;
    if size <= each * together {
        some(0, cells)?;
    } else {
        let pieces = cells.par_chunks_mut(each * together).enumerate();
        pieces.try_for_each(|(n, cells)| some(n * together, cells))?;
    }
    Ok(out)
}

/// The sum of the products of two vectors.
fn inner_product<T: Number + Summand>(stop: Stop<'_>, a: &[T], b: &[T]) -> Result<T> {
    let piece = |(a, b): (&[T], &[T])| -> Result<T> {
        stop.check()?;
        let mut sum = [T::zeroed()];
        product_into(
            MatMut::from_row_major_slice_mut(
                bytemuck::cast_slice_mut::<T, T::Field>(&mut sum),
                1,
                1,
            ),
            Accum::Replace,
            MatRef::from_row_major_slice(bytemuck::cast_slice::<T, T::Field>(a), 1, a.len()),
            MatRef::from_column_major_slice(bytemuck::cast_slice::<T, T::Field>(b), b.len(), 1),
            one(),
            Par::Seq,
        );
        Ok(sum[0])
    };
    if a.len() <= Stop::PIECE {
        return piece((a, b));
    }
    let pieces = a.par_chunks(Stop::PIECE).zip(b.par_chunks(Stop::PIECE));
    let sums = pieces.map(piece).collect::<Result<Vec<T>>>()?;
    pairwise(stop, &sums, |x| x)
}

/// Adds `scale * a * b` to a matrix, or replaces it by that. Threads share the tiles.
pub(crate) fn add_product<F: ComplexField>(
    stop: Stop<'_>,
    target: MatMut<'_, F>,
    accum: Accum,
    a: MatRef<'_, F>,
    b: MatRef<'_, F>,
    scale: F,
) -> Result<()> {
    /// Terms of a sum at a time, so that a tile takes some 10 milliseconds.
    const DEPTH: usize = 4096;
    tiles(target).into_par_iter().try_for_each(|(row, column, mut tile)| {
        let a = a.subrows(row, tile.nrows());
        let b = b.subcols(column, tile.ncols());
        let mut accum = accum;
        for start in (0..a.ncols()).step_by(DEPTH) {
            stop.check()?;
            let depth = DEPTH.min(a.ncols() - start);
            let (a, b) = (a.subcols(start, depth), b.subrows(start, depth));
            product_into(tile.rb_mut(), accum, a, b, scale.clone(), Par::Seq);
            accum = Accum::Add;
        }
        Ok(())
    })
}

/// A matrix in tiles, with the row and the column where each starts.
fn tiles<F>(matrix: MatMut<'_, F>) -> Vec<(usize, usize, MatMut<'_, F>)> {
    /// Rows and columns of a tile: what is packed for one is used often enough to pay for itself, and a
    /// matrix of 1000 rows still makes work for many threads.
    const SIDE: usize = 256;
    let mut tiles = Vec::new();
    let (mut row, mut below) = (0, matrix);
    while below.nrows() > 0 {
        let height = SIDE.min(below.nrows());
        let (band, rest) = below.split_at_row_mut(height);
        tiles.extend(strips(band, SIDE).into_iter().map(|(column, tile)| (row, column, tile)));
        (row, below) = (row + height, rest);
    }
    tiles
}

/// A product of integers.
fn multiply_exact(
    stop: Stop<'_>,
    name: &str,
    a: &Array,
    b: &Array,
    sides: &Sides,
) -> Result<Array> {
    /// Multiplications below which converting to floats and back takes longer.
    const FEW: usize = 1 << 10;
    let dtype = a.dtype();
    if sides.work() >= FEW && fit_floats(stop, a, b, sides.inner)? {
        let (a, b) = (a.astype(stop, DType::Float)?, b.astype(stop, DType::Float)?);
        return multiply::<f64>(stop, &a, &b, sides)?.astype(stop, dtype);
    }
    let full = |ends: [usize; 2]| -> SmallVec<[i64; 8]> {
        sides.batch.iter().copied().chain(ends.map(|n| n as i64)).collect()
    };
    let (left, right) = (full([sides.rows, sides.inner]), full([sides.columns, sides.inner]));
    let b = if b.rank() == 1 { b.clone() } else { b.swapaxes(-1, -2)? };
    let a = a.astype(stop, DType::Int)?.broadcast_to(&left)?.contiguous(stop)?;
    let b = if b.rank() == 1 { b.expand_dims(0)? } else { b };
    let b = b.astype(stop, DType::Int)?.broadcast_to(&right)?.contiguous(stop)?;
    let mut out = Array::alloc(&sides.shape, DType::Int)?;
    let (size, inner) = (out.size(), sides.inner);
    if size == 0 || inner == 0 {
        return out.astype(stop, dtype);
    }
    let (a, b) = (a.as_slice::<i64>().unwrap_or(&[]), b.as_slice::<i64>().unwrap_or(&[]));
    let rows = out.storage_mut()?.elements_mut::<i64>()[..size].par_chunks_mut(sides.columns);
    rows.zip(a.par_chunks(inner)).enumerate().try_for_each(|(n, (out, row))| {
        let columns = &b[n / sides.rows * sides.columns * inner..];
        for (slot, column) in out.iter_mut().zip(columns.chunks_exact(inner)) {
            *slot = exact_sum(stop, name, row, column)?;
        }
        Ok(())
    })?;
    out.astype(stop, dtype)
}

/// Whether every sum of products of two arrays is a whole number that floats hold.
fn fit_floats(stop: Stop<'_>, a: &Array, b: &Array, inner: usize) -> Result<bool> {
    let largest = |array: &Array| -> Result<u128> {
        let array = array.astype(stop, DType::Int)?.contiguous(stop)?;
        let mut largest = 0;
        for piece in stop.pieces(array.as_slice::<i64>().unwrap_or(&[])) {
            largest = piece?.iter().fold(largest, |most, x| most.max(x.unsigned_abs()));
        }
        Ok(u128::from(largest))
    };
    let bound = largest(a)?.saturating_mul(largest(b)?).saturating_mul(inner as u128);
    Ok(bound <= 1 << f64::MANTISSA_DIGITS)
}

/// The sum of products of integers. The upper and the lower halves of the products are added apart: 128
/// bits need not hold the sum of two.
fn exact_sum(stop: Stop<'_>, name: &str, a: &[i64], b: &[i64]) -> Result<i64> {
    let (mut upper, mut lower) = (0i128, 0u128);
    for (piece, b) in stop.pieces(a).zip(b.chunks(Stop::PIECE)) {
        for (&x, &y) in piece?.iter().zip(b) {
            let product = i128::from(x) * i128::from(y);
            upper += product >> 64;
            lower += u128::from(product as u64);
        }
    }
    let (carried, sum) = (upper + (lower >> 64) as i128, lower as i64);
    if carried == i128::from(sum >> 63) {
        return Ok(sum);
    }
    let message = format!("{name}: an element of the product does not fit int");
    Err(ArrayError::overflow(message).hint("convert to float first: x.astype(float)"))
}
