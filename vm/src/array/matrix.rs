//! The matrices of an array as the library of linear algebra sees them: its last two axes, where the
//! axes in front count them.

use super::complex::Complex;
use super::element::Element;
use super::error::Result;
use super::{Array, shape_text};
use crate::array::ArrayError;
use crate::interrupt::Stop;
use bytemuck::Pod;
use faer::traits::ComplexField;
use faer::{MatMut, MatRef};
use smallvec::SmallVec;

/// An element that matrices of the library have, under its own name there.
pub(crate) trait Number: Element {
    type Field: ComplexField + Pod;
}

impl Number for f32 {
    type Field = f32;
}
impl Number for f64 {
    type Field = f64;
}
impl Number for Complex {
    type Field = num_complex::Complex<f64>;
}

/// A number that matrices are taken apart in.
pub(crate) trait Double: Number<Field: ComplexField<Real = f64>> {}
impl Double for f64 {}
impl Double for Complex {}

/// An array seen as matrices, without a copy where rows or columns lie in one piece.
pub(crate) struct Matrices {
    array: Array,
    pub(crate) rows: usize,
    pub(crate) columns: usize,
    /// From a row to the next and from a column to the next.
    steps: (i64, i64),
}

impl Matrices {
    /// The matrices of an array with two axes or more.
    ///
    /// # Errors
    /// `ShapeError` for fewer axes.
    pub(crate) fn new(stop: Stop<'_>, name: &str, array: &Array) -> Result<Matrices> {
        if array.rank() < 2 {
            let shape = shape_text(array.shape());
            return Err(ArrayError::shape(format!(
                "{name} takes a matrix, not an array of shape {shape}"
            )));
        }
        Matrices::of(stop, array)
    }

    /// A vector as the only row of a matrix; other arrays as they are.
    pub(crate) fn row(stop: Stop<'_>, array: &Array) -> Result<Matrices> {
        if array.rank() > 1 {
            return Matrices::of(stop, array);
        }
        let array = array.contiguous(stop)?;
        Ok(Matrices { rows: 1, columns: array.size(), steps: (0, 1), array })
    }

    /// A vector as the only column of a matrix; other arrays as they are.
    pub(crate) fn column(stop: Stop<'_>, array: &Array) -> Result<Matrices> {
        let Matrices { array, rows, columns, steps } = Matrices::row(stop, array)?;
        Ok(match array.rank() {
            1 => Matrices { array, rows: columns, columns: rows, steps: (1, 0) },
            _ => Matrices { array, rows, columns, steps },
        })
    }

    fn of(stop: Stop<'_>, array: &Array) -> Result<Matrices> {
        let last = array.rank() - 2;
        let (rows, columns) = (array.shape()[last], array.shape()[last + 1]);
        let (down, across) = (array.strides()[last], array.strides()[last + 1]);
        let lines = across.abs() == 1 || down.abs() == 1 || rows <= 1 || columns <= 1;
        let array = if lines { array.clone() } else { array.contiguous(stop)? };
        let steps = if lines { (down, across) } else { (columns, 1) };
        Ok(Matrices { array, rows: rows as usize, columns: columns as usize, steps })
    }

    /// The same with each row in one piece.
    pub(crate) fn in_rows(self, stop: Stop<'_>) -> Result<Matrices> {
        if self.steps.1.abs() == 1 {
            return Ok(self);
        }
        let steps = (self.columns as i64, 1);
        Ok(Matrices { array: self.array.contiguous(stop)?, steps, ..self })
    }

    /// The axes in front of the matrices.
    pub(crate) fn batch(&self) -> &[i64] {
        &self.array.shape()[..self.array.rank().saturating_sub(2)]
    }

    /// All of them in order.
    pub(crate) fn iter<T: Number>(&self) -> impl Iterator<Item = MatRef<'_, T::Field>> {
        let places = Places::new(self, self.batch());
        let count = self.batch().iter().product::<i64>() as usize;
        (0..count).map(move |n| self.at::<T>(places.start(n)))
    }

    /// The matrix whose first element is at an offset of the storage.
    pub(crate) fn at<T: Number>(&self, start: i64) -> MatRef<'_, T::Field> {
        let (rows, columns, (down, across)) = (self.rows, self.columns, self.steps);
        if rows == 0 || columns == 0 {
            return MatRef::from_row_major_slice(&[], rows, columns);
        }
        // What is read backwards starts at its other end.
        let first = start + down.min(0) * (rows as i64 - 1) + across.min(0) * (columns as i64 - 1);
        let cells =
            &bytemuck::cast_slice::<T, T::Field>(self.array.storage().elements())[first as usize..];
        let matrix = if across.abs() == 1 || columns == 1 {
            MatRef::from_row_major_slice_with_stride(
                cells,
                rows,
                columns,
                down.unsigned_abs() as usize,
            )
        } else {
            MatRef::from_column_major_slice_with_stride(
                cells,
                rows,
                columns,
                across.unsigned_abs() as usize,
            )
        };
        let matrix = if down < 0 { matrix.reverse_rows() } else { matrix };
        if across < 0 { matrix.reverse_cols() } else { matrix }
    }
}

/// Where the matrices of an array start when its axes in front are stretched to a batch.
pub(crate) struct Places {
    first: i64,
    batch: SmallVec<[i64; 4]>,
    strides: SmallVec<[i64; 4]>,
}

impl Places {
    /// The places for a batch that the axes in front broadcast to.
    pub(crate) fn new(matrices: &Matrices, batch: &[i64]) -> Places {
        let own = matrices.batch();
        let mut strides = SmallVec::from_elem(0, batch.len());
        let last = &mut strides[batch.len() - own.len()..];
        for ((slot, &n), &stride) in last.iter_mut().zip(own).zip(matrices.array.strides()) {
            *slot = if n == 1 { 0 } else { stride };
        }
        Places { first: matrices.array.offset() as i64, batch: batch.into(), strides }
    }

    /// The offset of matrix number `n` of the batch.
    pub(crate) fn start(&self, n: usize) -> i64 {
        let mut rest = n as i64;
        let mut start = self.first;
        for (&length, &stride) in self.batch.iter().zip(&self.strides).rev() {
            start += rest % length * stride;
            rest /= length;
        }
        start
    }
}

/// A matrix in strips of so many columns, with the column where each starts.
pub(crate) fn strips<F>(matrix: MatMut<'_, F>, width: usize) -> Vec<(usize, MatMut<'_, F>)> {
    let mut strips = Vec::new();
    let (mut start, mut rest) = (0, matrix);
    while rest.ncols() > 0 {
        let width = width.min(rest.ncols());
        let (strip, right) = rest.split_at_col_mut(width);
        strips.push((start, strip));
        (start, rest) = (start + width, right);
    }
    strips
}
