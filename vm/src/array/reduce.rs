//! Reductions: over all elements, one axis or several.
//!
//! The reduced axes are moved to the end, so that every result comes from one contiguous row. Sums
//! are pairwise with a split that depends only on the length of the row, so a result never depends
//! on threads or layout. Sums and products of integers are exact or an error.

use super::Array;
use super::complex::Complex;
use super::element::{Bool8, Element};
use super::error::{ArrayError, Result};
use super::math;
use super::ops::ReduceOp;
use super::shape_ops::check_axis;
use crate::interrupt::Stop;
use quern_ir::DType;
use smallvec::SmallVec;
use std::ops::{Add, Mul};

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
        let rank = array.rank();
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
        let order: SmallVec<[usize; 8]> = kept.chain((0..rank).filter(|&k| reduced[k])).collect();
        let n =
            (0..rank).filter(|&k| reduced[k]).map(|k| array.shape()[k]).product::<i64>() as usize;
        let shape = (0..rank)
            .filter(|&k| keepdims || !reduced[k])
            .map(|k| if reduced[k] { 1 } else { array.shape()[k] })
            .collect();
        let array = if order.is_sorted() {
            array.contiguous(stop)?
        } else {
            array.permuted(&order).contiguous(stop)?
        };
        Ok(Rows { array, n, shape })
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

/// A number that can be added pairwise.
pub(crate) trait Sum: Element + Add<Output = Self> {}
impl Sum for f32 {}
impl Sum for f64 {}
impl Sum for Complex {}

/// Sum of `f` of the elements of a row: eight running sums over blocks of 128, and blocks added in
/// pairs. The rounding error grows with the logarithm of the length.
///
/// # Errors
/// What `stop` says in front of a piece.
pub(crate) fn pairwise<T: Copy, S: Sum>(
    stop: Stop<'_>,
    row: &[T],
    f: impl Fn(T) -> S + Copy,
) -> Result<S> {
    if row.len() <= Stop::PIECE {
        stop.check()?;
        return Ok(piece_sum(row, f));
    }
    let (left, right) = halves(row);
    Ok(pairwise(stop, left, f)? + pairwise(stop, right, f)?)
}

/// Eight running sums to add up.
const LANES: usize = 8;

/// A row in two.
fn halves<T>(row: &[T]) -> (&[T], &[T]) {
    let half = row.len() / 2;
    row.split_at(half - half % LANES)
}

/// The sum of a row as [`pairwise`] has it.
fn piece_sum<T: Copy, S: Sum>(row: &[T], f: impl Fn(T) -> S + Copy) -> S {
    const BLOCK: usize = 128;
    if row.len() < LANES {
        return row.iter().map(|&x| f(x)).reduce(Add::add).unwrap_or(S::zeroed());
    }
    if row.len() <= BLOCK {
        let mut lanes = [S::zeroed(); LANES];
        for (lane, &x) in lanes.iter_mut().zip(row) {
            *lane = f(x);
        }
        let chunks = row[LANES..].chunks_exact(LANES);
        let rest = chunks.remainder();
        for chunk in chunks {
            for (lane, &x) in lanes.iter_mut().zip(chunk) {
                *lane = *lane + f(x);
            }
        }
        let [a, b, c, d, e, g, h, i] = lanes;
        let total = ((a + b) + (c + d)) + ((e + g) + (h + i));
        return rest.iter().fold(total, |sum, &x| sum + f(x));
    }
    let (left, right) = halves(row);
    piece_sum(left, f) + piece_sum(right, f)
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
    let rows = Rows::new(stop, array, axes, keepdims)?;
    match op {
        ReduceOp::Sum => sum(stop, &rows),
        ReduceOp::Prod => prod(stop, &rows),
        ReduceOp::Mean => mean(stop, &rows),
        ReduceOp::Min => extreme(stop, &rows, op, true),
        ReduceOp::Max => extreme(stop, &rows, op, false),
        ReduceOp::ArgMin | ReduceOp::ArgMax => arg_extreme(stop, &rows, op, axes),
        ReduceOp::Any | ReduceOp::All => truth(stop, &rows, op),
    }
}

fn too_large(name: &str) -> ArrayError {
    ArrayError::overflow(format!("the {name} does not fit int"))
        .hint("convert to float first: x.astype(float)")
}

fn sum(stop: Stop<'_>, rows: &Rows) -> Result<Array> {
    // 128 bits hold the sum of any array that fits memory.
    fn exact<T: Copy + Into<i64>>(stop: Stop<'_>, row: &[T]) -> Result<i64> {
        let mut total = 0i128;
        for piece in stop.pieces(row) {
            total += piece?.iter().map(|&x| i128::from(x.into())).sum::<i128>();
        }
        i64::try_from(total).map_err(|_| too_large("sum"))
    }
    match rows.array.dtype() {
        DType::Bool => {
            rows.map::<Bool8, i64>(|row| exact(stop, bytemuck::cast_slice::<_, u8>(row)))
        }
        DType::U8 => rows.map::<u8, i64>(|row| exact(stop, row)),
        DType::I32 => rows.map::<i32, i64>(|row| exact(stop, row)),
        DType::Int => rows.map::<i64, i64>(|row| exact(stop, row)),
        DType::F32 => rows.map::<f32, f32>(|row| pairwise(stop, row, |x| x)),
        DType::Float => rows.map::<f64, f64>(|row| pairwise(stop, row, |x| x)),
        DType::Complex => rows.map::<Complex, Complex>(|row| pairwise(stop, row, |x| x)),
    }
}

fn prod(stop: Stop<'_>, rows: &Rows) -> Result<Array> {
    fn exact<T: Copy + Into<i64>>(stop: Stop<'_>, row: &[T]) -> Result<i64> {
        let mut product: i128 = 1;
        let mut fits = true;
        for piece in stop.pieces(row) {
            for &x in piece? {
                let x: i64 = x.into();
                if x == 0 {
                    return Ok(0);
                }
                // 2^63 itself may still turn into the least integer.
                match product.checked_mul(i128::from(x)) {
                    Some(next) if fits && next.unsigned_abs() <= 1 << 63 => product = next,
                    _ => fits = false,
                }
            }
        }
        i64::try_from(product).ok().filter(|_| fits).ok_or_else(|| too_large("product"))
    }
    fn rounded<T: Element + Mul<Output = T>>(stop: Stop<'_>, row: &[T], one: T) -> Result<T> {
        stop.pieces(row).try_fold(one, |product, piece| {
            Ok(piece?.iter().fold(product, |product, &x| product * x))
        })
    }
    match rows.array.dtype() {
        DType::Bool => rows.map::<Bool8, i64>(|row| Ok(i64::from(row.iter().all(|x| x.get())))),
        DType::U8 => rows.map::<u8, i64>(|row| exact(stop, row)),
        DType::I32 => rows.map::<i32, i64>(|row| exact(stop, row)),
        DType::Int => rows.map::<i64, i64>(|row| exact(stop, row)),
        DType::F32 => rows.map::<f32, f32>(|row| rounded(stop, row, 1.0)),
        DType::Float => rows.map::<f64, f64>(|row| rounded(stop, row, 1.0)),
        DType::Complex => {
            rows.map::<Complex, Complex>(|row| rounded(stop, row, Complex::new(1.0, 0.0)))
        }
    }
}

fn mean(stop: Stop<'_>, rows: &Rows) -> Result<Array> {
    let n = rows.n as f64;
    match rows.array.dtype() {
        DType::F32 => rows.map::<f32, f32>(|row| Ok(pairwise(stop, row, |x| x)? / n as f32)),
        DType::Float => rows.map::<f64, f64>(|row| Ok(pairwise(stop, row, |x| x)? / n)),
        DType::Complex => rows.map::<Complex, Complex>(|row| {
            let total = pairwise(stop, row, |x| x)?;
            Ok(Complex::new(total.re / n, total.im / n))
        }),
        DType::Bool => {
            rows.map::<Bool8, f64>(|row| Ok(pairwise(stop, row, |x| f64::from(x.0))? / n))
        }
        DType::U8 => rows.map::<u8, f64>(|row| Ok(pairwise(stop, row, f64::from)? / n)),
        DType::I32 => rows.map::<i32, f64>(|row| Ok(pairwise(stop, row, f64::from)? / n)),
        DType::Int => rows.map::<i64, f64>(|row| Ok(pairwise(stop, row, |x| x as f64)? / n)),
    }
}

fn truth(stop: Stop<'_>, rows: &Rows, op: ReduceOp) -> Result<Array> {
    if rows.array.dtype() != DType::Bool {
        return Err(ArrayError::ty(format!(
            "{} takes bools, not {} values",
            op.name(),
            rows.array.dtype()
        ))
        .hint(format!("compare them: {}(x != 0)", op.name())));
    }
    // What decides: one that is true, or one that is not.
    let decides = op == ReduceOp::Any;
    rows.map::<Bool8, Bool8>(|row| {
        for piece in stop.pieces(row) {
            if piece?.iter().any(|x| x.get() == decides) {
                return Ok(Bool8::from(decides));
            }
        }
        Ok(Bool8::from(!decides))
    })
}

/// What ordered element types need for extremes: NaN wins over everything.
pub(crate) trait Extreme: Element {
    fn lesser(self, other: Self) -> Self;
    fn greater(self, other: Self) -> Self;
    /// Whether `self` comes before `other` among candidates for the least element.
    fn beats_down(self, other: Self) -> bool;
    fn beats_up(self, other: Self) -> bool;
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
            fn beats_down(self, other: Self) -> bool {
                self < other
            }
            #[inline]
            fn beats_up(self, other: Self) -> bool {
                self > other
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

fn extreme(stop: Stop<'_>, rows: &Rows, op: ReduceOp, least: bool) -> Result<Array> {
    fn fold<T: Extreme>(
        stop: Stop<'_>,
        row: &[T],
        f: impl Fn(T, T) -> T + Copy,
    ) -> Result<Option<T>> {
        stop.pieces(row).try_fold(None, |best, piece| {
            Ok(best.into_iter().chain(piece?.iter().copied().reduce(f)).reduce(f))
        })
    }
    with_ordered!(rows.array.dtype(), op.name(), T => rows.map::<T, T>(|row| {
        let found = if least { fold(stop, row, T::lesser)? } else { fold(stop, row, T::greater)? };
        found.ok_or_else(|| nothing(op.name()))
    }))
}

fn arg_extreme(stop: Stop<'_>, rows: &Rows, op: ReduceOp, axes: Option<&[i64]>) -> Result<Array> {
    fn find<T: Extreme>(
        stop: Stop<'_>,
        row: &[T],
        beats: impl Fn(T, T) -> bool,
    ) -> Result<Option<i64>> {
        let mut best = 0;
        for (n, piece) in stop.pieces(row).enumerate() {
            for (i, &x) in (n * Stop::PIECE..).zip(piece?) {
                if x.is_nan() {
                    return Ok(Some(i as i64));
                }
                if beats(x, row[best]) {
                    best = i;
                }
            }
        }
        Ok((!row.is_empty()).then_some(best as i64))
    }
    if axes.is_some_and(|axes| axes.len() != 1) {
        return Err(ArrayError::value(format!("{} takes one axis or none", op.name())));
    }
    with_ordered!(rows.array.dtype(), op.name(), T => rows.map::<T, i64>(|row| {
        let found = match op {
            ReduceOp::ArgMin => find(stop, row, T::beats_down)?,
            _ => find(stop, row, T::beats_up)?,
        };
        found.ok_or_else(|| nothing(op.name()))
    }))
}

/// Mean squared distance from the mean: the sum is divided by `n - ddof`. NaN of nothing.
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
    spread(stop, array, axes, keepdims, ddof, false)
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
    spread(stop, array, axes, keepdims, ddof, true)
}

fn spread(
    stop: Stop<'_>,
    array: &Array,
    axes: Option<&[i64]>,
    keepdims: bool,
    ddof: i64,
    root: bool,
) -> Result<Array> {
    let array = &floats(stop, array)?;
    let rows = Rows::new(stop, array, axes, keepdims)?;
    let n = rows.n as f64;
    let divisor = (n - ddof as f64).max(0.0);
    match array.dtype() {
        DType::F32 => rows.map::<f32, f32>(|row| {
            let mean = pairwise(stop, row, |x| x)? / n as f32;
            let var = pairwise(stop, row, |x| (x - mean) * (x - mean))? / divisor as f32;
            Ok(if root { var.sqrt() } else { var })
        }),
        DType::Complex => rows.map::<Complex, f64>(|row| {
            let total = pairwise(stop, row, |x| x)?;
            let mean = Complex::new(total.re / n, total.im / n);
            let square = |z: Complex| z.re * z.re + z.im * z.im;
            let var = pairwise(stop, row, |x| square(x - mean))? / divisor;
            Ok(if root { var.sqrt() } else { var })
        }),
        _ => rows.map::<f64, f64>(|row| {
            let mean = pairwise(stop, row, |x| x)? / n;
            let var = pairwise(stop, row, |x| (x - mean) * (x - mean))? / divisor;
            Ok(if root { var.sqrt() } else { var })
        }),
    }
}

/// Bools and integers as floats, anything else as it is.
pub(crate) fn floats(stop: Stop<'_>, array: &Array) -> Result<Array> {
    match array.dtype() {
        DType::F32 | DType::Float | DType::Complex => Ok(array.clone()),
        _ => array.astype(stop, DType::Float),
    }
}
