//! The bytes behind arrays: owned, zeroed, aligned to 64 bytes, and never moved.
//!
//! The alignment comes from the type of the chunks, so typed views are plain checked casts and
//! neither `unsafe` nor a hand-written `Send`/`Sync` is needed.

use super::element::Element;
use super::error::{ArrayError, Result};
use bytemuck::{Pod, Zeroable};
use std::sync::atomic::{AtomicUsize, Ordering};

#[derive(Clone, Copy, Pod, Zeroable)]
#[repr(C, align(64))]
struct Chunk([u8; Storage::ALIGN]);

/// One allocation.
pub struct Storage {
    chunks: Box<[Chunk]>,
}

/// Largest number of bytes one array may have; a run's memory limit lowers it.
static MAX_BYTES: AtomicUsize = AtomicUsize::new(isize::MAX as usize);

/// Sets the largest number of bytes one array may have from now on, in every run of the process.
pub fn set_max_bytes(bytes: usize) {
    MAX_BYTES.store(bytes.min(isize::MAX as usize), Ordering::Relaxed);
}

impl Storage {
    /// Alignment of the first element, and the unit of allocation.
    pub const ALIGN: usize = 64;

    /// Zeroed storage of at least `bytes` bytes.
    ///
    /// # Errors
    /// `MemoryError` when the limit or the machine does not allow it.
    pub fn zeroed(bytes: usize) -> Result<Storage> {
        let refused = || ArrayError::memory(format!("cannot allocate {bytes} bytes for an array"));
        if bytes > MAX_BYTES.load(Ordering::Relaxed) {
            return Err(refused().hint("work on smaller pieces, or raise the memory limit"));
        }
        let chunks = bytes.div_ceil(Storage::ALIGN);
        match bytemuck::allocation::try_zeroed_slice_box(chunks) {
            Ok(chunks) => Ok(Storage { chunks }),
            Err(()) => Err(refused()),
        }
    }

    /// Address of the first byte.
    pub fn addr(&self) -> usize {
        self.chunks.as_ptr() as usize
    }

    pub fn bytes(&self) -> &[u8] {
        bytemuck::cast_slice(&self.chunks)
    }

    pub fn bytes_mut(&mut self) -> &mut [u8] {
        bytemuck::cast_slice_mut(&mut self.chunks)
    }

    /// All of it as elements of one type, padding included.
    #[inline]
    pub fn elements<T: Element>(&self) -> &[T] {
        bytemuck::cast_slice(&self.chunks)
    }

    #[inline]
    pub fn elements_mut<T: Element>(&mut self) -> &mut [T] {
        bytemuck::cast_slice_mut(&mut self.chunks)
    }
}

impl std::fmt::Debug for Storage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Storage({} bytes)", self.chunks.len() * Storage::ALIGN)
    }
}
