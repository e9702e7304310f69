//! Elementary functions of `f64` and `f32`, branch-free so that loops over them are vectorised.
//!
//! | Module       | Functions                                         |
//! |--------------|---------------------------------------------------|
//! | `exp`        | `exp`, `exp2`, `expm1`                            |
//! | `log`        | `log`, `log1p`, `log2`, `log10`                   |
//! | `pow`        | `pow`, `cbrt`, `hypot`                            |
//! | `hyperbolic` | `sinh`, `cosh`, `tanh`, `asinh`, `acosh`, `atanh` |
//!
//! Every function comes for one value (`exp(x)`) and for a block (`exp_block(out, x)`). Both run the
//! same kernel, so that on one machine they agree bit for bit. `f32` is computed in `f64` and
//! rounded once.
//!
//! Special values are those of C Annex F. Errors are stated at the kernels in units in the last
//! place (ulp) of the result; they are the largest errors found on some hundred thousand arguments,
//! rounded up, and not proved.
//!
//! The vectors are as wide as LLVM prefers: 512 bits with AVX-512, unless a `target-cpu` is named
//! for which it prefers 256 bits.

#![deny(unsafe_code)]

mod bits;
#[allow(unsafe_code)]
mod dispatch;
mod exp;
mod hyperbolic;
mod log;
mod pow;

pub use bits::Arith;
pub use dispatch::{Binary, Isa, Real, Unary};

/// A function of one argument, for tests and measurements.
pub struct UnaryFunction<T> {
    pub name: &'static str,
    pub scalar: fn(Isa, T) -> T,
    pub block: fn(Isa, &mut [T], &[T]),
}

/// A function of two arguments, for tests and measurements.
pub struct BinaryFunction<T> {
    pub name: &'static str,
    pub scalar: fn(Isa, T, T) -> T,
    pub block: fn(Isa, &mut [T], &[T], &[T]),
}

/// Defines the public functions of one argument and their list. A line reads
/// `module::function, block_function, MarkerType;`.
macro_rules! unary {
    ($($module:ident::$name:ident, $block:ident, $marker:ident;)*) => {
        $(
            #[doc(hidden)]
            pub struct $marker;

            impl Unary for $marker {
                #[inline(always)]
                fn eval<A: Arith>(x: f64) -> f64 {
                    $module::$name::<A>(x)
                }
            }

            #[doc = concat!("The function `", stringify!($name), "` of one value.")]
            #[inline]
            pub fn $name<T: Real>(x: T) -> T {
                dispatch::unary::<$marker, T>(Isa::best(), x)
            }

            #[doc = concat!("The function `", stringify!($name), "` of every element.")]
            pub fn $block<T: Real>(out: &mut [T], x: &[T]) {
                dispatch::unary_block::<$marker, T>(Isa::best(), out, x);
            }
        )*

        /// All functions of one argument.
        pub fn unary_functions<T: Real>() -> Vec<UnaryFunction<T>> {
            vec![$(UnaryFunction {
                name: stringify!($name),
                scalar: dispatch::unary::<$marker, T>,
                block: dispatch::unary_block::<$marker, T>,
            }),*]
        }
    };
}

/// As `unary!`, for two arguments.
macro_rules! binary {
    ($($module:ident::$name:ident, $block:ident, $marker:ident;)*) => {
        $(
            #[doc(hidden)]
            pub struct $marker;

            impl Binary for $marker {
                #[inline(always)]
                fn eval<A: Arith>(x: f64, y: f64) -> f64 {
                    $module::$name::<A>(x, y)
                }
            }

            #[doc = concat!("The function `", stringify!($name), "` of two values.")]
            #[inline]
            pub fn $name<T: Real>(x: T, y: T) -> T {
                dispatch::binary::<$marker, T>(Isa::best(), x, y)
            }

            #[doc = concat!("The function `", stringify!($name), "` of every pair of elements.")]
            pub fn $block<T: Real>(out: &mut [T], x: &[T], y: &[T]) {
                dispatch::binary_block::<$marker, T>(Isa::best(), out, x, y);
            }
        )*

        /// All functions of two arguments.
        pub fn binary_functions<T: Real>() -> Vec<BinaryFunction<T>> {
            vec![$(BinaryFunction {
                name: stringify!($name),
                scalar: dispatch::binary::<$marker, T>,
                block: dispatch::binary_block::<$marker, T>,
            }),*]
        }
    };
}

unary! {
    exp::exp, exp_block, Exp;
    exp::exp2, exp2_block, Exp2;
    exp::expm1, expm1_block, Expm1;
    log::log, log_block, Log;
    log::log1p, log1p_block, Log1p;
    log::log2, log2_block, Log2;
    log::log10, log10_block, Log10;
    pow::cbrt, cbrt_block, Cbrt;
    hyperbolic::sinh, sinh_block, Sinh;
    hyperbolic::cosh, cosh_block, Cosh;
    hyperbolic::tanh, tanh_block, Tanh;
    hyperbolic::asinh, asinh_block, Asinh;
    hyperbolic::acosh, acosh_block, Acosh;
    hyperbolic::atanh, atanh_block, Atanh;
}

binary! {
    pow::pow, pow_block, Pow;
    pow::hypot, hypot_block, Hypot;
}
