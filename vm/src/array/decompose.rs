//! What matrices are made of: triangular and orthonormal factors, and what all decompositions share. The work
//! is done by the library; here matrices go in and out, one after the other where an array holds several.
//!
//! The library computes on one thread, so results do not depend on their number; only products and what
//! rests on [`Lu`] use more.

use super::complex::Complex;
use super::element::Element;
use super::error::{ArrayError, Result};
use super::lu::Lu;
use super::matrix::{Matrices, Number};
use super::{Array, shape_text};
use crate::interrupt::Stop;
use crate::memory;
use faer::linalg::solvers::{Llt, Qr};
use faer::prelude::*;
use faer::traits::ComplexField;
use faer::traits::math_utils::{one, zero};
use faer::{Mat, MatRef, Side};
use quern_ir::DType;
use smallvec::SmallVec;

/// An element as the library has it.
pub(super) type Field<T> = <T as Number>::Field;

/// Runs the body with `T` standing for the number that an array of floats or complex numbers is taken
/// apart in.
macro_rules! with_double {
    ($array:expr, $T:ident => $body:expr) => {
        match $array.dtype() {
            DType::Complex => {
                type $T = Complex;
                $body
            }
            _ => {
                type $T = f64;
                $body
            }
        }
    };
}
pub(super) use with_double;

/// The operand of a decomposition: matrices of finite floats or complex numbers.
///
/// # Errors
/// `ShapeError` if it has fewer than two axes, `ValueError` for an element that is infinite or NaN,
/// `MemoryError` where there is no room to work in.
pub fn operand(stop: Stop<'_>, name: &str, array: &Array) -> Result<Array> {
    let array = numbers(stop, name, array)?;
    let is_finite = with_double!(array, T => {
        Matrices::new(stop, name, &array)?.iter::<T>().all(|a| a.is_all_finite())
    });
    if is_finite {
        return Ok(array);
    }
    Err(ArrayError::value(format!("{name}: the matrix has elements that are NaN or infinite")))
}

/// An array as floats or complex numbers, if there is room to work on it.
pub(super) fn numbers(stop: Stop<'_>, name: &str, array: &Array) -> Result<Array> {
    let dtype = if array.dtype() == DType::Complex { DType::Complex } else { DType::Float };
    check_room(name, array.size().saturating_mul(dtype.size()))?;
    array.astype(stop, dtype)
}

/// Whether the library, which cannot say that it finds none, will have room to work on so many bytes.
pub(super) fn check_room(name: &str, bytes: usize) -> Result<()> {
    /// How many copies it makes, about.
    const COPIES: usize = 4;
    if memory::may_hold(bytes.saturating_mul(COPIES)) {
        return Ok(());
    }
    Err(ArrayError::memory(format!("{name}: no room to work on {bytes} bytes")))
}

/// # Errors
/// `ShapeError` unless the last two axes are of one length.
pub fn check_square(name: &str, array: &Array) -> Result<()> {
    match *array.shape() {
        [.., rows, columns] if rows == columns => Ok(()),
        _ => {
            let shape = shape_text(array.shape());
            Err(ArrayError::shape(format!(
                "{name} takes a square matrix, not an array of shape {shape}"
            )))
        }
    }
}

/// Results of one matrix after another, to be one array.
pub(super) struct Results<T> {
    pub(super) array: Array,
    next: usize,
    columns: usize,
    rows: usize,
    number: std::marker::PhantomData<T>,
}

impl<T: Number> Results<T> {
    /// Results of the shape `each`, a matrix, vector or number, for a batch of matrices.
    pub(super) fn new(batch: &[i64], each: &[usize]) -> Result<Results<T>> {
        let shape: SmallVec<[i64; 8]> =
            batch.iter().copied().chain(each.iter().map(|&n| n as i64)).collect();
        Ok(Results {
            array: Array::for_overwriting(&shape, T::DTYPE)?,
            next: 0,
            rows: each.first().copied().unwrap_or(1),
            columns: each.get(1).copied().unwrap_or(1),
            number: std::marker::PhantomData,
        })
    }

    /// Where the next result is to be written.
    pub(super) fn next(&mut self) -> Result<MatMut<'_, Field<T>>> {
        let start = self.next;
        self.next += self.rows * self.columns;
        let cells = &mut self.array.storage_mut()?.elements_mut::<T>()[start..self.next];
        let cells = bytemuck::cast_slice_mut::<T, Field<T>>(cells);
        Ok(MatMut::from_row_major_slice_mut(cells, self.rows, self.columns))
    }

    pub(super) fn push(&mut self, result: MatRef<'_, Field<T>>) -> Result<()> {
        self.next()?.copy_from(result);
        Ok(())
    }

    pub(super) fn push_one(&mut self, number: Field<T>) -> Result<()> {
        self.next()?.fill(number);
        Ok(())
    }
}

/// Does work on a matrix that cannot be stopped, by [`Stop::apart`] where it takes long.
pub(super) fn apart<F: ComplexField + 'static, R: Send + 'static>(
    stop: Stop<'_>,
    a: Mat<F>,
    work: impl FnOnce(MatRef<'_, F>) -> R + Send + 'static,
) -> Result<R> {
    /// Rows times columns times the shorter side: some milliseconds of work.
    const LONG: usize = 1 << 22;
    let (rows, columns) = a.shape();
    stop.check()?;
    if rows.saturating_mul(columns).saturating_mul(rows.min(columns)) < LONG {
        return Ok(work(a.as_ref()));
    }
    stop.apart(move || work(a.as_ref()))
}

pub(super) fn no_convergence(name: &str) -> ArrayError {
    ArrayError::value(format!("{name}: the iteration does not converge"))
}

/// Permutation, lower and upper factor of matrices: `p @ l @ u` is the matrix.
///
/// # Errors
/// As [`operand`].
pub fn lu(stop: Stop<'_>, name: &str, a: &Array) -> Result<[Array; 3]> {
    let a = operand(stop, name, a)?;
    with_double!(a, T => {
        let matrices = Matrices::new(stop, name, &a)?;
        let (rows, columns) = (matrices.rows, matrices.columns);
        let size = rows.min(columns);
        let mut p = Results::<T>::new(matrices.batch(), &[rows, rows])?;
        let mut l = Results::<T>::new(matrices.batch(), &[rows, size])?;
        let mut u = Results::<T>::new(matrices.batch(), &[size, columns])?;
        for a in matrices.iter::<T>() {
            let lu = Lu::new(stop, a)?;
            let mut order = p.next()?;
            order.fill(zero());
            for (place, &row) in lu.order.iter().enumerate() {
                order[(row, place)] = one();
            }
            l.push(lu.lower().as_ref())?;
            u.push(lu.upper().as_ref())?;
        }
        Ok([p.array, l.array, u.array])
    })
}

/// The lower triangular `l` with `l @ conj(l.T)` equal to the matrix, of which the lower triangle is read.
///
/// # Errors
/// `ValueError` for a matrix that is not positive definite.
pub fn cholesky(stop: Stop<'_>, name: &str, a: &Array) -> Result<Array> {
    check_square(name, a)?;
    let a = operand(stop, name, a)?;
    with_double!(a, T => {
        let matrices = Matrices::new(stop, name, &a)?;
        let mut out = Results::<T>::new(matrices.batch(), &[matrices.rows, matrices.rows])?;
        for a in matrices.iter::<T>() {
            let llt = apart(stop, a.to_owned(), |a| Llt::new(a, Side::Lower))?;
            let llt = llt.map_err(|_| {
                ArrayError::value(format!("{name}: the matrix is not positive definite"))
            })?;
            out.push(llt.L())?;
        }
        Ok(out.array)
    })
}

/// Orthonormal and upper triangular factor; `is_complete` makes the first one square.
///
/// # Errors
/// As [`operand`].
pub fn qr(stop: Stop<'_>, name: &str, a: &Array, is_complete: bool) -> Result<[Array; 2]> {
    let a = operand(stop, name, a)?;
    with_double!(a, T => {
        let matrices = Matrices::new(stop, name, &a)?;
        let (rows, columns) = (matrices.rows, matrices.columns);
        let size = if is_complete { rows } else { rows.min(columns) };
        check_room(name, rows.saturating_mul(size * T::DTYPE.size()))?;
        let mut q = Results::<T>::new(matrices.batch(), &[rows, size])?;
        let mut r = Results::<T>::new(matrices.batch(), &[size, columns])?;
        for a in matrices.iter::<T>() {
            if rows == 0 || columns == 0 {
                q.push(Mat::identity(rows, size).as_ref())?;
                r.next()?.fill(zero());
                continue;
            }
            let (left, right) = apart(stop, a.to_owned(), move |a| {
                let factors = Qr::new(a);
                let q = if is_complete { factors.compute_Q() } else { factors.compute_thin_Q() };
                (q, factors.thin_R().to_owned())
            })?;
            q.push(left.as_ref())?;
            let mut whole = r.next()?;
            whole.fill(zero());
            whole.subrows_mut(0, right.nrows()).copy_from(right);
        }
        Ok([q.array, r.array])
    })
}
