//! The vector instructions of this machine.
//!
//! The loops of the engine are plain Rust that the compiler vectorises. [`Level::run`] compiles one for
//! the instructions of its level; which level the machine has is asked once. All levels give the same
//! bits: nothing is contracted, and the order of operations is that of the source. Only the elementary functions
//! take what multiply-add the level has, and differ in the last bits between machines with and without one.

use crate::elementary::arith::{Arith, Fused};
use std::sync::LazyLock;

/// A set of instructions that loops are compiled for.
pub(crate) trait Level {
    /// How it multiplies and adds.
    type Arith: Arith;

    /// Calls `f`, compiled for this level. The machine must have it: see [`with_level`].
    fn run<R>(f: impl FnOnce() -> R) -> R;
}

/// What every machine of the architecture has.
pub(crate) struct Baseline;

#[cfg(any(target_arch = "aarch64", target_feature = "fma"))]
type BaselineArith = Fused;
#[cfg(not(any(target_arch = "aarch64", target_feature = "fma")))]
type BaselineArith = crate::elementary::arith::Unfused;

impl Level for Baseline {
    type Arith = BaselineArith;

    #[inline(always)]
    fn run<R>(f: impl FnOnce() -> R) -> R {
        f()
    }
}

#[cfg(target_arch = "x86_64")]
macro_rules! level {
    ($(#[doc = $doc:literal])* $name:ident $features:literal) => {
        $(#[doc = $doc])*
        pub(crate) struct $name;

        impl Level for $name {
            type Arith = Fused;

            #[inline(always)]
            fn run<R>(f: impl FnOnce() -> R) -> R {
                #[target_feature(enable = $features)]
                #[inline]
                fn compiled<R>(f: impl FnOnce() -> R) -> R {
                    f()
                }
                // SAFETY: `with_level` names this type only where `detect` found these features.
                unsafe { compiled(f) }
            }
        }
    };
}

#[cfg(target_arch = "x86_64")]
level! {
    /// 256-bit vectors.
    Avx2 "avx2,fma,bmi1,bmi2"
}

#[cfg(target_arch = "x86_64")]
level! {
    /// 512-bit vectors and masks.
    Avx512 "avx512f,avx512bw,avx512dq,avx512vl,avx2,fma,bmi1,bmi2"
}

/// The levels, for a `match`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LevelName {
    Baseline,
    #[cfg(target_arch = "x86_64")]
    Avx2,
    #[cfg(target_arch = "x86_64")]
    Avx512,
}

/// The best level of this machine.
pub(crate) static LEVEL: LazyLock<LevelName> = LazyLock::new(detect);

#[cfg(target_arch = "x86_64")]
fn detect() -> LevelName {
    let avx2 = is_x86_feature_detected!("avx2")
        && is_x86_feature_detected!("fma")
        && is_x86_feature_detected!("bmi1")
        && is_x86_feature_detected!("bmi2");
    let avx512 = is_x86_feature_detected!("avx512f")
        && is_x86_feature_detected!("avx512bw")
        && is_x86_feature_detected!("avx512dq")
        && is_x86_feature_detected!("avx512vl");
    match (avx2, avx512) {
        (true, true) => LevelName::Avx512,
        (true, false) => LevelName::Avx2,
        _ => LevelName::Baseline,
    }
}

#[cfg(not(target_arch = "x86_64"))]
fn detect() -> LevelName {
    LevelName::Baseline
}

/// Evaluates an expression with `L` standing for the best level of this machine.
macro_rules! with_level {
    ($L:ident => $body:expr) => {
        match *$crate::simd::LEVEL {
            $crate::simd::LevelName::Baseline => {
                type $L = $crate::simd::Baseline;
                $body
            }
            #[cfg(target_arch = "x86_64")]
            $crate::simd::LevelName::Avx2 => {
                type $L = $crate::simd::Avx2;
                $body
            }
            #[cfg(target_arch = "x86_64")]
            $crate::simd::LevelName::Avx512 => {
                type $L = $crate::simd::Avx512;
                $body
            }
        }
    };
}
pub(crate) use with_level;
