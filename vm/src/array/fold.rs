//! Folding the parts of rows, in an order that depends on the rows alone.

use super::Array;
use super::complex::Complex;
use super::cursor::Cursor;
use super::element::Element;
use super::error::Result;
use super::graph::{FoldedNode, Graph, NodeId};
use super::partition::{PIECE, Partition};
use crate::interrupt::Stop;
use crate::simd::Level;
use bytemuck::cast_slice;
use quern_ir::DType;
use rayon::prelude::*;
use smallvec::SmallVec;
use std::ops::{Add, Mul, Sub};

/// A number whose sums are rounded.
pub(crate) trait Summand:
    Element + Default + Add<Output = Self> + Sub<Output = Self> + Mul<Output = Self>
{
    /// The square of its size.
    fn square(self) -> f64;
    fn scaled(self, factor: f64) -> Self;
}

impl Summand for f32 {
    #[inline(always)]
    fn square(self) -> f64 {
        f64::from(self) * f64::from(self)
    }
    #[inline(always)]
    fn scaled(self, factor: f64) -> f32 {
        self * factor as f32
    }
}

impl Summand for f64 {
    #[inline(always)]
    fn square(self) -> f64 {
        self * self
    }
    #[inline(always)]
    fn scaled(self, factor: f64) -> f64 {
        self * factor
    }
}

impl Summand for Complex {
    #[inline(always)]
    fn square(self) -> f64 {
        self.re * self.re + self.im * self.im
    }
    #[inline(always)]
    fn scaled(self, factor: f64) -> Complex {
        Complex::new(self.re * factor, self.im * factor)
    }
}

/// How many elements are folded side by side, for vector instructions and to hide their latency.
const LANES: usize = 32;

/// Folds what `f` makes of the elements of a part, which has some: each lane in order, then the lanes in
/// pairs. Short parts are folded in order.
#[inline]
pub(crate) fn lanes<L: Level, T: Copy, S: Copy>(
    part: &[T],
    f: impl Fn(T) -> S + Copy,
    join: impl Fn(S, S) -> S + Copy,
) -> S {
    L::run(|| side_by_side(part, f, join))
}

#[inline(always)]
fn side_by_side<T: Copy, S: Copy>(
    part: &[T],
    f: impl Fn(T) -> S + Copy,
    join: impl Fn(S, S) -> S + Copy,
) -> S {
    let Some((first, rest)) = part.split_first_chunk::<LANES>() else {
        let first = f(part[0]);
        return part[1..].iter().fold(first, |sum, &x| join(sum, f(x)));
    };
    let mut sums = [f(first[0]); LANES];
    for (sum, &x) in sums.iter_mut().zip(first) {
        *sum = f(x);
    }
    let (chunks, rest) = rest.as_chunks::<LANES>();
    for chunk in chunks {
        for (sum, &x) in sums.iter_mut().zip(chunk) {
            *sum = join(*sum, f(x));
        }
    }
    for (sum, &x) in sums.iter_mut().zip(rest) {
        *sum = join(*sum, f(x));
    }
    let mut width = LANES / 2;
    while width > 0 {
        for lane in 0..width {
            sums[lane] = join(sums[lane], sums[lane + width]);
        }
        width /= 2;
    }
    sums[0]
}

/// Where the first element is that `is_it`.
#[inline]
pub(crate) fn position<L: Level, T: Copy>(part: &[T], is_it: impl Fn(T) -> bool + Copy) -> usize {
    L::run(|| {
        let (chunks, _) = part.as_chunks::<LANES>();
        let any = |chunk: &[T; LANES]| chunk.iter().fold(false, |found, &x| found | is_it(x));
        let start = chunks.iter().position(any).unwrap_or(chunks.len()) * LANES;
        start + part[start..].iter().position(|&x| is_it(x)).unwrap_or(0)
    })
}

/// Joins what the parts of a row came to, in pairs; `None` if there are none.
pub(crate) fn tree<P: Copy>(parts: &[P], join: impl Fn(P, P) -> P + Copy) -> Option<P> {
    match parts {
        [] => None,
        [only] => Some(*only),
        _ => {
            let (left, right) = parts.split_at(parts.len().next_power_of_two() / 2);
            Some(join(tree(left, join)?, tree(right, join)?))
        }
    }
}

/// Folds every `length` elements.
fn fold_each<L: Level, T: Copy, P>(
    elements: &[T],
    length: usize,
    part: &impl Fn(&[T]) -> P,
    slots: &mut [P],
) {
    fn of_width<const N: usize, T: Copy, P>(
        elements: &[T],
        part: &impl Fn(&[T]) -> P,
        slots: &mut [P],
    ) {
        for (elements, slot) in elements.as_chunks::<N>().0.iter().zip(slots) {
            *slot = part(elements);
        }
    }
    L::run(|| match length {
        2 => of_width::<2, _, _>(elements, part, slots),
        3 => of_width::<3, _, _>(elements, part, slots),
        4 => of_width::<4, _, _>(elements, part, slots),
        _ => {
            for (elements, slot) in elements.chunks(length).zip(slots) {
                *slot = part(elements);
            }
        }
    });
}

/// What the parts of the rows of `n` elements come to, in order; `out` has as many slots as there are parts.
///
/// # Errors
/// What `stop` says in front of a piece.
pub(crate) fn parts<L: Level, T: Element, P: Send>(
    stop: Stop<'_>,
    rows: &[T],
    n: usize,
    part: impl Fn(&[T]) -> P + Sync,
    out: &mut [P],
) -> Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let partition = Partition::of_rows(rows.len(), n);
    let blocks = partition.blocks();
    let fold = |first: usize, mut slots: &mut [P]| {
        stop.check()?;
        for block in first..(first + PIECE).min(blocks) {
            let elements = &rows[partition.start(block)..partition.start(block + 1)];
            let now = slots.split_off_mut(..elements.len().div_ceil(partition.folded()));
            fold_each::<L, T, P>(elements, partition.folded(), &part, now.unwrap_or(&mut []));
        }
        Ok(())
    };
    if blocks <= PIECE {
        return fold(0, out);
    }
    let pieces = out.par_chunks_mut(partition.folds(PIECE)).enumerate();
    pieces.map(|(n, slots)| fold(n * PIECE, slots)).collect()
}

/// The same for rows that do not lie one after the other: the first `kept` axes of the array number them. Rows
/// side by side are gathered together, part by part, since their elements share lines of the cache.
fn strided_parts<T: Element, P: Send>(
    stop: Stop<'_>,
    array: &Array,
    kept: usize,
    n: usize,
    part: impl Fn(&[T]) -> P + Sync,
    parts: &mut [P],
) -> Result<()> {
    /// Rows that are gathered together: elements of a line of the cache.
    const SIDE_BY_SIDE: usize = 8;
    let partition = Partition::of_rows(array.size(), n);
    let (length, in_row) = (partition.folded(), n.div_ceil(partition.folded()));
    let (shape, strides) = (array.shape(), array.strides());
    let elements = array.storage().elements::<T>();
    let rows = array.size() / n;
    let groups = in_row.div_ceil(PIECE / SIDE_BY_SIDE);
    let fold = |task: usize| -> Result<(usize, usize, Vec<P>)> {
        stop.check()?;
        let first = task / groups * SIDE_BY_SIDE;
        let some = (rows - first).min(SIDE_BY_SIDE);
        let begin = task % groups * (PIECE / SIDE_BY_SIDE);
        let end = (begin + PIECE / SIDE_BY_SIDE).min(in_row);
        let mut out = Vec::with_capacity(some * (end - begin));
        let mut room = vec![T::default(); some * length.min(n)];
        let mut starts = Cursor::over(&shape[..kept], &strides[..kept], array.offset());
        starts.seek(first);
        let starts: SmallVec<[usize; SIDE_BY_SIDE]> = (0..some).map(|_| starts.advance()).collect();
        for at in begin..end {
            let count = length.min(n - at * length);
            let room = &mut room[..some * count];
            let row = |start| {
                Cursor::over(&shape[kept..], &strides[kept..], start).within(at * length, 0)
            };
            match row(starts[0]).equal_steps() {
                Some((first, step)) if starts.windows(2).all(|pair| pair[0] + 1 == pair[1]) => {
                    transpose(elements, first, step, room, some);
                }
                _ => {
                    for (&start, room) in starts.iter().zip(room.chunks_mut(count)) {
                        row(start).gather(elements, room);
                    }
                }
            }
            out.extend(room.chunks(count).map(&part));
        }
        Ok((first, begin, out))
    };
    let tasks = rows.div_ceil(SIDE_BY_SIDE) * groups;
    let found: Vec<(usize, usize, Vec<P>)> = if array.size() <= Stop::PIECE {
        (0..tasks).map(fold).collect::<Result<_>>()?
    } else {
        (0..tasks).into_par_iter().map(fold).collect::<Result<_>>()?
    };
    for (first, begin, found) in found {
        let some = (rows - first).min(SIDE_BY_SIDE);
        for (i, value) in found.into_iter().enumerate() {
            parts[(first + i % some) * in_row + begin + i / some] = value;
        }
    }
    Ok(())
}

/// Copies `rows` rows that lie side by side, each with its elements `step` apart.
fn transpose<T: Copy>(elements: &[T], first: usize, step: i64, out: &mut [T], rows: usize) {
    let count = out.len() / rows;
    for i in 0..count {
        let start = (first as i64 + i as i64 * step) as usize;
        for (k, &x) in elements[start..start + rows].iter().enumerate() {
            out[k * count + i] = x;
        }
    }
}

/// Where the elements of rows come from.
pub(crate) enum Elements<'a> {
    /// A contiguous array.
    Rows(Array),
    /// An array whose last axes make the rows, and how many stand before them.
    Strided(Array, usize),
    /// A node of a graph, with others that are wanted as arrays.
    Node(&'a mut Graph, NodeId, &'a [NodeId]),
}

impl<'a> Elements<'a> {
    pub(crate) fn dtype(&self) -> DType {
        match self {
            Elements::Rows(array) | Elements::Strided(array, _) => array.dtype(),
            Elements::Node(graph, node, _) => graph.dtype(*node),
        }
    }

    /// How rows of `n` elements, of which there are some, are cut.
    pub(crate) fn partition(&self, n: usize) -> Partition {
        let size = match self {
            Elements::Rows(array) | Elements::Strided(array, _) => array.size(),
            Elements::Node(graph, node, _) => graph.shape(*node).iter().product::<i64>() as usize,
        };
        Partition::of_rows(size, n)
    }

    /// What the parts of the rows of `n` elements come to; whether every element has a result.
    pub(crate) fn parts<L: Level, T: Element, P: Send>(
        &mut self,
        stop: Stop<'_>,
        n: usize,
        part: impl Fn(&[T]) -> P + Sync,
        out: &mut [P],
    ) -> Result<bool> {
        match self {
            Elements::Rows(array) => {
                let rows = array.as_slice::<T>().unwrap_or(&[]);
                parts::<L, T, P>(stop, rows, n, part, out).map(|()| true)
            }
            Elements::Strided(array, kept) => {
                strided_parts(stop, array, *kept, n, part, out).map(|()| true)
            }
            Elements::Node(..) => {
                let partition = self.partition(n);
                let Elements::Node(graph, node, roots) = self else { return Ok(false) };
                let parts = |bytes: &[u8], slots: &mut [P]| {
                    fold_each::<L, T, P>(cast_slice(bytes), partition.folded(), &part, slots);
                };
                let fold = FoldedNode { node: *node, parts: &parts, out };
                graph.force(stop, roots, &partition, Some(fold))
            }
        }
    }
}
