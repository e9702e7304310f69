//! N-dimensional arrays of one dtype with value semantics: the plain, eager engine.
//!
//! The module knows nothing of the rest of the VM. Its interface is [`Array`], [`Scalar`],
//! [`Index`], the op enums [`UnaryOp`], [`BinaryOp`] and [`ReduceOp`] with the functions that run
//! them, and [`math`], which holds the one meaning of every scalar operation. The interpreter,
//! compiled code and the loops here all call [`math`], so scalar and array results agree to the bit.
//!
//! Every function checks its arguments and answers an [`ArrayError`]; none panics on any input.
//! Slices, transposes and broadcasts are views that share storage; a write makes the storage
//! unique first (copy-on-write), so a view behaves as a copy.

mod access;
mod assign;
mod blocks;
mod cast;
mod compare;
mod complex;
mod create;
mod cursor;
pub mod decompose;
mod dims;
mod element;
mod elementwise;
mod error;
pub mod fft;
mod fold;
mod format;
pub(crate) mod graph;
mod grow;
mod index;
mod join;
mod kernels;
pub mod least_squares;
mod lu;
mod mask;
pub mod math;
mod matrix;
mod norm;
mod ops;
mod order;
mod pages;
mod partition;
mod pool;
mod product;
mod program;
mod promote;
mod quantile;
mod reduce;
mod rounding;
mod samplesort;
mod scalar;
mod scan;
mod shape_ops;
mod small;
pub mod solve;
pub mod spectrum;
mod stats;
mod storage;
mod stream;

pub use blocks::set_threads;
pub use compare::{all_close, equal, is_close};
pub use complex::Complex;
pub use dims::Dims;
pub use element::{Bool8, Element};
pub use elementwise::{Operand, binary, binary_scalars, clamp, fma, select, unary, unary_scalar};
pub use error::{ArrayError, Result};
pub use format::{ArrayFormat, format_complex, format_f32, format_float, format_scalar};
pub use index::{Index, Item, out_of_range, slice_bounds, too_many_indices};
pub use norm::{MatrixNorm, matrix_norm, norm};
pub use ops::{BinaryOp, ReduceOp, UnaryOp};
pub use product::{dot, matmul, outer};
pub(crate) use promote::promote_weak;
pub use promote::{common_dtype, promote};
pub use quantile::{median, quantile};
pub(crate) use reduce::{is_one_pass, reduce_node};
pub use reduce::{reduce, std, var};
pub use scalar::Scalar;
pub use scan::{cumprod, cumsum};
pub(crate) use small::{Lent, binary as small_binary};
pub use storage::{Storage, set_max_bytes};

pub(crate) use element::{with_element, with_width};
pub(crate) use error::shape_text;

use crate::interrupt::Stop;
use quern_ir::DType;
use rayon::prelude::*;
use std::sync::Arc;

/// An n-dimensional array: a view of shared storage.
///
/// The layout is fixed because compiled code reads the fields; [`layout`] has the offsets. `addr`
/// is the address of element 0 of this view and always equals `storage.addr() + offset * dtype.size()`.
#[derive(Clone)]
#[repr(C)]
pub struct Array {
    addr: usize,
    size: usize,
    dtype: DType,
    rank: u8,
    flags: u8,
    shape: Dims,
    strides: Dims,
    storage: Arc<Storage>,
    offset: usize,
}

/// Where compiled code finds the fields of an [`Array`], in bytes.
pub mod layout {
    use super::{Array, Dims};
    use std::mem::{offset_of, size_of};

    /// `usize`: address of element 0.
    pub const ADDR: usize = offset_of!(Array, addr);
    /// `usize`: number of elements.
    pub const SIZE: usize = offset_of!(Array, size);
    /// `u8`: the `DType`.
    pub const DTYPE: usize = offset_of!(Array, dtype);
    /// `u8`.
    pub const RANK: usize = offset_of!(Array, rank);
    /// `u8`: see [`FLAG_CONTIGUOUS`].
    pub const FLAGS: usize = offset_of!(Array, flags);
    /// `i64` each: dimension `k` is at `SHAPE + 8 * k`, for `k < INLINE_RANK`.
    pub const SHAPE: usize = offset_of!(Array, shape);
    /// `i64` each, in elements, as [`SHAPE`].
    pub const STRIDES: usize = offset_of!(Array, strides);
    /// Dimensions beyond this one are not at a constant offset.
    pub const INLINE_RANK: usize = Dims::INLINE;
    /// Flag: elements lie in row-major order without gaps.
    pub const FLAG_CONTIGUOUS: u8 = 1;
    pub const ARRAY_SIZE: usize = size_of::<Array>();
}

/// Most dimensions an array may have.
pub const MAX_RANK: usize = 32;

impl Array {
    /// Zeroed, contiguous, uniquely owned.
    pub(crate) fn alloc(shape: &[i64], dtype: DType) -> Result<Array> {
        Array::over(shape, dtype, Storage::zeroed)
    }

    /// Contiguous, uniquely owned, with any content: for what writes every element.
    pub(crate) fn for_overwriting(shape: &[i64], dtype: DType) -> Result<Array> {
        Array::over(shape, dtype, Storage::for_overwriting)
    }

    /// Of the same shape, contiguous, uniquely owned, with any content.
    pub(crate) fn alike(&self, dtype: DType) -> Result<Array> {
        let storage = Arc::new(Storage::for_overwriting(self.size * dtype.size())?);
        let strides =
            if self.is_contiguous() { self.strides.clone() } else { row_major(&self.shape) };
        Ok(Array {
            addr: storage.addr(),
            size: self.size,
            dtype,
            rank: self.rank,
            flags: layout::FLAG_CONTIGUOUS,
            shape: self.shape.clone(),
            strides,
            storage,
            offset: 0,
        })
    }

    /// The bytes of an array that nobody else has seen yet.
    pub(crate) fn fresh_bytes(&mut self) -> Option<&mut [u8]> {
        let bytes = self.size * self.dtype.size();
        Arc::get_mut(&mut self.storage)?.bytes_mut().get_mut(..bytes)
    }

    fn over(
        shape: &[i64],
        dtype: DType,
        storage: impl FnOnce(usize) -> Result<Storage>,
    ) -> Result<Array> {
        let size = checked_size(shape)?;
        let bytes = size.checked_mul(dtype.size()).ok_or_else(|| {
            ArrayError::memory(format!("an array of shape {} is too large", shape_text(shape)))
        })?;
        let storage = Arc::new(storage(bytes)?);
        Ok(Array {
            addr: storage.addr(),
            size,
            dtype,
            rank: shape.len() as u8,
            flags: layout::FLAG_CONTIGUOUS,
            shape: Dims::from_slice(shape),
            strides: row_major(shape),
            storage,
            offset: 0,
        })
    }

    /// Another view of the same storage. The caller keeps it inside the storage, unless it is empty:
    /// then the offset does not matter.
    pub(crate) fn view(&self, shape: &[i64], strides: &[i64], offset: usize) -> Array {
        debug_assert!(shape.len() == strides.len() && shape.len() <= MAX_RANK);
        let size = shape.iter().product::<i64>() as usize;
        let offset = if size == 0 { 0 } else { offset };
        Array {
            addr: self.storage.addr() + offset * self.dtype.size(),
            size,
            dtype: self.dtype,
            rank: shape.len() as u8,
            flags: u8::from(is_row_major(shape, strides)) * layout::FLAG_CONTIGUOUS,
            shape: Dims::from_slice(shape),
            strides: Dims::from_slice(strides),
            storage: self.storage.clone(),
            offset,
        }
    }

    /// A part of this array for others to hold: a view, or a copy of a small part where views are in
    /// the way of writing.
    pub(crate) fn part(&self, shape: &[i64], strides: &[i64], offset: usize) -> Result<Array> {
        let view = self.view(shape, strides, offset);
        let is_small = || view.size * view.dtype.size() <= self.storage.bytes().len() / 8;
        if self.storage.is_contended() && is_small() { view.copy(Stop::NEVER) } else { Ok(view) }
    }

    #[inline]
    pub fn dtype(&self) -> DType {
        self.dtype
    }

    #[inline]
    pub fn rank(&self) -> usize {
        usize::from(self.rank)
    }

    /// Number of elements.
    #[inline]
    pub fn size(&self) -> usize {
        self.size
    }

    /// Length of the first axis; 0 for a rank-0 array.
    pub fn len(&self) -> usize {
        self.shape.first().map_or(0, |&n| n as usize)
    }

    pub fn is_empty(&self) -> bool {
        self.size == 0
    }

    #[inline]
    pub fn shape(&self) -> &[i64] {
        &self.shape
    }

    /// Steps between neighbours along each axis, in elements; negative or 0 in some views.
    #[inline]
    pub fn strides(&self) -> &[i64] {
        &self.strides
    }

    /// Address of element 0.
    pub fn addr(&self) -> usize {
        self.addr
    }

    /// Whether the elements lie in row-major order without gaps.
    #[inline]
    pub fn is_contiguous(&self) -> bool {
        self.flags & layout::FLAG_CONTIGUOUS != 0
    }

    /// Whether no other array shares the storage.
    #[inline]
    pub fn is_unique(&self) -> bool {
        Arc::strong_count(&self.storage) == 1
    }

    #[inline]
    pub(crate) fn offset(&self) -> usize {
        self.offset
    }

    pub(crate) fn storage(&self) -> &Storage {
        &self.storage
    }

    /// The elements in order, if they are contiguous and of this type.
    pub fn as_slice<T: Element>(&self) -> Option<&[T]> {
        if T::DTYPE == self.dtype && self.is_contiguous() {
            self.storage.elements::<T>().get(self.offset..self.offset + self.size)
        } else {
            None
        }
    }

    /// The elements for writing, if they are contiguous and of this type. Copies shared storage.
    pub fn as_mut_slice<T: Element>(&mut self) -> Result<Option<&mut [T]>> {
        if T::DTYPE != self.dtype || !self.is_contiguous() {
            return Ok(None);
        }
        let (start, end) = (self.offset, self.offset + self.size);
        let (start, end) = if Arc::get_mut(&mut self.storage).is_some() {
            (start, end)
        } else {
            self.make_unique()?;
            (self.offset, self.offset + self.size)
        };
        Ok(Arc::get_mut(&mut self.storage).and_then(|s| s.elements_mut::<T>().get_mut(start..end)))
    }

    /// The bytes of the elements in the machine's order, if contiguous.
    pub fn bytes(&self) -> Option<&[u8]> {
        let width = self.dtype.size();
        if !self.is_contiguous() {
            return None;
        }
        self.storage.bytes().get(self.offset * width..(self.offset + self.size) * width)
    }

    /// Whether the elements may be overwritten where they are.
    #[inline]
    pub(crate) fn is_writable(&self) -> bool {
        let repeats = || self.shape.iter().zip(self.strides.iter()).any(|(&n, &s)| s == 0 && n > 1);
        self.is_unique() && (self.is_contiguous() || !repeats())
    }

    /// Makes the elements writable without any other array seeing it: a copy, contiguous, unless
    /// nobody else holds the storage.
    pub fn make_unique(&mut self) -> Result<()> {
        if !self.is_writable() {
            *self = self.copy_for_writing(Stop::NEVER)?;
        }
        Ok(())
    }

    /// A copy because others hold the elements that are to be written to.
    pub fn copy_for_writing(&self, stop: Stop<'_>) -> Result<Array> {
        let mut copy = self.copy(stop)?;
        copy.storage_mut()?.count_copy(&self.storage);
        Ok(copy)
    }

    /// The storage for writing; after [`Array::make_unique`].
    pub(crate) fn storage_mut(&mut self) -> Result<&mut Storage> {
        self.make_unique()?;
        Arc::get_mut(&mut self.storage)
            .ok_or_else(|| ArrayError::memory("array storage is shared with another thread"))
    }

    /// A contiguous copy with storage of its own.
    pub fn copy(&self, stop: Stop<'_>) -> Result<Array> {
        let mut out = Array::for_overwriting(&self.shape, self.dtype)?;
        with_width!(self.dtype, T => {
            let target = &mut out.storage_mut()?.elements_mut::<T>()[..self.size];
            let gather = |(n, piece): (usize, &mut [T])| {
                stop.check()?;
                let mut cursor = cursor::Cursor::new(self);
                cursor.seek(n * Stop::PIECE);
                cursor.gather(self.storage.elements::<T>(), piece);
                Ok(())
            };
            if self.size <= Stop::PIECE {
                gather((0, target))?;
            } else {
                target.par_chunks_mut(Stop::PIECE).enumerate().try_for_each(gather)?;
            }
        });
        Ok(out)
    }

    /// The same elements in row-major order without gaps; itself if they are already.
    pub fn contiguous(&self, stop: Stop<'_>) -> Result<Array> {
        if self.is_contiguous() { Ok(self.clone()) } else { self.copy(stop) }
    }

    /// The elements in order. `None` if they are of another type or do not fit memory.
    pub fn to_vec<T: Element>(&self) -> Option<Vec<T>> {
        if T::DTYPE != self.dtype {
            return None;
        }
        let mut out = Vec::new();
        out.try_reserve_exact(self.size).ok()?;
        out.resize(self.size, T::zeroed());
        cursor::Cursor::new(self).gather(self.storage.elements::<T>(), &mut out);
        Some(out)
    }

    /// Element number `position` in row-major order.
    pub fn scalar_at(&self, position: usize) -> Option<Scalar> {
        if position >= self.size {
            return None;
        }
        let offset = if self.is_contiguous() {
            self.offset + position
        } else {
            let mut rest = position as i64;
            let mut offset = self.offset as i64;
            for (&n, &stride) in self.shape.iter().zip(self.strides.iter()).rev() {
                offset += rest % n * stride;
                rest /= n;
            }
            offset as usize
        };
        Some(self.load(offset))
    }

    /// The elements in order.
    pub fn scalars(&self) -> impl ExactSizeIterator<Item = Scalar> + '_ {
        let mut cursor = cursor::Cursor::new(self);
        (0..self.size).map(move |_| self.load(cursor.advance()))
    }

    /// The element at an offset of the storage. The caller keeps it inside.
    pub(crate) fn load(&self, offset: usize) -> Scalar {
        with_element!(self.dtype, T => self.storage.elements::<T>()[offset].to_scalar())
    }
}

impl std::fmt::Debug for Array {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Array<{}, {}>", self.dtype, shape_text(&self.shape))
    }
}

/// Number of elements of a shape.
///
/// # Errors
/// `ShapeError` for negative dimensions or too many of them, `MemoryError` if the number overflows.
pub fn checked_size(shape: &[i64]) -> Result<usize> {
    if shape.len() > MAX_RANK {
        return Err(ArrayError::shape(format!(
            "an array has at most {MAX_RANK} dimensions, not {}",
            shape.len()
        )));
    }
    if shape.iter().any(|&n| n < 0) {
        return Err(ArrayError::shape(format!(
            "negative dimension in shape {}",
            shape_text(shape)
        )));
    }
    // Zeros do not excuse the other dimensions: strides are their products.
    let volume = shape.iter().try_fold(1i64, |size, &n| size.checked_mul(n.max(1)));
    match volume {
        Some(_) => Ok(shape.iter().product::<i64>() as usize),
        None => {
            Err(ArrayError::memory(format!("an array of shape {} is too large", shape_text(shape))))
        }
    }
}

/// Strides of a contiguous array.
pub(crate) fn row_major(shape: &[i64]) -> Dims {
    let mut strides: smallvec::SmallVec<[i64; 8]> = smallvec::smallvec![0; shape.len()];
    let mut step = 1;
    for (stride, &n) in strides.iter_mut().zip(shape).rev() {
        *stride = step;
        step *= n.max(1);
    }
    Dims::from_slice(&strides)
}

fn is_row_major(shape: &[i64], strides: &[i64]) -> bool {
    let mut step = 1;
    for (&n, &stride) in shape.iter().zip(strides).rev() {
        if n == 0 {
            return true;
        }
        if n != 1 {
            if stride != step {
                return false;
            }
            step *= n;
        }
    }
    true
}
