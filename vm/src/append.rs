//! A table that threads read without a lock while another one appends.

use parking_lot::Mutex;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Buckets of 64, 128, 256, ... entries; an entry never moves, so references to it last as long as
/// the table.
pub struct AppendVec<T> {
    buckets: [OnceLock<Box<[OnceLock<T>]>>; BUCKETS],
    len: AtomicUsize,
    append: Mutex<()>,
}

const FIRST: usize = 64;
const BUCKETS: usize = 26;

impl<T> AppendVec<T> {
    pub fn new() -> AppendVec<T> {
        AppendVec {
            buckets: [const { OnceLock::new() }; BUCKETS],
            len: AtomicUsize::new(0),
            append: Mutex::new(()),
        }
    }

    pub fn len(&self) -> usize {
        self.len.load(Ordering::Acquire)
    }

    #[inline]
    pub fn get(&self, index: usize) -> Option<&T> {
        let (bucket, offset) = place(index);
        self.buckets.get(bucket)?.get()?.get(offset)?.get()
    }

    /// Appends what `make` gives for each index from the present length to below `len`.
    pub fn extend_to(&self, len: usize, mut make: impl FnMut(usize) -> T) {
        let _appending = self.append.lock();
        for index in self.len()..len {
            let (bucket, offset) = place(index);
            let slots = self.buckets[bucket]
                .get_or_init(|| (0..FIRST << bucket).map(|_| OnceLock::new()).collect());
            slots[offset].get_or_init(|| make(index));
            self.len.store(index + 1, Ordering::Release);
        }
    }
}

impl<T> Default for AppendVec<T> {
    fn default() -> AppendVec<T> {
        AppendVec::new()
    }
}

#[inline]
fn place(index: usize) -> (usize, usize) {
    let shifted = index + FIRST;
    let bucket = shifted.ilog2() - FIRST.ilog2();
    (bucket as usize, shifted - (FIRST << bucket))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_stay_where_they_are() {
        let table = AppendVec::new();
        table.extend_to(1, |i| i);
        let first: *const usize = table.get(0).expect("the entry just made");
        table.extend_to(1000, |i| i);
        assert!((0..1000).all(|i| table.get(i) == Some(&i)));
        assert!(std::ptr::eq(first, table.get(0).expect("it stays")));
        assert_eq!(table.get(1000), None);
        assert_eq!(table.len(), 1000);
    }
}
