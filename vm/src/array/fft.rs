//! Discrete Fourier transforms along one axis, any length, by the plans of `rustfft` and `realfft`.
//!
//! A row is transformed on one thread, so results do not depend on their number; rows share the cores.

use super::Array;
use super::complex::Complex;
use super::cursor::Cursor;
use super::decompose::check_room;
use super::element::Element;
use super::error::{ArrayError, Result};
use super::shape_ops::check_axis;
use crate::interrupt::Stop;
use num_complex::Complex64;
use parking_lot::Mutex;
use quern_ir::DType;
use rayon::prelude::*;
use realfft::{ComplexToReal, RealFftPlanner, RealToComplex};
use rustfft::{Fft, FftPlanner};
use smallvec::SmallVec;
use std::sync::Arc;

pub use rustfft::FftDirection;

/// From this length on a transform, and planning it, takes some milliseconds.
const LONG: usize = 1 << 19;

/// The transform of `n` numbers along an axis; by default of all that are there, else with zeros behind them,
/// or of the first ones. The inverse one is divided by `n`.
///
/// # Errors
/// `IndexError` for an axis out of range, `ValueError` if there is nothing to transform.
pub fn fft(
    call: Call<'_>,
    x: &Array,
    n: Option<i64>,
    axis: i64,
    direction: FftDirection,
) -> Result<Array> {
    let rows = Rows::new(call, x, axis)?;
    let n = call.length(n.unwrap_or(rows.len as i64))?;
    let is_real = x.dtype() != DType::Complex;
    match direction {
        FftDirection::Forward if is_real => {
            rows.transformed(n, n, move || Mirrored(HalfSpectrum::new(n)))
        }
        _ => rows.transformed(n, n, move || Whole::new(n, direction)),
    }
}

/// The first half of the transform of real numbers, of which the second is the mirror image: `n / 2 + 1`
/// numbers.
///
/// # Errors
/// As [`fft`]; `TypeError` for complex numbers.
pub fn rfft(call: Call<'_>, x: &Array, n: Option<i64>, axis: i64) -> Result<Array> {
    if x.dtype() == DType::Complex {
        let what = format!("{}: x must be real, not complex", call.name);
        return Err(ArrayError::ty(what).hint("fft.fft transforms complex numbers"));
    }
    let rows = Rows::new(call, x, axis)?;
    let n = call.length(n.unwrap_or(rows.len as i64))?;
    rows.transformed(n, n / 2 + 1, move || HalfSpectrum::new(n))
}

/// The `n` real numbers of which [`rfft`] gives this, by default an even number.
///
/// # Errors
/// As [`fft`].
pub fn irfft(call: Call<'_>, x: &Array, n: Option<i64>, axis: i64) -> Result<Array> {
    let rows = Rows::new(call, x, axis)?;
    let n = call.length(n.unwrap_or((rows.len as i64 - 1) * 2))?;
    rows.transformed(n / 2 + 1, n, move || HalfInverse::new(n))
}

/// What every function here is told: the name for its messages, and where to look whether to go on.
#[derive(Clone, Copy)]
pub struct Call<'a> {
    pub name: &'static str,
    pub stop: Stop<'a>,
}

impl Call<'_> {
    fn length(self, n: i64) -> Result<usize> {
        match usize::try_from(n) {
            Ok(n) if n > 0 => Ok(n),
            _ => Err(ArrayError::value(format!(
                "{}: a transform has at least one point, not {n}",
                self.name
            ))),
        }
    }
}

/// What is transformed: the rows of an array, once the axis is its last one.
struct Rows<'a> {
    call: Call<'a>,
    array: Array,
    axis: i64,
    len: usize,
}

impl<'a> Rows<'a> {
    fn new(call: Call<'a>, x: &Array, axis: i64) -> Result<Rows<'a>> {
        if x.rank() == 0 {
            let what = format!("{}: x must have an axis, but is a single number", call.name);
            return Err(ArrayError::shape(what));
        }
        let axis = check_axis(axis, x.rank())?;
        let len = x.shape()[axis] as usize;
        Ok(Rows { call, array: x.swapaxes(axis as i64, -1)?, axis: axis as i64, len })
    }

    /// The rows, cut or with zeros behind them to have `n` numbers, by a plan that makes `m` of each.
    fn transformed<P: Plan>(
        &self,
        n: usize,
        m: usize,
        plan: impl FnOnce() -> P + Send + 'static,
    ) -> Result<Array> {
        let mut shape: SmallVec<[i64; 8]> = self.array.shape().into();
        shape[self.array.rank() - 1] = m as i64;
        let mut out = Array::for_overwriting(&shape, P::Out::DTYPE)?;
        if !out.is_empty() {
            check_room(self.call.name, n.saturating_mul(size_of::<Complex>()))?;
            let stop = self.call.stop;
            let plan = if n < LONG { plan() } else { stop.apart(plan)? };
            self.run(n, m, &Arc::new(plan), &mut out)?;
        }
        out.swapaxes(self.axis, -1)
    }

    fn run<P: Plan>(&self, n: usize, m: usize, plan: &Arc<P>, out: &mut Array) -> Result<()> {
        let stop = self.call.stop;
        let source = self.array.astype(stop, P::In::DTYPE)?;
        let size = out.size();
        let out = &mut out.storage_mut()?.elements_mut::<P::Out>()[..size];
        let rows_at_once = (Stop::PIECE / n).max(1);
        let work = |(piece, out): (usize, &mut [P::Out])| -> Result<()> {
            let mut room = Room::new(n, plan.scratch_len())?;
            for (row, out) in out.chunks_exact_mut(m).enumerate() {
                self.read(&source, piece * rows_at_once + row, &mut room.input);
                stop.check()?;
                room = if n < LONG {
                    plan.run(&mut room, out);
                    room
                } else {
                    run_apart(stop, plan.clone(), room, out)?
                };
            }
            Ok(())
        };
        if size <= rows_at_once * m {
            return work((0, out));
        }
        out.par_chunks_mut(rows_at_once * m).enumerate().try_for_each(work)
    }

    /// Reads a row of `source`, which has the shape of the array.
    fn read<T: Element>(&self, source: &Array, row: usize, input: &mut [T]) {
        let (taken, zeros) = input.split_at_mut(self.len.min(input.len()));
        if !taken.is_empty() {
            let mut cursor = Cursor::new(source);
            cursor.seek(row * self.len);
            cursor.gather(source.storage().elements::<T>(), taken);
        }
        zeros.fill(T::default());
    }
}

/// Runs a plan on a thread that can be left alone.
fn run_apart<P: Plan>(
    stop: Stop<'_>,
    plan: Arc<P>,
    mut room: Room<P::In>,
    out: &mut [P::Out],
) -> Result<Room<P::In>> {
    let mut made = zeros::<P::Out>(out.len())?;
    let (room, made) = stop.apart(move || {
        plan.run(&mut room, &mut made);
        (room, made)
    })?;
    out.copy_from_slice(&made);
    Ok(room)
}

/// What one thread works in.
struct Room<T> {
    /// A row, which the work may overwrite.
    input: Vec<T>,
    scratch: Vec<Complex>,
}

impl<T: Element> Room<T> {
    fn new(n: usize, scratch: usize) -> Result<Room<T>> {
        Ok(Room { input: zeros(n)?, scratch: zeros(scratch)? })
    }
}

fn zeros<T: Element>(n: usize) -> Result<Vec<T>> {
    bytemuck::allocation::try_zeroed_vec(n)
        .map_err(|()| ArrayError::memory(format!("no room to transform {n} numbers")))
}

// ---- plans ------------------------------------------------------------------------------------------

/// How rows of one length are transformed.
trait Plan: Send + Sync + 'static {
    type In: Element;
    type Out: Element;
    /// Numbers of scratch memory that the work needs.
    fn scratch_len(&self) -> usize;
    fn run(&self, room: &mut Room<Self::In>, out: &mut [Self::Out]);
}

/// As the libraries have complex numbers.
fn cells(numbers: &mut [Complex]) -> &mut [Complex64] {
    bytemuck::cast_slice_mut(numbers)
}

/// The plans used last, by length.
struct Plans<P: ?Sized>(Mutex<Vec<(usize, Arc<P>)>>);

impl<P: ?Sized> Plans<P> {
    /// How many plans are kept, and for how many numbers in all; a plan has some 16 bytes for each.
    const COUNT: usize = 16;
    const NUMBERS: usize = 1 << 21;

    const fn new() -> Plans<P> {
        Plans(Mutex::new(Vec::new()))
    }

    fn get(&self, n: usize, make: impl FnOnce() -> Arc<P>) -> Arc<P> {
        if let Some((_, plan)) = self.0.lock().iter().find(|(len, _)| *len == n) {
            return plan.clone();
        }
        let plan = make();
        let mut plans = self.0.lock();
        plans.insert(0, (n, plan.clone()));
        plans.truncate(Self::COUNT);
        while plans.iter().map(|(len, _)| len).sum::<usize>() > Self::NUMBERS {
            plans.pop();
        }
        plan
    }
}

static FORWARD: Plans<dyn Fft<f64>> = Plans::new();
static INVERSE: Plans<dyn Fft<f64>> = Plans::new();
static REAL: Plans<dyn RealToComplex<f64>> = Plans::new();
static REAL_INVERSE: Plans<dyn ComplexToReal<f64>> = Plans::new();

/// From complex numbers to as many.
struct Whole {
    fft: Arc<dyn Fft<f64>>,
    direction: FftDirection,
}

impl Whole {
    fn new(n: usize, direction: FftDirection) -> Whole {
        let plans = match direction {
            FftDirection::Forward => &FORWARD,
            FftDirection::Inverse => &INVERSE,
        };
        Whole { fft: plans.get(n, || FftPlanner::new().plan_fft(n, direction)), direction }
    }
}

impl Plan for Whole {
    type In = Complex;
    type Out = Complex;

    fn scratch_len(&self) -> usize {
        self.fft.get_outofplace_scratch_len()
    }

    fn run(&self, room: &mut Room<Complex>, out: &mut [Complex]) {
        let (input, scratch) = (cells(&mut room.input), cells(&mut room.scratch));
        self.fft.process_outofplace_with_scratch(input, cells(out), scratch);
        if self.direction == FftDirection::Inverse {
            let factor = 1.0 / out.len() as f64;
            for z in out {
                *z = Complex::new(z.re * factor, z.im * factor);
            }
        }
    }
}

/// From real numbers to the first half of their transform.
struct HalfSpectrum(Arc<dyn RealToComplex<f64>>);

impl HalfSpectrum {
    fn new(n: usize) -> HalfSpectrum {
        HalfSpectrum(REAL.get(n, || RealFftPlanner::new().plan_fft_forward(n)))
    }
}

impl Plan for HalfSpectrum {
    type In = f64;
    type Out = Complex;

    fn scratch_len(&self) -> usize {
        self.0.get_scratch_len()
    }

    fn run(&self, room: &mut Room<f64>, out: &mut [Complex]) {
        self.0
            .process_with_scratch(&mut room.input, cells(out), cells(&mut room.scratch))
            .expect("the lengths are those of the plan");
    }
}

/// From real numbers to all of their transform.
struct Mirrored(HalfSpectrum);

impl Plan for Mirrored {
    type In = f64;
    type Out = Complex;

    fn scratch_len(&self) -> usize {
        self.0.scratch_len()
    }

    fn run(&self, room: &mut Room<f64>, out: &mut [Complex]) {
        let n = out.len();
        let (half, rest) = out.split_at_mut(n / 2 + 1);
        self.0.run(room, half);
        for (z, image) in rest.iter_mut().rev().zip(&half[1..]) {
            *z = image.conj();
        }
    }
}

/// From the first half of a transform back to the real numbers.
struct HalfInverse(Arc<dyn ComplexToReal<f64>>);

impl HalfInverse {
    fn new(n: usize) -> HalfInverse {
        HalfInverse(REAL_INVERSE.get(n, || RealFftPlanner::new().plan_fft_inverse(n)))
    }
}

impl Plan for HalfInverse {
    type In = Complex;
    type Out = f64;

    fn scratch_len(&self) -> usize {
        self.0.get_scratch_len()
    }

    fn run(&self, room: &mut Room<Complex>, out: &mut [f64]) {
        // Of real numbers these are real.
        room.input[0].im = 0.0;
        if out.len().is_multiple_of(2) {
            room.input[out.len() / 2].im = 0.0;
        }
        self.0
            .process_with_scratch(cells(&mut room.input), out, cells(&mut room.scratch))
            .expect("the lengths are those of the plan");
        let factor = 1.0 / out.len() as f64;
        for x in out {
            *x *= factor;
        }
    }
}
