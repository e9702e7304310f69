//! A short list of dimensions or strides that compiled code can read at constant offsets.
//!
//! Ranks up to [`Dims::INLINE`] live in the struct itself; longer lists are boxed, and then the
//! first four are in the struct as well, so `inline[k]` is right for every `k < min(rank, 4)`.

use std::fmt;
use std::ops::Deref;

/// Dimensions or strides, one `i64` each.
#[derive(Clone)]
#[repr(C)]
pub struct Dims {
    inline: [i64; Dims::INLINE],
    len: usize,
    spilled: Option<Box<[i64]>>,
}

impl Dims {
    /// How many entries lie in the struct itself.
    pub const INLINE: usize = 4;

    pub fn from_slice(dims: &[i64]) -> Dims {
        let mut inline = [0; Dims::INLINE];
        for (slot, &dim) in inline.iter_mut().zip(dims) {
            *slot = dim;
        }
        let spilled = (dims.len() > Dims::INLINE).then(|| dims.into());
        Dims { inline, len: dims.len(), spilled }
    }

    /// Entry `k`, which is below both [`Dims::INLINE`] and the length.
    #[inline]
    pub(crate) fn inline_at(&self, k: usize) -> i64 {
        self.inline[k]
    }

    #[inline]
    pub fn as_slice(&self) -> &[i64] {
        match &self.spilled {
            None => &self.inline[..self.len],
            Some(all) => all,
        }
    }
}

impl Deref for Dims {
    type Target = [i64];
    fn deref(&self) -> &[i64] {
        self.as_slice()
    }
}

impl FromIterator<i64> for Dims {
    fn from_iter<I: IntoIterator<Item = i64>>(items: I) -> Dims {
        let list: smallvec::SmallVec<[i64; 8]> = items.into_iter().collect();
        Dims::from_slice(&list)
    }
}

impl PartialEq for Dims {
    fn eq(&self, other: &Dims) -> bool {
        self.as_slice() == other.as_slice()
    }
}

impl fmt::Debug for Dims {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_slice().fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lists_keep_the_first_four_inline() {
        let dims = Dims::from_slice(&[5, 4, 3, 2, 1]);
        assert_eq!(dims.as_slice(), &[5, 4, 3, 2, 1]);
        assert_eq!(dims.inline, [5, 4, 3, 2]);
        assert_eq!(Dims::from_slice(&[7]).as_slice(), &[7]);
        assert_eq!(std::mem::offset_of!(Dims, inline), 0);
    }
}
