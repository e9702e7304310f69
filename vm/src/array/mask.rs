//! Masks of the whole array, `a[a > 0]` and `a[a < 0] = 0`, in one pass and without lists of offsets.

use super::Array;
use super::cast::{Mode, scalar_bytes};
use super::cursor::Cursor;
use super::element::{Bool8, with_width};
use super::error::Result;
use super::index::Index;
use super::scalar::Scalar;
use crate::interrupt::Stop;
use quern_ir::DType;

impl Array {
    /// The mask, if the index is one bool array of the shape of this array.
    pub(crate) fn whole_mask<'a>(&self, index: &'a [Index]) -> Option<&'a Array> {
        match index {
            [Index::Mask(mask)]
                if mask.dtype() == DType::Bool
                    && mask.shape() == self.shape()
                    && self.rank() > 0 =>
            {
                Some(mask)
            }
            _ => None,
        }
    }

    /// The elements where the mask, which has the shape of this array, is true.
    pub(crate) fn masked(&self, mask: &Array) -> Result<Array> {
        let (source, mask) = (self.contiguous(Stop::NEVER)?, mask.contiguous(Stop::NEVER)?);
        let mask = mask.as_slice::<Bool8>().unwrap_or(&[]);
        let count: usize = mask.iter().map(|x| usize::from(x.0)).sum();
        let mut out = Array::alloc(&[count as i64], self.dtype())?;
        with_width!(self.dtype(), T => {
            let elements = &source.storage().elements::<T>()[source.offset()..];
            let mut targets = out.storage_mut()?.elements_mut::<T>()[..count].iter_mut();
            for (&x, keep) in elements.iter().zip(mask) {
                if keep.get() && let Some(slot) = targets.next() {
                    *slot = x;
                }
            }
        });
        Ok(out)
    }

    /// Stores one number where the mask, which has the shape of this array, is true.
    pub(crate) fn fill_masked(&mut self, mask: &Array, value: Scalar) -> Result<()> {
        let element = scalar_bytes(value, self.dtype(), Mode::Store)?;
        self.make_unique()?;
        let mut cursor = Cursor::new(self);
        let mut mask_cursor = Cursor::new(mask);
        let (size, mask) = (self.size(), mask.storage().elements::<Bool8>());
        with_width!(self.dtype(), T => {
            let value = bytemuck::cast_slice::<_, T>(&element)[0];
            let elements = self.storage_mut()?.elements_mut::<T>();
            for _ in 0..size {
                let (at, which) = (cursor.advance(), mask_cursor.advance());
                if mask[which].get() {
                    elements[at] = value;
                }
            }
        });
        Ok(())
    }
}
