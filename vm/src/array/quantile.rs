//! Quantiles, the median among them.

use super::error::{ArrayError, Result};
use super::reduce::{Rows, floats};
use super::{Array, Element};
use crate::interrupt::Stop;
use quern_ir::DType;

/// The value below which the fraction `q` of the elements lies, between two neighbours by linear
/// interpolation. NaN if an element is NaN or there is none.
///
/// # Errors
/// `ValueError` if `q` is not in 0..=1, `IndexError` for an axis out of range, `TypeError` for
/// complex numbers.
pub fn quantile(
    stop: Stop<'_>,
    array: &Array,
    q: f64,
    axes: Option<&[i64]>,
    keepdims: bool,
) -> Result<Array> {
    if !(0.0..=1.0).contains(&q) {
        return Err(ArrayError::value(format!(
            "quantile: q is {}, not in 0..=1",
            super::format_float(q)
        )));
    }
    of_rows(stop, "quantile", array, q, axes, keepdims)
}

/// The value in the middle, or the mean of the two in the middle.
///
/// # Errors
/// `IndexError` for an axis out of range, `TypeError` for complex numbers.
pub fn median(
    stop: Stop<'_>,
    array: &Array,
    axes: Option<&[i64]>,
    keepdims: bool,
) -> Result<Array> {
    of_rows(stop, "median", array, 0.5, axes, keepdims)
}

fn of_rows(
    stop: Stop<'_>,
    name: &str,
    array: &Array,
    q: f64,
    axes: Option<&[i64]>,
    keepdims: bool,
) -> Result<Array> {
    let array = floats(stop, array)?;
    let rows = Rows::new(stop, &array, axes, keepdims)?;
    match array.dtype() {
        DType::F32 => rows.map::<f32, f32>(|row| Ok(of_row(stop, row, q)? as f32)),
        DType::Float => rows.map::<f64, f64>(|row| of_row(stop, row, q)),
        other => Err(ArrayError::unsupported(name, other).hint("complex numbers have no order")),
    }
}

/// The quantile of a row. Picking it out of a row takes a time, in which nothing is looked at, of a few passes.
fn of_row<T: Element + Into<f64>>(stop: Stop<'_>, row: &[T], q: f64) -> Result<f64> {
    let mut values: Vec<f64> = Vec::new();
    values
        .try_reserve_exact(row.len())
        .map_err(|_| ArrayError::memory("there is no room for a quantile"))?;
    for piece in stop.pieces(row) {
        values.extend(piece?.iter().map(|&x| x.into()));
    }
    if values.is_empty() || values.iter().any(|x| x.is_nan()) {
        return Ok(f64::NAN);
    }
    let position = q * (values.len() - 1) as f64;
    let below = position.floor() as usize;
    let weight = position - below as f64;
    let (_, &mut low, above) = values.select_nth_unstable_by(below, f64::total_cmp);
    let high = above.iter().copied().reduce(f64::min).unwrap_or(low);
    Ok(if weight == 0.0 || low == high {
        low
    } else if q == 0.5 {
        // The median of an even number of elements is their mean.
        (low + high) / 2.0
    } else if weight >= 0.5 {
        high - (high - low) * (1.0 - weight)
    } else {
        low + (high - low) * weight
    })
}
