//! Integer ranges: `a..b`, `a..=b by c`, and the open ones that slice (`a..`, `..`).

use crate::error::Error;

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

    /// How many numbers there are; `None` for an open range.
    pub fn len(&self) -> Option<usize> {
        if self.open_stop {
            return None;
        }
        let (start, stop) = (i128::from(self.start), i128::from(self.stop));
        let step = i128::from(self.step);
        let stop = if self.inclusive { stop + step.signum() } else { stop };
        let distance = if step > 0 { stop - start } else { start - stop };
        let count = if distance <= 0 { 0 } else { (distance - 1) / step.abs() + 1 };
        usize::try_from(count).ok()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == Some(0)
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
            .len()
            .ok_or_else(|| Error::value_error("the range has no end, so no last item"))?;
        let mut numbers = room(count)?;
        numbers.extend(self.iter());
        Ok(numbers)
    }

    /// The sum of all numbers, if the range has both ends and the sum fits.
    pub fn sum(&self) -> Option<i64> {
        let count = self.len()? as i128;
        // n a + s n (n - 1) / 2, whose last product is even.
        let steps = count.checked_mul(count - 1)? / 2;
        let sum =
            steps.checked_mul(self.step.into())?.checked_add(count * i128::from(self.start))?;
        i64::try_from(sum).ok()
    }

    /// The numbers of a range with both ends, in order.
    pub fn iter(&self) -> impl Iterator<Item = i64> + '_ {
        (0..self.len().unwrap_or(usize::MAX)).map(|i| self.at(i))
    }
}

/// An empty vector with room for so many items.
///
/// # Errors
///
/// `MemoryError` if there is none.
pub fn room<T>(count: usize) -> Result<Vec<T>, Error> {
    let mut items = Vec::new();
    match items.try_reserve_exact(count) {
        Ok(()) => Ok(items),
        Err(_) => Err(Error::memory(&format!("{count} items"))),
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
        assert_eq!(range(5, 5, 1, false).len(), Some(0));
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
