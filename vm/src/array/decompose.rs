//! What matrices are made of: factors, eigenvalues, singular values. The work is done by the library;
//! here matrices go in and out, one after the other where an array holds several.
//!
//! The library computes on one thread, so results do not depend on their number; only products and what
//! rests on [`Lu`] use more.

use super::complex::Complex;
use super::element::Element;
use super::error::{ArrayError, Result};
use super::lu::Lu;
use super::math;
use super::matrix::{Double, Matrices, Number, Places};
use super::shape_ops::broadcast_shapes;
use super::{Array, shape_text};
use crate::interrupt::Stop;
use crate::memory;
use faer::linalg::solvers::{Eigen, Llt, Qr, SelfAdjointEigen, Svd};
use faer::prelude::*;
use faer::traits::ComplexField;
use faer::traits::math_utils::{abs, from_real, mul, one, real, zero};
use faer::{Mat, MatRef, Side};
use quern_ir::DType;
use smallvec::SmallVec;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

type Field<T> = <T as Number>::Field;

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
fn numbers(stop: Stop<'_>, name: &str, array: &Array) -> Result<Array> {
    let dtype = if array.dtype() == DType::Complex { DType::Complex } else { DType::Float };
    check_room(name, array.size().saturating_mul(dtype.size()))?;
    array.astype(stop, dtype)
}

/// Whether the library, which cannot say that it finds none, will have room to work on so many bytes.
fn check_room(name: &str, bytes: usize) -> Result<()> {
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
struct Results<T> {
    array: Array,
    next: usize,
    columns: usize,
    rows: usize,
    number: std::marker::PhantomData<T>,
}

impl<T: Number> Results<T> {
    /// Results of the shape `each`, a matrix, vector or number, for a batch of matrices.
    fn new(batch: &[i64], each: &[usize]) -> Result<Results<T>> {
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
    fn next(&mut self) -> Result<MatMut<'_, Field<T>>> {
        let start = self.next;
        self.next += self.rows * self.columns;
        let cells = &mut self.array.storage_mut()?.elements_mut::<T>()[start..self.next];
        let cells = bytemuck::cast_slice_mut::<T, Field<T>>(cells);
        Ok(MatMut::from_row_major_slice_mut(cells, self.rows, self.columns))
    }

    fn push(&mut self, result: MatRef<'_, Field<T>>) -> Result<()> {
        self.next()?.copy_from(result);
        Ok(())
    }

    fn push_one(&mut self, number: Field<T>) -> Result<()> {
        self.next()?.fill(number);
        Ok(())
    }
}

/// Does work on a matrix that cannot be stopped. Where it takes long it has a thread of its own, which whoever
/// is asked to stop leaves to itself.
fn apart<F: ComplexField + 'static, R: Send + 'static>(
    stop: Stop<'_>,
    a: Mat<F>,
    work: impl FnOnce(MatRef<'_, F>) -> R + Send + 'static,
) -> Result<R> {
    /// Rows times columns times the shorter side: some milliseconds of work.
    const LONG: usize = 1 << 22;
    const PATIENCE: Duration = Duration::from_millis(10);
    let (rows, columns) = a.shape();
    stop.check()?;
    if rows.saturating_mul(columns).saturating_mul(rows.min(columns)) < LONG {
        return Ok(work(a.as_ref()));
    }
    let (sender, receiver) = mpsc::channel();
    let thread = thread::Builder::new().spawn(move || sender.send(work(a.as_ref())));
    let thread = thread.map_err(|error| ArrayError::memory(format!("no new thread: {error}")))?;
    loop {
        stop.check()?;
        match receiver.recv_timeout(PATIENCE) {
            Ok(found) => return Ok(found),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => match thread.join() {
                Err(panic) => std::panic::resume_unwind(panic),
                Ok(_) => unreachable!("the thread sends before it ends"),
            },
        }
    }
}

fn singular(name: &str) -> ArrayError {
    ArrayError::value(format!("{name}: the matrix is singular"))
        .hint("linalg.lstsq gives the least squares solution, linalg.pinv the pseudo-inverse")
}

fn no_convergence(name: &str) -> ArrayError {
    ArrayError::value(format!("{name}: the iteration does not converge"))
}

/// The `x` for which `a @ x` is `b`, where leading axes broadcast; `b` may be one vector.
///
/// # Errors
/// `ShapeError` if `a` is not square or the sizes differ; `ValueError` for a singular matrix.
pub fn solve(stop: Stop<'_>, name: &str, a: &Array, b: &Array) -> Result<Array> {
    check_square(name, a)?;
    let (a, b) = (operand(stop, name, a)?, numbers(stop, name, b)?);
    let is_complex = a.dtype() == DType::Complex || b.dtype() == DType::Complex;
    let dtype = if is_complex { DType::Complex } else { DType::Float };
    let (a, b) = (a.astype(stop, dtype)?, b.astype(stop, dtype)?);
    with_double!(a, T => solve_in::<T>(stop, name, &a, &b))
}

fn solve_in<T: Double>(stop: Stop<'_>, name: &str, a: &Array, b: &Array) -> Result<Array> {
    let mismatch = |what: &str| {
        let (a, b) = (shape_text(a.shape()), shape_text(b.shape()));
        ArrayError::shape(format!("{name}: {what}, {a} and {b}"))
    };
    if b.rank() == 0 {
        return Err(mismatch("the right side needs at least one axis"));
    }
    let is_vector = b.rank() == 1;
    let (left, right) = (Matrices::new(stop, name, a)?, Matrices::column(stop, b)?);
    if left.rows != right.rows {
        return Err(mismatch("the numbers of rows differ"));
    }
    let batch = broadcast_shapes(left.batch(), right.batch())
        .ok_or_else(|| mismatch("leading axes do not broadcast"))?;
    let mut out = match is_vector {
        true => Results::<T>::new(&batch, &[left.rows])?,
        false => Results::<T>::new(&batch, &[left.rows, right.columns])?,
    };
    let (lefts, rights) = (Places::new(&left, &batch), Places::new(&right, &batch));
    let mut known: Option<(i64, Lu<Field<T>>)> = None;
    for n in 0..batch.iter().product::<i64>() as usize {
        let place = lefts.start(n);
        let lu = match known.take() {
            Some((start, lu)) if start == place => lu,
            _ => Lu::new(stop, left.at::<T>(place))?,
        };
        if lu.is_singular() {
            return Err(singular(name));
        }
        lu.solve(stop, right.at::<T>(rights.start(n)), out.next()?)?;
        known = Some((place, lu));
    }
    Ok(out.array)
}

/// The inverse of square matrices.
///
/// # Errors
/// `ShapeError` if they are not square; `ValueError` for a singular one.
pub fn inv(stop: Stop<'_>, name: &str, a: &Array) -> Result<Array> {
    check_square(name, a)?;
    let a = operand(stop, name, a)?;
    with_double!(a, T => {
        let matrices = Matrices::new(stop, name, &a)?;
        let size = matrices.rows;
        let mut out = Results::<T>::new(matrices.batch(), &[size, size])?;
        let one = Mat::<Field<T>>::identity(size, size);
        for a in matrices.iter::<T>() {
            let lu = Lu::new(stop, a)?;
            if lu.is_singular() {
                return Err(singular(name));
            }
            lu.solve(stop, one.as_ref(), out.next()?)?;
        }
        Ok(out.array)
    })
}

/// The determinant of square matrices.
///
/// # Errors
/// `ShapeError` if they are not square.
pub fn det(stop: Stop<'_>, name: &str, a: &Array) -> Result<Array> {
    check_square(name, a)?;
    let a = numbers(stop, name, a)?;
    with_double!(a, T => {
        let matrices = Matrices::new(stop, name, &a)?;
        let mut out = Results::<T>::new(matrices.batch(), &[])?;
        for a in matrices.iter::<T>() {
            let lu = Lu::new(stop, a)?;
            let sign = lu.sign();
            out.push_one(lu.pivots().fold(sign, |product, pivot| mul(&product, &pivot)))?;
        }
        Ok(out.array)
    })
}

/// The determinant of square matrices as its sign, or direction, and the logarithm of its size.
///
/// # Errors
/// `ShapeError` if they are not square.
pub fn slogdet(stop: Stop<'_>, name: &str, a: &Array) -> Result<(Array, Array)> {
    check_square(name, a)?;
    let a = numbers(stop, name, a)?;
    with_double!(a, T => {
        let matrices = Matrices::new(stop, name, &a)?;
        let mut signs = Results::<T>::new(matrices.batch(), &[])?;
        let mut logs = Results::<f64>::new(matrices.batch(), &[])?;
        for a in matrices.iter::<T>() {
            let lu = Lu::new(stop, a)?;
            let mut sign = lu.sign();
            let mut log = 0.0;
            for pivot in lu.pivots() {
                let size = abs(&pivot);
                let length = if size == 0.0 { 0.0 } else { 1.0 / size };
                sign = mul(&sign, &mul(&pivot, &from_real::<Field<T>>(&length)));
                log += math::log(size);
            }
            signs.push_one(sign)?;
            logs.push_one(log)?;
        }
        Ok((signs.array, logs.array))
    })
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

/// Left singular vectors, singular values, right singular vectors as rows.
///
/// # Errors
/// As [`operand`].
pub fn svd(stop: Stop<'_>, name: &str, a: &Array, is_full: bool) -> Result<[Array; 3]> {
    let a = operand(stop, name, a)?;
    with_double!(a, T => {
        let matrices = Matrices::new(stop, name, &a)?;
        let (rows, columns) = (matrices.rows, matrices.columns);
        let size = rows.min(columns);
        let (left, right) = if is_full { (rows, columns) } else { (size, size) };
        check_room(name, rows.max(columns).saturating_mul(left.max(right) * T::DTYPE.size()))?;
        let mut u = Results::<T>::new(matrices.batch(), &[rows, left])?;
        let mut s = Results::<f64>::new(matrices.batch(), &[size])?;
        let mut vt = Results::<T>::new(matrices.batch(), &[right, columns])?;
        for a in matrices.iter::<T>() {
            if size == 0 {
                u.push(Mat::identity(rows, left).as_ref())?;
                vt.push(Mat::identity(right, columns).as_ref())?;
                continue;
            }
            let (a, scale) = scaled(a);
            let svd = apart(stop, a, move |a| if is_full { Svd::new(a) } else { Svd::new_thin(a) })?;
            let svd = svd.map_err(|_| no_convergence(name))?;
            u.push(svd.U())?;
            vt.push(svd.V().adjoint().to_owned().as_ref())?;
            s.push(sizes(svd.S().column_vector().iter().map(abs), scale).as_ref())?;
        }
        Ok([u.array, s.array, vt.array])
    })
}

/// The singular values of matrices, the greatest first.
///
/// # Errors
/// As [`operand`].
pub fn singular_values(stop: Stop<'_>, name: &str, a: &Array) -> Result<Array> {
    let a = operand(stop, name, a)?;
    with_double!(a, T => {
        let matrices = Matrices::new(stop, name, &a)?;
        let size = matrices.rows.min(matrices.columns);
        let mut s = Results::<f64>::new(matrices.batch(), &[size])?;
        for a in matrices.iter::<T>().filter(|_| size > 0) {
            let (a, scale) = scaled(a);
            let values = apart(stop, a, |a| a.singular_values())?.map_err(|_| no_convergence(name))?;
            s.push(sizes(values.into_iter(), scale).as_ref())?;
        }
        Ok(s.array)
    })
}

/// Eigenvalues in ascending order and eigenvectors as columns of symmetric or Hermitian matrices, of
/// which the lower triangle is read.
///
/// # Errors
/// As [`operand`].
pub fn eigh(stop: Stop<'_>, name: &str, a: &Array) -> Result<[Array; 2]> {
    check_square(name, a)?;
    let a = operand(stop, name, a)?;
    with_double!(a, T => {
        let matrices = Matrices::new(stop, name, &a)?;
        let size = matrices.rows;
        let mut values = Results::<f64>::new(matrices.batch(), &[size])?;
        let mut vectors = Results::<T>::new(matrices.batch(), &[size, size])?;
        for a in matrices.iter::<T>().filter(|_| size > 0) {
            let (a, scale) = scaled(a);
            let eigen = apart(stop, a, |a| SelfAdjointEigen::new(a, Side::Lower))?;
            let eigen = eigen.map_err(|_| no_convergence(name))?;
            let reals = eigen.S().column_vector().iter().map(real);
            values.push(sizes(reals, scale).as_ref())?;
            vectors.push(eigen.U())?;
        }
        Ok([values.array, vectors.array])
    })
}

/// Eigenvalues and eigenvectors, as columns of length 1, of any square matrices.
///
/// # Errors
/// As [`operand`].
pub fn eig(stop: Stop<'_>, name: &str, a: &Array) -> Result<[Array; 2]> {
    check_square(name, a)?;
    let a = operand(stop, name, a)?;
    let matrices = Matrices::new(stop, name, &a)?;
    let size = matrices.rows;
    let mut values = Results::<Complex>::new(matrices.batch(), &[size])?;
    let mut vectors = Results::<Complex>::new(matrices.batch(), &[size, size])?;
    let mut push = |eigen: Eigen<f64>, scale: Scale| -> Result<()> {
        values.push(Mat::from_fn(size, 1, |i, _| scale.times(&eigen.S()[i])).as_ref())?;
        vectors.push(of_length_one(eigen.U()).as_ref())
    };
    let count = if size == 0 { 0 } else { usize::MAX };
    if a.dtype() == DType::Complex {
        for a in matrices.iter::<Complex>().take(count) {
            let (a, scale) = scaled(a);
            push(apart(stop, a, |a| Eigen::new(a))?.map_err(|_| no_convergence(name))?, scale)?;
        }
    } else {
        for a in matrices.iter::<f64>().take(count) {
            let (a, scale) = scaled(a);
            push(
                apart(stop, a, |a| Eigen::new_from_real(a))?.map_err(|_| no_convergence(name))?,
                scale,
            )?;
        }
    }
    Ok([values.array, vectors.array])
}

/// The columns divided by their lengths.
fn of_length_one(vectors: MatRef<'_, Field<Complex>>) -> Mat<Field<Complex>> {
    let lengths: Vec<f64> = vectors.col_iter().map(|column| column.norm_l2()).collect();
    Mat::from_fn(vectors.nrows(), vectors.ncols(), |i, j| vectors[(i, j)] / lengths[j])
}

/// A power of two that a matrix was divided by, as two factors: alone it may be out of range.
#[derive(Clone, Copy)]
struct Scale([f64; 2]);

impl Scale {
    fn of(exponent: i32) -> Scale {
        let half = exponent / 2;
        Scale([2f64.powi(half), 2f64.powi(exponent - half)])
    }

    fn times<F: ComplexField<Real = f64>>(self, x: &F) -> F {
        self.0.iter().fold(x.clone(), |x, factor| mul(&x, &from_real(factor)))
    }
}

/// A matrix divided by the power of two next to its greatest element where squares might overflow or
/// vanish, and that power.
fn scaled<F: ComplexField<Real = f64>>(a: MatRef<'_, F>) -> (Mat<F>, Scale) {
    /// Exponents up to which no square is in danger.
    const SAFE: i32 = 300;
    let most = a.norm_max();
    let exponent = if most > 0.0 { most.log2() as i32 } else { 0 };
    if exponent.abs() <= SAFE {
        return (a.to_owned(), Scale::of(0));
    }
    let inverse = Scale::of(-exponent);
    let scaled = Mat::from_fn(a.nrows(), a.ncols(), |i, j| inverse.times(&a[(i, j)]));
    (scaled, Scale::of(exponent))
}

/// Numbers of a scaled matrix as a column of those of the matrix.
fn sizes(values: impl Iterator<Item = f64>, scale: Scale) -> Mat<f64> {
    let values: Vec<f64> = values.collect();
    Mat::from_fn(values.len(), 1, |i, _| scale.times(&values[i]))
}

/// The factors of the pseudo-inverse: what is below `tolerance` times the greatest singular value is left
/// out. Gives the singular values, too.
struct Pseudo<F> {
    svd: Svd<F>,
    values: Vec<f64>,
    rank: usize,
}

impl<F: ComplexField<Real = f64> + 'static> Pseudo<F> {
    fn new(stop: Stop<'_>, name: &str, a: MatRef<'_, F>, tolerance: f64) -> Result<Pseudo<F>> {
        let (a, scale) = scaled(a);
        let svd = apart(stop, a, |a| Svd::new_thin(a))?.map_err(|_| no_convergence(name))?;
        let values: Vec<f64> =
            svd.S().column_vector().iter().map(|value| scale.times(&abs(value))).collect();
        let least = tolerance * values.first().copied().unwrap_or(0.0);
        let rank = values.iter().filter(|&&value| value > least).count();
        Ok(Pseudo { svd, values, rank })
    }

    /// The pseudo-inverse times a matrix.
    fn times(&self, b: MatRef<'_, F>) -> Mat<F> {
        let (u, v) = (self.svd.U().subcols(0, self.rank), self.svd.V().subcols(0, self.rank));
        let mut parts = u.adjoint() * b;
        for (i, &value) in self.values[..self.rank].iter().enumerate() {
            let factor = from_real::<F>(&(1.0 / value));
            parts.row_mut(i).iter_mut().for_each(|x| *x = mul(x, &factor));
        }
        v * parts
    }
}

/// The Moore-Penrose pseudo-inverse.
///
/// # Errors
/// As [`operand`].
pub fn pinv(stop: Stop<'_>, name: &str, a: &Array, tolerance: f64) -> Result<Array> {
    let a = operand(stop, name, a)?;
    with_double!(a, T => {
        let matrices = Matrices::new(stop, name, &a)?;
        let (rows, columns) = (matrices.rows, matrices.columns);
        check_room(name, rows.saturating_mul(rows * T::DTYPE.size()))?;
        let mut out = Results::<T>::new(matrices.batch(), &[columns, rows])?;
        let one = Mat::<Field<T>>::identity(rows, rows);
        for a in matrices.iter::<T>().filter(|_| rows > 0 && columns > 0) {
            out.push(Pseudo::new(stop, name, a, tolerance)?.times(one.as_ref()).as_ref())?;
        }
        Ok(out.array)
    })
}

/// What [`lstsq`] finds.
pub struct LeastSquares {
    pub x: Array,
    pub residuals: Array,
    pub rank: usize,
    pub s: Array,
}

/// The shortest `x` that makes the length of `b - a @ x` least, for each column of `b`.
///
/// # Errors
/// `ShapeError` unless `a` is one matrix and `b` a vector or matrix of as many rows.
pub fn lstsq(
    stop: Stop<'_>,
    name: &str,
    a: &Array,
    b: &Array,
    tolerance: f64,
) -> Result<LeastSquares> {
    if a.rank() != 2 || !(1..=2).contains(&b.rank()) || a.shape()[0] != b.shape()[0] {
        let (a, b) = (shape_text(a.shape()), shape_text(b.shape()));
        return Err(ArrayError::shape(format!(
            "{name} takes a matrix and as many values as it has rows, not {a} and {b}"
        )));
    }
    let is_vector = b.rank() == 1;
    let b = if is_vector { b.expand_dims(1)? } else { b.clone() };
    let (a, b) = (operand(stop, name, a)?, operand(stop, name, &b)?);
    let is_complex = a.dtype() == DType::Complex || b.dtype() == DType::Complex;
    let dtype = if is_complex { DType::Complex } else { DType::Float };
    let (a, b) = (a.astype(stop, dtype)?, b.astype(stop, dtype)?);
    with_double!(a, T => {
        let (left, right) = (Matrices::new(stop, name, &a)?, Matrices::new(stop, name, &b)?);
        let (rows, columns, sides) = (left.rows, left.columns, right.columns);
        let mut x = match is_vector {
            true => Results::<T>::new(&[], &[columns])?,
            false => Results::<T>::new(&[], &[columns, sides])?,
        };
        let mut s = Results::<f64>::new(&[], &[rows.min(columns)])?;
        let (a, b) = (left.at::<T>(a.offset() as i64), right.at::<T>(b.offset() as i64));
        let mut rank = 0;
        if rows == 0 || columns == 0 {
            x.next()?.fill(zero());
        } else {
            let pseudo = Pseudo::new(stop, name, a, tolerance)?;
            rank = pseudo.rank;
            s.push(sizes(pseudo.values.iter().copied(), Scale::of(0)).as_ref())?;
            x.push(pseudo.times(b).as_ref())?;
        }
        let squares: Vec<f64> = if rank == columns && rows > columns {
            let found = Matrices::column(stop, &x.array)?;
            let rest = b - a * found.at::<T>(0);
            rest.col_iter().map(|column| column.squared_norm_l2()).collect()
        } else {
            Vec::new()
        };
        Ok(LeastSquares { x: x.array, residuals: Array::from_vec(squares)?, rank, s: s.array })
    })
}
