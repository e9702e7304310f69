//! Sorting and searching. NaN comes last, in either direction; ties keep their order.

use super::element::Bool8;
use super::error::{ArrayError, Result};
use super::index::true_positions;
use super::ops::BinaryOp;
use super::promote::promote;
use super::reduce::with_ordered;
use super::scalar::Scalar;
use super::shape_ops::check_axis;
use super::storage::Storage;
use super::{Array, Element, elementwise, samplesort, shape_text};
use crate::interrupt::Stop;
use bytemuck::{Pod, Zeroable};
use quern_ir::DType;
use rayon::prelude::*;
use smallvec::SmallVec;
use std::cmp::Ordering;

/// A dtype with an order in which NaN is greatest.
trait Sortable: Element + PartialOrd {
    /// Integers in the order of the elements, of the same width.
    type Key: Element + Ord + Into<i64> + std::ops::Not<Output = Self::Key>;

    /// NaN is not asked for.
    fn key(self) -> Self::Key;
    fn of_key(key: Self::Key) -> Self;

    /// The element itself; of zeros the positive one.
    fn equal_zeros(self) -> Self;

    #[inline]
    fn order(self, other: Self) -> Ordering {
        self.partial_cmp(&other).unwrap_or_else(|| self.is_nan().cmp(&other.is_nan()))
    }

    /// Only NaN differs from itself.
    #[inline]
    fn is_nan(self) -> bool {
        self.partial_cmp(&self).is_none()
    }

    /// The key in a sort of positions, in which zeros are equal.
    #[inline]
    fn rank(self, reverse: bool) -> i64 {
        self.equal_zeros().directed(reverse).into()
    }

    /// The key in a sort, in which reversed keys ascend.
    #[inline]
    fn directed(self, reverse: bool) -> Self::Key {
        if reverse { !self.key() } else { self.key() }
    }
}

macro_rules! sortable {
    ($($ty:ty: $key:ty, $to_key:expr, $of_key:expr, $equal_zeros:expr;)*) => {$(
        impl Sortable for $ty {
            type Key = $key;

            #[inline]
            fn key(self) -> $key {
                $to_key(self)
            }

            #[inline]
            fn of_key(key: $key) -> $ty {
                $of_key(key)
            }

            #[inline]
            fn equal_zeros(self) -> $ty {
                $equal_zeros(self)
            }
        }
    )*};
}
// The bits of negative floats descend.
sortable! {
    Bool8: u8, |x: Bool8| x.0, Bool8, |x| x;
    u8: u8, |x| x, |key| key, |x| x;
    i32: i32, |x| x, |key| key, |x| x;
    i64: i64, |x| x, |key| key, |x| x;
    f32: i32, |x: f32| flip32(x.to_bits() as i32), |key| f32::from_bits(flip32(key) as u32), |x| x + 0.0;
    f64: i64, |x: f64| flip64(x.to_bits() as i64), |key| f64::from_bits(flip64(key) as u64), |x| x + 0.0;
}

#[inline]
fn flip32(bits: i32) -> i32 {
    bits ^ (bits >> 31 & i32::MAX)
}

#[inline]
fn flip64(bits: i64) -> i64 {
    bits ^ (bits >> 63 & i64::MAX)
}

/// The key of an element, and where it stands: what is equal keeps its order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Pod, Zeroable)]
#[repr(C)]
struct Keyed {
    key: i64,
    at: i64,
}

/// Replaces every key.
fn for_each_key<K: Copy + Send>(
    stop: Stop<'_>,
    keys: &mut [K],
    f: impl Fn(K) -> K + Sync,
) -> Result<()> {
    let replace = |keys: &mut [K]| {
        stop.check()?;
        keys.iter_mut().for_each(|key| *key = f(*key));
        Ok(())
    };
    match keys.len() {
        ..=Stop::PIECE => replace(keys),
        _ => keys.par_chunks_mut(Stop::PIECE).try_for_each(replace),
    }
}

/// Moves the elements that are NaN behind the others, which keep their order; answers how many others there
/// are.
fn nan_last<T: Sortable>(elements: &mut [T]) -> usize {
    let first = elements.iter().position(|x| x.is_nan()).unwrap_or(elements.len());
    let mut kept = first;
    for i in first..elements.len() {
        if !elements[i].is_nan() {
            elements.swap(kept, i);
            kept += 1;
        }
    }
    kept
}

impl Array {
    /// The elements along an axis in ascending order, or in descending order if `reverse`. Of zeros the
    /// negative one is the lesser.
    ///
    /// # Errors
    /// `IndexError` for an axis out of range, `TypeError` for complex numbers.
    pub fn sort(&self, stop: Stop<'_>, axis: i64, reverse: bool) -> Result<Array> {
        with_ordered!(self.dtype(), "sort", T => self.along(stop, axis, |row: &[T], out: &mut [T]| {
            for (piece, target) in stop.pieces(row).zip(out.chunks_mut(Stop::PIECE)) {
                target.copy_from_slice(piece?);
            }
            let numbers = nan_last(out);
            type Key<T> = <T as Sortable>::Key;
            let keys: &mut [Key<T>] = bytemuck::cast_slice_mut(&mut out[..numbers]);
            for_each_key(stop, keys, |key| bytemuck::cast::<Key<T>, T>(key).directed(reverse))?;
            samplesort::sort(stop, keys)?;
            for_each_key(stop, keys, |key| {
                bytemuck::cast::<T, Key<T>>(T::of_key(if reverse { !key } else { key }))
            })
        }))
    }

    /// The positions that sort the elements along an axis.
    ///
    /// # Errors
    /// As [`Array::sort`].
    pub fn argsort(&self, stop: Stop<'_>, axis: i64, reverse: bool) -> Result<Array> {
        with_ordered!(self.dtype(), "argsort", T => self.along(stop, axis, |row: &[T], out: &mut [i64]| {
            let mut room = Storage::for_overwriting(row.len() * size_of::<Keyed>())?;
            let keyed = &mut room.elements_mut::<Keyed>()[..row.len()];
            let mut numbers = 0;
            for (n, piece) in stop.pieces(row).enumerate() {
                for (at, &x) in (n as i64 * Stop::PIECE as i64..).zip(piece?) {
                    if !x.is_nan() {
                        let key = x.rank(reverse);
                        keyed[numbers] = Keyed { key, at };
                        numbers += 1;
                    }
                }
            }
            let keyed = &mut keyed[..numbers];
            samplesort::sort(stop, keyed)?;
            let (numbers, nans) = out.split_at_mut(keyed.len());
            for (slot, keyed) in numbers.iter_mut().zip(keyed) {
                *slot = keyed.at;
            }
            let positions = (0..).zip(row).filter(|(_, x)| x.is_nan());
            for (slot, (i, _)) in nans.iter_mut().zip(positions) {
                *slot = i;
            }
            Ok(())
        }))
    }

    /// Maps every row along an axis to a row of the same length.
    fn along<T: Element, R: Element>(
        &self,
        stop: Stop<'_>,
        axis: i64,
        f: impl Fn(&[T], &mut [R]) -> Result<()> + Sync,
    ) -> Result<Array> {
        let axis = check_axis(axis, self.rank())?;
        let mut order: SmallVec<[usize; 8]> = (0..self.rank()).filter(|&k| k != axis).collect();
        order.push(axis);
        let source = self.permuted(&order).contiguous(stop)?;
        let mut out = Array::alloc(source.shape(), R::DTYPE)?;
        let n = self.shape()[axis] as usize;
        if n > 0 {
            let rows = source.as_slice::<T>().unwrap_or(&[]);
            let size = out.size();
            let targets = &mut out.storage_mut()?.elements_mut::<R>()[..size];
            if size <= Stop::PIECE || n == size {
                let mut pairs = rows.chunks_exact(n).zip(targets.chunks_exact_mut(n));
                pairs.try_for_each(|(row, target)| f(row, target))?;
            } else {
                let pairs = rows.par_chunks_exact(n).zip(targets.par_chunks_exact_mut(n));
                pairs.try_for_each(|(row, target)| f(row, target))?;
            }
        }
        let mut back: SmallVec<[usize; 8]> = SmallVec::from_elem(0, order.len());
        for (k, &axis) in order.iter().enumerate() {
            back[axis] = k;
        }
        out.permuted(&back).contiguous(stop)
    }

    /// Where each value would stand in this sorted vector: before equal elements, or after them if
    /// `right`. The result has the shape of `values`.
    ///
    /// # Errors
    /// `ShapeError` if this is not a vector, `TypeError` for complex numbers.
    pub fn searchsorted(&self, stop: Stop<'_>, values: &Array, right: bool) -> Result<Array> {
        if self.rank() != 1 {
            return Err(ArrayError::shape(format!(
                "searchsorted takes a one-dimensional array, not shape {}",
                shape_text(self.shape())
            )));
        }
        let dtype = promote(self.dtype(), values.dtype());
        let (sorted, values) = (
            self.astype(stop, dtype)?.contiguous(stop)?,
            values.astype(stop, dtype)?.contiguous(stop)?,
        );
        with_ordered!(dtype, "searchsorted", T => {
            let sorted = sorted.as_slice::<T>().unwrap_or(&[]);
            let mut found = Array::for_overwriting(values.shape(), DType::Int)?;
            let slots = found.storage_mut()?.elements_mut::<i64>();
            let pieces = stop.pieces(values.as_slice::<T>().unwrap_or(&[]));
            for (piece, slots) in pieces.zip(slots.chunks_mut(Stop::PIECE)) {
                for (&x, slot) in piece?.iter().zip(slots) {
                    *slot = sorted.partition_point(|&y| match y.order(x) {
                        Ordering::Less => true,
                        Ordering::Equal => right,
                        Ordering::Greater => false,
                    }) as i64;
                }
            }
            Ok(found)
        })
    }

    /// The distinct elements in ascending order, and how often each occurs. NaNs count as equal.
    ///
    /// # Errors
    /// `TypeError` for complex numbers.
    pub fn unique_counts(&self, stop: Stop<'_>) -> Result<(Array, Array)> {
        with_ordered!(self.dtype(), "unique", T => {
            let sorted = self.ravel(stop)?.sort(stop, 0, false)?;
            let (mut values, mut counts): (Vec<T>, Vec<i64>) = (Vec::new(), Vec::new());
            for piece in stop.pieces(sorted.as_slice::<T>().unwrap_or(&[])) {
                for &x in piece? {
                    match (values.last(), counts.last_mut()) {
                        (Some(last), Some(count)) if last.order(x) == Ordering::Equal => *count += 1,
                        _ => {
                            values.push(x);
                            counts.push(1);
                        }
                    }
                }
            }
            Ok((Array::from_vec(values)?, Array::from_vec(counts)?))
        })
    }

    /// The positions of the elements that are not 0, one array per axis.
    ///
    /// # Errors
    /// `ShapeError` for an array without axes.
    pub fn nonzero(&self, stop: Stop<'_>) -> Result<Vec<Array>> {
        if self.rank() == 0 {
            return Err(ArrayError::shape("nonzero needs an array with at least one axis"));
        }
        let mask = match self.dtype() {
            DType::Bool => self.clone(),
            _ => elementwise::binary(stop, BinaryOp::Ne, self.into(), Scalar::Int(0).into())?,
        };
        true_positions(&mask).into_iter().map(Array::from_vec).collect()
    }

    /// The positions of the elements that are not 0, one row for each.
    ///
    /// # Errors
    /// As [`Array::nonzero`].
    pub fn argwhere(&self, stop: Stop<'_>) -> Result<Array> {
        Array::stack(&self.nonzero(stop)?, 1)
    }
}
