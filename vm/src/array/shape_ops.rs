//! Changes of shape: views where the layout allows it, copies where not.

use super::cursor::Cursor;
use super::element::with_width;
use super::error::{ArrayError, Result};
use super::{Array, row_major, shape_text};
use crate::interrupt::Stop;
use smallvec::SmallVec;

type List = SmallVec<[i64; 8]>;

/// The shape two shapes broadcast to: aligned at the end, 1 stretches.
pub(crate) fn broadcast_shapes(a: &[i64], b: &[i64]) -> Option<List> {
    if a == b {
        return Some(List::from_slice(a));
    }
    let (long, short) = if a.len() >= b.len() { (a, b) } else { (b, a) };
    let mut shape = List::from_slice(long);
    for (slot, &n) in shape[long.len() - short.len()..].iter_mut().zip(short) {
        if *slot == 1 {
            *slot = n;
        } else if n != 1 && n != *slot {
            return None;
        }
    }
    Some(shape)
}

/// An axis number, negative ones counted from the end, as a position.
///
/// # Errors
/// `IndexError` if there is no such axis.
pub(crate) fn check_axis(axis: i64, rank: usize) -> Result<usize> {
    let position = if axis < 0 { axis + rank as i64 } else { axis };
    if (0..rank as i64).contains(&position) {
        Ok(position as usize)
    } else {
        Err(ArrayError::index(format!(
            "axis {axis} is out of range for an array with {rank} dimensions"
        )))
    }
}

impl Array {
    /// The same elements in another shape; one dimension may be -1 and is computed.
    ///
    /// # Errors
    /// `ShapeError` if the number of elements differs.
    pub fn reshape(&self, stop: Stop<'_>, shape: &[i64]) -> Result<Array> {
        let mut shape = List::from_slice(shape);
        let mismatch = |shape: &[i64]| {
            ArrayError::shape(format!(
                "cannot reshape an array of shape {} ({} elements) to {}",
                shape_text(self.shape()),
                self.size(),
                shape_text(shape)
            ))
        };
        let unknown: SmallVec<[usize; 2]> =
            shape.iter().enumerate().filter(|&(_, &n)| n == -1).map(|(k, _)| k).collect();
        match unknown[..] {
            [] => {}
            [k] => {
                let known = shape.iter().enumerate().filter(|&(j, _)| j != k);
                let known = known.map(|(_, &n)| n).try_fold(1i64, i64::checked_mul);
                match known {
                    Some(known) if known > 0 && self.size() as i64 % known == 0 => {
                        shape[k] = self.size() as i64 / known;
                    }
                    _ => return Err(mismatch(&shape)),
                }
            }
            _ => return Err(mismatch(&shape).hint("only one dimension may be -1")),
        }
        if super::checked_size(&shape)? != self.size() {
            return Err(mismatch(&shape));
        }
        let source = self.contiguous(stop)?;
        Ok(source.view(&shape, &row_major(&shape), source.offset()))
    }

    /// All elements along one axis.
    pub fn ravel(&self, stop: Stop<'_>) -> Result<Array> {
        self.reshape(stop, &[self.size() as i64])
    }

    /// The axes in another order, all reversed by default. A view.
    ///
    /// # Errors
    /// `ValueError` if `axes` is not a permutation.
    pub fn transpose(&self, axes: Option<&[i64]>) -> Result<Array> {
        let rank = self.rank();
        let order: SmallVec<[usize; 8]> = match axes {
            None => (0..rank).rev().collect(),
            Some(axes) => {
                let order: SmallVec<[usize; 8]> =
                    axes.iter().map(|&axis| check_axis(axis, rank)).collect::<Result<_>>()?;
                let mut seen = vec![false; rank];
                for &axis in &order {
                    seen[axis] = true;
                }
                if order.len() != rank || seen.contains(&false) {
                    return Err(ArrayError::value(format!(
                        "{} does not name each of the {rank} axes once",
                        shape_text(axes)
                    )));
                }
                order
            }
        };
        Ok(self.permuted(&order))
    }

    /// The axes in the order given, which is a permutation.
    pub(crate) fn permuted(&self, order: &[usize]) -> Array {
        let shape: List = order.iter().map(|&axis| self.shape()[axis]).collect();
        let strides: List = order.iter().map(|&axis| self.strides()[axis]).collect();
        self.view(&shape, &strides, self.offset())
    }

    /// Two axes exchanged. A view.
    pub fn swapaxes(&self, first: i64, second: i64) -> Result<Array> {
        let (first, second) = (check_axis(first, self.rank())?, check_axis(second, self.rank())?);
        let mut order: SmallVec<[usize; 8]> = (0..self.rank()).collect();
        order.swap(first, second);
        Ok(self.permuted(&order))
    }

    /// The array repeated to a larger shape without copying.
    ///
    /// # Errors
    /// `ShapeError` if a dimension other than 1 differs.
    pub fn broadcast_to(&self, shape: &[i64]) -> Result<Array> {
        super::checked_size(shape)?;
        match broadcast_shapes(self.shape(), shape) {
            Some(common) if common[..] == *shape => {}
            _ => {
                return Err(ArrayError::shape(format!(
                    "shape {} does not broadcast to {}",
                    shape_text(self.shape()),
                    shape_text(shape)
                )));
            }
        }
        let missing = shape.len() - self.rank();
        let strides: List = (0..shape.len())
            .map(|k| match k.checked_sub(missing) {
                Some(axis) if self.shape()[axis] == shape[k] => self.strides()[axis],
                _ => 0,
            })
            .collect();
        Ok(self.view(shape, &strides, self.offset()))
    }

    /// Without the axes of length 1, or without one of them.
    ///
    /// # Errors
    /// `ShapeError` if the axis named is longer than 1.
    pub fn squeeze(&self, axis: Option<i64>) -> Result<Array> {
        let only = axis.map(|axis| check_axis(axis, self.rank())).transpose()?;
        if let Some(axis) = only
            && self.shape()[axis] != 1
        {
            return Err(ArrayError::shape(format!(
                "cannot squeeze axis {axis} of shape {}: it is not 1",
                shape_text(self.shape())
            )));
        }
        let kept = |&k: &usize| self.shape()[k] != 1 || only.is_some_and(|axis| axis != k);
        let order: SmallVec<[usize; 8]> = (0..self.rank()).filter(kept).collect();
        Ok(self.permuted(&order))
    }

    /// With a new axis of length 1 before `axis`.
    pub fn expand_dims(&self, axis: i64) -> Result<Array> {
        let axis = check_axis(axis, self.rank() + 1)?;
        let (mut shape, mut strides) =
            (List::from_slice(self.shape()), List::from_slice(self.strides()));
        shape.insert(axis, 1);
        strides.insert(axis, 0);
        super::checked_size(&shape)?;
        Ok(self.view(&shape, &strides, self.offset()))
    }

    /// The elements in opposite order along one axis, or along all. A view.
    pub fn reverse(&self, axis: Option<i64>) -> Result<Array> {
        let axis = axis.map(|axis| check_axis(axis, self.rank())).transpose()?;
        let mut strides = List::from_slice(self.strides());
        let mut offset = self.offset() as i64;
        for (k, stride) in strides.iter_mut().enumerate() {
            if axis.is_none_or(|axis| axis == k) && self.shape()[k] > 0 {
                offset += (self.shape()[k] - 1) * *stride;
                *stride = -*stride;
            }
        }
        if self.is_empty() {
            return Ok(self.clone());
        }
        Ok(self.view(self.shape(), &strides, offset as usize))
    }

    /// The elements moved `shift` places towards the end of an axis (of the raveled array by
    /// default); what falls off comes back at the start.
    pub fn roll(&self, stop: Stop<'_>, shift: i64, axis: Option<i64>) -> Result<Array> {
        let Some(axis) = axis else {
            return self.ravel(stop)?.roll(stop, shift, Some(0))?.reshape(stop, self.shape());
        };
        let axis = check_axis(axis, self.rank())?;
        let n = self.shape()[axis];
        if n == 0 {
            return Ok(self.clone());
        }
        let split = n - shift.rem_euclid(n);
        let parts = [self.narrow(axis, split, n - split), self.narrow(axis, 0, split)];
        Array::concat(&parts, axis as i64)
    }

    /// `count` positions of an axis from `start` on, which lie in range. A view.
    pub(crate) fn narrow(&self, axis: usize, start: i64, count: i64) -> Array {
        let mut shape = List::from_slice(self.shape());
        shape[axis] = count;
        let offset = if count == 0 { 0 } else { start * self.strides()[axis] };
        self.view(&shape, self.strides(), (self.offset() as i64 + offset) as usize)
    }

    /// The elements on and below diagonal `k` of the last two axes, zeros elsewhere.
    pub fn tril(&self, k: i64) -> Result<Array> {
        self.triangle("tril", |row, column| column - row <= k)
    }

    /// The elements on and above diagonal `k` of the last two axes, zeros elsewhere.
    pub fn triu(&self, k: i64) -> Result<Array> {
        self.triangle("triu", |row, column| column - row >= k)
    }

    fn triangle(&self, name: &str, keep: impl Fn(i64, i64) -> bool) -> Result<Array> {
        let [.., rows, columns] = *self.shape() else {
            return Err(ArrayError::shape(format!(
                "{name} needs at least two dimensions, not shape {}",
                shape_text(self.shape())
            )));
        };
        let mut out = self.copy(Stop::NEVER)?;
        with_width!(self.dtype(), T => {
            let zero = <T as bytemuck::Zeroable>::zeroed();
            let elements = &mut out.storage_mut()?.elements_mut::<T>()[..self.size()];
            for (position, element) in elements.iter_mut().enumerate() {
                let position = position as i64;
                if !keep(position / columns % rows, position % columns) {
                    *element = zero;
                }
            }
        });
        Ok(out)
    }

    /// The diagonals of the matrices in the last two axes, as the last axis of a view.
    ///
    /// # Errors
    /// `ShapeError` for fewer than two axes.
    pub fn diagonals(&self, name: &str) -> Result<Array> {
        let (&[ref batch @ .., rows, columns], &[ref front @ .., down, across]) =
            (self.shape(), self.strides())
        else {
            let shape = shape_text(self.shape());
            return Err(ArrayError::shape(format!(
                "{name} takes a matrix, not an array of shape {shape}"
            )));
        };
        let shape: List = batch.iter().copied().chain([rows.min(columns)]).collect();
        let strides: List = front.iter().copied().chain([down + across]).collect();
        Ok(self.view(&shape, &strides, self.offset()))
    }

    /// Diagonal `k` of a matrix, or the matrix with this vector on diagonal `k`.
    ///
    /// # Errors
    /// `ShapeError` for other ranks.
    pub fn diag(&self, k: i64) -> Result<Array> {
        match *self.shape() {
            [n] => {
                let side = k.checked_abs().and_then(|k| k.checked_add(n));
                let side =
                    side.ok_or_else(|| ArrayError::value(format!("diagonal {k} is out of range")))?;
                let mut out = Array::alloc(&[side, side], self.dtype())?;
                let start = if k >= 0 { k } else { -k * side };
                if n > 0 {
                    let mut target = Cursor::over(&[n], &[side + 1], start as usize);
                    with_width!(self.dtype(), T => {
                        let mut values = vec![<T as bytemuck::Zeroable>::zeroed(); self.size()];
                        Cursor::new(self).gather(self.storage().elements::<T>(), &mut values);
                        target.scatter(&values, out.storage_mut()?.elements_mut::<T>());
                    });
                }
                Ok(out)
            }
            [rows, columns] => {
                let (row, column) = if k >= 0 { (0, k) } else { (k.saturating_neg(), 0) };
                let count = rows.saturating_sub(row).min(columns.saturating_sub(column)).max(0);
                let (down, right) = (self.strides()[0], self.strides()[1]);
                let start = if count == 0 { 0 } else { row * down + column * right };
                Ok(self.view(&[count], &[down + right], (self.offset() as i64 + start) as usize))
            }
            _ => Err(ArrayError::shape(format!(
                "diag needs one or two dimensions, not shape {}",
                shape_text(self.shape())
            ))),
        }
    }
}
