//! Runs block kernels over operands of any layout.
//!
//! A kernel only knows contiguous blocks of one dtype. A [`Feed`] turns an operand into such
//! blocks: a contiguous one is passed through, anything else is gathered, repeated or converted
//! into a scratch block that stays in the first-level cache. So each operation needs one loop per
//! dtype, whatever the layouts.

use super::cast::{CastKernel, Mode, cast_kernel, scalar_bytes};
use super::cursor::Cursor;
use super::element::with_width;
use super::error::Result;
use super::scalar::Scalar;
use super::storage::Storage;
use super::{Array, shape_text};
use quern_ir::DType;

/// Elements in a block: three blocks of floats fill about 24 KiB, most of a first-level cache.
pub(crate) const BLOCK: usize = 1024;

/// An operand, a block at a time.
pub(crate) struct Feed<'a> {
    source: Source<'a>,
    dtype: DType,
    /// The current block is `block_bytes` of `scratch`, or of the source if it is passed through.
    scratch: Option<Storage>,
    direct: &'a [u8],
    block_bytes: usize,
}

enum Source<'a> {
    /// Contiguous and of the right dtype.
    Direct(&'a [u8]),
    /// Contiguous, of another dtype.
    Convert(&'a [u8], CastKernel, DType),
    /// In any order; converted if there is a kernel.
    Gather(&'a Array, Cursor, Option<(CastKernel, Storage)>),
    /// One value; the scratch block is full of it.
    Constant,
    /// The previous content of the output.
    Output,
}

impl<'a> Feed<'a> {
    /// The elements of `array` as `dtype`, to which its own dtype must promote.
    pub(crate) fn new(array: &'a Array, dtype: DType) -> Result<Feed<'a>> {
        let kernel =
            (array.dtype() != dtype).then(|| cast_kernel(array.dtype(), dtype, Mode::Convert));
        let source = match (array.bytes(), kernel) {
            (Some(bytes), None) => Source::Direct(bytes),
            (Some(bytes), Some(kernel)) => Source::Convert(bytes, kernel, array.dtype()),
            (None, None) => Source::Gather(array, Cursor::new(array), None),
            (None, Some(kernel)) => {
                let native = block_storage(array.size(), array.dtype())?;
                Source::Gather(array, Cursor::new(array), Some((kernel, native)))
            }
        };
        let scratch = match source {
            Source::Direct(_) => None,
            _ => Some(block_storage(array.size(), dtype)?),
        };
        Ok(Feed { source, dtype, scratch, direct: &[], block_bytes: 0 })
    }

    /// One value, `size` times.
    pub(crate) fn constant(
        value: Scalar,
        dtype: DType,
        mode: Mode,
        size: usize,
    ) -> Result<Feed<'a>> {
        let element = scalar_bytes(value, dtype, mode)?;
        let mut scratch = block_storage(size, dtype)?;
        with_width!(dtype, T => {
            let value = bytemuck::cast_slice::<_, T>(&element)[0];
            scratch.elements_mut::<T>().fill(value);
        });
        Ok(Feed {
            source: Source::Constant,
            dtype,
            scratch: Some(scratch),
            direct: &[],
            block_bytes: 0,
        })
    }

    /// What the output holds before it is overwritten.
    pub(crate) fn output(out: &Array) -> Result<Feed<'a>> {
        Ok(Feed {
            source: Source::Output,
            dtype: out.dtype(),
            scratch: Some(block_storage(out.size(), out.dtype())?),
            direct: &[],
            block_bytes: 0,
        })
    }

    /// Makes the next `count` elements, from `start` on, the current block.
    fn load(&mut self, start: usize, count: usize, out: &[u8]) {
        let width = self.dtype.size();
        self.block_bytes = count * width;
        let scratch = self.scratch.as_mut().map(Storage::bytes_mut);
        match (&mut self.source, scratch) {
            (Source::Direct(bytes), _) => {
                self.direct = &bytes[start * width..(start + count) * width]
            }
            (Source::Convert(bytes, kernel, from), Some(scratch)) => {
                let block = &bytes[start * from.size()..(start + count) * from.size()];
                kernel(block, &mut scratch[..count * width]);
            }
            (Source::Gather(array, cursor, None), Some(scratch)) => {
                gather(array, cursor, &mut scratch[..count * width]);
            }
            (Source::Gather(array, cursor, Some((kernel, native))), Some(scratch)) => {
                let block = &mut native.bytes_mut()[..count * array.dtype().size()];
                gather(array, cursor, block);
                kernel(block, &mut scratch[..count * width]);
            }
            (Source::Output, Some(scratch)) => scratch[..count * width].copy_from_slice(out),
            (Source::Constant, _) | (_, None) => {}
        }
    }

    /// The current block.
    #[inline]
    pub(crate) fn block(&self) -> &[u8] {
        match &self.scratch {
            Some(scratch) => &scratch.bytes()[..self.block_bytes],
            None => self.direct,
        }
    }

    /// An element of the current block, for messages.
    pub(crate) fn value(&self, position: usize) -> Scalar {
        use super::element::{Element, with_element};
        with_element!(self.dtype, T => bytemuck::cast_slice::<u8, T>(self.block())[position].to_scalar())
    }
}

fn gather(array: &Array, cursor: &mut Cursor, target: &mut [u8]) {
    with_width!(array.dtype(), T => {
        cursor.gather(array.storage().elements::<T>(), bytemuck::cast_slice_mut::<u8, T>(target));
    });
}

fn block_storage(size: usize, dtype: DType) -> Result<Storage> {
    Storage::zeroed(size.min(BLOCK) * dtype.size())
}

/// Calls `kernel` with every block of the inputs and of `out`, which is contiguous. Stops when it
/// answers a position within the block, and returns that as a position within the array.
pub(crate) fn run<'a>(
    inputs: &mut [&mut Feed<'a>],
    out: &mut Array,
    mut kernel: impl FnMut(&[&mut Feed<'a>], &mut [u8]) -> Option<usize>,
) -> Result<Option<usize>> {
    let (size, width, base) = (out.size(), out.dtype().size(), out.offset());
    let bytes = out.storage_mut()?.bytes_mut();
    let mut start = 0;
    while start < size {
        let count = (size - start).min(BLOCK);
        let block = &mut bytes[(base + start) * width..(base + start + count) * width];
        for input in inputs.iter_mut() {
            input.load(start, count, block);
        }
        if let Some(position) = kernel(inputs, block) {
            return Ok(Some(start + position));
        }
        start += count;
    }
    Ok(None)
}

/// The index of element number `position`, as scripts print it: `3` or `(1, 2)`.
pub(crate) fn index_text(shape: &[i64], position: usize) -> String {
    let mut rest = position as i64;
    let mut index = vec![0; shape.len()];
    for (slot, &n) in index.iter_mut().zip(shape).rev() {
        *slot = rest % n.max(1);
        rest /= n.max(1);
    }
    match index[..] {
        [i] => i.to_string(),
        _ => shape_text(&index),
    }
}
