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

/// The buffers that are kept, the one that was given back last at the end.
static KEPT: Mutex<VecDeque<Box<[Chunk]>>> = Mutex::new(VecDeque::new());

/// Memory of this size that holds anything, if there is some.
pub(crate) fn take(chunks: usize) -> Option<Box<[Chunk]>> {
    if chunks * size_of::<Chunk>() < LARGE {
        return None;
    }
    let mut kept = KEPT.lock();
    let place = kept.iter().rposition(|buffer| buffer.len() == chunks)?;
    kept.remove(place)
}

/// Keeps memory, in the place of what was kept longest if that is too much.
pub(crate) fn give_back(buffer: Box<[Chunk]>) {
    if size_of_val(&*buffer) < LARGE {
        return;
    }
    let mut dropped: Vec<Box<[Chunk]>> = Vec::new();
    let mut kept = KEPT.lock();
    kept.push_back(buffer);
    let bytes =
        |kept: &VecDeque<Box<[Chunk]>>| kept.iter().map(|b| size_of_val(&**b)).sum::<usize>();
    while kept.len() > MAX_BUFFERS || bytes(&kept) > memory::kept_at_most() {
        dropped.extend(kept.pop_front());
    }
    // The system takes its time for what is large: others need not wait.
    drop(kept);
    drop(dropped);
}

#[cfg(test)]
mod tests {
    use super::super::storage::Storage;

    #[test]
    fn memory_comes_back_and_new_memory_is_zero() {
        let size = (1 << 20) + 16 * 77;
        let mut first = Storage::zeroed(size).expect("a megabyte");
        first.bytes_mut().fill(7);
        let place = first.addr();
        drop(first);
        let second = Storage::for_overwriting(size).expect("a megabyte");
        assert_eq!(second.addr(), place);
        drop(second);
        let third = Storage::zeroed(size).expect("a megabyte");
        assert!(third.bytes().iter().all(|&b| b == 0));
    }
}
