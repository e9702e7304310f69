//! Sorting that can be stopped.

use crate::array::{ArrayError, Result};
use crate::interrupt::Stop;
use std::cmp::Ordering;

/// Items that are sorted at a time: some ten milliseconds.
const RUN: usize = 2 * Stop::PIECE;

/// Sorts in place; what is equal keeps its order. A long slice is sorted in runs, which are then merged in
/// pairs.
///
/// # Errors
/// What `stop` says; the items are in any order then. `MemoryError` if there is no room for a second copy.
pub fn sort_by<T: Copy>(
    stop: Stop<'_>,
    items: &mut [T],
    mut compare: impl FnMut(&T, &T) -> Ordering,
) -> Result<()> {
    for run in items.chunks_mut(RUN) {
        stop.check()?;
        run.sort_by(&mut compare);
    }
    if items.len() <= RUN {
        return Ok(());
    }
    let mut merged = Vec::new();
    merged
        .try_reserve_exact(items.len())
        .map_err(|_| ArrayError::memory("there is no room to sort in"))?;
    let mut width = RUN;
    while width < items.len() {
        merged.clear();
        for pair in items.chunks(2 * width) {
            let (left, right) = pair.split_at(width.min(pair.len()));
            merge(stop, left, right, &mut merged, &mut compare)?;
        }
        items.copy_from_slice(&merged);
        width *= 2;
    }
    Ok(())
}

/// Appends two sorted runs to `out` as one.
fn merge<T: Copy>(
    stop: Stop<'_>,
    mut left: &[T],
    mut right: &[T],
    out: &mut Vec<T>,
    compare: &mut impl FnMut(&T, &T) -> Ordering,
) -> Result<()> {
    while !left.is_empty() && !right.is_empty() {
        stop.check()?;
        let end = out.len() + Stop::PIECE;
        while out.len() < end
            && let ([x, left_rest @ ..], [y, right_rest @ ..]) = (left, right)
        {
            if compare(y, x).is_lt() {
                out.push(*y);
                right = right_rest;
            } else {
                out.push(*x);
                left = left_rest;
            }
        }
    }
    out.extend_from_slice(left);
    out.extend_from_slice(right);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interrupt::Interrupt;
    use quern_ir::ErrorKind;

    #[test]
    fn runs_are_merged_and_ties_keep_their_order() {
        let n = 5 * RUN / 2;
        let mut pairs: Vec<(usize, usize)> = (0..n).map(|i| (i * 7919 % 1000, i)).collect();
        let mut wanted = pairs.clone();
        wanted.sort();
        sort_by(Stop::NEVER, &mut pairs, |a, b| a.0.cmp(&b.0)).expect("a little memory");
        assert_eq!(pairs, wanted);
    }

    #[test]
    fn it_stops_where_it_is_asked_to() {
        let interrupt = Interrupt::default();
        let mut compared = 0;
        let mut items: Vec<usize> = (0..3 * RUN).rev().collect();
        let sorted = sort_by(Stop::on(&interrupt), &mut items, |a, b| {
            compared += 1;
            interrupt.set(Interrupt::CANCEL);
            a.cmp(b)
        });
        assert_eq!(sorted.expect_err("it was stopped").kind, ErrorKind::Cancelled);
        assert!(compared < 2 * RUN, "{compared} comparisons");
    }
}
