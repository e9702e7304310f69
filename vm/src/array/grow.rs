//! Vectors that grow and shrink in place.

use super::cast::{Mode, scalar_bytes};
use super::element::with_width;
use super::error::{ArrayError, Result};
use super::scalar::Scalar;
use super::{Array, Dims, shape_text};

impl Array {
    /// Appends a number to a vector.
    ///
    /// # Errors
    /// `ShapeError` if this is not a vector; `OverflowError`, `ValueError` or `TypeError` if the
    /// number does not fit the dtype.
    pub fn push(&mut self, value: Scalar) -> Result<()> {
        if self.rank() != 1 {
            return Err(ArrayError::shape(format!(
                "push takes a one-dimensional array, not shape {}",
                shape_text(self.shape())
            )));
        }
        let dtype = self.dtype();
        let element = scalar_bytes(value, dtype, Mode::Store)?;
        let width = dtype.size();
        self.own_storage(1)?;
        let end = (self.offset() + self.size()) * width;
        let target = &mut self.storage_mut()?.bytes_mut()[end..end + width];
        target.copy_from_slice(&bytemuck::cast_slice::<_, u8>(&element)[..width]);
        self.set_length(self.size() + 1);
        Ok(())
    }

    /// Puts a number into a vector before the one at `at`, which is at most the length.
    ///
    /// # Errors
    /// As [`Array::push`].
    pub fn insert(&mut self, at: usize, value: Scalar) -> Result<()> {
        self.push(value)?;
        let places = self.offset() + at..self.offset() + self.size();
        with_width!(self.dtype(), T => {
            self.storage_mut()?.elements_mut::<T>()[places].rotate_right(1);
        });
        Ok(())
    }

    /// Takes the number at `at` out of a vector; `None` past its end.
    ///
    /// # Errors
    /// `MemoryError` if others hold the vector and there is no room for a copy.
    pub fn remove(&mut self, at: usize) -> Result<Option<Scalar>> {
        let Some(removed) = self.scalar_at(at).filter(|_| at < self.size()) else {
            return Ok(None);
        };
        self.own_storage(0)?;
        let places = self.offset() + at..self.offset() + self.size();
        with_width!(self.dtype(), T => {
            self.storage_mut()?.elements_mut::<T>()[places].rotate_left(1);
        });
        self.set_length(self.size() - 1);
        Ok(Some(removed))
    }

    /// Makes a vector the only holder of its storage, without gaps and with room for `more` elements
    /// behind it. A copy has twice the room, so that many appends take linear time.
    fn own_storage(&mut self, more: usize) -> Result<()> {
        let end = (self.offset() + self.size() + more) * self.dtype().size();
        if self.is_unique() && self.is_contiguous() && end <= self.storage().bytes().len() {
            return Ok(());
        }
        let capacity = (self.size() as i64).saturating_mul(2).max(8);
        let mut grown = Array::alloc(&[capacity], self.dtype())?;
        grown.write(self.shape(), &[1], 0, self)?;
        let size = self.size();
        *self = grown;
        self.set_length(size);
        Ok(())
    }

    /// Makes a contiguous vector longer or shorter within its storage.
    fn set_length(&mut self, length: usize) {
        self.size = length;
        self.shape = Dims::from_slice(&[length as i64]);
        self.strides = Dims::from_slice(&[1]);
    }
}
