//! Multi-versioning: every kernel is compiled for several instruction sets, of which the best one
//! that the machine supports is chosen at run time.

use crate::bits::{Arith, Fused, Unfused};
use std::marker::PhantomData;
use std::sync::LazyLock;

/// The instruction sets for which kernels are compiled, from the least to the most capable.
///
/// The results of `Avx2` and `Avx512` are the same bit for bit; those of `Baseline` differ where
/// the target has no fused multiply-add in its baseline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Isa {
    Baseline,
    Avx2,
    Avx512,
}

impl Isa {
    /// The best instruction set of this machine.
    #[inline]
    pub fn best() -> Self {
        static BEST: LazyLock<Isa> = LazyLock::new(Isa::detect);
        *BEST
    }

    fn detect() -> Self {
        #[cfg(target_arch = "x86_64")]
        {
            let avx2 = is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma");
            let avx512 = is_x86_feature_detected!("avx512f")
                && is_x86_feature_detected!("avx512dq")
                && is_x86_feature_detected!("avx512vl")
                && is_x86_feature_detected!("avx512bw")
                && is_x86_feature_detected!("bmi2");
            if avx2 && avx512 {
                return Self::Avx512;
            }
            if avx2 {
                return Self::Avx2;
            }
        }
        Self::Baseline
    }

    /// All instruction sets that this machine supports.
    pub fn supported() -> impl Iterator<Item = Self> {
        [Self::Baseline, Self::Avx2, Self::Avx512]
            .into_iter()
            .filter(|&isa| isa <= Self::best())
    }
}

/// A computation that can be compiled for any instruction set.
trait Task {
    type Output;
    fn run<A: Arith>(self) -> Self::Output;
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512dq,avx512vl,avx512bw,avx2,fma,bmi2")]
fn run_avx512<T: Task>(task: T) -> T::Output {
    task.run::<Fused>()
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
fn run_avx2<T: Task>(task: T) -> T::Output {
    task.run::<Fused>()
}

/// Runs the task with `isa`, or with the best supported instruction set below it.
#[inline(always)]
fn run<T: Task>(isa: Isa, task: T) -> T::Output {
    match isa.min(Isa::best()) {
        // SAFETY: `Isa::best` has found the features on this machine.
        #[cfg(target_arch = "x86_64")]
        Isa::Avx512 => unsafe { run_avx512(task) },
        // SAFETY: as above.
        #[cfg(target_arch = "x86_64")]
        Isa::Avx2 => unsafe { run_avx2(task) },
        _ if cfg!(any(target_arch = "aarch64", target_feature = "fma")) => task.run::<Fused>(),
        _ => task.run::<Unfused>(),
    }
}

/// The element types: `f32` is computed in `f64` and rounded once.
pub trait Real: Copy + Default {
    fn to_f64(self) -> f64;
    fn from_f64(x: f64) -> Self;
}

impl Real for f64 {
    #[inline(always)]
    fn to_f64(self) -> f64 {
        self
    }

    #[inline(always)]
    fn from_f64(x: f64) -> Self {
        x
    }
}

impl Real for f32 {
    #[inline(always)]
    fn to_f64(self) -> f64 {
        self.into()
    }

    #[inline(always)]
    fn from_f64(x: f64) -> Self {
        x as f32
    }
}

/// A function of one argument.
pub trait Unary {
    fn eval<A: Arith>(x: f64) -> f64;
}

/// A function of two arguments.
pub trait Binary {
    fn eval<A: Arith>(x: f64, y: f64) -> f64;
}

struct One<K, T>(T, PhantomData<K>);

impl<K: Unary, T: Real> Task for One<K, T> {
    type Output = T;
    #[inline(always)]
    fn run<A: Arith>(self) -> T {
        T::from_f64(K::eval::<A>(self.0.to_f64()))
    }
}

struct Two<K, T>(T, T, PhantomData<K>);

impl<K: Binary, T: Real> Task for Two<K, T> {
    type Output = T;
    #[inline(always)]
    fn run<A: Arith>(self) -> T {
        T::from_f64(K::eval::<A>(self.0.to_f64(), self.1.to_f64()))
    }
}

struct Map1<'a, K, T>(&'a mut [T], &'a [T], PhantomData<K>);

impl<K: Unary, T: Real> Task for Map1<'_, K, T> {
    type Output = ();
    #[inline(always)]
    fn run<A: Arith>(self) {
        for (out, x) in self.0.iter_mut().zip(self.1) {
            *out = T::from_f64(K::eval::<A>(x.to_f64()));
        }
    }
}

struct Map2<'a, K, T>(&'a mut [T], &'a [T], &'a [T], PhantomData<K>);

impl<K: Binary, T: Real> Task for Map2<'_, K, T> {
    type Output = ();
    #[inline(always)]
    fn run<A: Arith>(self) {
        for ((out, x), y) in self.0.iter_mut().zip(self.1).zip(self.2) {
            *out = T::from_f64(K::eval::<A>(x.to_f64(), y.to_f64()));
        }
    }
}

/// Elements in a vector of 512 bits. The loops run over multiples of it, so that they never enter
/// the scalar loop for a remainder; the last elements of a block are padded to a vector.
const LANES: usize = 8;

fn padded<T: Real>(x: &[T]) -> [T; LANES] {
    let mut vector = [T::default(); LANES];
    vector[..x.len()].copy_from_slice(x);
    vector
}

/// `K` of one value with the instruction set `isa`.
#[inline(always)]
pub fn unary<K: Unary, T: Real>(isa: Isa, x: T) -> T {
    run(isa, One::<K, T>(x, PhantomData))
}

/// `K` of two values with the instruction set `isa`.
#[inline(always)]
pub fn binary<K: Binary, T: Real>(isa: Isa, x: T, y: T) -> T {
    run(isa, Two::<K, T>(x, y, PhantomData))
}

/// `K` of every element with the instruction set `isa`. Panics unless the lengths are equal.
pub fn unary_block<K: Unary, T: Real>(isa: Isa, out: &mut [T], x: &[T]) {
    assert_eq!(out.len(), x.len());
    let whole = x.len() / LANES * LANES;
    let (out, out_rest) = out.split_at_mut(whole);
    let (x, x_rest) = x.split_at(whole);
    run(isa, Map1::<K, T>(out, x, PhantomData));
    if !x_rest.is_empty() {
        let mut vector = [T::default(); LANES];
        run(isa, Map1::<K, T>(&mut vector, &padded(x_rest), PhantomData));
        out_rest.copy_from_slice(&vector[..x_rest.len()]);
    }
}

/// `K` of every pair of elements with the instruction set `isa`. Panics unless the lengths are
/// equal.
pub fn binary_block<K: Binary, T: Real>(isa: Isa, out: &mut [T], x: &[T], y: &[T]) {
    assert!(out.len() == x.len() && out.len() == y.len());
    let whole = x.len() / LANES * LANES;
    let (out, out_rest) = out.split_at_mut(whole);
    let (x, x_rest) = x.split_at(whole);
    let (y, y_rest) = y.split_at(whole);
    run(isa, Map2::<K, T>(out, x, y, PhantomData));
    if !x_rest.is_empty() {
        let mut vector = [T::default(); LANES];
        run(
            isa,
            Map2::<K, T>(&mut vector, &padded(x_rest), &padded(y_rest), PhantomData),
        );
        out_rest.copy_from_slice(&vector[..x_rest.len()]);
    }
}
