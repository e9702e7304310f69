//! Arrays put together out of others, and repeated.

use super::cast::Mode;
use super::error::{ArrayError, Result};
use super::promote::common_dtype;
use super::shape_ops::check_axis;
use super::{Array, row_major, shape_text};
use crate::interrupt::Stop;
use quern_ir::DType;
use smallvec::SmallVec;

type List = SmallVec<[i64; 8]>;

impl Array {
    /// The arrays one after the other along an axis, in the dtype that holds all of them.
    ///
    /// # Errors
    /// `ValueError` if there are none, `ShapeError` if another dimension differs.
    pub fn concat(arrays: &[Array], axis: i64) -> Result<Array> {
        let Some(first) = arrays.first() else {
            return Err(ArrayError::value("concat: there are no arrays"));
        };
        if first.rank() == 0 {
            return Err(ArrayError::shape("concat: arrays need at least one dimension"));
        }
        let axis = check_axis(axis, first.rank())?;
        let mut shape = List::from_slice(first.shape());
        shape[axis] = 0;
        for array in arrays {
            let fits = array.rank() == shape.len()
                && (0..shape.len()).all(|k| k == axis || array.shape()[k] == shape[k]);
            if !fits {
                return Err(ArrayError::shape(format!(
                    "concat along axis {axis}: shapes {} and {} differ in another axis",
                    shape_text(first.shape()),
                    shape_text(array.shape())
                )));
            }
            shape[axis] += array.shape()[axis];
        }
        let dtype = common_dtype(arrays.iter().map(Array::dtype)).unwrap_or(DType::Float);
        let mut out = Array::alloc(&shape, dtype)?;
        let step = out.strides()[axis] as usize;
        let strides = row_major(&shape);
        let mut offset = 0;
        for array in arrays {
            if array.dtype() == dtype {
                out.write(array.shape(), &strides, offset, array)?;
            } else {
                out.write(
                    array.shape(),
                    &strides,
                    offset,
                    &array.cast(Stop::NEVER, dtype, Mode::Convert)?,
                )?;
            }
            offset += array.shape()[axis] as usize * step;
        }
        Ok(out)
    }

    /// Arrays of one shape along a new axis.
    ///
    /// # Errors
    /// `ValueError` if there are none, `ShapeError` if the shapes differ.
    pub fn stack(arrays: &[Array], axis: i64) -> Result<Array> {
        let Some(first) = arrays.first() else {
            return Err(ArrayError::value("stack: there are no arrays"));
        };
        if let Some(other) = arrays.iter().find(|a| a.shape() != first.shape()) {
            return Err(ArrayError::shape(format!(
                "stack: shapes {} and {} differ",
                shape_text(first.shape()),
                shape_text(other.shape())
            )));
        }
        let expanded: Vec<Array> =
            arrays.iter().map(|a| a.expand_dims(axis)).collect::<Result<_>>()?;
        let axis = if axis < 0 { axis + first.rank() as i64 + 1 } else { axis };
        Array::concat(&expanded, axis)
    }

    /// The whole array repeated along each axis.
    ///
    /// # Errors
    /// `ValueError` for a negative count.
    pub fn tile(&self, stop: Stop<'_>, counts: &[i64]) -> Result<Array> {
        if counts.iter().any(|&n| n < 0) {
            return Err(ArrayError::value("tile: a count is negative"));
        }
        let rank = self.rank().max(counts.len());
        let padded = |list: &[i64]| -> List {
            let mut all: List = smallvec::smallvec![1; rank - list.len()];
            all.extend_from_slice(list);
            all
        };
        let (shape, counts) = (padded(self.shape()), padded(counts));
        // Each axis becomes (repetition, position), broadcast over the first.
        let (mut wide, mut narrow, mut result) = (List::new(), List::new(), List::new());
        for (&n, &count) in shape.iter().zip(&counts) {
            narrow.extend([1, n]);
            wide.extend([count, n]);
            result.push(
                n.checked_mul(count)
                    .ok_or_else(|| ArrayError::memory("tile: the result is too large"))?,
            );
        }
        if result.len() * 2 > super::MAX_RANK {
            return Err(ArrayError::shape(format!(
                "tile takes at most {} dimensions",
                super::MAX_RANK / 2
            )));
        }
        super::checked_size(&result)?;
        self.reshape(stop, &narrow)?.broadcast_to(&wide)?.reshape(stop, &result)
    }

    /// Each element `count` times in a row, along an axis or of the raveled array.
    ///
    /// # Errors
    /// `ValueError` for a negative count.
    pub fn repeat(&self, stop: Stop<'_>, count: i64, axis: Option<i64>) -> Result<Array> {
        let Some(axis) = axis else {
            return self.ravel(stop)?.repeat(stop, count, Some(0));
        };
        if count < 0 {
            return Err(ArrayError::value("repeat: the count is negative"));
        }
        let axis = check_axis(axis, self.rank())?;
        let expanded = self.expand_dims(axis as i64 + 1)?;
        let mut wide = List::from_slice(expanded.shape());
        wide[axis + 1] = count;
        let mut result = List::from_slice(self.shape());
        result[axis] = result[axis]
            .checked_mul(count)
            .ok_or_else(|| ArrayError::memory("repeat: the result is too large"))?;
        super::checked_size(&result)?;
        expanded.broadcast_to(&wide)?.reshape(stop, &result)
    }

    /// One array per axis of a grid, each of the shape of the grid: of the first two axes the
    /// second comes first, as in NumPy, unless `row_first`.
    ///
    /// # Errors
    /// `ShapeError` if an axis is not one-dimensional.
    pub fn meshgrid(stop: Stop<'_>, axes: &[Array], row_first: bool) -> Result<Vec<Array>> {
        if let Some(other) = axes.iter().find(|a| a.rank() != 1) {
            return Err(ArrayError::shape(format!(
                "meshgrid takes one-dimensional arrays, not shape {}",
                shape_text(other.shape())
            )));
        }
        let mut order: SmallVec<[usize; 8]> = (0..axes.len()).collect();
        if !row_first && axes.len() >= 2 {
            order.swap(0, 1);
        }
        let shape: List = order.iter().map(|&k| axes[k].shape()[0]).collect();
        let grid = |k: usize| {
            let mut along: List = smallvec::smallvec![1; axes.len()];
            along[order.iter().position(|&axis| axis == k).unwrap_or(k)] = axes[k].shape()[0];
            axes[k].reshape(stop, &along)?.broadcast_to(&shape)
        };
        (0..axes.len()).map(grid).collect()
    }
}
