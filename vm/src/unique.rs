//! Writing to a counted value that nobody else holds.

use std::sync::Arc;
use std::sync::atomic::{Ordering, fence};

/// The value behind a counted pointer, if nobody else holds it.
///
/// `Arc::get_mut` answers the same with a locked instruction, which takes longer than storing an element
/// does. It is there for the `Weak`s that other threads may upgrade and drop just then; no value has
/// any (see [`crate::Value`]), so looking at the counts is enough.
#[inline(always)]
pub fn get_mut<T>(counted: &mut Arc<T>) -> Option<&mut T> {
    if Arc::strong_count(counted) != 1 || Arc::weak_count(counted) != 0 {
        return None;
    }
    // What others did with the value before they let go of it comes before what is done with it now.
    fence(Ordering::Acquire);
    // SAFETY: this is the only pointer to the value: the counts say so, and another could only be made
    // out of this one, which is borrowed for as long as the result lives.
    Some(unsafe { &mut *Arc::as_ptr(counted).cast_mut() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[allow(clippy::disallowed_methods, reason = "what it is disallowed for is tested here")]
    fn only_the_one_owner_may_write() {
        let mut a = Arc::new(1);
        *get_mut(&mut a).expect("nobody else holds it") += 1;
        let b = a.clone();
        assert!(get_mut(&mut a).is_none());
        drop(b);
        let weak = Arc::downgrade(&a);
        assert!(get_mut(&mut a).is_none());
        drop(weak);
        assert_eq!(get_mut(&mut a), Some(&mut 2));
    }
}
