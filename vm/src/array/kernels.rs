//! The inner loops: one per operation and dtype, over contiguous blocks.
//!
//! A kernel takes its blocks as bytes so that all have one type; the blocks are aligned for their
//! elements. The loops are plain, for the compiler to vectorise: each for every
//! level of [`simd`](crate::simd).

use super::complex::Complex;
use super::element::{Bool8, with_width};
use super::math::{self, IntFault, single};
use super::ops::{BinaryOp, UnaryOp};
use crate::elementary::{self, Binary, Real, Unary};
use crate::simd::{Level, with_level};
use bytemuck::{Pod, cast_slice, cast_slice_mut};
use quern_ir::DType;

/// The first element of a block for which the operation has no result.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fault {
    pub(crate) position: usize,
    pub(crate) kind: IntFault,
}

pub(crate) type UnaryKernel = fn(&[u8], &mut [u8]) -> Option<Fault>;
/// One element stands for a block of nothing else.
pub(crate) type BinaryKernel = fn(&[u8], &[u8], &mut [u8]) -> Option<Fault>;
/// Every triple of elements has a result.
pub(crate) type TernaryKernel = fn(&[u8], &[u8], &[u8], &mut [u8]);

#[inline]
fn map<L: Level, A: Pod, R: Pod>(a: &[u8], out: &mut [u8], f: impl Fn(A) -> R) -> Option<Fault> {
    L::run(|| {
        for (slot, &x) in cast_slice_mut::<u8, R>(out).iter_mut().zip(cast_slice::<u8, A>(a)) {
            *slot = f(x);
        }
    });
    None
}

#[inline]
fn map_checked<L: Level, A: Pod, R: Pod>(
    a: &[u8],
    out: &mut [u8],
    f: impl Fn(A) -> Result<R, IntFault>,
) -> Option<Fault> {
    let inputs = cast_slice::<u8, A>(a);
    L::run(|| {
        let slots = cast_slice_mut::<u8, R>(out).iter_mut().zip(inputs);
        for (position, (slot, &x)) in slots.enumerate() {
            match f(x) {
                Ok(value) => *slot = value,
                Err(kind) => return Some(Fault { position, kind }),
            }
        }
        None
    })
}

/// Runs the body for each slot and its pair of elements, where an operand of one element is that of every pair.
macro_rules! for_pairs {
    ($slots:expr, $a:expr, $b:expr, |$slot:ident, $x:ident, $y:ident| $body:expr) => {
        match ($a, $b) {
            (&[$x], &[$y]) => $slots.for_each(|$slot| $body),
            (&[$x], b) => $slots.zip(b).for_each(|($slot, &$y)| $body),
            (a, &[$y]) => $slots.zip(a).for_each(|($slot, &$x)| $body),
            (a, b) => $slots.zip(a.iter().zip(b)).for_each(|($slot, (&$x, &$y))| $body),
        }
    };
}

/// The element that an operand of a pair has at a place.
#[inline]
fn at<A: Copy>(operand: &[A], position: usize) -> A {
    if let [only] = *operand { only } else { operand[position] }
}

#[inline]
fn zip<L: Level, A: Pod, R: Pod>(
    a: &[u8],
    b: &[u8],
    out: &mut [u8],
    f: impl Fn(A, A) -> R,
) -> Option<Fault> {
    let (a, b) = (cast_slice::<u8, A>(a), cast_slice::<u8, A>(b));
    L::run(|| {
        for_pairs!(cast_slice_mut::<u8, R>(out).iter_mut(), a, b, |slot, x, y| *slot = f(x, y));
    });
    None
}

#[inline]
fn map_elementary<L: Level, F: Unary<T>, T: Real>(a: &[u8], out: &mut [u8]) -> Option<Fault> {
    T::map::<L, F>(cast_slice(a), cast_slice_mut(out));
    None
}

#[inline]
fn zip_elementary<L: Level, F: Binary<T>, T: Real>(
    a: &[u8],
    b: &[u8],
    out: &mut [u8],
) -> Option<Fault> {
    T::zip::<L, F>(cast_slice(a), cast_slice(b), cast_slice_mut(out));
    None
}

/// For operations that tell overflow by a flag: the loop has no exit, so it vectorises.
#[inline]
fn zip_overflowing<L: Level, A: Pod>(
    a: &[u8],
    b: &[u8],
    out: &mut [u8],
    f: impl Fn(A, A) -> (A, bool),
) -> Option<Fault> {
    let (left, right) = (cast_slice::<u8, A>(a), cast_slice::<u8, A>(b));
    let any = L::run(|| {
        let mut any = false;
        for_pairs!(cast_slice_mut::<u8, A>(out).iter_mut(), left, right, |slot, x, y| {
            let (value, overflow) = f(x, y);
            *slot = value;
            any |= overflow;
        });
        any
    });
    if !any {
        return None;
    }
    let position = (0..out.len() / size_of::<A>()).find(|&n| f(at(left, n), at(right, n)).1)?;
    Some(Fault { position, kind: IntFault::Overflow })
}

#[inline]
fn zip_checked<L: Level, A: Pod, R: Pod>(
    a: &[u8],
    b: &[u8],
    out: &mut [u8],
    f: impl Fn(A, A) -> Result<R, IntFault>,
) -> Option<Fault> {
    let (a, b) = (cast_slice::<u8, A>(a), cast_slice::<u8, A>(b));
    L::run(|| {
        for (position, slot) in cast_slice_mut::<u8, R>(out).iter_mut().enumerate() {
            match f(at(a, position), at(b, position)) {
                Ok(value) => *slot = value,
                Err(kind) => return Some(Fault { position, kind }),
            }
        }
        None
    })
}

/// Runs a 64-bit operation on narrower integers and checks that the result fits them too.
#[inline]
fn narrow<T: TryFrom<i64>>(result: math::IntResult) -> Result<T, IntFault> {
    T::try_from(result?).map_err(|_| IntFault::Overflow)
}

macro_rules! map {
    ($a:ty => $r:ty, $f:expr) => {
        Some((|a, out| map::<L, $a, $r>(a, out, $f), <$r as super::element::Element>::DTYPE))
    };
}

/// The kernel of an operation on a dtype and the dtype of its result; `None` where it is undefined.
/// The dtype is one that `promote::unary_compute` answers.
pub(crate) fn unary_kernel(op: UnaryOp, dtype: DType) -> Option<(UnaryKernel, DType)> {
    with_level!(L => unary_kernel_for::<L>(op, dtype))
}

fn unary_kernel_for<L: Level>(op: UnaryOp, dtype: DType) -> Option<(UnaryKernel, DType)> {
    use UnaryOp::*;

    macro_rules! real {
        ($name:ident) => {
            match dtype {
                DType::Float => map!(f64 => f64, math::$name),
                DType::F32 => map!(f32 => f32, single::$name),
                _ => None,
            }
        };
    }
    macro_rules! analytic {
        ($name:ident) => {
            match dtype {
                DType::Complex => map!(Complex => Complex, Complex::$name),
                _ => real!($name),
            }
        };
    }
    macro_rules! elementary {
        ($F:ident) => {
            match dtype {
                DType::Float => Some((map_elementary::<L, elementary::$F, f64>, dtype)),
                DType::F32 => Some((map_elementary::<L, elementary::$F, f32>, dtype)),
                _ => None,
            }
        };
        ($F:ident, $complex:ident) => {
            match dtype {
                DType::Complex => map!(Complex => Complex, Complex::$complex),
                _ => elementary!($F),
            }
        };
    }
    macro_rules! checked {
        ($f:expr) => {
            match dtype {
                DType::U8 => Some((
                    |a, out| map_checked::<L, u8, u8>(a, out, |x| narrow($f(i64::from(x)))),
                    DType::U8,
                )),
                DType::I32 => Some((
                    |a, out| map_checked::<L, i32, i32>(a, out, |x| narrow($f(i64::from(x)))),
                    DType::I32,
                )),
                DType::Int => Some((|a, out| map_checked::<L, i64, i64>(a, out, $f), DType::Int)),
                _ => None,
            }
        };
    }
    macro_rules! classify {
        ($f:ident, $whole:literal) => {
            match dtype {
                DType::F32 => map!(f32 => Bool8, |x| Bool8::from(x.$f())),
                DType::Float => map!(f64 => Bool8, |x| Bool8::from(x.$f())),
                DType::Complex => map!(Complex => Bool8, |x| Bool8::from(x.$f())),
                DType::Bool | DType::U8 => map!(u8 => Bool8, |_| Bool8::from($whole)),
                DType::I32 => map!(i32 => Bool8, |_| Bool8::from($whole)),
                DType::Int => map!(i64 => Bool8, |_| Bool8::from($whole)),
            }
        };
    }

    match op {
        Neg => match dtype {
            DType::Float => map!(f64 => f64, |x| -x),
            DType::F32 => map!(f32 => f32, |x| -x),
            DType::Complex => map!(Complex => Complex, |x| -x),
            _ => checked!(math::ineg),
        },
        Not => match dtype {
            DType::Bool => map!(Bool8 => Bool8, |x| Bool8(x.0 ^ 1)),
            DType::U8 => map!(u8 => u8, |x| !x),
            DType::I32 => map!(i32 => i32, |x| !x),
            DType::Int => map!(i64 => i64, |x| !x),
            _ => None,
        },
        Abs => match dtype {
            DType::Complex => map!(Complex => f64, Complex::abs),
            DType::Float | DType::F32 => real!(abs),
            _ => checked!(math::iabs),
        },
        Sign => match dtype {
            DType::U8 => map!(u8 => u8, |x| u8::from(x > 0)),
            DType::I32 => map!(i32 => i32, i32::signum),
            DType::Int => map!(i64 => i64, i64::signum),
            _ => analytic!(sign),
        },
        Floor | Ceil | Round | Trunc => match (dtype, op) {
            (DType::Bool, _) => map!(Bool8 => Bool8, |x| x),
            (DType::U8, _) => map!(u8 => u8, |x| x),
            (DType::I32, _) => map!(i32 => i32, |x| x),
            (DType::Int, _) => map!(i64 => i64, |x| x),
            (_, Floor) => real!(floor),
            (_, Ceil) => real!(ceil),
            (_, Round) => real!(round),
            _ => real!(trunc),
        },
        Sqrt => analytic!(sqrt),
        Cbrt => elementary!(Cbrt),
        Exp => elementary!(Exp, exp),
        Exp2 => elementary!(Exp2, exp2),
        Expm1 => elementary!(Expm1, expm1),
        Log => elementary!(Log, log),
        Log1p => elementary!(Log1p, log1p),
        Log2 => elementary!(Log2, log2),
        Log10 => elementary!(Log10, log10),
        Sin => elementary!(Sin, sin),
        Cos => elementary!(Cos, cos),
        Tan => elementary!(Tan, tan),
        Asin => elementary!(Asin, asin),
        Acos => elementary!(Acos, acos),
        Atan => elementary!(Atan, atan),
        Sinh => elementary!(Sinh, sinh),
        Cosh => elementary!(Cosh, cosh),
        Tanh => elementary!(Tanh, tanh),
        Asinh => elementary!(Asinh, asinh),
        Acosh => elementary!(Acosh, acosh),
        Atanh => elementary!(Atanh, atanh),
        Erf => elementary!(Erf),
        Erfc => elementary!(Erfc),
        Gamma => elementary!(Gamma),
        Lgamma => elementary!(Lgamma),
        IsNan => classify!(is_nan, false),
        IsInf => classify!(is_infinite, false),
        IsFinite => classify!(is_finite, true),
        Real => match dtype {
            DType::Complex => map!(Complex => f64, |z| z.re),
            _ => unary_identity(dtype),
        },
        Imag => match dtype {
            DType::Complex => map!(Complex => f64, |z| z.im),
            DType::Bool | DType::U8 => Some((|a, out| map::<L, u8, u8>(a, out, |_| 0), dtype)),
            DType::I32 => map!(i32 => i32, |_| 0),
            DType::Int => map!(i64 => i64, |_| 0),
            DType::F32 => map!(f32 => f32, |_| 0.0),
            DType::Float => map!(f64 => f64, |_| 0.0),
        },
        Conj => match dtype {
            DType::Complex => map!(Complex => Complex, Complex::conj),
            _ => unary_identity(dtype),
        },
        Angle => match dtype {
            DType::Complex => map!(Complex => f64, Complex::angle),
            DType::Float => map!(f64 => f64, |x| math::atan2(0.0, x)),
            DType::F32 => map!(f32 => f32, |x| single::atan2(0.0, x)),
            _ => None,
        },
    }
}

fn unary_identity(dtype: DType) -> Option<(UnaryKernel, DType)> {
    Some((
        |a, out| {
            out.copy_from_slice(a);
            None
        },
        dtype,
    ))
}

#[inline]
fn zip_three<L: Level, A: Pod, B: Pod>(
    a: &[u8],
    b: &[u8],
    c: &[u8],
    out: &mut [u8],
    f: impl Fn(A, B, B) -> B,
) {
    L::run(|| {
        let pairs = cast_slice::<u8, B>(b).iter().zip(cast_slice::<u8, B>(c));
        let inputs = cast_slice::<u8, A>(a).iter().zip(pairs);
        for (slot, (&x, (&y, &z))) in cast_slice_mut::<u8, B>(out).iter_mut().zip(inputs) {
            *slot = f(x, y, z);
        }
    });
}

/// The elements of the second block where the first one is true, else those of the third.
pub(crate) fn select_kernel(dtype: DType) -> TernaryKernel {
    with_level!(L => with_width!(dtype, T => |which, a, b, out| {
        zip_three::<L, Bool8, T>(which, a, b, out, |which, x, y| if which.get() { x } else { y });
    }))
}

/// `a * b + c` with one rounding; `None` for what is no real float.
pub(crate) fn fma_kernel(dtype: DType) -> Option<TernaryKernel> {
    with_level!(L => match dtype {
        DType::F32 => Some(|a, b, c, out| zip_three::<L, f32, f32>(a, b, c, out, f32::mul_add)),
        DType::Float => Some(|a, b, c, out| zip_three::<L, f64, f64>(a, b, c, out, f64::mul_add)),
        _ => None,
    })
}

macro_rules! zip {
    ($a:ty => $r:ty, $f:expr) => {
        Some((|a, b, out| zip::<L, $a, $r>(a, b, out, $f), <$r as super::element::Element>::DTYPE))
    };
}

/// As [`unary_kernel`]. `Gt` and `Ge` have none: they are `Lt` and `Le` with the operands swapped.
pub(crate) fn binary_kernel(op: BinaryOp, dtype: DType) -> Option<(BinaryKernel, DType)> {
    with_level!(L => binary_kernel_for::<L>(op, dtype))
}

fn binary_kernel_for<L: Level>(op: BinaryOp, dtype: DType) -> Option<(BinaryKernel, DType)> {
    use BinaryOp::*;

    macro_rules! whole {
        ($zip:ident, $method:ident) => {
            match dtype {
                DType::U8 => Some((|a, b, out| $zip::<L, u8>(a, b, out, u8::$method), dtype)),
                DType::I32 => Some((|a, b, out| $zip::<L, i32>(a, b, out, i32::$method), dtype)),
                DType::Int => Some((|a, b, out| $zip::<L, i64>(a, b, out, i64::$method), dtype)),
                _ => None,
            }
        };
    }
    macro_rules! arithmetic {
        ($method:ident, $f:expr) => {
            match dtype {
                DType::Float => zip!(f64 => f64, $f),
                DType::F32 => zip!(f32 => f32, $f),
                DType::Complex => zip!(Complex => Complex, $f),
                _ => whole!(zip_overflowing, $method),
            }
        };
    }
    macro_rules! checked {
        ($f:expr) => {
            match dtype {
                DType::U8 => Some((
                    |a, b, out| {
                        zip_checked::<L, u8, u8>(a, b, out, |x, y| {
                            narrow($f(i64::from(x), i64::from(y)))
                        })
                    },
                    dtype,
                )),
                DType::I32 => Some((
                    |a, b, out| {
                        zip_checked::<L, i32, i32>(a, b, out, |x, y| {
                            narrow($f(i64::from(x), i64::from(y)))
                        })
                    },
                    dtype,
                )),
                DType::Int => Some((|a, b, out| zip_checked::<L, i64, i64>(a, b, out, $f), dtype)),
                _ => None,
            }
        };
    }
    macro_rules! real {
        ($name:ident) => {
            match dtype {
                DType::Float => zip!(f64 => f64, math::$name),
                DType::F32 => zip!(f32 => f32, single::$name),
                _ => None,
            }
        };
    }
    macro_rules! elementary {
        ($F:ident) => {
            match dtype {
                DType::Float => Some((zip_elementary::<L, elementary::$F, f64>, dtype)),
                DType::F32 => Some((zip_elementary::<L, elementary::$F, f32>, dtype)),
                _ => None,
            }
        };
    }
    macro_rules! bitwise {
        ($f:expr) => {
            match dtype {
                DType::Bool | DType::U8 => Some((|a, b, out| zip::<L, u8, u8>(a, b, out, $f), dtype)),
                DType::I32 => zip!(i32 => i32, $f),
                DType::Int => zip!(i64 => i64, $f),
                _ => None,
            }
        };
    }
    macro_rules! compare {
        ($f:expr) => {
            match dtype {
                DType::Bool | DType::U8 => zip!(u8 => Bool8, |x, y| Bool8::from($f(&x, &y))),
                DType::I32 => zip!(i32 => Bool8, |x, y| Bool8::from($f(&x, &y))),
                DType::Int => zip!(i64 => Bool8, |x, y| Bool8::from($f(&x, &y))),
                DType::F32 => zip!(f32 => Bool8, |x, y| Bool8::from($f(&x, &y))),
                DType::Float => zip!(f64 => Bool8, |x, y| Bool8::from($f(&x, &y))),
                DType::Complex => None,
            }
        };
    }
    macro_rules! extreme {
        ($name:ident) => {
            match dtype {
                DType::Bool | DType::U8 => Some((|a, b, out| zip::<L, u8, u8>(a, b, out, Ord::$name), dtype)),
                DType::I32 => zip!(i32 => i32, Ord::$name),
                DType::Int => zip!(i64 => i64, Ord::$name),
                _ => real!($name),
            }
        };
    }

    match op {
        Add => arithmetic!(overflowing_add, |x, y| x + y),
        Sub => arithmetic!(overflowing_sub, |x, y| x - y),
        Mul => arithmetic!(overflowing_mul, |x, y| x * y),
        Div => match dtype {
            DType::Float => zip!(f64 => f64, |x, y| x / y),
            DType::F32 => zip!(f32 => f32, |x, y| x / y),
            DType::Complex => zip!(Complex => Complex, |x, y| x / y),
            _ => None,
        },
        FloorDiv => match dtype {
            DType::Float | DType::F32 => real!(floor_div),
            _ => checked!(math::ifloordiv),
        },
        Mod => match dtype {
            DType::Float | DType::F32 => real!(floor_mod),
            _ => checked!(math::imod),
        },
        Pow => match dtype {
            DType::Float | DType::F32 => elementary!(Pow),
            DType::Complex => zip!(Complex => Complex, Complex::pow),
            _ => checked!(math::ipow),
        },
        WrappingAdd => whole!(zip_same, wrapping_add),
        WrappingSub => whole!(zip_same, wrapping_sub),
        WrappingMul => whole!(zip_same, wrapping_mul),
        And => bitwise!(|x, y| x & y),
        Or => bitwise!(|x, y| x | y),
        Xor => bitwise!(|x, y| x ^ y),
        Shl => checked!(math::ishl),
        Shr => checked!(math::ishr),
        Eq => match dtype {
            DType::Complex => zip!(Complex => Bool8, |x, y| Bool8::from(x == y)),
            _ => compare!(PartialEq::eq),
        },
        Ne => match dtype {
            DType::Complex => zip!(Complex => Bool8, |x, y| Bool8::from(x != y)),
            _ => compare!(PartialEq::ne),
        },
        Lt => compare!(PartialOrd::lt),
        Le => compare!(PartialOrd::le),
        Gt | Ge => None,
        Min => extreme!(min),
        Max => extreme!(max),
        Hypot => elementary!(Hypot),
        Atan2 => elementary!(Atan2),
        Copysign => real!(copysign),
    }
}

#[inline]
fn zip_same<L: Level, A: Pod>(
    a: &[u8],
    b: &[u8],
    out: &mut [u8],
    f: impl Fn(A, A) -> A,
) -> Option<Fault> {
    zip::<L, A, A>(a, b, out, f)
}
