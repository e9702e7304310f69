//! Masks of the whole array, `a[a > 0]` and `a[a < 0] = 0`, in one pass and without lists of offsets.

use super::Array;
use super::blocks::BLOCK;
use super::cast::{Mode, scalar_bytes};
use super::cursor::Cursor;
use super::element::{Bool8, Element, with_width};
use super::error::Result;
use super::index::Index;
use super::scalar::Scalar;
use crate::interrupt::Stop;
use quern_ir::DType;
use rayon::prelude::*;

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
        let count = |mask: &[Bool8]| mask.iter().map(|x| usize::from(x.0)).sum::<usize>();
        let counts: Vec<usize> = mask.par_chunks(Stop::PIECE).map(count).collect();
        let total: usize = counts.iter().sum();
        let mut out = Array::for_overwriting(&[total as i64], self.dtype())?;
        with_width!(self.dtype(), T => {
            let elements = &source.storage().elements::<T>()[source.offset()..][..mask.len()];
            let mut rest = &mut out.storage_mut()?.elements_mut::<T>()[..total];
            let targets: Vec<&mut [T]> = counts.iter().map(|&count| {
                let (target, after) = std::mem::take(&mut rest).split_at_mut(count);
                rest = after;
                target
            }).collect();
            let pieces = elements.par_chunks(Stop::PIECE).zip(mask.par_chunks(Stop::PIECE));
            pieces.zip(targets).for_each(|((elements, mask), target)| keep(elements, mask, target));
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

/// Copies the elements where the mask is true, of which `target` takes all.
fn keep<T: Element>(elements: &[T], mask: &[Bool8], mut target: &mut [T]) {
    // Every element is written to a room where the next one is put over it if it is not wanted: no branch is
    // guessed wrong.
    let mut room = [T::default(); BLOCK];
    for (elements, mask) in elements.chunks(BLOCK - 1).zip(mask.chunks(BLOCK - 1)) {
        let mut kept = 0;
        for (&x, which) in elements.iter().zip(mask) {
            room[kept % BLOCK] = x;
            kept += usize::from(which.0);
        }
        let (now, after) = target.split_at_mut(kept);
        now.copy_from_slice(&room[..kept]);
        target = after;
    }
}
