//! Systems of linear equations, inverses and determinants: what rests on the triangular factors of
//! [`Lu`].

use super::complex::Complex;
use super::decompose::{Field, Results, check_square, numbers, operand, with_double};
use super::error::{ArrayError, Result};
use super::lu::Lu;
use super::math;
use super::matrix::{Double, Matrices, Places};
use super::shape_ops::broadcast_shapes;
use super::{Array, shape_text};
use crate::interrupt::Stop;
use faer::Mat;
use faer::traits::math_utils::{abs, from_real, mul};
use quern_ir::DType;

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

fn singular(name: &str) -> ArrayError {
    ArrayError::value(format!("{name}: the matrix is singular"))
        .hint("linalg.lstsq gives the least squares solution, linalg.pinv the pseudo-inverse")
}
