//! New arrays.

use super::cast::{Mode, scalar_bytes};
use super::element::{Element, with_width};
use super::error::{ArrayError, Result};
use super::promote::{common_dtype, promote};
use super::scalar::Scalar;
use super::{Array, shape_text};
use crate::interrupt::Stop;
use bytemuck::cast_slice;
use quern_ir::DType;

impl Array {
    /// All zeros.
    ///
    /// # Errors
    /// `ShapeError` for a negative dimension, `MemoryError` if it does not fit memory.
    pub fn zeros(shape: &[i64], dtype: DType) -> Result<Array> {
        Array::alloc(shape, dtype)
    }

    /// All ones.
    pub fn ones(stop: Stop<'_>, shape: &[i64], dtype: DType) -> Result<Array> {
        Array::full(stop, shape, Scalar::Bool(true), Some(dtype))
    }

    /// One value everywhere; its own dtype by default.
    pub fn full(
        stop: Stop<'_>,
        shape: &[i64],
        value: Scalar,
        dtype: Option<DType>,
    ) -> Result<Array> {
        let dtype = dtype.unwrap_or(value.dtype());
        let element = scalar_bytes(value, dtype, Mode::Store)?;
        let mut out = Array::for_overwriting(shape, dtype)?;
        let size = out.size();
        with_width!(dtype, T => {
            let value = cast_slice::<_, T>(&element)[0];
            for piece in stop.pieces_mut(&mut out.storage_mut()?.elements_mut::<T>()[..size]) {
                piece?.fill(value);
            }
        });
        Ok(out)
    }

    /// A rank-0 array.
    pub fn from_scalar(value: Scalar) -> Result<Array> {
        Array::full(Stop::NEVER, &[], value, None)
    }

    /// `rows` by `columns`, ones on diagonal `k`.
    pub fn eye(rows: i64, columns: i64, k: i64, dtype: DType) -> Result<Array> {
        let mut out = Array::alloc(&[rows, columns], dtype)?;
        let one = scalar_bytes(Scalar::Bool(true), dtype, Mode::Store)?;
        with_width!(dtype, T => {
            let one = cast_slice::<_, T>(&one)[0];
            let elements = out.storage_mut()?.elements_mut::<T>();
            for row in 0.max(k.saturating_neg())..rows.min(columns.saturating_sub(k)) {
                elements[(row * columns + row + k) as usize] = one;
            }
        });
        Ok(out)
    }

    /// `start`, `start + step`, ... before `end`. There are `ceil((end - start) / step)` elements;
    /// floats are `start + i * delta` with `delta` the rounded second element minus the first, as
    /// in NumPy.
    ///
    /// # Errors
    /// `ValueError` if the step is 0 or an argument is NaN or infinite.
    pub fn arange(
        stop: Stop<'_>,
        start: Scalar,
        end: Scalar,
        step: Scalar,
        dtype: Option<DType>,
    ) -> Result<Array> {
        let natural = promote(promote(start.dtype(), end.dtype()), step.dtype());
        if natural == DType::Complex {
            return Err(ArrayError::unsupported("arange", DType::Complex));
        }
        let bad_step = || ArrayError::value("arange: the step is 0");
        let array = match (whole(start), whole(end), whole(step)) {
            (Some(start), Some(end), Some(step)) => {
                if step == 0 {
                    return Err(bad_step());
                }
                let distance = i128::from(end) - i128::from(start);
                let step_wide = i128::from(step);
                let count = (distance + step_wide - step_wide.signum()) / step_wide;
                let count = i64::try_from(count.max(0))
                    .map_err(|_| ArrayError::memory("arange: too many elements"))?;
                let element = |i| start.wrapping_add(step.wrapping_mul(i as i64));
                Array::from_positions(stop, count, element)?
            }
            _ => {
                let real = |x: Scalar| x.as_f64().unwrap_or(f64::NAN);
                let (start, end, step) = (real(start), real(end), real(step));
                if step == 0.0 {
                    return Err(bad_step());
                }
                let count = ((end - start) / step).ceil();
                if !count.is_finite() {
                    return Err(ArrayError::value(
                        "arange: the bounds and the step must be finite",
                    ));
                }
                if count >= 9e18 {
                    return Err(ArrayError::memory("arange: too many elements"));
                }
                let delta = (start + step) - start;
                Array::from_positions(stop, count.max(0.0) as i64, |i| match i {
                    0 => start,
                    1 => start + step,
                    _ => start + i as f64 * delta,
                })?
            }
        };
        let dtype = dtype.unwrap_or(if natural == DType::Bool { DType::Int } else { natural });
        array.astype(stop, dtype)
    }

    /// `count` floats from `start` to `end` at equal distances; the last one is `end` exactly.
    ///
    /// # Errors
    /// `ValueError` if `count` is negative.
    pub fn linspace(
        stop: Stop<'_>,
        start: f64,
        end: f64,
        count: i64,
        dtype: DType,
    ) -> Result<Array> {
        if count < 0 {
            return Err(ArrayError::value(format!(
                "linspace: the number of elements, {count}, is negative"
            )));
        }
        let gaps = (count - 1).max(1) as f64;
        let step = (end - start) / gaps;
        let last = count as usize - usize::from(count > 1);
        let out = Array::from_positions(stop, count, |i| {
            let share = i as f64 / gaps;
            if i == last {
                end
            } else if step == 0.0 {
                // A step too small to be told from 0 is applied as a fraction of the distance.
                share * (end - start) + start
            } else if step.is_infinite() {
                // The distance is more than a float holds.
                start * (1.0 - share) + end * share
            } else {
                i as f64 * step + start
            }
        })?;
        out.astype(stop, dtype)
    }

    /// A vector of what `element` gives for each position.
    fn from_positions<T: Element>(
        stop: Stop<'_>,
        count: i64,
        element: impl Fn(usize) -> T,
    ) -> Result<Array> {
        let mut out = Array::for_overwriting(&[count], T::DTYPE)?;
        let elements = &mut out.storage_mut()?.elements_mut::<T>()[..count as usize];
        for (n, piece) in stop.pieces_mut(elements).enumerate() {
            for (i, slot) in piece?.iter_mut().enumerate() {
                *slot = element(n * Stop::PIECE + i);
            }
        }
        Ok(out)
    }

    /// The elements of a slice in row-major order.
    ///
    /// # Errors
    /// `ShapeError` if their number does not fit the shape.
    pub fn from_slice<T: Element>(values: &[T], shape: &[i64]) -> Result<Array> {
        let mut out = Array::alloc(shape, T::DTYPE)?;
        if out.size() != values.len() {
            return Err(ArrayError::shape(format!(
                "{} values do not fill shape {}",
                values.len(),
                shape_text(shape)
            )));
        }
        out.storage_mut()?.elements_mut::<T>()[..values.len()].copy_from_slice(values);
        Ok(out)
    }

    /// A one-dimensional array.
    pub fn from_vec<T: Element>(values: Vec<T>) -> Result<Array> {
        Array::from_slice(&values, &[values.len() as i64])
    }

    /// A bool array of one dimension.
    pub fn from_bools(values: &[bool]) -> Result<Array> {
        Array::from_slice(
            cast_slice::<u8, super::Bool8>(
                &values.iter().map(|&x| u8::from(x)).collect::<Vec<u8>>(),
            ),
            &[values.len() as i64],
        )
    }

    /// Scalars in row-major order, in the least dtype that holds all of them; `float` if there are
    /// none.
    ///
    /// # Errors
    /// `ShapeError` if their number does not fit the shape.
    pub fn from_scalars(values: &[Scalar], shape: &[i64]) -> Result<Array> {
        let dtype = common_dtype(values.iter().map(|x| x.dtype())).unwrap_or(DType::Float);
        let mut out = Array::alloc(shape, dtype)?;
        if out.size() != values.len() {
            return Err(ArrayError::shape(format!(
                "{} values do not fill shape {}",
                values.len(),
                shape_text(shape)
            )));
        }
        let width = dtype.size();
        let bytes = out.storage_mut()?.bytes_mut();
        for (slot, &value) in bytes.chunks_exact_mut(width).zip(values) {
            let element = scalar_bytes(value, dtype, Mode::Convert)?;
            slot.copy_from_slice(&cast_slice::<_, u8>(&element)[..width]);
        }
        Ok(out)
    }
}

/// The value of a bool or an integer.
fn whole(x: Scalar) -> Option<i64> {
    match x {
        Scalar::Bool(x) => Some(i64::from(x)),
        Scalar::Int(x) => Some(x),
        _ => None,
    }
}
