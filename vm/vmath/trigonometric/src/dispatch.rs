//! Multi-versioning: every kernel compiled for AVX-512, AVX2 with FMA and the
//! baseline, and the version chosen once.
//!
//! A block is worked through in chunks of constant length, which LLVM turns
//! into full vector registers without a scalar remainder; the tail is copied
//! through a padded chunk. Elements outside the range of the branch-free
//! kernel are rare; a chunk that has any computes those again.
//!
//! The 512-bit registers are used when building for a generic x86-64. Building
//! for a certain CPU (`-C target-cpu`) can make LLVM prefer 256 bits at every
//! level; the results are the same.

use crate::bits::{Arith, Fused};
use std::marker::PhantomData;
use std::sync::OnceLock;

/// A function of one argument as a branch-free kernel and, for some functions,
/// a slow path for arguments that the kernel does not cover.
pub trait Unary {
    /// Whether [`Unary::slow`] is branch-free too, and harmless everywhere.
    const SLOW_IS_BRANCH_FREE: bool = false;

    /// The function wherever [`Unary::is_slow`] is false (elsewhere, any value).
    fn fast<A: Arith>(x: f64) -> f64;

    /// Whether `x` needs [`Unary::slow`].
    #[inline(always)]
    fn is_slow(_x: f64) -> bool {
        false
    }

    /// The function wherever [`Unary::is_slow`] is true.
    #[inline(always)]
    fn slow<A: Arith>(x: f64) -> f64 {
        Self::fast::<A>(x)
    }
}

/// A branch-free function of two arguments.
pub trait Binary {
    /// The function, everywhere.
    fn fast<A: Arith>(x: f64, y: f64) -> f64;
}

/// Two functions of one argument computed together; otherwise as [`Unary`].
pub trait UnaryPair {
    /// Both values wherever [`UnaryPair::is_slow`] is false.
    fn fast<A: Arith>(x: f64) -> (f64, f64);

    /// Whether `x` needs [`UnaryPair::slow`].
    fn is_slow(x: f64) -> bool;

    /// Both values wherever [`UnaryPair::is_slow`] is true.
    fn slow<A: Arith>(x: f64) -> (f64, f64);
}

/// `f64`, or `f32` computed in `f64` and rounded once.
pub trait Element: Copy + Default {
    /// The value as `f64`.
    fn widen(self) -> f64;
    /// The nearest value of the type.
    fn narrow(x: f64) -> Self;
}

impl Element for f64 {
    #[inline(always)]
    fn widen(self) -> f64 {
        self
    }

    #[inline(always)]
    fn narrow(x: f64) -> f64 {
        x
    }
}

impl Element for f32 {
    #[inline(always)]
    fn widen(self) -> f64 {
        f64::from(self)
    }

    #[inline(always)]
    fn narrow(x: f64) -> f32 {
        x as f32
    }
}

/// The instruction sets that code is compiled for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// What the target guarantees; without FMA on x86-64.
    Baseline,
    /// AVX2 and FMA.
    Avx2,
    /// AVX-512 F, DQ, VL and BW.
    Avx512,
}

impl Level {
    /// All levels, lowest first.
    pub const ALL: [Level; 3] = [Level::Baseline, Level::Avx2, Level::Avx512];

    /// Whether this machine can run code of this level.
    pub fn is_supported(self) -> bool {
        self <= Level::best()
    }

    /// The highest level that this machine supports, detected once.
    #[inline]
    pub fn best() -> Level {
        static BEST: OnceLock<Level> = OnceLock::new();
        *BEST.get_or_init(detect)
    }
}

#[cfg(target_arch = "x86_64")]
fn detect() -> Level {
    let avx2 = is_x86_feature_detected!("avx2")
        && is_x86_feature_detected!("fma")
        && is_x86_feature_detected!("bmi2");
    let avx512 = is_x86_feature_detected!("avx512f")
        && is_x86_feature_detected!("avx512dq")
        && is_x86_feature_detected!("avx512vl")
        && is_x86_feature_detected!("avx512bw");
    match (avx2, avx512) {
        (true, true) => Level::Avx512,
        (true, false) => Level::Avx2,
        (false, _) => Level::Baseline,
    }
}

#[cfg(not(target_arch = "x86_64"))]
fn detect() -> Level {
    Level::Baseline
}

/// The arithmetic of [`Level::Baseline`]: fused only where the target always
/// has the instruction.
#[cfg(any(target_arch = "aarch64", target_feature = "fma"))]
type BaselineArith = Fused;
#[cfg(not(any(target_arch = "aarch64", target_feature = "fma")))]
type BaselineArith = crate::bits::Unfused;

/// Work that can be compiled for every level.
pub trait Task {
    /// What the work returns.
    type Output;
    /// Does the work; to be `#[inline(always)]`.
    fn run<A: Arith>(self) -> Self::Output;
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512dq,avx512vl,avx512bw,avx2,fma,bmi2")]
fn run_avx512<T: Task>(task: T) -> T::Output {
    task.run::<Fused>()
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma,bmi2")]
fn run_avx2<T: Task>(task: T) -> T::Output {
    task.run::<Fused>()
}

impl Level {
    /// Runs `task` as compiled for this level.
    ///
    /// # Panics
    /// If the machine does not support the level.
    pub fn run<T: Task>(self, task: T) -> T::Output {
        assert!(self.is_supported(), "{self:?} is not supported");
        // SAFETY: the level is supported.
        unsafe { self.run_unchecked(task) }
    }

    /// # Safety
    /// The machine must support the level.
    #[inline]
    unsafe fn run_unchecked<T: Task>(self, task: T) -> T::Output {
        match self {
            // SAFETY: the caller vouches for the features.
            #[cfg(target_arch = "x86_64")]
            Level::Avx512 => unsafe { run_avx512(task) },
            // SAFETY: as above.
            #[cfg(target_arch = "x86_64")]
            Level::Avx2 => unsafe { run_avx2(task) },
            _ => task.run::<BaselineArith>(),
        }
    }
}

/// Runs `task` as compiled for the highest level that the machine supports.
#[inline]
pub fn run<T: Task>(task: T) -> T::Output {
    // SAFETY: `best` is a supported level.
    unsafe { Level::best().run_unchecked(task) }
}

/// One argument.
pub struct Scalar<K>(pub f64, pub PhantomData<K>);

impl<K: Unary> Task for Scalar<K> {
    type Output = f64;

    #[inline(always)]
    fn run<A: Arith>(self) -> f64 {
        if K::is_slow(self.0) { K::slow::<A>(self.0) } else { K::fast::<A>(self.0) }
    }
}

/// One pair of arguments.
pub struct Scalar2<K>(pub f64, pub f64, pub PhantomData<K>);

impl<K: Binary> Task for Scalar2<K> {
    type Output = f64;

    #[inline(always)]
    fn run<A: Arith>(self) -> f64 {
        K::fast::<A>(self.0, self.1)
    }
}

/// Elements per chunk: two AVX-512 registers of `f64`. (With one, LLVM unrolls
/// the loop before it could vectorise it.)
const CHUNK: usize = 16;

/// A block of arguments.
pub struct Block<'a, K, T> {
    /// The results, as long as `x`.
    pub out: &'a mut [T],
    /// The arguments.
    pub x: &'a [T],
    /// The function.
    pub kernel: PhantomData<K>,
}

impl<K: Unary, T: Element> Task for Block<'_, K, T> {
    type Output = ();

    #[inline(always)]
    fn run<A: Arith>(self) {
        let (out, out_tail) = self.out.as_chunks_mut();
        let (x, x_tail) = self.x.as_chunks();
        for (o, x) in out.iter_mut().zip(x) {
            chunk::<K, A, T>(o, x);
        }
        if !x_tail.is_empty() {
            let mut o = [T::default(); CHUNK];
            chunk::<K, A, T>(&mut o, &padded(x_tail));
            out_tail.copy_from_slice(&o[..x_tail.len()]);
        }
    }
}

#[inline(always)]
fn chunk<K: Unary, A: Arith, T: Element>(out: &mut [T; CHUNK], x: &[T; CHUNK]) {
    let mut slow = false;
    for (o, &x) in out.iter_mut().zip(x) {
        *o = T::narrow(K::fast::<A>(x.widen()));
        slow |= K::is_slow(x.widen());
    }
    if slow && K::SLOW_IS_BRANCH_FREE {
        for (o, &x) in out.iter_mut().zip(x) {
            let value = T::narrow(K::slow::<A>(x.widen()));
            *o = if K::is_slow(x.widen()) { value } else { *o };
        }
    } else if slow {
        for (o, &x) in out.iter_mut().zip(x) {
            if K::is_slow(x.widen()) {
                *o = T::narrow(K::slow::<A>(x.widen()));
            }
        }
    }
}

/// Two blocks of arguments.
pub struct Block2<'a, K, T> {
    /// The results, as long as `x` and `y`.
    pub out: &'a mut [T],
    /// The first arguments.
    pub x: &'a [T],
    /// The second arguments.
    pub y: &'a [T],
    /// The function.
    pub kernel: PhantomData<K>,
}

impl<K: Binary, T: Element> Task for Block2<'_, K, T> {
    type Output = ();

    #[inline(always)]
    fn run<A: Arith>(self) {
        let (out, out_tail) = self.out.as_chunks_mut();
        let (x, x_tail) = self.x.as_chunks();
        let (y, y_tail) = self.y.as_chunks();
        for ((o, x), y) in out.iter_mut().zip(x).zip(y) {
            chunk2::<K, A, T>(o, x, y);
        }
        if !x_tail.is_empty() {
            let mut o = [T::default(); CHUNK];
            chunk2::<K, A, T>(&mut o, &padded(x_tail), &padded(y_tail));
            out_tail.copy_from_slice(&o[..x_tail.len()]);
        }
    }
}

#[inline(always)]
fn chunk2<K: Binary, A: Arith, T: Element>(out: &mut [T; CHUNK], x: &[T; CHUNK], y: &[T; CHUNK]) {
    for ((o, &x), &y) in out.iter_mut().zip(x).zip(y) {
        *o = T::narrow(K::fast::<A>(x.widen(), y.widen()));
    }
}

/// One argument of a pair of functions.
pub struct ScalarPair<K>(pub f64, pub PhantomData<K>);

impl<K: UnaryPair> Task for ScalarPair<K> {
    type Output = (f64, f64);

    #[inline(always)]
    fn run<A: Arith>(self) -> (f64, f64) {
        if K::is_slow(self.0) { K::slow::<A>(self.0) } else { K::fast::<A>(self.0) }
    }
}

/// A block of arguments of a pair of functions.
pub struct BlockPair<'a, K> {
    /// The results, as long as `x`.
    pub outs: [&'a mut [f64]; 2],
    /// The arguments.
    pub x: &'a [f64],
    /// The functions.
    pub kernel: PhantomData<K>,
}

impl<K: UnaryPair> Task for BlockPair<'_, K> {
    type Output = ();

    #[inline(always)]
    fn run<A: Arith>(self) {
        let [first, second] = self.outs;
        let (first, first_tail) = first.as_chunks_mut();
        let (second, second_tail) = second.as_chunks_mut();
        let (x, x_tail) = self.x.as_chunks();
        for ((o, p), x) in first.iter_mut().zip(second).zip(x) {
            chunk_pair::<K, A>(o, p, x);
        }
        if !x_tail.is_empty() {
            let (mut o, mut p) = ([0.0; CHUNK], [0.0; CHUNK]);
            chunk_pair::<K, A>(&mut o, &mut p, &padded(x_tail));
            first_tail.copy_from_slice(&o[..x_tail.len()]);
            second_tail.copy_from_slice(&p[..x_tail.len()]);
        }
    }
}

#[inline(always)]
fn chunk_pair<K: UnaryPair, A: Arith>(
    first: &mut [f64; CHUNK],
    second: &mut [f64; CHUNK],
    x: &[f64; CHUNK],
) {
    let mut slow = false;
    for ((o, p), &x) in first.iter_mut().zip(second.iter_mut()).zip(x) {
        (*o, *p) = K::fast::<A>(x);
        slow |= K::is_slow(x);
    }
    if slow {
        for ((o, p), &x) in first.iter_mut().zip(second).zip(x) {
            if K::is_slow(x) {
                (*o, *p) = K::slow::<A>(x);
            }
        }
    }
}

#[inline(always)]
fn padded<T: Element>(tail: &[T]) -> [T; CHUNK] {
    let mut chunk = [T::default(); CHUNK];
    chunk[..tail.len()].copy_from_slice(tail);
    chunk
}
