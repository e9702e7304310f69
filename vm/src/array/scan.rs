//! Running totals and differences along an axis.

use super::complex::Complex;
use super::elementwise::binary;
use super::error::{ArrayError, Result};
use super::math::IntFault;
use super::ops::BinaryOp;
use super::shape_ops::check_axis;
use super::{Array, Element};
use crate::interrupt::Stop;
use quern_ir::DType;
use rayon::prelude::*;
use std::ops::{Add, Mul};

/// Running sums along an axis, or of the raveled array. Integers and bools are summed as `int`.
///
/// # Errors
/// `IndexError` for an axis out of range, `OverflowError` if a sum does not fit.
pub fn cumsum(stop: Stop<'_>, array: &Array, axis: Option<i64>) -> Result<Array> {
    let array = widened(stop, array)?;
    match array.dtype() {
        DType::F32 => scan(stop, &array, axis, |x: f32, y| Ok(x.add(y))),
        DType::Float => scan(stop, &array, axis, |x: f64, y| Ok(x.add(y))),
        DType::Complex => scan(stop, &array, axis, |x: Complex, y| Ok(x.add(y))),
        _ => {
            scan(stop, &array, axis, |x: i64, y| x.checked_add(y).ok_or_else(|| overflow("cumsum")))
        }
    }
}

/// Running products, as [`cumsum`].
///
/// # Errors
/// As [`cumsum`].
pub fn cumprod(stop: Stop<'_>, array: &Array, axis: Option<i64>) -> Result<Array> {
    let array = widened(stop, array)?;
    match array.dtype() {
        DType::F32 => scan(stop, &array, axis, |x: f32, y| Ok(x.mul(y))),
        DType::Float => scan(stop, &array, axis, |x: f64, y| Ok(x.mul(y))),
        DType::Complex => scan(stop, &array, axis, |x: Complex, y| Ok(x.mul(y))),
        _ => scan(stop, &array, axis, |x: i64, y| {
            x.checked_mul(y).ok_or_else(|| overflow("cumprod"))
        }),
    }
}

fn overflow(name: &str) -> ArrayError {
    IntFault::Overflow.describe(name)
}

/// Bools and integers as `int`, anything else as it is.
fn widened(stop: Stop<'_>, array: &Array) -> Result<Array> {
    match array.dtype() {
        DType::Bool | DType::U8 | DType::I32 => array.astype(stop, DType::Int),
        _ => Ok(array.clone()),
    }
}

fn scan<T: Element>(
    stop: Stop<'_>,
    array: &Array,
    axis: Option<i64>,
    f: impl Fn(T, T) -> Result<T> + Sync,
) -> Result<Array> {
    let Some(axis) = axis else {
        return scan(stop, &array.ravel(stop)?, Some(0), f);
    };
    let axis = check_axis(axis, array.rank())?;
    let mut out = array.copy(stop)?;
    let n = array.shape()[axis] as usize;
    let step = out.strides()[axis] as usize;
    if out.is_empty() {
        return Ok(out);
    }
    let size = out.size();
    let elements = &mut out.storage_mut()?.elements_mut::<T>()[..size];
    if step == 1 && n == size && n > Stop::PIECE && scan_pieces(stop, elements, &f)? {
        return Ok(out);
    }
    for block in elements.chunks_exact_mut(n * step) {
        for start in (step..block.len()).step_by(Stop::PIECE) {
            stop.check()?;
            for i in start..block.len().min(start + Stop::PIECE) {
                block[i] = f(block[i - step], block[i])?;
            }
        }
    }
    Ok(out)
}

/// Scans a long row on all cores: each piece by itself first, for what it adds to the next one, then again from
/// what the pieces before it come to. `false`, with nothing changed, where `f` fails: a piece may fail by itself
/// that does not after those before it.
fn scan_pieces<T: Element>(
    stop: Stop<'_>,
    row: &mut [T],
    f: impl Fn(T, T) -> Result<T> + Sync,
) -> Result<bool> {
    let total = |piece: &[T]| {
        stop.check()?;
        Ok(piece[1..].iter().try_fold(piece[0], |total, &x| f(total, x)).ok())
    };
    let totals: Vec<Option<T>> = row.par_chunks(Stop::PIECE).map(total).collect::<Result<_>>()?;
    let mut starts: Vec<Option<T>> = vec![None];
    for total in totals {
        let Some(total) = total else { return Ok(false) };
        let next = match starts.last().copied().flatten() {
            Some(start) => f(start, total).ok(),
            None => Some(total),
        };
        match next {
            Some(next) => starts.push(Some(next)),
            None => return Ok(false),
        }
    }
    row.par_chunks_mut(Stop::PIECE).zip(starts).try_for_each(|(piece, start)| {
        stop.check()?;
        if let Some(start) = start {
            piece[0] = f(start, piece[0])?;
        }
        for i in 1..piece.len() {
            piece[i] = f(piece[i - 1], piece[i])?;
        }
        Ok(())
    })?;
    Ok(true)
}

impl Array {
    /// Differences of neighbours along an axis, `order` times over.
    ///
    /// # Errors
    /// `IndexError` for an axis out of range, `OverflowError` if an integer difference does not fit.
    pub fn diff(&self, stop: Stop<'_>, order: usize, axis: i64) -> Result<Array> {
        let axis = check_axis(axis, self.rank())?;
        let mut array = self.clone();
        for _ in 0..order {
            let n = array.shape()[axis];
            if n == 0 {
                break;
            }
            let (later, earlier) = (array.narrow(axis, 1, n - 1), array.narrow(axis, 0, n - 1));
            array = binary(stop, BinaryOp::Sub, later.into(), earlier.into())?;
        }
        Ok(array)
    }
}
