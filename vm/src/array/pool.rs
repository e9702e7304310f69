//! Memory of large arrays that are gone, kept for those to come.
//!
//! Memory fresh from the system costs a page fault for every few hundred elements, which takes longer than
//! most operations on them. An expression over large arrays makes results of one size again and again, so
//! that a few buffers serve all of them.

use super::storage::Chunk;
use crate::memory;
use parking_lot::Mutex;
use std::collections::VecDeque;

/// Bytes from which memory is kept; for less the allocator does as well.
const LARGE: usize = 256 << 10;
/// Buffers that are kept.
const MAX_BUFFERS: usize = 8;

/// The buffers that are kept.
static POOL: Mutex<Pool> = Mutex::new(Pool { kept: VecDeque::new() });

struct Pool {
    /// The one that was given back last at the end.
    kept: VecDeque<Box<[Chunk]>>,
}

/// Memory of this size that holds anything, if there is some.
pub(crate) fn take(chunks: usize) -> Option<Box<[Chunk]>> {
    if chunks * size_of::<Chunk>() < LARGE { None } else { POOL.lock().take(chunks) }
}

/// Keeps memory, in the place of what was kept longest if that is too much.
pub(crate) fn give_back(buffer: Box<[Chunk]>) {
    if size_of_val(&*buffer) >= LARGE {
        // The system takes its time for what is large: others need not wait while it goes.
        let surplus = POOL.lock().keep(buffer, memory::kept_at_most());
        drop(surplus);
    }
}

/// Gives everything that is kept back to the system.
pub(crate) fn release() {
    let kept = std::mem::take(&mut POOL.lock().kept);
    drop(kept);
}

impl Pool {
    fn take(&mut self, chunks: usize) -> Option<Box<[Chunk]>> {
        let place = self.kept.iter().rposition(|buffer| buffer.len() == chunks)?;
        self.kept.remove(place)
    }

    /// Keeps a buffer, and gives those for which there is no room.
    fn keep(&mut self, buffer: Box<[Chunk]>, max_bytes: usize) -> Vec<Box<[Chunk]>> {
        self.kept.push_back(buffer);
        let mut surplus = Vec::new();
        while self.kept.len() > MAX_BUFFERS || self.bytes() > max_bytes {
            surplus.extend(self.kept.pop_front());
        }
        surplus
    }

    fn bytes(&self) -> usize {
        self.kept.iter().map(|buffer| size_of_val(&**buffer)).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::super::storage::Storage;
    use super::*;

    fn buffer(chunks: usize) -> Box<[Chunk]> {
        vec![bytemuck::Zeroable::zeroed(); chunks].into()
    }

    #[test]
    fn the_last_of_a_size_comes_first_and_the_oldest_goes() {
        let mut pool = Pool { kept: VecDeque::new() };
        let (first, last) = (buffer(7), buffer(7));
        let place = last.as_ptr();
        assert!(pool.keep(first, usize::MAX).is_empty());
        assert!(pool.keep(buffer(9), usize::MAX).is_empty());
        assert!(pool.keep(last, usize::MAX).is_empty());
        assert_eq!(pool.take(7).map(|b| b.as_ptr()), Some(place));
        assert!(pool.take(8).is_none());
        let surplus = pool.keep(buffer(5), 5 * size_of::<Chunk>());
        assert_eq!(surplus.iter().map(|b| b.len()).collect::<Vec<_>>(), [7, 9]);
        let surplus: usize = (0..2 * MAX_BUFFERS).map(|_| pool.keep(buffer(1), 1000).len()).sum();
        assert_eq!((surplus, pool.kept.len()), (MAX_BUFFERS + 1, MAX_BUFFERS));
    }

    #[test]
    fn zeroed_memory_is_zero_wherever_it_comes_from() {
        let size = LARGE + 16 * 77;
        for _ in 0..3 {
            let mut storage = Storage::zeroed(size).expect("a little memory");
            assert!(storage.bytes().iter().all(|&b| b == 0));
            storage.bytes_mut().fill(7);
        }
    }
}
