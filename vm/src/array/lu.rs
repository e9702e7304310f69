//! Triangular factors of matrices with row exchanges, and what they solve.
//!
//! The library factors a panel of columns at a time; what is right of a panel is brought up to date in
//! tiles that threads share.

use super::error::Result;
use super::matrix::strips;
use super::product::add_product;
use crate::interrupt::Stop;
use faer::dyn_stack::{MemBuffer, MemStack};
use faer::linalg::lu::partial_pivoting::factor::{lu_in_place, lu_in_place_scratch};
use faer::linalg::triangular_solve::{
    solve_unit_lower_triangular_in_place, solve_upper_triangular_in_place,
};
use faer::prelude::*;
use faer::traits::ComplexField;
use faer::traits::math_utils::{one, zero};
use faer::{Accum, Mat, MatMut, MatRef, Par};
use rayon::prelude::*;

/// The rows of a matrix in another order are `lower * upper`.
pub(crate) struct Lu<F> {
    /// Both factors; the diagonal is that of `upper`, that of `lower` is 1.
    factors: Mat<F>,
    /// The row of the matrix that each row of the product is.
    pub(crate) order: Vec<usize>,
}

impl<F: ComplexField + Copy> Lu<F> {
    /// The factors of a matrix, by Gaussian elimination with partial pivoting.
    ///
    /// # Errors
    /// What `stop` says between two panels.
    pub(crate) fn new(stop: Stop<'_>, a: MatRef<'_, F>) -> Result<Lu<F>> {
        /// Columns of a panel.
        const PANEL: usize = 128;
        let mut factors = copy(stop, a)?;
        let mut order: Vec<usize> = (0..a.nrows()).collect();
        let size = a.nrows().min(a.ncols());
        for start in (0..size).step_by(PANEL) {
            stop.check()?;
            let width = PANEL.min(size - start);
            let below = factors.as_mut().split_at_row_mut(start).1;
            let (mut left, rest) = below.split_at_col_mut(start);
            let (mut panel, mut right) = rest.split_at_col_mut(width);
            let moved = factor_panel(panel.rb_mut(), &mut order[start..]);
            exchange_rows(left.rb_mut(), &moved);
            exchange_rows(right.rb_mut(), &moved);
            let (corner, lower) = panel.rb().split_at_row(width);
            let (mut upper, trailing) = right.split_at_row_mut(width);
            solve_unit_lower_triangular_in_place(corner, upper.rb_mut(), Par::Seq);
            add_product(stop, trailing, Accum::Add, lower, upper.rb(), -one::<F>())?;
        }
        Ok(Lu { factors, order })
    }

    /// The elements on the diagonal of the upper factor.
    pub(crate) fn pivots(&self) -> impl Iterator<Item = F> + '_ {
        (0..self.factors.nrows().min(self.factors.ncols())).map(|i| self.factors[(i, i)])
    }

    /// Whether nothing can be solved: a pivot is 0.
    pub(crate) fn is_singular(&self) -> bool {
        self.pivots().any(|pivot| pivot == zero::<F>())
    }

    /// What the product of the pivots is multiplied by to be the determinant: 1, or -1 where the rows are
    /// in an odd permutation; 0 for a singular matrix, so that zeros have one sign.
    pub(crate) fn sign(&self) -> F {
        let mut seen = vec![false; self.order.len()];
        let mut cycles = 0;
        for start in 0..seen.len() {
            cycles += usize::from(!seen[start]);
            let mut row = start;
            while !std::mem::replace(&mut seen[row], true) {
                row = self.order[row];
            }
        }
        match (seen.len() - cycles) % 2 {
            _ if self.is_singular() => zero(),
            0 => one(),
            _ => -one::<F>(),
        }
    }

    /// The lower factor, with 1 on its diagonal.
    pub(crate) fn lower(&self) -> Mat<F> {
        let size = self.factors.nrows().min(self.factors.ncols());
        Mat::from_fn(self.factors.nrows(), size, |i, j| match i.cmp(&j) {
            std::cmp::Ordering::Less => zero(),
            std::cmp::Ordering::Equal => one(),
            std::cmp::Ordering::Greater => self.factors[(i, j)],
        })
    }

    /// The upper factor.
    pub(crate) fn upper(&self) -> Mat<F> {
        let size = self.factors.nrows().min(self.factors.ncols());
        Mat::from_fn(
            size,
            self.factors.ncols(),
            |i, j| {
                if i <= j { self.factors[(i, j)] } else { zero() }
            },
        )
    }

    /// Writes the `x` for which the square matrix times `x` is `b`. Threads share the columns.
    ///
    /// # Errors
    /// What `stop` says in front of some columns.
    pub(crate) fn solve(&self, stop: Stop<'_>, b: MatRef<'_, F>, x: MatMut<'_, F>) -> Result<()> {
        /// Columns solved at a time.
        const STRIP: usize = 64;
        strips(x, STRIP).into_par_iter().try_for_each(|(start, mut x)| {
            stop.check()?;
            let factors = self.factors.as_ref();
            let mut columns =
                Mat::from_fn(x.nrows(), x.ncols(), |i, j| b[(self.order[i], start + j)]);
            solve_unit_lower_triangular_in_place(factors, columns.as_mut(), Par::Seq);
            solve_upper_triangular_in_place(factors, columns.as_mut(), Par::Seq);
            x.copy_from(columns);
            Ok(())
        })
    }
}

/// A matrix column by column.
///
/// # Errors
/// What `stop` says between some columns.
fn copy<F: ComplexField + Copy>(stop: Stop<'_>, a: MatRef<'_, F>) -> Result<Mat<F>> {
    /// Columns copied at a time.
    const STRIP: usize = 64;
    let mut out = Mat::zeros(a.nrows(), a.ncols());
    for start in (0..a.ncols()).step_by(STRIP) {
        stop.check()?;
        let width = STRIP.min(a.ncols() - start);
        out.as_mut().subcols_mut(start, width).copy_from(a.subcols(start, width));
    }
    Ok(out)
}

/// Factors a panel, and brings the order of its rows up to date. Gives the rows that moved, each with the
/// row that came to its place.
fn factor_panel<F: ComplexField>(panel: MatMut<'_, F>, order: &mut [usize]) -> Vec<(usize, usize)> {
    let (rows, columns) = panel.shape();
    let (mut forward, mut backward) = (vec![0usize; rows], vec![0usize; rows]);
    let scratch = lu_in_place_scratch::<usize, F>(rows, columns, Par::Seq, default());
    let mut memory = MemBuffer::new(scratch);
    let stack = MemStack::new(&mut memory);
    lu_in_place(panel, &mut forward, &mut backward, Par::Seq, stack, default());
    let moved: Vec<_> = forward.into_iter().enumerate().filter(|(to, from)| to != from).collect();
    let taken: Vec<usize> = moved.iter().map(|&(_, from)| order[from]).collect();
    for (&(to, _), row) in moved.iter().zip(taken) {
        order[to] = row;
    }
    moved
}

fn exchange_rows<F: Copy + Send + Sync>(matrix: MatMut<'_, F>, moved: &[(usize, usize)]) {
    let mut taken = Vec::with_capacity(moved.len());
    for mut column in matrix.col_iter_mut() {
        taken.clear();
        taken.extend(moved.iter().map(|&(_, from)| column[from]));
        for (&(to, _), &element) in moved.iter().zip(&taken) {
            column[to] = element;
        }
    }
}
