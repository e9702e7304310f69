//! The shared scalar functions of `quern_vm::array::math` as compiled code calls them.
//!
//! `fmath` calls the very function the interpreter and the array loops call, so all tiers give the
//! same bits.

use quern_ir::Builtin;

/// A function of one or two floats, in both widths.
struct MathFn {
    builtin: Builtin,
    arity: usize,
    double: fn() -> usize,
    single: fn() -> usize,
}

macro_rules! table {
    ($($builtin:ident $name:ident ($($arg:ident),*);)*) => {
        mod wrappers {
            $(pub mod $name {
                use quern_vm::array::math;
                pub extern "C" fn double($($arg: f64),*) -> f64 {
                    math::$name($($arg),*)
                }
                pub extern "C" fn single($($arg: f32),*) -> f32 {
                    math::single::$name($($arg),*)
                }
            })*
        }

        static TABLE: &[MathFn] = &[$(MathFn {
            builtin: Builtin::$builtin,
            arity: [$(stringify!($arg)),*].len(),
            double: || wrappers::$name::double as *const () as usize,
            single: || wrappers::$name::single as *const () as usize,
        }),*];
    };
}

table! {
    Abs abs(x);
    Sign sign(x);
    Floor floor(x);
    Ceil ceil(x);
    Round round(x);
    Trunc trunc(x);
    Sqrt sqrt(x);
    Cbrt cbrt(x);
    Exp exp(x);
    Exp2 exp2(x);
    Expm1 expm1(x);
    Log log(x);
    Log1p log1p(x);
    Log2 log2(x);
    Log10 log10(x);
    Sin sin(x);
    Cos cos(x);
    Tan tan(x);
    Asin asin(x);
    Acos acos(x);
    Atan atan(x);
    Sinh sinh(x);
    Cosh cosh(x);
    Tanh tanh(x);
    Asinh asinh(x);
    Acosh acosh(x);
    Atanh atanh(x);
    Erf erf(x);
    Erfc erfc(x);
    Gamma gamma(x);
    Lgamma lgamma(x);
    Min min(x, y);
    Max max(x, y);
    Pow pow(x, y);
    Hypot hypot(x, y);
    Atan2 atan2(x, y);
}

/// The number by which code refers to a builtin's function for `f32` or `f64`, and its arity.
pub fn index(builtin: Builtin, single: bool) -> Option<(usize, usize)> {
    let row = TABLE.iter().position(|f| f.builtin == builtin)?;
    Some((2 * row + usize::from(single), TABLE[row].arity))
}

/// The address behind a number that [`index`] gave.
pub fn address(index: usize) -> Option<usize> {
    let row = TABLE.get(index / 2)?;
    Some(if index.is_multiple_of(2) { (row.double)() } else { (row.single)() })
}
