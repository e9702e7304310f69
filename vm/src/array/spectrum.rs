//! Eigenvalues and singular values, and the vectors that belong to them.

use super::Array;
use super::complex::Complex;
use super::decompose::{
    Field, Results, apart, check_room, check_square, no_convergence, operand, with_double,
};
use super::element::Element;
use super::error::Result;
use super::matrix::Matrices;
use crate::interrupt::Stop;
use faer::linalg::solvers::{Eigen, SelfAdjointEigen, Svd};
use faer::traits::ComplexField;
use faer::traits::math_utils::{abs, from_real, mul, real};
use faer::{Mat, MatRef, Side};
use quern_ir::DType;

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
pub(super) struct Scale([f64; 2]);

impl Scale {
    pub(super) fn of(exponent: i32) -> Scale {
        let half = exponent / 2;
        Scale([2f64.powi(half), 2f64.powi(exponent - half)])
    }

    pub(super) fn times<F: ComplexField<Real = f64>>(self, x: &F) -> F {
        self.0.iter().fold(x.clone(), |x, factor| mul(&x, &from_real(factor)))
    }
}

/// A matrix divided by the power of two next to its greatest element where squares might overflow or
/// vanish, and that power.
pub(super) fn scaled<F: ComplexField<Real = f64>>(a: MatRef<'_, F>) -> (Mat<F>, Scale) {
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
pub(super) fn sizes(values: impl Iterator<Item = f64>, scale: Scale) -> Mat<f64> {
    let values: Vec<f64> = values.collect();
    Mat::from_fn(values.len(), 1, |i, _| scale.times(&values[i]))
}
