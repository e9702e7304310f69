//! Appending to a vector.

use super::cast::{Mode, scalar_bytes};
use super::error::{ArrayError, Result};
use super::scalar::Scalar;
use super::{Array, Dims, shape_text};

impl Array {
    /// Appends a number to a vector. Storage grows by doubling, so many appends take linear time.
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
        let end = (self.offset() + self.size()) * width;
        let has_room =
            self.is_unique() && self.is_contiguous() && end + width <= self.storage().bytes().len();
        if !has_room {
            let capacity = (self.size() as i64).saturating_mul(2).max(8);
            let mut grown = Array::alloc(&[capacity], dtype)?;
            grown.write(self.shape(), &[1], 0, self)?;
            let size = self.size();
            *self = grown;
            self.set_length(size);
        }
        let end = (self.offset() + self.size()) * width;
        let target = &mut self.storage_mut()?.bytes_mut()[end..end + width];
        target.copy_from_slice(&bytemuck::cast_slice::<_, u8>(&element)[..width]);
        self.set_length(self.size() + 1);
        Ok(())
    }

    /// Makes a contiguous vector longer or shorter within its storage.
    fn set_length(&mut self, length: usize) {
        self.size = length;
        self.shape = Dims::from_slice(&[length as i64]);
        self.strides = Dims::from_slice(&[1]);
    }
}
