//! The one meaning of every scalar operation.
//!
//! The interpreter, compiled code and the array loops call these functions, so a scalar and an
//! array element give the same bits. Floats are IEEE 754 and never trap. Integers are checked:
//! what does not fit is an [`IntFault`]. Single-precision twins are in [`single`]; complex
//! functions are methods of [`Complex`](super::Complex).
//!
//! Accuracy: `+ - * / sqrt` and the roundings are correctly rounded; the errors of the elementary functions
//! are told in [`elementary`](crate::elementary).

use super::error::ArrayError;

/// Why an integer operation has no result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IntFault {
    /// The exact result does not fit the type.
    Overflow,
    DivisionByZero,
    NegativeExponent,
    NegativeShift,
}

/// The result of an integer operation.
pub type IntResult = Result<i64, IntFault>;

impl IntFault {
    /// The error a script sees; `what` is the operation with its operands, as in `7 // 0`.
    pub fn describe(self, what: &str) -> ArrayError {
        match self {
            IntFault::Overflow => ArrayError::overflow(format!("integer overflow in {what}"))
                .hint("use floats, or wrapping_add, wrapping_sub, wrapping_mul"),
            IntFault::DivisionByZero => {
                ArrayError::overflow(format!("integer division by zero in {what}"))
                    .hint("test the divisor first, or use / for a float result")
            }
            IntFault::NegativeExponent => {
                ArrayError::value(format!("negative integer exponent in {what}"))
                    .hint("use a float base, as in 2.0 ^ -1")
            }
            IntFault::NegativeShift => ArrayError::value(format!("negative shift count in {what}")),
        }
    }
}

#[inline]
fn fits(x: Option<i64>) -> IntResult {
    x.ok_or(IntFault::Overflow)
}

#[inline]
pub fn iadd(a: i64, b: i64) -> IntResult {
    fits(a.checked_add(b))
}

#[inline]
pub fn isub(a: i64, b: i64) -> IntResult {
    fits(a.checked_sub(b))
}

#[inline]
pub fn imul(a: i64, b: i64) -> IntResult {
    fits(a.checked_mul(b))
}

#[inline]
pub fn ineg(a: i64) -> IntResult {
    fits(a.checked_neg())
}

#[inline]
pub fn iabs(a: i64) -> IntResult {
    fits(a.checked_abs())
}

/// The quotient rounded down.
#[inline]
pub fn ifloordiv(a: i64, b: i64) -> IntResult {
    if b == 0 {
        return Err(IntFault::DivisionByZero);
    }
    let quotient = fits(a.checked_div(b))?;
    Ok(quotient - i64::from(a % b != 0 && (a < 0) != (b < 0)))
}

/// The remainder of [`ifloordiv`]; it has the sign of `b`.
#[inline]
pub fn imod(a: i64, b: i64) -> IntResult {
    if b == 0 {
        return Err(IntFault::DivisionByZero);
    }
    let rest = a.wrapping_rem(b);
    Ok(if rest != 0 && (rest < 0) != (b < 0) { rest + b } else { rest })
}

pub fn ipow(base: i64, exponent: i64) -> IntResult {
    if exponent < 0 {
        return Err(IntFault::NegativeExponent);
    }
    match base {
        0 | 1 => Ok(if exponent == 0 { 1 } else { base }),
        -1 => Ok(if exponent % 2 == 0 { 1 } else { -1 }),
        _ => fits(u32::try_from(exponent).ok().and_then(|n| base.checked_pow(n))),
    }
}

/// `a * 2^n`, checked like any product.
#[inline]
pub fn ishl(a: i64, n: i64) -> IntResult {
    match n {
        i64::MIN..=-1 => Err(IntFault::NegativeShift),
        0..=63 => {
            let shifted = a << n;
            if shifted >> n == a { Ok(shifted) } else { Err(IntFault::Overflow) }
        }
        _ if a == 0 => Ok(0),
        _ => Err(IntFault::Overflow),
    }
}

/// `a / 2^n` rounded down.
#[inline]
pub fn ishr(a: i64, n: i64) -> IntResult {
    if n < 0 { Err(IntFault::NegativeShift) } else { Ok(a >> n.min(63)) }
}

macro_rules! real_functions {
    ($($(#[$doc:meta])* $name:ident: $double:expr, $single:expr;)*) => {
        $(
            $(#[$doc])*
            #[inline]
            pub fn $name(x: f64) -> f64 {
                $double(x)
            }
        )*
        macro_rules! single_functions {
            () => {$(
                $(#[$doc])*
                #[inline]
                pub fn $name(x: f32) -> f32 {
                    $single(x)
                }
            )*};
        }
    };
}

real_functions! {
    abs: f64::abs, f32::abs;
    floor: f64::floor, f32::floor;
    ceil: f64::ceil, f32::ceil;
    /// To the nearest integer, halves to even.
    round: f64::round_ties_even, f32::round_ties_even;
    trunc: f64::trunc, f32::trunc;
    sqrt: f64::sqrt, f32::sqrt;
}

macro_rules! elementary_functions {
    ($($(#[$doc:meta])* $name:ident($($arg:ident),*): $by:ident::<$function:ident>;)*) => {
        $(
            $(#[$doc])*
            #[inline]
            pub fn $name($($arg: f64),*) -> f64 {
                crate::elementary::$by::<crate::elementary::$function, f64>($($arg),*)
            }
        )*
        macro_rules! single_elementary_functions {
            () => {$(
                $(#[$doc])*
                #[inline]
                pub fn $name($($arg: f32),*) -> f32 {
                    crate::elementary::$by::<crate::elementary::$function, f32>($($arg),*)
                }
            )*};
        }
    };
}

elementary_functions! {
    cbrt(x): unary::<Cbrt>;
    exp(x): unary::<Exp>;
    exp2(x): unary::<Exp2>;
    expm1(x): unary::<Expm1>;
    log(x): unary::<Log>;
    log1p(x): unary::<Log1p>;
    log2(x): unary::<Log2>;
    log10(x): unary::<Log10>;
    sin(x): unary::<Sin>;
    cos(x): unary::<Cos>;
    tan(x): unary::<Tan>;
    asin(x): unary::<Asin>;
    acos(x): unary::<Acos>;
    atan(x): unary::<Atan>;
    sinh(x): unary::<Sinh>;
    cosh(x): unary::<Cosh>;
    tanh(x): unary::<Tanh>;
    asinh(x): unary::<Asinh>;
    acosh(x): unary::<Acosh>;
    atanh(x): unary::<Atanh>;
    erf(x): unary::<Erf>;
    /// `1 - erf(x)`, without the cancellation.
    erfc(x): unary::<Erfc>;
    /// The gamma function; NaN at the negative integers.
    gamma(x): unary::<Gamma>;
    /// Logarithm of the absolute value of [`gamma`]; `inf` at its poles.
    lgamma(x): unary::<Lgamma>;
    /// `x` to the power `y`. Powers of 1, 2 and -1 are one rounding of the exact result.
    pow(x, y): binary::<Pow>;
    hypot(x, y): binary::<Hypot>;
    /// The angle of the point (x, y) in radians, in [-pi, pi].
    atan2(y, x): binary::<Atan2>;
}

macro_rules! real_binary {
    ($float:ident) => {
        /// -1, 0 or 1; NaN of NaN.
        #[inline]
        pub fn sign(x: $float) -> $float {
            if x > 0.0 {
                1.0
            } else if x < 0.0 {
                -1.0
            } else if x == 0.0 {
                0.0
            } else {
                x
            }
        }

        /// The lesser; NaN if either is, and -0.0 is less than 0.0.
        #[inline]
        pub fn min(a: $float, b: $float) -> $float {
            let lesser = if a < b { a } else { b };
            let of_equals = $float::from_bits(a.to_bits() | b.to_bits());
            extreme_of(a, b, if a == b { of_equals } else { lesser })
        }

        /// The greater; NaN if either is, and 0.0 is greater than -0.0.
        #[inline]
        pub fn max(a: $float, b: $float) -> $float {
            let greater = if a > b { a } else { b };
            let of_equals = $float::from_bits(a.to_bits() & b.to_bits());
            extreme_of(a, b, if a == b { of_equals } else { greater })
        }

        /// What was found, or NaN if there is one. Without a branch, for vectors.
        #[inline]
        fn extreme_of(a: $float, b: $float, found: $float) -> $float {
            if a.is_nan() | b.is_nan() { a + b } else { found }
        }

        /// `floor(a / b)` without the rounding of the quotient, as in Python; `a / 0` is infinite or NaN.
        pub fn floor_div(a: $float, b: $float) -> $float {
            if b == 0.0 {
                return a / b;
            }
            let rest = a % b;
            let mut quotient = (a - rest) / b;
            if rest != 0.0 && (b < 0.0) != (rest < 0.0) {
                quotient -= 1.0;
            }
            if quotient == 0.0 {
                return (0.0 as $float).copysign(a / b);
            }
            let floor = quotient.floor();
            if quotient - floor > 0.5 { floor + 1.0 } else { floor }
        }

        /// The remainder of [`floor_div`], with the sign of `b`; NaN if `b` is 0.
        pub fn floor_mod(a: $float, b: $float) -> $float {
            let rest = a % b;
            if b == 0.0 {
                rest
            } else if rest == 0.0 {
                (0.0 as $float).copysign(b)
            } else if (b < 0.0) != (rest < 0.0) {
                rest + b
            } else {
                rest
            }
        }

        #[inline]
        pub fn copysign(size: $float, sign: $float) -> $float {
            size.copysign(sign)
        }
    };
}

real_binary!(f64);

/// `x` rounded to `digits` decimals, halves to even, by scaling as NumPy does.
pub fn round_digits(x: f64, digits: i64) -> f64 {
    if !x.is_finite() || digits > 323 {
        return x;
    }
    if digits < -308 {
        return 0.0 * x;
    }
    if digits > 22 {
        // The power is no float; the decimal digits say what is nearest.
        return format!("{x:.*}", digits as usize).parse().unwrap_or(x);
    }
    let power = power_of_ten(digits.unsigned_abs());
    let rounded = if digits >= 0 { round(x * power) / power } else { round(x / power) * power };
    if rounded.is_finite() { rounded } else { x }
}

/// The float nearest to `10^n`. Products are exact up to the 22nd power.
fn power_of_ten(n: u64) -> f64 {
    match n {
        0..=22 => 10f64.powi(n as i32),
        _ => format!("1e{n}").parse().unwrap_or(f64::INFINITY),
    }
}

/// `x` rounded to a multiple of `10^-digits`, halves to even.
pub fn round_int(x: i64, digits: i64) -> IntResult {
    if digits >= 0 {
        return Ok(x);
    }
    let unit = u32::try_from(digits.unsigned_abs()).ok().and_then(|n| 10i128.checked_pow(n));
    let Some(unit) = unit else {
        return Ok(0);
    };
    let (quotient, rest) = (i128::from(x).div_euclid(unit), i128::from(x).rem_euclid(unit));
    let up = rest * 2 > unit || rest * 2 == unit && quotient % 2 != 0;
    i64::try_from((quotient + i128::from(up)) * unit).map_err(|_| IntFault::Overflow)
}

/// The functions of this module for `f32`.
pub mod single {
    single_functions!();
    single_elementary_functions!();
    real_binary!(f32);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integer_division_floors() {
        for a in [-7, -1, 0, 1, 7, i64::MAX, i64::MIN] {
            for b in [-3, -1, 1, 2, i64::MAX, i64::MIN] {
                if (a, b) == (i64::MIN, -1) {
                    assert_eq!(ifloordiv(a, b), Err(IntFault::Overflow));
                    assert_eq!(imod(a, b), Ok(0));
                    continue;
                }
                let (q, r) = (ifloordiv(a, b).unwrap(), imod(a, b).unwrap());
                assert_eq!(i128::from(q) * i128::from(b) + i128::from(r), i128::from(a));
                assert!(r == 0 || (r < 0) == (b < 0));
                assert!(r.unsigned_abs() < b.unsigned_abs());
            }
        }
        assert_eq!(ifloordiv(1, 0), Err(IntFault::DivisionByZero));
        assert_eq!(imod(1, 0), Err(IntFault::DivisionByZero));
    }

    #[test]
    fn powers_and_shifts_are_checked() {
        assert_eq!(ipow(3, 39), Ok(4052555153018976267));
        assert_eq!(ipow(3, 40), Err(IntFault::Overflow));
        assert_eq!(ipow(-2, 63), Ok(i64::MIN));
        assert_eq!(ipow(-1, i64::MAX), Ok(-1));
        assert_eq!(ipow(0, 0), Ok(1));
        assert_eq!(ipow(2, -1), Err(IntFault::NegativeExponent));
        assert_eq!(ishl(1, 62), Ok(1 << 62));
        assert_eq!(ishl(1, 63), Err(IntFault::Overflow));
        assert_eq!(ishl(-1, 63), Ok(i64::MIN));
        assert_eq!(ishl(0, 1000), Ok(0));
        assert_eq!(ishr(-5, 100), Ok(-1));
    }

    #[test]
    fn float_division_floors_as_python_does() {
        assert_eq!(floor_div(-7.0, 2.0), -4.0);
        assert_eq!(floor_mod(-7.0, 2.0), 1.0);
        assert_eq!(floor_mod(7.0, -2.0), -1.0);
        assert_eq!(floor_div(1.0, 0.1), 9.0);
        assert_eq!(floor_div(1.0, 0.0), f64::INFINITY);
        assert!(floor_mod(1.0, 0.0).is_nan());
        assert_eq!(floor_div(-1.0, f64::INFINITY), -1.0);
    }

    #[test]
    fn extremes_order_zeros_and_keep_nan() {
        assert!(min(0.0, -0.0).is_sign_negative() && min(-0.0, 0.0).is_sign_negative());
        assert!(max(0.0, -0.0).is_sign_positive() && max(-0.0, 0.0).is_sign_positive());
        assert!(min(f64::NAN, 1.0).is_nan() && max(1.0, f64::NAN).is_nan());
    }

    #[test]
    fn decimals_round_to_even() {
        assert_eq!(round_digits(2.675, 2), 2.68);
        assert_eq!(round_digits(1234.5, -2), 1200.0);
        assert_eq!(round_digits(0.5, 0), 0.0);
        assert_eq!(round_digits(f64::INFINITY, 3), f64::INFINITY);
    }
}
