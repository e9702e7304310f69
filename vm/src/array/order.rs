//! Sorting and searching. NaN comes last, in either direction; ties keep their order.

use super::element::Bool8;
use super::error::{ArrayError, Result};
use super::index::true_positions;
use super::ops::BinaryOp;
use super::promote::promote;
use super::reduce::with_ordered;
use super::scalar::Scalar;
use super::shape_ops::check_axis;
use super::{Array, Element, elementwise, shape_text};
use crate::interrupt::Stop;
use crate::sort::sort_by;
use quern_ir::DType;
use smallvec::SmallVec;
use std::cmp::Ordering;

/// A dtype with an order in which NaN is greatest.
trait Sortable: Element + PartialOrd {
    #[inline]
    fn order(self, other: Self) -> Ordering {
        // Only NaN differs from itself.
        let is_nan = |x: Self| x.partial_cmp(&x).is_none();
        self.partial_cmp(&other).unwrap_or_else(|| is_nan(self).cmp(&is_nan(other)))
    }

    /// The order of a sort; NaN is last when it is reversed, too.
    #[inline]
    fn directed(self, other: Self, reverse: bool) -> Ordering {
        match self.partial_cmp(&other) {
            Some(order) if reverse => order.reverse(),
            Some(order) => order,
            None => self.order(other),
        }
    }
}
impl Sortable for Bool8 {}
impl Sortable for u8 {}
impl Sortable for i32 {}
impl Sortable for i64 {}
impl Sortable for f32 {}
impl Sortable for f64 {}

impl Array {
    /// The elements along an axis in ascending order, or in descending order if `reverse`.
    ///
    /// # Errors
    /// `IndexError` for an axis out of range, `TypeError` for complex numbers.
    pub fn sort(&self, stop: Stop<'_>, axis: i64, reverse: bool) -> Result<Array> {
        with_ordered!(self.dtype(), "sort", T => self.along(stop, axis, |row: &[T], out: &mut [T]| {
            for (piece, target) in stop.pieces(row).zip(out.chunks_mut(Stop::PIECE)) {
                target.copy_from_slice(piece?);
            }
            sort_by(stop, out, |x, y| x.directed(*y, reverse))
        }))
    }

    /// The positions that sort the elements along an axis.
    ///
    /// # Errors
    /// As [`Array::sort`].
    pub fn argsort(&self, stop: Stop<'_>, axis: i64, reverse: bool) -> Result<Array> {
        with_ordered!(self.dtype(), "argsort", T => self.along(stop, axis, |row: &[T], out: &mut [i64]| {
            for (i, slot) in out.iter_mut().enumerate() {
                *slot = i as i64;
            }
            sort_by(stop, out, |&i, &j| row[i as usize].directed(row[j as usize], reverse))
        }))
    }

    /// Maps every row along an axis to a row of the same length.
    fn along<T: Element, R: Element>(
        &self,
        stop: Stop<'_>,
        axis: i64,
        f: impl Fn(&[T], &mut [R]) -> Result<()>,
    ) -> Result<Array> {
        let axis = check_axis(axis, self.rank())?;
        let mut order: SmallVec<[usize; 8]> = (0..self.rank()).filter(|&k| k != axis).collect();
        order.push(axis);
        let source = self.permuted(&order).contiguous(stop)?;
        let mut out = Array::alloc(source.shape(), R::DTYPE)?;
        let n = self.shape()[axis] as usize;
        if n > 0 {
            let rows = source.as_slice::<T>().unwrap_or(&[]).chunks_exact(n);
            let size = out.size();
            for (row, target) in
                rows.zip(out.storage_mut()?.elements_mut::<R>()[..size].chunks_exact_mut(n))
            {
                f(row, target)?;
            }
        }
        let mut back: SmallVec<[usize; 8]> = SmallVec::from_elem(0, order.len());
        for (k, &axis) in order.iter().enumerate() {
            back[axis] = k;
        }
        out.permuted(&back).contiguous(stop)
    }

    /// Where each value would stand in this sorted vector: before equal elements, or after them if
    /// `right`. The result has the shape of `values`.
    ///
    /// # Errors
    /// `ShapeError` if this is not a vector, `TypeError` for complex numbers.
    pub fn searchsorted(&self, stop: Stop<'_>, values: &Array, right: bool) -> Result<Array> {
        if self.rank() != 1 {
            return Err(ArrayError::shape(format!(
                "searchsorted takes a one-dimensional array, not shape {}",
                shape_text(self.shape())
            )));
        }
        let dtype = promote(self.dtype(), values.dtype());
        let (sorted, values) = (
            self.astype(stop, dtype)?.contiguous(stop)?,
            values.astype(stop, dtype)?.contiguous(stop)?,
        );
        with_ordered!(dtype, "searchsorted", T => {
            let sorted = sorted.as_slice::<T>().unwrap_or(&[]);
            let mut found = Array::for_overwriting(values.shape(), DType::Int)?;
            let slots = found.storage_mut()?.elements_mut::<i64>();
            let pieces = stop.pieces(values.as_slice::<T>().unwrap_or(&[]));
            for (piece, slots) in pieces.zip(slots.chunks_mut(Stop::PIECE)) {
                for (&x, slot) in piece?.iter().zip(slots) {
                    *slot = sorted.partition_point(|&y| match y.order(x) {
                        Ordering::Less => true,
                        Ordering::Equal => right,
                        Ordering::Greater => false,
                    }) as i64;
                }
            }
            Ok(found)
        })
    }

    /// The distinct elements in ascending order, and how often each occurs. NaNs count as equal.
    ///
    /// # Errors
    /// `TypeError` for complex numbers.
    pub fn unique_counts(&self, stop: Stop<'_>) -> Result<(Array, Array)> {
        with_ordered!(self.dtype(), "unique", T => {
            let sorted = self.ravel(stop)?.sort(stop, 0, false)?;
            let (mut values, mut counts): (Vec<T>, Vec<i64>) = (Vec::new(), Vec::new());
            for piece in stop.pieces(sorted.as_slice::<T>().unwrap_or(&[])) {
                for &x in piece? {
                    match (values.last(), counts.last_mut()) {
                        (Some(last), Some(count)) if last.order(x) == Ordering::Equal => *count += 1,
                        _ => {
                            values.push(x);
                            counts.push(1);
                        }
                    }
                }
            }
            Ok((Array::from_vec(values)?, Array::from_vec(counts)?))
        })
    }

    /// The positions of the elements that are not 0, one array per axis.
    ///
    /// # Errors
    /// `ShapeError` for an array without axes.
    pub fn nonzero(&self, stop: Stop<'_>) -> Result<Vec<Array>> {
        if self.rank() == 0 {
            return Err(ArrayError::shape("nonzero needs an array with at least one axis"));
        }
        let mask = match self.dtype() {
            DType::Bool => self.clone(),
            _ => elementwise::binary(stop, BinaryOp::Ne, self.into(), Scalar::Int(0).into())?,
        };
        true_positions(&mask).into_iter().map(Array::from_vec).collect()
    }

    /// The positions of the elements that are not 0, one row for each.
    ///
    /// # Errors
    /// As [`Array::nonzero`].
    pub fn argwhere(&self, stop: Stop<'_>) -> Result<Array> {
        Array::stack(&self.nonzero(stop)?, 1)
    }
}
