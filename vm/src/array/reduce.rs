//! Reductions: over all elements, one axis or several.
//!
//! The reduced axes are moved to the end, so that every result comes from one contiguous row. Each part of
//! a row (see [`Partition`]) is folded by itself, on all cores where there are many, and what comes of the
//! parts is joined in pairs. So a result depends on the row alone, never on threads or layout, and is the
//! same where the elements are computed in the same pass. Sums and products of integers are exact or an error.

use super::Array;
use super::complex::Complex;
use super::element::{Bool8, Element};
use super::error::{ArrayError, Result};
use super::fold::{self, Elements, Summand, lanes, position, tree};
use super::graph::{Graph, NodeId};
use super::math;
use super::ops::ReduceOp;
use super::partition::Partition;
use super::shape_ops::check_axis;
use crate::interrupt::Stop;
use crate::simd::{Level, with_level};
use quern_ir::DType;
use rayon::prelude::*;
use smallvec::SmallVec;
use std::sync::atomic::{AtomicBool, Ordering};

/// Which axes are reduced, and the shape that is left.
pub(crate) struct Reduced {
    /// The axes that stay, then those that are reduced.
    order: SmallVec<[usize; 8]>,
    /// How many are reduced.
    reduced_axes: usize,
    /// Length of a row.
    n: usize,
    shape: SmallVec<[i64; 8]>,
}

impl Reduced {
    /// `axes` are those to reduce; all of them if there is none.
    pub(crate) fn new(shape: &[i64], axes: Option<&[i64]>, keepdims: bool) -> Result<Reduced> {
        let rank = shape.len();
        let mut reduced = [false; super::MAX_RANK];
        match axes {
            None => reduced[..rank].fill(true),
            Some(axes) => {
                for &axis in axes {
                    let axis = check_axis(axis, rank)?;
                    if reduced[axis] {
                        return Err(ArrayError::value(format!("axis {axis} is named twice")));
                    }
                    reduced[axis] = true;
                }
            }
        }
        let kept = (0..rank).filter(|&k| !reduced[k]);
        let n = (0..rank).filter(|&k| reduced[k]).map(|k| shape[k]).product::<i64>() as usize;
        Ok(Reduced {
            order: kept.chain((0..rank).filter(|&k| reduced[k])).collect(),
            reduced_axes: (0..rank).filter(|&k| reduced[k]).count(),
            n,
            shape: (0..rank)
                .filter(|&k| keepdims || !reduced[k])
                .map(|k| if reduced[k] { 1 } else { shape[k] })
                .collect(),
        })
    }

    /// Whether the rows lie one after the other.
    fn is_last(&self) -> bool {
        self.order.is_sorted()
    }

    /// The elements in rows: where they are, or copied if the rows are short.
    fn elements<'a>(&self, stop: Stop<'_>, array: &Array) -> Result<Elements<'a>> {
        /// Elements of a row for which it pays to find out where the row begins.
        const LONG: usize = 64;
        let array = if self.is_last() { array.clone() } else { array.permuted(&self.order) };
        if self.n < LONG || array.is_contiguous() {
            return Ok(Elements::Rows(array.contiguous(stop)?));
        }
        let kept = array.rank() - self.reduced_axes;
        Ok(Elements::Strided(array, kept))
    }
}

/// An array with its reduced axes moved to the end and made contiguous.
pub(crate) struct Rows {
    pub(crate) array: Array,
    /// Length of a row.
    pub(crate) n: usize,
    /// Shape of the result.
    pub(crate) shape: SmallVec<[i64; 8]>,
}

impl Rows {
    /// `axes` are those to reduce; all of them if there is none.
    pub(crate) fn new(
        stop: Stop<'_>,
        array: &Array,
        axes: Option<&[i64]>,
        keepdims: bool,
    ) -> Result<Rows> {
        let reduced = Reduced::new(array.shape(), axes, keepdims)?;
        let array = if reduced.is_last() {
            array.contiguous(stop)?
        } else {
            array.permuted(&reduced.order).contiguous(stop)?
        };
        Ok(Rows { array, n: reduced.n, shape: reduced.shape })
    }

    /// One result per row.
    pub(crate) fn map<T: Element, R: Element>(
        &self,
        f: impl Fn(&[T]) -> Result<R>,
    ) -> Result<Array> {
        let mut out = Array::alloc(&self.shape, R::DTYPE)?;
        let size = out.size();
        let results = &mut out.storage_mut()?.elements_mut::<R>()[..size];
        let elements = self.array.as_slice::<T>().unwrap_or(&[]);
        for (row, slot) in results.iter_mut().enumerate() {
            *slot = f(&elements[row * self.n..(row + 1) * self.n])?;
        }
        Ok(out)
    }
}

/// Sum of `f` of the elements of a row, in the order in which [`reduce`] adds.
///
/// # Errors
/// What `stop` says in front of a piece.
pub(crate) fn pairwise<T: Element, S: Summand>(
    stop: Stop<'_>,
    row: &[T],
    f: impl Fn(T) -> S + Copy + Sync,
) -> Result<S> {
    let partition = Partition::of_rows(row.len(), row.len().max(1));
    let mut parts = vec![S::zeroed(); partition.folds(partition.blocks())];
    with_level!(L => {
        let part = |part: &[T]| lanes::<L, _, _>(part, f, S::add);
        fold::parts::<L, _, _>(stop, row, row.len(), part, &mut parts)?;
    });
    Ok(tree(&parts, S::add).unwrap_or(S::zeroed()))
}

/// Reduces an array over some axes, or over all; the result has rank 0 if no axis is left.
///
/// Integers and bools are summed and multiplied as `int`; `mean` of integers is a float.
///
/// # Errors
/// `IndexError` for an axis out of range; `OverflowError` for an integer result that does not fit;
/// `ValueError` for an extreme of nothing; `TypeError` where the dtype has no such reduction.
pub fn reduce(
    stop: Stop<'_>,
    op: ReduceOp,
    array: &Array,
    axes: Option<&[i64]>,
    keepdims: bool,
) -> Result<Array> {
    check_arg_axes(op, axes)?;
    let reduced = Reduced::new(array.shape(), axes, keepdims)?;
    let elements = &mut reduced.elements(stop, array)?;
    let out = run(stop, op, elements, reduced.n, &reduced.shape)?;
    Ok(out.expect("an array has its elements"))
}

/// Whether the rows of an array of this shape lie one after the other, so that they can be reduced in the pass
/// that computes them.
pub(crate) fn is_one_pass(op: ReduceOp, shape: &[i64], axes: Option<&[i64]>) -> bool {
    let reduced = check_arg_axes(op, axes).and_then(|()| Reduced::new(shape, axes, false));
    reduced.is_ok_and(|reduced| reduced.is_last())
}

/// Reduces a node of a graph in one pass (see [`is_one_pass`]) with what else waits: `roots` are arrays then.
/// `None` if an element of the pass has no result.
///
/// # Errors
/// As [`reduce`], and what `stop` says.
pub(crate) fn reduce_node(
    stop: Stop<'_>,
    op: ReduceOp,
    graph: &mut Graph,
    node: NodeId,
    roots: &[NodeId],
    (axes, keepdims): (Option<&[i64]>, bool),
) -> Result<Option<Array>> {
    let reduced = Reduced::new(graph.shape(node), axes, keepdims)?;
    run(stop, op, &mut Elements::Node(graph, node, roots), reduced.n, &reduced.shape)
}

fn check_arg_axes(op: ReduceOp, axes: Option<&[i64]>) -> Result<()> {
    match op {
        ReduceOp::ArgMin | ReduceOp::ArgMax if axes.is_some_and(|axes| axes.len() != 1) => {
            Err(ArrayError::value(format!("{} takes one axis or none", op.name())))
        }
        _ => Ok(()),
    }
}

/// `None` if an element has no result.
fn run(
    stop: Stop<'_>,
    op: ReduceOp,
    elements: &mut Elements<'_>,
    n: usize,
    shape: &[i64],
) -> Result<Option<Array>> {
    let rows = &mut Folding { stop, op, elements, n, shape };
    with_level!(L => match op {
        ReduceOp::Sum => sum::<L>(rows),
        ReduceOp::Prod => prod::<L>(rows),
        ReduceOp::Mean => mean::<L>(rows),
        ReduceOp::Min => extreme::<L>(rows, true),
        ReduceOp::Max => extreme::<L>(rows, false),
        ReduceOp::ArgMin => arg_extreme::<L>(rows, true),
        ReduceOp::ArgMax => arg_extreme::<L>(rows, false),
        ReduceOp::Any | ReduceOp::All => truth::<L>(rows),
    })
}

/// A reduction under way.
struct Folding<'a, 'e> {
    stop: Stop<'a>,
    op: ReduceOp,
    elements: &'a mut Elements<'e>,
    n: usize,
    shape: &'a [i64],
}

impl Folding<'_, '_> {
    fn dtype(&self) -> DType {
        self.elements.dtype()
    }

    /// One result for each row, of what its parts are folded to: none where a row has no elements.
    fn map<L: Level, T: Element, P: Copy + Default + Send + Sync, R: Element>(
        &mut self,
        part: impl Fn(&[T]) -> P + Sync,
        join: impl Fn(P, P) -> P + Copy + Sync,
        finish: impl Fn(Option<P>) -> Result<R> + Sync,
    ) -> Result<Option<Array>> {
        if self.n > 0 && self.n <= self.elements.partition(self.n).folded() {
            let mut out = Array::for_overwriting(self.shape, R::DTYPE)?;
            let size = out.size();
            let results = &mut out.storage_mut()?.elements_mut::<R>()[..size];
            let has_failed = AtomicBool::new(false);
            let row = |row: &[T]| {
                finish(Some(part(row))).unwrap_or_else(|_| {
                    has_failed.store(true, Ordering::Relaxed);
                    R::zeroed()
                })
            };
            if !self.elements.parts::<L, T, R>(self.stop, self.n, row, results)? {
                return Ok(None);
            }
            if !has_failed.into_inner() {
                return Ok(Some(out));
            }
        }
        self.map_parts::<L, T, P, R>(part, |parts, _| finish(tree(parts, join)))
    }

    /// The same, with the parts and how many elements all but the last one have.
    fn map_parts<L: Level, T: Element, P: Copy + Default + Send + Sync, R: Element>(
        &mut self,
        part: impl Fn(&[T]) -> P + Sync,
        finish: impl Fn(&[P], usize) -> Result<R> + Sync,
    ) -> Result<Option<Array>> {
        let mut out = Array::for_overwriting(self.shape, R::DTYPE)?;
        let size = out.size();
        let results = &mut out.storage_mut()?.elements_mut::<R>()[..size];
        if self.n == 0 {
            results.iter_mut().try_for_each(|slot| finish(&[], 1).map(|value| *slot = value))?;
            return Ok(Some(out));
        }
        let partition = self.elements.partition(self.n);
        let mut parts = vec![P::default(); partition.folds(partition.blocks())];
        if !self.elements.parts::<L, T, P>(self.stop, self.n, part, &mut parts)? {
            return Ok(None);
        }
        let length = partition.folded();
        let in_row = self.n.div_ceil(length);
        let finish_some = |(slots, parts): (&mut [R], &[P])| {
            let mut rows = slots.iter_mut().zip(parts.chunks(in_row));
            rows.try_for_each(|(slot, parts)| finish(parts, length).map(|value| *slot = value))
        };
        if size <= Stop::PIECE {
            finish_some((results, &parts))?;
        } else {
            let parts = parts.par_chunks(Stop::PIECE * in_row);
            results.par_chunks_mut(Stop::PIECE).zip(parts).try_for_each(finish_some)?;
        }
        Ok(Some(out))
    }
}

fn too_large(name: &str) -> ArrayError {
    ArrayError::overflow(format!("the {name} does not fit int"))
        .hint("convert to float first: x.astype(float)")
}

/// The sum of a part. No sum of integers that fit memory is beyond 128 bits.
fn exact_sum<L: Level, T: Copy + Into<i64>>(part: &[T]) -> i128 {
    // The halves of a thousand integers add up without a carry to look after.
    let (low, high) = L::run(|| {
        let (mut low, mut high) = (0i64, 0i64);
        for &x in part {
            let x: i64 = x.into();
            low += x & 0xffff_ffff;
            high += x >> 32;
        }
        (low, high)
    });
    (i128::from(high) << 32) + i128::from(low)
}

fn add_exact(a: i128, b: i128) -> i128 {
    a + b
}

fn sum<L: Level>(rows: &mut Folding<'_, '_>) -> Result<Option<Array>> {
    fn exact<L: Level, T: Element + Into<i64>>(
        rows: &mut Folding<'_, '_>,
    ) -> Result<Option<Array>> {
        rows.map::<L, T, i128, i64>(exact_sum::<L, T>, add_exact, |total| {
            i64::try_from(total.unwrap_or(0)).map_err(|_| too_large("sum"))
        })
    }
    fn rounded<L: Level, T: Summand>(rows: &mut Folding<'_, '_>) -> Result<Option<Array>> {
        rows.map::<L, T, T, T>(
            |part| lanes::<L, _, _>(part, |x| x, T::add),
            T::add,
            |total| Ok(total.unwrap_or(T::zeroed())),
        )
    }
    match rows.dtype() {
        DType::Bool => exact::<L, Bool8>(rows),
        DType::U8 => exact::<L, u8>(rows),
        DType::I32 => exact::<L, i32>(rows),
        DType::Int => exact::<L, i64>(rows),
        DType::F32 => rounded::<L, f32>(rows),
        DType::Float => rounded::<L, f64>(rows),
        DType::Complex => rounded::<L, Complex>(rows),
    }
}

/// The product of integers: `None` if it is beyond 2^63 in size. That size itself may still turn into the
/// least integer.
fn times(a: Option<i128>, b: Option<i128>) -> Option<i128> {
    match (a, b) {
        (Some(0), _) | (_, Some(0)) => Some(0),
        (Some(a), Some(b)) => a.checked_mul(b).filter(|product| product.unsigned_abs() <= 1 << 63),
        _ => None,
    }
}

fn prod<L: Level>(rows: &mut Folding<'_, '_>) -> Result<Option<Array>> {
    fn exact<L: Level, T: Element + Into<i64>>(
        rows: &mut Folding<'_, '_>,
    ) -> Result<Option<Array>> {
        let part = |part: &[T]| {
            part.iter().map(|&x| Some(i128::from(x.into()))).reduce(times).unwrap_or(Some(1))
        };
        rows.map::<L, T, Option<i128>, i64>(part, times, |product| {
            let product =
                product.unwrap_or(Some(1)).and_then(|product| i64::try_from(product).ok());
            product.ok_or_else(|| too_large("product"))
        })
    }
    fn rounded<L: Level, T: Summand>(rows: &mut Folding<'_, '_>, one: T) -> Result<Option<Array>> {
        rows.map::<L, T, T, T>(
            |part| lanes::<L, _, _>(part, |x| x, T::mul),
            T::mul,
            |product| Ok(product.unwrap_or(one)),
        )
    }
    match rows.dtype() {
        DType::Bool => exact::<L, Bool8>(rows),
        DType::U8 => exact::<L, u8>(rows),
        DType::I32 => exact::<L, i32>(rows),
        DType::Int => exact::<L, i64>(rows),
        DType::F32 => rounded::<L, _>(rows, 1f32),
        DType::Float => rounded::<L, _>(rows, 1f64),
        DType::Complex => rounded::<L, _>(rows, Complex::new(1.0, 0.0)),
    }
}

fn mean<L: Level>(rows: &mut Folding<'_, '_>) -> Result<Option<Array>> {
    fn exact<L: Level, T: Element + Into<i64>>(
        rows: &mut Folding<'_, '_>,
    ) -> Result<Option<Array>> {
        let n = rows.n as f64;
        rows.map::<L, T, i128, f64>(exact_sum::<L, T>, add_exact, |total| {
            Ok(total.unwrap_or(0) as f64 / n)
        })
    }
    fn rounded<L: Level, T: Summand>(
        rows: &mut Folding<'_, '_>,
        divide: impl Fn(T) -> T + Sync,
    ) -> Result<Option<Array>> {
        rows.map::<L, T, T, T>(
            |part| lanes::<L, _, _>(part, |x| x, T::add),
            T::add,
            |total| Ok(divide(total.unwrap_or(T::zeroed()))),
        )
    }
    let n = rows.n as f64;
    match rows.dtype() {
        DType::Bool => exact::<L, Bool8>(rows),
        DType::U8 => exact::<L, u8>(rows),
        DType::I32 => exact::<L, i32>(rows),
        DType::Int => exact::<L, i64>(rows),
        DType::F32 => rounded::<L, _>(rows, |total: f32| total / n as f32),
        DType::Float => rounded::<L, _>(rows, |total: f64| total / n),
        DType::Complex => rounded::<L, _>(rows, |z: Complex| Complex::new(z.re / n, z.im / n)),
    }
}

fn truth<L: Level>(rows: &mut Folding<'_, '_>) -> Result<Option<Array>> {
    if rows.dtype() != DType::Bool {
        return Err(ArrayError::ty(format!(
            "{} takes bools, not {} values",
            rows.op.name(),
            rows.dtype()
        ))
        .hint(format!("compare them: {}(x != 0)", rows.op.name())));
    }
    // What decides: one that is true, or one that is not.
    let decides = rows.op == ReduceOp::Any;
    rows.map::<L, Bool8, bool, Bool8>(
        |part| L::run(|| part.iter().fold(false, |found, x| found | (x.get() == decides))),
        |a, b| a | b,
        |found| Ok(Bool8::from(found.unwrap_or(false) == decides)),
    )
}

/// What ordered element types need for extremes: NaN wins over everything.
pub(crate) trait Extreme: Element {
    fn lesser(self, other: Self) -> Self;
    fn greater(self, other: Self) -> Self;
    fn is_nan(self) -> bool;
}

macro_rules! extreme {
    ($($ty:ty: $min:path, $max:path, $nan:expr;)*) => {$(
        impl Extreme for $ty {
            #[inline]
            fn lesser(self, other: Self) -> Self {
                $min(self, other)
            }
            #[inline]
            fn greater(self, other: Self) -> Self {
                $max(self, other)
            }
            #[inline]
            fn is_nan(self) -> bool {
                $nan(self)
            }
        }
    )*};
}
extreme! {
    Bool8: Ord::min, Ord::max, |_| false;
    u8: Ord::min, Ord::max, |_| false;
    i32: Ord::min, Ord::max, |_| false;
    i64: Ord::min, Ord::max, |_| false;
    f32: math::single::min, math::single::max, f32::is_nan;
    f64: math::min, math::max, f64::is_nan;
}

/// Runs the body with the type alias `T` for the element type of a dtype that has an order.
macro_rules! with_ordered {
    ($dtype:expr, $name:expr, $T:ident => $body:expr) => {
        match $dtype {
            DType::Bool => {
                type $T = Bool8;
                $body
            }
            DType::U8 => {
                type $T = u8;
                $body
            }
            DType::I32 => {
                type $T = i32;
                $body
            }
            DType::Int => {
                type $T = i64;
                $body
            }
            DType::F32 => {
                type $T = f32;
                $body
            }
            DType::Float => {
                type $T = f64;
                $body
            }
            DType::Complex => Err(ArrayError::unsupported($name, DType::Complex)
                .hint("complex numbers have no order; use abs(x) or real(x)")),
        }
    };
}
pub(crate) use with_ordered;

fn nothing(name: &str) -> ArrayError {
    ArrayError::value(format!("{name} of an empty array has no value"))
}

fn extreme<L: Level>(rows: &mut Folding<'_, '_>, least: bool) -> Result<Option<Array>> {
    let name = rows.op.name();
    with_ordered!(rows.dtype(), name, T => if least {
        let part = |part: &[T]| lanes::<L, _, _>(part, |x| x, T::lesser);
        rows.map::<L, T, T, T>(part, T::lesser, |found| found.ok_or_else(|| nothing(name)))
    } else {
        let part = |part: &[T]| lanes::<L, _, _>(part, |x| x, T::greater);
        rows.map::<L, T, T, T>(part, T::greater, |found| found.ok_or_else(|| nothing(name)))
    })
}

/// An extreme and where it stands.
#[derive(Clone, Copy, Default)]
struct Found<T> {
    value: T,
    at: usize,
}

fn arg_extreme<L: Level>(rows: &mut Folding<'_, '_>, least: bool) -> Result<Option<Array>> {
    let name = rows.op.name();
    with_ordered!(rows.dtype(), name, T => {
        let pick = if least { T::lesser } else { T::greater };
        let part = |part: &[T]| {
            let value = if least {
                lanes::<L, _, _>(part, |x| x, T::lesser)
            } else {
                lanes::<L, _, _>(part, |x| x, T::greater)
            };
            Found { value, at: position::<L, T>(part, |x| x == value || x.is_nan()) }
        };
        rows.map_parts::<L, T, Found<T>, i64>(part, |parts, length| {
            let best = parts.iter().map(|found| found.value).reduce(pick);
            let best = best.ok_or_else(|| nothing(name))?;
            let is_it = |found: &Found<T>| found.value == best || found.value.is_nan();
            let part = parts.iter().position(is_it).unwrap_or(0);
            Ok((part * length + parts[part].at) as i64)
        })
    })
}

/// Mean squared distance from the mean: the sum is divided by `n - ddof`. NaN of nothing.
///
/// Method: mean and sum of squares of each part, joined in pairs: Chan, Golub, LeVeque, "Updating formulae and
/// a pairwise algorithm for computing sample variances", 1979.
///
/// # Errors
/// `IndexError` for an axis out of range.
pub fn var(
    stop: Stop<'_>,
    array: &Array,
    axes: Option<&[i64]>,
    keepdims: bool,
    ddof: i64,
) -> Result<Array> {
    spread(stop, array, axes, keepdims, ddof, |var| var)
}

/// Square root of [`var`].
///
/// # Errors
/// As [`var`].
pub fn std(
    stop: Stop<'_>,
    array: &Array,
    axes: Option<&[i64]>,
    keepdims: bool,
    ddof: i64,
) -> Result<Array> {
    spread(stop, array, axes, keepdims, ddof, f64::sqrt)
}

/// Summand, mean and sum of squared distances from the mean.
#[derive(Clone, Copy, Default)]
struct Moments<T> {
    n: f64,
    mean: T,
    squares: f64,
}

impl<T: Summand> Moments<T> {
    fn of<L: Level>(part: &[T]) -> Moments<T> {
        let n = part.len() as f64;
        let mean = lanes::<L, _, _>(part, |x| x, T::add).scaled(1.0 / n);
        let squares = lanes::<L, _, _>(part, |x| (x - mean).square(), |a, b| a + b);
        Moments { n, mean, squares }
    }

    fn join(self, other: Moments<T>) -> Moments<T> {
        let n = self.n + other.n;
        let apart = other.mean - self.mean;
        Moments {
            n,
            mean: self.mean + apart.scaled(other.n / n),
            squares: self.squares + other.squares + apart.square() * (self.n * other.n / n),
        }
    }
}

fn spread(
    stop: Stop<'_>,
    array: &Array,
    axes: Option<&[i64]>,
    keepdims: bool,
    ddof: i64,
    last: impl Fn(f64) -> f64 + Sync,
) -> Result<Array> {
    let array = floats(stop, array)?;
    let reduced = Reduced::new(array.shape(), axes, keepdims)?;
    let divisor = (reduced.n as f64 - ddof as f64).max(0.0);
    let of = |squares: Option<f64>| last(squares.unwrap_or(0.0) / divisor);
    let elements = &mut reduced.elements(stop, &array)?;
    let (n, shape) = (reduced.n, &reduced.shape[..]);
    let folding = &mut Folding { stop, op: ReduceOp::Mean, elements, n, shape };
    let out = with_level!(L => match array.dtype() {
        DType::F32 => folding.map::<L, f32, Moments<f64>, f32>(
            |part| {
                let n = part.len() as f64;
                let mean = lanes::<L, _, _>(part, f64::from, |a, b| a + b) / n;
                let squares = lanes::<L, _, _>(part, |x| (f64::from(x) - mean).square(), |a, b| a + b);
                Moments { n, mean, squares }
            },
            Moments::join,
            |found| Ok(of(found.map(|m| m.squares)) as f32),
        ),
        DType::Complex => {
            folding.map::<L, Complex, Moments<Complex>, f64>(Moments::of::<L>, Moments::join, |found| {
                Ok(of(found.map(|m| m.squares)))
            })
        }
        _ => folding.map::<L, f64, Moments<f64>, f64>(Moments::of::<L>, Moments::join, |found| {
            Ok(of(found.map(|m| m.squares)))
        }),
    })?;
    Ok(out.expect("an array has its elements"))
}

/// Bools and integers as floats, anything else as it is.
pub(crate) fn floats(stop: Stop<'_>, array: &Array) -> Result<Array> {
    match array.dtype() {
        DType::F32 | DType::Float | DType::Complex => Ok(array.clone()),
        _ => array.astype(stop, DType::Float),
    }
}
