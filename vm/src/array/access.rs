//! One element by position, as fast as safe code can: what the interpreter does in inner loops.
//!
//! Both functions decline instead of failing; the caller then takes the general path, which has the
//! error messages, copies shared storage and converts between dtypes.

use super::element::{Bool8, Element, with_element};
use super::scalar::Scalar;
use super::{Array, Dims};
use crate::unique;
use quern_ir::DType;

impl Array {
    /// The offset in the storage of an element, if there is one position per axis, all in range.
    #[inline(always)]
    fn offset_in_range<const N: usize>(&self, index: [i64; N]) -> Option<usize> {
        const { assert!(N <= Dims::INLINE) };
        if self.rank() != N {
            return None;
        }
        let mut offset = self.offset() as i64;
        for (axis, &i) in index.iter().enumerate() {
            let n = self.shape.inline_at(axis);
            let position = if i < 0 { i.wrapping_add(n) } else { i };
            if position as u64 >= n as u64 {
                return None;
            }
            offset += position * self.strides.inline_at(axis);
        }
        Some(offset as usize)
    }

    /// The element at one position per axis; `None` if a position is out of range, their number is not
    /// the rank, or the array is of another dtype.
    #[inline(always)]
    pub fn read_element<T: Element, const N: usize>(&self, index: [i64; N]) -> Option<T> {
        if T::DTYPE != self.dtype {
            return None;
        }
        let offset = self.offset_in_range(index)?;
        self.storage.elements::<T>().get(offset).copied()
    }

    /// Stores an element at one position per axis, and says whether it did. It does not if a position
    /// is out of range, if somebody else holds the storage, or if the array is of another dtype.
    #[inline(always)]
    pub fn write_element<T: Element, const N: usize>(&mut self, index: [i64; N], x: T) -> bool {
        if T::DTYPE != self.dtype || !(self.is_contiguous() || self.is_writable()) {
            return false;
        }
        let place = self.offset_in_range(index).and_then(|offset| {
            unique::get_mut(&mut self.storage)?.elements_mut::<T>().get_mut(offset)
        });
        match place {
            Some(place) => *place = x,
            None => return false,
        }
        true
    }

    /// The element at one position per axis; `None` if a position is out of range or their number
    /// is not the rank.
    #[inline]
    pub fn element<const N: usize>(&self, index: [i64; N]) -> Option<Scalar> {
        let offset = self.offset_in_range(index)?;
        with_element!(self.dtype, T => self.storage.elements::<T>().get(offset).map(|x| x.to_scalar()))
    }

    /// Stores a number at one position per axis, and says whether it did. It does not if a position
    /// is out of range, if somebody else holds the storage, or if the number is of another dtype
    /// than the array.
    #[inline]
    pub fn set_element<const N: usize>(&mut self, index: [i64; N], value: Scalar) -> bool {
        let Some(offset) = self.offset_in_range(index) else {
            return false;
        };
        if !self.is_writable() {
            return false;
        }
        let Some(storage) = unique::get_mut(&mut self.storage) else {
            return false;
        };
        match (self.dtype, value) {
            (DType::Float, Scalar::Float(x)) => storage.elements_mut::<f64>()[offset] = x,
            (DType::Int, Scalar::Int(x)) => storage.elements_mut::<i64>()[offset] = x,
            (DType::Bool, Scalar::Bool(x)) => storage.elements_mut::<Bool8>()[offset] = x.into(),
            (DType::F32, Scalar::F32(x)) => storage.elements_mut::<f32>()[offset] = x,
            (DType::U8, Scalar::Int(x)) => match u8::try_from(x) {
                Ok(x) => storage.elements_mut::<u8>()[offset] = x,
                Err(_) => return false,
            },
            (DType::I32, Scalar::Int(x)) => match i32::try_from(x) {
                Ok(x) => storage.elements_mut::<i32>()[offset] = x,
                Err(_) => return false,
            },
            _ => return false,
        }
        true
    }
}
