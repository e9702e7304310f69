//! Counts of values.

use super::error::{ArrayError, Result};
use super::ops::ReduceOp;
use super::reduce::reduce;
use super::scalar::Scalar;
use super::{Array, shape_text};
use crate::interrupt::Stop;
use quern_ir::DType;

impl Array {
    /// How often each of 0, 1, 2, ... occurs in a vector of integers; at least `min_length` counts.
    ///
    /// # Errors
    /// `ShapeError` if this is not a vector, `TypeError` if it is not of integers, `ValueError` for
    /// negative elements.
    pub fn bincount(&self, stop: Stop<'_>, min_length: usize) -> Result<Array> {
        if self.rank() != 1 {
            return Err(ArrayError::shape(format!(
                "bincount takes a one-dimensional array, not shape {}",
                shape_text(self.shape())
            )));
        }
        if self.dtype() != DType::Bool && !self.dtype().is_integer() && self.size() > 0 {
            return Err(ArrayError::ty(format!(
                "bincount takes integers, not {} values",
                self.dtype()
            )));
        }
        let values = self.astype(stop, DType::Int)?.contiguous(stop)?;
        let values = values.as_slice::<i64>().unwrap_or(&[]);
        if let Some(negative) = values.iter().find(|&&x| x < 0) {
            return Err(ArrayError::value(format!("bincount: {negative} is negative")));
        }
        let length = values.iter().max().map_or(0, |&max| max.saturating_add(1));
        let mut out = Array::alloc(&[length.max(min_length as i64)], DType::Int)?;
        let counts = out.storage_mut()?.elements_mut::<i64>();
        for piece in stop.pieces(values) {
            for &x in piece? {
                counts[x as usize] += 1;
            }
        }
        Ok(out)
    }

    /// How many elements fall into each of `bins` equal intervals, and the `bins + 1` edges. The
    /// last interval includes its end. The range is that of the elements by default.
    ///
    /// # Errors
    /// `ValueError` for fewer than one bin or a range that is not finite and ascending; `TypeError`
    /// for complex numbers.
    pub fn histogram(
        &self,
        stop: Stop<'_>,
        bins: i64,
        range: Option<(f64, f64)>,
    ) -> Result<(Array, Array)> {
        if bins < 1 {
            return Err(ArrayError::value(format!("histogram needs at least one bin, not {bins}")));
        }
        if self.dtype() == DType::Complex {
            return Err(ArrayError::unsupported("histogram", DType::Complex));
        }
        let array = self.astype(stop, DType::Float)?.contiguous(stop)?;
        let values = array.as_slice::<f64>().unwrap_or(&[]);
        let (mut first, mut last) = match range {
            Some(range) => range,
            None if values.is_empty() => (0.0, 1.0),
            None => {
                let extreme = |op| reduce(stop, op, &array, None, false);
                let [first, last] = [extreme(ReduceOp::Min)?, extreme(ReduceOp::Max)?]
                    .map(|x| x.scalar_at(0).and_then(Scalar::as_f64).unwrap_or(f64::NAN));
                (first, last)
            }
        };
        if !first.is_finite() || !last.is_finite() || first > last {
            return Err(ArrayError::value(format!(
                "histogram: the range {}..{} is not finite and ascending",
                super::format_float(first),
                super::format_float(last)
            ))
            .hint("drop NaN and infinite elements, or name the range"));
        }
        if first == last {
            first -= 0.5;
            last += 0.5;
        }
        let edges = bins.checked_add(1).ok_or_else(|| {
            ArrayError::memory(format!("histogram: {bins} bins are more than memory holds"))
        })?;
        let edge_array = Array::linspace(stop, first, last, edges, DType::Float)?;
        let edges = edge_array.as_slice::<f64>().unwrap_or(&[]);
        let mut counts = Array::alloc(&[bins], DType::Int)?;
        let slots = counts.storage_mut()?.elements_mut::<i64>();
        let top = bins as usize - 1;
        for piece in stop.pieces(values) {
            for &x in piece?.iter().filter(|&&x| x >= first && x <= last) {
                // The quotient may be off by one interval; the edges decide.
                // Halves, since the whole distance may be more than a float holds.
                let share = (x / 2.0 - first / 2.0) / (last / 2.0 - first / 2.0);
                let mut slot = ((share * bins as f64) as usize).min(top);
                if x < edges[slot] {
                    slot -= 1;
                } else if slot < top && x >= edges[slot + 1] {
                    slot += 1;
                }
                slots[slot] += 1;
            }
        }
        Ok((counts, edge_array))
    }
}
