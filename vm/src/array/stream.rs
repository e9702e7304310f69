//! Stores that go past the caches.
//!
//! A store to memory that is not in a cache reads the line first, and what is written takes the place of
//! something that may be needed. For a result larger than the caches both are in vain.

/// Bytes of results from which on they are written past the caches: they would not stay in most of them.
pub(crate) const LARGE: usize = 16 << 20;

/// What one thread stores past the caches. Other threads see it once this is dropped, before anything that the
/// thread does later.
pub(crate) struct Stream;

#[cfg(target_arch = "x86_64")]
impl Stream {
    /// Copies a block.
    pub(crate) fn copy(&self, from: &[u8], to: &mut [u8]) {
        use std::arch::x86_64::{__m128i, _mm_loadu_si128, _mm_stream_si128};
        const WIDTH: usize = size_of::<__m128i>();
        assert_eq!(from.len(), to.len(), "a block has a place of its size");
        let head = to.as_ptr().align_offset(WIDTH).min(to.len());
        let (first, from) = from.split_at(head);
        let (to_first, to) = to.split_at_mut(head);
        to_first.copy_from_slice(first);
        let (vectors, last) = from.as_chunks::<WIDTH>();
        let (places, to_last) = to.as_chunks_mut::<WIDTH>();
        for (vector, place) in vectors.iter().zip(places) {
            // SAFETY: both have 16 bytes, and `place` is aligned: what came before it ends at a multiple of 16.
            // The fence comes when this is dropped, while `to` is still borrowed by who runs the piece.
            unsafe {
                let vector = _mm_loadu_si128(vector.as_ptr().cast());
                _mm_stream_si128(place.as_mut_ptr().cast(), vector);
            }
        }
        to_last.copy_from_slice(last);
    }
}

#[cfg(target_arch = "x86_64")]
impl Drop for Stream {
    fn drop(&mut self) {
        // SAFETY: every machine of the architecture has it.
        unsafe { std::arch::x86_64::_mm_sfence() }
    }
}

#[cfg(not(target_arch = "x86_64"))]
impl Stream {
    pub(crate) fn copy(&self, from: &[u8], to: &mut [u8]) {
        to.copy_from_slice(from);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_of_any_length_at_any_place_are_copied_whole() {
        let from: Vec<u8> = (0..200).map(|n| n as u8 + 1).collect();
        for start in 0..20 {
            for length in [0, 1, 15, 16, 17, 63, 64, 100] {
                let mut to = [0; 200];
                Stream.copy(&from[..length], &mut to[start..start + length]);
                assert_eq!(to[start..start + length], from[..length]);
                assert!(to[..start].iter().chain(&to[start + length..]).all(|&x| x == 0));
            }
        }
    }
}
