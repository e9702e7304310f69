//! Least squares solutions and pseudo-inverses, by singular values.

use super::complex::Complex;
use super::decompose::{Field, Results, apart, check_room, no_convergence, operand, with_double};
use super::element::Element;
use super::error::{ArrayError, Result};
use super::matrix::Matrices;
use super::spectrum::{Scale, scaled, sizes};
use super::{Array, shape_text};
use crate::interrupt::Stop;
use faer::linalg::solvers::Svd;
use faer::traits::ComplexField;
use faer::traits::math_utils::{abs, from_real, mul, zero};
use faer::{Mat, MatRef};
use quern_ir::DType;

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
