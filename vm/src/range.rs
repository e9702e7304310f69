//! Integer ranges: `a..b`, `a..=b by c`, and the open ones that slice (`a..`, `..`).

use crate::error::Error;
use crate::memory;
use std::fmt::Display;

/// A range. An end that is left out is open.
///
/// `#[repr(C)]` because compiled loops read the first three fields of what [`Range::closed`] made.
#[derive(Clone, Debug, PartialEq, Eq)]
#[repr(C)]
pub struct Range {
    /// 0 if open.
    pub start: i64,
    /// 0 if open.
    pub stop: i64,
    pub step: i64,
    pub open_start: bool,
    pub open_stop: bool,
    /// Whether `stop` belongs to the range.
    pub inclusive: bool,
}

impl Range {
    /// `start..stop`
    pub fn new(start: i64, stop: i64) -> Range {
        Range { start, stop, step: 1, open_start: false, open_stop: false, inclusive: false }
    }

    pub fn start(&self) -> Option<i64> {
        (!self.open_start).then_some(self.start)
    }

    pub fn stop(&self) -> Option<i64> {
        (!self.open_stop).then_some(self.stop)
    }

    /// The same numbers with both ends given, as loops walk it: an open start is 0, an open stop the
    /// greatest (or least) int.
    pub fn closed(&self) -> Range {
        let mut range = self.clone();
        if self.open_stop {
            range.stop = if self.step > 0 { i64::MAX } else { i64::MIN };
            range.inclusive = true;
        }
        (range.open_start, range.open_stop) = (false, false);
        range
    }

    /// Whether both ends are given and the step is not 0, as a walk needs it.
    #[inline]
    pub fn is_closed(&self) -> bool {
        !self.open_start && !self.open_stop && self.step != 0
    }

    /// Whether a walk that has come to `position` finds a number there. Of a range with both ends.
    #[inline]
    pub fn reaches(&self, position: i64) -> bool {
        let before = if self.step > 0 { position < self.stop } else { position > self.stop };
        before || self.inclusive && position == self.stop
    }

    /// How many numbers there are, which may be more than an int counts; `None` for an open range.
    pub fn count(&self) -> Option<i128> {
        if self.open_stop {
            return None;
        }
        let (start, stop) = (i128::from(self.start), i128::from(self.stop));
        let step = i128::from(self.step);
        let stop = if self.inclusive { stop + step.signum() } else { stop };
        let distance = if step > 0 { stop - start } else { start - stop };
        Some(if distance <= 0 { 0 } else { (distance - 1) / step.abs() + 1 })
    }

    /// How many numbers there are, as scripts count.
    ///
    /// # Errors
    ///
    /// `ValueError` for an open range, `OverflowError` if an int cannot count them.
    pub fn len(&self) -> Result<usize, Error> {
        let count =
            self.count().ok_or_else(|| Error::value_error("the range has no end, so no length"))?;
        match i64::try_from(count) {
            Ok(count) => Ok(count as usize),
            Err(_) => Err(Error::overflow(format!(
                "the range has {count} numbers, more than an int can count"
            ))),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.count() == Some(0)
    }

    /// The number at an index from the front or (negative) from the end; `None` past the ends, or in an
    /// open range.
    pub fn get(&self, index: i64) -> Option<i64> {
        let count = self.count()?;
        let at = i128::from(index) + if index < 0 { count } else { 0 };
        (0..count).contains(&at).then(|| self.at(at as usize))
    }

    /// Whether both have the same numbers in the same order, however they are written.
    pub fn same_numbers(&self, other: &Range) -> bool {
        match (self.count(), other.count()) {
            (Some(0), Some(0)) => true,
            (Some(n), Some(m)) => {
                n == m && self.start == other.start && (n == 1 || self.step == other.step)
            }
            _ => self == other,
        }
    }

    /// The number at an index from the front, which must be below the length.
    pub fn at(&self, index: usize) -> i64 {
        self.start.wrapping_add(self.step.wrapping_mul(index as i64))
    }

    pub fn contains(&self, x: i64) -> bool {
        let (start, x, step) = (i128::from(self.start), i128::from(x), i128::from(self.step));
        let below_stop = match self.stop() {
            None => true,
            Some(stop) => {
                let stop = i128::from(stop);
                let before = if step > 0 { x < stop } else { x > stop };
                before || self.inclusive && x == stop
            }
        };
        let after_start = if step > 0 { x >= start } else { x <= start };
        after_start && below_stop && (x - start) % step == 0
    }

    /// All numbers of the range.
    ///
    /// # Errors
    ///
    /// `ValueError` for an open range, `MemoryError` if there are too many.
    pub fn to_vec(&self) -> Result<Vec<i64>, Error> {
        let count = self
            .count()
            .ok_or_else(|| Error::value_error("the range has no end, so no last item"))?;
        let mut numbers = room(count)?;
        numbers.extend(self.iter());
        Ok(numbers)
    }

    /// The sum of all numbers, if the range has both ends and the sum fits.
    pub fn sum(&self) -> Option<i64> {
        let count = self.count()?;
        // n a + s n (n - 1) / 2, whose last product is even.
        let steps = count.checked_mul(count - 1)? / 2;
        let sum =
            steps.checked_mul(self.step.into())?.checked_add(count * i128::from(self.start))?;
        i64::try_from(sum).ok()
    }

    /// The numbers of a range with both ends, in order.
    pub fn iter(&self) -> impl Iterator<Item = i64> + '_ {
        let count = self.count().and_then(|n| usize::try_from(n).ok()).unwrap_or(usize::MAX);
        (0..count).map(|i| self.at(i))
    }
}

/// An empty vector with room for so many items.
///
/// # Errors
///
/// `MemoryError` if there is none.
pub fn room<T>(count: impl TryInto<usize> + Copy + Display) -> Result<Vec<T>, Error> {
    let mut items = Vec::new();
    reserve(&mut items, count)?;
    Ok(items)
}

/// Makes room for so many further items.
///
/// # Errors
///
/// `MemoryError` if there is none.
pub fn reserve<T>(
    items: &mut Vec<T>,
    count: impl TryInto<usize> + Copy + Display,
) -> Result<(), Error> {
    let fits = |more: usize| {
        let len = items.len().checked_add(more)?;
        len.checked_mul(size_of::<T>()).filter(|&bytes| memory::may_hold(bytes))
    };
    match count.try_into() {
        Ok(more) if items.capacity() - items.len() >= more => Ok(()),
        Ok(more) if fits(more).is_some() && items.try_reserve(more).is_ok() => Ok(()),
        _ => Err(Error::memory(&format!("{count} items"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(start: i64, stop: i64, step: i64, inclusive: bool) -> Range {
        Range { step, inclusive, ..Range::new(start, stop) }
    }

    #[test]
    fn lengths_and_members() {
        assert_eq!(range(0, 10, 3, false).iter().collect::<Vec<_>>(), [0, 3, 6, 9]);
        assert_eq!(range(4, 0, -2, true).iter().collect::<Vec<_>>(), [4, 2, 0]);
        assert_eq!(range(5, 5, 1, false).count(), Some(0));
        assert_eq!(range(i64::MIN, i64::MAX, 1, true).count(), Some(1 << 64));
        assert!(range(0, i64::MAX, 1, true).len().is_err());
        assert_eq!(range(0, i64::MAX, 1, true).get(-1), Some(i64::MAX));
        assert_eq!(range(4, 0, -2, true).get(3), None);
        assert!(range(0, 5, 1, false).same_numbers(&range(0, 4, 1, true)));
        assert!(range(3, 3, 1, false).same_numbers(&range(0, 0, -2, false)));
        assert!(range(7, 8, 1, false).same_numbers(&range(7, 9, 2, false)));
        assert!(!range(0, 9, 2, false).same_numbers(&range(0, 9, 1, false)));
        assert_eq!(range(5, 5, 1, false).sum(), Some(0));
        assert_eq!(range(4, 0, -2, true).sum(), Some(6));
        assert_eq!(range(0, 1_000_000_001, 1, false).sum(), Some(500_000_000_500_000_000));
        assert_eq!(range(0, i64::MAX, 1, false).sum(), None);
        assert!(range(0, 10, 3, false).contains(9));
        assert!(!range(0, 10, 3, false).contains(10));
        assert!(range(4, 0, -2, true).contains(0));
    }

    #[test]
    fn a_walk_ends_where_the_range_does() {
        let open = Range { open_stop: true, ..Range::new(1, 0) };
        assert!(open.closed().reaches(i64::MAX));
        assert!(range(4, 0, -2, true).reaches(0));
        assert!(!range(4, 0, -2, false).reaches(0));
    }
}
