//! Sorting on all cores: samplesort.
//!
//! A sample of the items cuts the rest into buckets, which are sorted by themselves while they are in the
//! cache. Source: Sanders and Winkel, "Super Scalar Sample Sort", 2004.

use super::error::Result;
use super::storage::Storage;
use crate::interrupt::Stop;
use crate::simd::{Level, with_level};
use bytemuck::Pod;
use rayon::prelude::*;

/// Buckets, a power of two.
const BUCKETS: usize = 256;
/// Items in the sample for each bucket.
const OVERSAMPLING: usize = 16;
/// Items that are sorted at once: a few milliseconds.
const SMALL: usize = 2 * Stop::PIECE;

/// Sorts items of which no two that differ are equal, in ascending order.
///
/// # Errors
/// What `stop` says; the items are in any order then. `MemoryError` if there is no room for a second copy.
pub(crate) fn sort<T: Pod + Ord + Default + Send + Sync>(
    stop: Stop<'_>,
    items: &mut [T],
) -> Result<()> {
    stop.check()?;
    if items.len() <= SMALL {
        items.sort_unstable();
        return Ok(());
    }
    let tree = Tree::of_sample(items);
    let (mut numbers, mut sorted) =
        (Storage::for_overwriting(items.len())?, Storage::for_overwriting(size_of_val(items))?);
    let numbers = &mut numbers.elements_mut::<u8>()[..items.len()];
    let sorted = &mut sorted.elements_mut::<T>()[..items.len()];

    let counts: Vec<[usize; BUCKETS]> = with_level!(L => items
        .par_chunks(Stop::PIECE)
        .zip(numbers.par_chunks_mut(Stop::PIECE))
        .map(|(items, numbers)| {
            stop.check()?;
            L::run(|| tree.number(items, numbers));
            Ok(count(numbers))
        })
        .collect::<Result<_>>()?);
    let sizes: Vec<usize> =
        (0..BUCKETS).map(|bucket| counts.iter().map(|count| count[bucket]).sum()).collect();

    // Of each bucket the part where the items of each piece go.
    let mut targets: Vec<Vec<&mut [T]>> =
        counts.iter().map(|_| Vec::with_capacity(BUCKETS)).collect();
    let mut rest = &mut *sorted;
    for bucket in 0..BUCKETS {
        for (target, count) in targets.iter_mut().zip(&counts) {
            let (part, after) = std::mem::take(&mut rest).split_at_mut(count[bucket]);
            target.push(part);
            rest = after;
        }
    }
    let pieces = items.par_chunks(Stop::PIECE).zip(numbers.par_chunks(Stop::PIECE));
    pieces
        .zip(targets)
        .map(|((items, numbers), mut target)| {
            stop.check()?;
            let mut filled = [0u32; BUCKETS];
            for (&item, &number) in items.iter().zip(numbers) {
                let at = &mut filled[usize::from(number)];
                target[usize::from(number)][*at as usize] = item;
                *at += 1;
            }
            Ok(())
        })
        .collect::<Result<()>>()?;

    let mut rest = &mut items[..];
    let mut sorted = sorted;
    let mut buckets = Vec::with_capacity(BUCKETS);
    for size in sizes {
        let (target, after) = std::mem::take(&mut rest).split_at_mut(size);
        let (bucket, sorted_after) = std::mem::take(&mut sorted).split_at_mut(size);
        (rest, sorted) = (after, sorted_after);
        buckets.push((bucket, target));
    }
    buckets
        .into_par_iter()
        .map(|(bucket, target)| {
            stop.check()?;
            bucket.sort_unstable();
            target.copy_from_slice(bucket);
            Ok(())
        })
        .collect()
}

/// The items between the buckets, as a search tree without pointers: below node `n` are `2 n` and `2 n + 1`.
struct Tree<T>([T; BUCKETS]);

impl<T: Copy + Ord + Default> Tree<T> {
    fn of_sample(items: &[T]) -> Tree<T> {
        let wanted = BUCKETS * OVERSAMPLING;
        // Steps of one length could meet a pattern of the items: multiples of the golden ratio do not.
        let place = |i: usize| {
            let share = (i as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            ((u128::from(share) * items.len() as u128) >> 64) as usize
        };
        let mut sample: Vec<T> = (0..wanted).map(|i| items[place(i)]).collect();
        sample.sort_unstable();
        let mut tree = [T::default(); BUCKETS];
        for (node, slot) in tree.iter_mut().enumerate().skip(1) {
            let level = node.ilog2();
            let width = wanted >> level;
            *slot = sample[(node - (1 << level)) * width + width / 2];
        }
        Tree(tree)
    }

    /// The node below one on the way of an item.
    #[inline(always)]
    fn below(&self, node: usize, item: &T) -> usize {
        2 * node + usize::from(*item > self.0[node % BUCKETS])
    }

    /// The number of the bucket of each item. Several go down the tree side by side.
    #[inline(always)]
    fn number(&self, items: &[T], numbers: &mut [u8]) {
        const ABREAST: usize = 16;
        let (groups, rest) = items.as_chunks::<ABREAST>();
        let (slots, rest_slots) = numbers.as_chunks_mut::<ABREAST>();
        for (items, slots) in groups.iter().zip(slots) {
            let mut nodes = [1usize; ABREAST];
            for _ in 0..BUCKETS.ilog2() {
                for (node, item) in nodes.iter_mut().zip(items) {
                    *node = self.below(*node, item);
                }
            }
            for (slot, node) in slots.iter_mut().zip(nodes) {
                *slot = (node - BUCKETS) as u8;
            }
        }
        for (item, slot) in rest.iter().zip(rest_slots) {
            let mut node = 1;
            for _ in 0..BUCKETS.ilog2() {
                node = self.below(node, item);
            }
            *slot = (node - BUCKETS) as u8;
        }
    }
}

/// How many items each bucket gets.
fn count(numbers: &[u8]) -> [usize; BUCKETS] {
    let mut counts = [0; BUCKETS];
    for &number in numbers {
        counts[usize::from(number)] += 1;
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interrupt::Interrupt;

    #[test]
    fn many_items_are_sorted() {
        for modulus in [1, 2, 1000, usize::MAX] {
            let n = 5 * SMALL / 2;
            let number = |i: usize| i.wrapping_mul(0x9e37_79b9_7f4a_7c15) % modulus;
            let mut items: Vec<usize> = (0..n).map(number).collect();
            let mut wanted = items.clone();
            wanted.sort();
            sort(Stop::NEVER, &mut items).expect("a little memory");
            assert!(items == wanted, "modulo {modulus}");
        }
    }

    #[test]
    fn it_stops_where_it_is_asked_to() {
        let interrupt = Interrupt::default();
        interrupt.set(Interrupt::CANCEL);
        let mut items: Vec<usize> = (0..2 * SMALL).collect();
        assert!(sort(Stop::on(&interrupt), &mut items).is_err());
    }
}
