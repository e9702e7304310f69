//! Writing parts of an array: `a[i, 1..3] = x`.
//!
//! The array is made unique first, so no other name sees the change. A value is converted before
//! anything is written: a failed assignment changes nothing.

use super::blocks::BLOCK;
use super::cast::{Mode, cast_kernel, misfit, scalar_bytes};
use super::cursor::Cursor;
use super::element::with_width;
use super::elementwise::Operand;
use super::error::{ArrayError, Result};
use super::index::{Index, Place};
use super::scalar::Scalar;
use super::{Array, shape_text};
use crate::interrupt::Stop;
use bytemuck::Pod;
use quern_ir::DType;
use rayon::prelude::*;
use std::ops::Range;

impl Array {
    /// Stores `value`, broadcast to the shape the index names.
    ///
    /// # Errors
    /// As [`Array::get`]; `ShapeError` if the value does not broadcast; `OverflowError`,
    /// `ValueError` or `TypeError` if a number does not fit the dtype.
    pub fn set(&mut self, index: &[Index], value: &Operand) -> Result<()> {
        match value {
            Operand::Scalar(x) => match index {
                [Index::At(i)] if self.rank() == 1 => self.set_scalar(&[*i], *x),
                [Index::At(i), Index::At(j)] if self.rank() == 2 => self.set_scalar(&[*i, *j], *x),
                _ => match self.whole_mask(index) {
                    Some(mask) => self.fill_masked(mask, *x),
                    None => self.fill_at(index, *x),
                },
            },
            Operand::Array(array) => self.copy_at(index, array),
        }
    }

    /// Stores one number at one position per axis.
    ///
    /// # Errors
    /// `IndexError` with index and shape; else as [`Array::set`].
    pub fn set_scalar(&mut self, index: &[i64], value: Scalar) -> Result<()> {
        let done = match *index {
            [i] => self.set_element([i], value),
            [i, j] => self.set_element([i, j], value),
            [i, j, k] => self.set_element([i, j, k], value),
            _ => false,
        };
        if done {
            return Ok(());
        }
        self.offset_of(index)?;
        self.make_unique()?;
        let offset = self.offset_of(index)?;
        let element = scalar_bytes(value, self.dtype(), Mode::Store)?;
        with_width!(self.dtype(), T => {
            self.storage_mut()?.elements_mut::<T>()[offset] = bytemuck::cast_slice::<_, T>(&element)[0];
        });
        Ok(())
    }

    fn fill_at(&mut self, index: &[Index], value: Scalar) -> Result<()> {
        let element = scalar_bytes(value, self.dtype(), Mode::Store)?;
        self.make_unique()?;
        let place = self.place(index)?;
        with_width!(self.dtype(), T => {
            let value = bytemuck::cast_slice::<_, T>(&element)[0];
            let elements = self.storage_mut()?.elements_mut::<T>();
            match place {
                Place::View { shape, strides, offset } => {
                    let size = shape.iter().product::<i64>() as usize;
                    Cursor::over(&shape, &strides, offset).fill(value, size, elements);
                }
                Place::Points { offsets, .. } => {
                    for offset in offsets {
                        elements[offset] = value;
                    }
                }
            }
        });
        Ok(())
    }

    fn copy_at(&mut self, index: &[Index], value: &Array) -> Result<()> {
        self.make_unique()?;
        let place = self.place(index)?;
        let value = fit_shape(value, place.shape())?;
        let value =
            if value.dtype() == self.dtype() { value } else { store_cast(&value, self.dtype())? };
        match place {
            Place::View { shape, strides, offset } => self.write(&shape, &strides, offset, &value),
            Place::Points { offsets, .. } => {
                with_width!(self.dtype(), T => {
                    let source = value.storage().elements::<T>();
                    let mut cursor = Cursor::new(&value);
                    let elements = self.storage_mut()?.elements_mut::<T>();
                    for offset in offsets {
                        elements[offset] = source[cursor.advance()];
                    }
                });
                Ok(())
            }
        }
    }

    /// Overwrites a view of this array, which nobody else holds, with `value`, which has the same
    /// dtype and size.
    pub(crate) fn write(
        &mut self,
        shape: &[i64],
        strides: &[i64],
        offset: usize,
        value: &Array,
    ) -> Result<()> {
        let target = || Cursor::over(shape, strides, offset);
        let size = value.size();
        with_width!(self.dtype(), T => {
            let elements = self.storage_mut()?.elements_mut::<T>();
            if size <= Stop::PIECE || !target().is_ascending() {
                return copy_piece(value, 0..size, target(), elements);
            }
            let mut rest = elements;
            let mut passed = 0;
            let pieces = (0..size).step_by(Stop::PIECE).map(|first| {
                let last = (first + Stop::PIECE).min(size);
                let end = if last == size { passed + rest.len() } else { target().within(last, 0).offset() };
                let (piece, after) = std::mem::take(&mut rest).split_at_mut(end - passed);
                let target = target().within(first, passed);
                (passed, rest) = (end, after);
                (first..last, target, piece)
            });
            let pieces: Vec<(Range<usize>, Cursor, &mut [T])> = pieces.collect();
            pieces.into_par_iter().try_for_each(|(range, target, piece)| {
                copy_piece(value, range, target, piece)
            })
        })
    }
}

/// Copies some elements of an array to where the cursor stands.
fn copy_piece<T: Pod + Send + Sync>(
    value: &Array,
    range: Range<usize>,
    mut target: Cursor,
    elements: &mut [T],
) -> Result<()> {
    let source = value.storage().elements::<T>();
    if value.is_contiguous() {
        let start = value.offset();
        target.scatter(&source[start + range.start..start + range.end], elements);
        return Ok(());
    }
    let mut block = vec![T::zeroed(); range.len().min(BLOCK)];
    let mut cursor = Cursor::new(value);
    cursor.seek(range.start);
    for first in range.clone().step_by(BLOCK) {
        let block = &mut block[..(range.end - first).min(BLOCK)];
        cursor.gather(source, block);
        target.scatter(block, elements);
    }
    Ok(())
}

/// The value converted as assignment does it; a few elements at a time, since it may be broadcast.
fn store_cast(value: &Array, dtype: DType) -> Result<Array> {
    // A broadcast value is converted once, not once per copy of it.
    let repeated =
        value.shape().iter().zip(value.strides()).any(|(&n, &stride)| n > 1 && stride == 0);
    if repeated {
        let core: Vec<i64> = value
            .shape()
            .iter()
            .zip(value.strides())
            .map(|(&n, &s)| if s == 0 { n.min(1) } else { n })
            .collect();
        let core = value.view(&core, value.strides(), value.offset());
        return store_cast(&core, dtype)?.broadcast_to(value.shape());
    }
    let kernel = cast_kernel(value.dtype(), dtype, Mode::Store);
    let source = value.contiguous(Stop::NEVER)?;
    let mut out = Array::alloc(value.shape(), dtype)?;
    let (bytes, end) = (source.bytes().unwrap_or(&[]), out.size() * dtype.size());
    match kernel(bytes, &mut out.storage_mut()?.bytes_mut()[..end]) {
        None => Ok(out),
        Some(position) => {
            let value = source.scalar_at(position).unwrap_or(Scalar::Int(0));
            Err(misfit(value, dtype, Mode::Store))
        }
    }
}

/// A value broadcast to the shape of a place. Leading axes of length 1 do not matter.
fn fit_shape(value: &Array, shape: &[i64]) -> Result<Array> {
    let extra = value.rank().saturating_sub(shape.len());
    let (leading, rest) = value.shape().split_at(extra);
    let trimmed;
    let core = if extra > 0 && leading.iter().all(|&n| n == 1) {
        trimmed = value.view(rest, &value.strides()[extra..], value.offset());
        &trimmed
    } else {
        value
    };
    core.broadcast_to(shape).map_err(|_| {
        ArrayError::shape(format!(
            "a value of shape {} does not fit a place of shape {}",
            shape_text(value.shape()),
            shape_text(shape)
        ))
    })
}
