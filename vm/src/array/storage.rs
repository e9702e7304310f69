//! The bytes behind arrays: owned, zeroed, and never moved once an array has them; aligned to 64 bytes where
//! there are more than a few.
//!
//! Typed views are plain checked casts of chunks, so neither `unsafe` nor a hand-written `Send`/`Sync` is
//! needed. The chunks themselves ask for no more alignment than every allocation has: what asks for more is
//! zeroed by writing to it, where memory fresh from the system is zero already. The first few are skipped
//! instead.

use super::error::{ArrayError, Result};
use super::pages::ask_for_large_pages;
use super::pool;
use bytemuck::{Pod, Zeroable};
use std::sync::atomic::{AtomicUsize, Ordering};

#[derive(Clone, Copy, Pod, Zeroable)]
#[repr(C, align(16))]
pub(crate) struct Chunk([u8; CHUNK]);

const CHUNK: usize = 16;

/// Bytes that one array owns.
pub struct Storage {
    memory: Memory,
    /// How often in a row writing to these elements had to copy them all first: see [`Storage::is_contended`].
    copies: u8,
}

/// Where the bytes are. Few of them need no allocation of their own.
enum Memory {
    Within([Chunk; Storage::WITHIN]),
    /// The first chunk that is used is at a multiple of [`Storage::ALIGN`].
    Apart {
        chunks: Box<[Chunk]>,
        first: usize,
    },
}

/// Nothing.
impl Default for Storage {
    fn default() -> Storage {
        Storage { memory: Memory::Apart { chunks: Box::default(), first: 0 }, copies: 0 }
    }
}

/// Largest number of bytes one array may have; a run's memory limit lowers it.
static MAX_BYTES: AtomicUsize = AtomicUsize::new(isize::MAX as usize);

/// Sets the largest number of bytes one array may have from now on, in every run of the process.
pub fn set_max_bytes(bytes: usize) {
    MAX_BYTES.store(bytes.min(isize::MAX as usize), Ordering::Relaxed);
}

impl Storage {
    /// Alignment of the first element, where there are more than a few.
    pub const ALIGN: usize = 64;
    /// Chunks without an allocation.
    const WITHIN: usize = 8;

    /// Zeroed storage of at least `bytes` bytes.
    ///
    /// # Errors
    /// `MemoryError` when the limit or the machine does not allow it.
    pub fn zeroed(bytes: usize) -> Result<Storage> {
        let (mut storage, is_zero) = Storage::new(bytes)?;
        if !is_zero {
            storage.bytes_mut().fill(0);
        }
        Ok(storage)
    }

    /// Storage of at least `bytes` bytes that may hold anything, for what writes all of it.
    ///
    /// # Errors
    /// As [`Storage::zeroed`].
    pub fn for_overwriting(bytes: usize) -> Result<Storage> {
        Ok(Storage::new(bytes)?.0)
    }

    /// Storage, and whether it is zero.
    fn new(bytes: usize) -> Result<(Storage, bool)> {
        let refused = || ArrayError::memory(format!("cannot allocate {bytes} bytes for an array"));
        if bytes > MAX_BYTES.load(Ordering::Relaxed) {
            return Err(refused().hint("work on smaller pieces, or raise the memory limit"));
        }
        if bytes <= Storage::WITHIN * CHUNK {
            let memory = Memory::Within([Chunk::zeroed(); Storage::WITHIN]);
            return Ok((Storage { memory, copies: 0 }, true));
        }
        let skipped = Storage::ALIGN / CHUNK - 1;
        let count = bytes.div_ceil(CHUNK) + skipped;
        let (chunks, is_zero) = match pool::take(count) {
            Some(chunks) => (chunks, false),
            None => (fresh(count).ok_or_else(refused)?, true),
        };
        let past = (chunks.as_ptr() as usize / CHUNK) % (Storage::ALIGN / CHUNK);
        let first = (Storage::ALIGN / CHUNK - past) % (Storage::ALIGN / CHUNK);
        Ok((Storage { memory: Memory::Apart { chunks, first }, copies: 0 }, is_zero))
    }

    #[inline]
    fn used(&self) -> &[Chunk] {
        match &self.memory {
            Memory::Within(chunks) => chunks,
            Memory::Apart { chunks, first } => chunks.get(*first..).unwrap_or_default(),
        }
    }

    #[inline]
    fn used_mut(&mut self) -> &mut [Chunk] {
        match &mut self.memory {
            Memory::Within(chunks) => chunks,
            Memory::Apart { chunks, first } => chunks.get_mut(*first..).unwrap_or_default(),
        }
    }

    /// Notes that this is a copy of the elements of `other`, made because they are written to while others
    /// hold them.
    pub(crate) fn count_copy(&mut self, other: &Storage) {
        self.copies = other.copies.saturating_add(1);
    }

    /// Whether writing to the elements has copied them again and again, as when rows of a matrix change
    /// places: each time a part is held, and all is copied for it. Then parts are better copied at once.
    #[inline]
    pub(crate) fn is_contended(&self) -> bool {
        self.copies >= 2
    }

    /// Address of the first byte.
    pub fn addr(&self) -> usize {
        self.used().as_ptr() as usize
    }

    pub fn bytes(&self) -> &[u8] {
        bytemuck::cast_slice(self.used())
    }

    pub fn bytes_mut(&mut self) -> &mut [u8] {
        bytemuck::cast_slice_mut(self.used_mut())
    }

    /// All of it as elements of one type, padding included.
    #[inline]
    pub fn elements<T: Pod>(&self) -> &[T] {
        bytemuck::cast_slice(self.used())
    }

    #[inline]
    pub fn elements_mut<T: Pod>(&mut self) -> &mut [T] {
        bytemuck::cast_slice_mut(self.used_mut())
    }
}

/// Zeroed memory from the system, which gets back what is kept for later if it has no more.
fn fresh(count: usize) -> Option<Box<[Chunk]>> {
    let ask = || bytemuck::allocation::try_zeroed_slice_box(count);
    let mut chunks: Box<[Chunk]> = ask()
        .or_else(|()| {
            pool::release();
            ask()
        })
        .ok()?;
    ask_for_large_pages(bytemuck::cast_slice_mut(&mut chunks));
    Some(chunks)
}

impl Drop for Storage {
    fn drop(&mut self) {
        if let Memory::Apart { chunks, .. } = &mut self.memory {
            pool::give_back(std::mem::take(chunks));
        }
    }
}

impl std::fmt::Debug for Storage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Storage({} bytes)", self.bytes().len())
    }
}
