//! Rounding to a number of decimals.

use super::element::Element;
use super::error::{ArrayError, Result};
use super::{Array, math};
use crate::interrupt::Stop;
use quern_ir::DType;

impl Array {
    /// Every element rounded to `digits` decimals, halves to even; before the point if negative.
    ///
    /// # Errors
    /// `TypeError` for complex numbers, `OverflowError` if a rounded integer does not fit.
    pub fn round_digits(&self, stop: Stop<'_>, digits: i64) -> Result<Array> {
        match self.dtype() {
            DType::Float => self.mapped(stop, |x: f64| Ok(math::round_digits(x, digits))),
            DType::F32 => {
                self.mapped(stop, |x: f32| Ok(math::round_digits(f64::from(x), digits) as f32))
            }
            DType::Complex => Err(ArrayError::unsupported("round", DType::Complex)),
            DType::Bool => self.astype(stop, DType::Int)?.round_digits(stop, digits),
            DType::U8 | DType::I32 => self
                .astype(stop, DType::Int)?
                .round_digits(stop, digits)?
                .astype(stop, self.dtype()),
            DType::Int => self.mapped(stop, |x: i64| {
                math::round_int(x, digits)
                    .map_err(|fault| fault.describe(&format!("round({x}, {digits})")))
            }),
        }
    }

    fn mapped<T: Element>(&self, stop: Stop<'_>, f: impl Fn(T) -> Result<T>) -> Result<Array> {
        let mut out = self.copy(stop)?;
        let size = out.size();
        for piece in stop.pieces_mut(&mut out.storage_mut()?.elements_mut::<T>()[..size]) {
            for slot in piece? {
                *slot = f(*slot)?;
            }
        }
        Ok(out)
    }
}
