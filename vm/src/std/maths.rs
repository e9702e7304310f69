//! Scalar maths as builtins: straight to the shared function for floats, through the array engine
//! for everything else, so that every tier computes the same bits.

use super::args::Args;
use crate::array::{self, Array, ArrayError, BinaryOp, Operand, Scalar, UnaryOp, math};
use crate::error::Error;
use crate::interrupt::Stop;
use crate::value::Value;
use quern_ir::{Builtin, DType};
use std::sync::Arc;

type Result = std::result::Result<Value, Error>;

macro_rules! float_functions {
    ($($builtin:ident $function:ident;)*) => {
        /// The function of one float that a builtin is.
        pub fn float_function(builtin: Builtin) -> Option<fn(f64) -> f64> {
            match builtin { $(Builtin::$builtin => Some(math::$function),)* _ => None }
        }

        /// The function of one 32-bit float that a builtin is.
        pub fn f32_function(builtin: Builtin) -> Option<fn(f32) -> f32> {
            match builtin { $(Builtin::$builtin => Some(math::single::$function),)* _ => None }
        }

        fn float_unary_op(builtin: Builtin) -> Option<UnaryOp> {
            match builtin { $(Builtin::$builtin => Some(UnaryOp::$builtin),)* _ => None }
        }
    };
}

float_functions! {
    Sin sin; Cos cos; Tan tan; Asin asin; Acos acos; Atan atan;
    Sinh sinh; Cosh cosh; Tanh tanh; Asinh asinh; Acosh acosh; Atanh atanh;
    Exp exp; Exp2 exp2; Expm1 expm1; Log log; Log1p log1p; Log2 log2; Log10 log10;
    Sqrt sqrt; Cbrt cbrt; Abs abs; Sign sign; Floor floor; Ceil ceil; Trunc trunc;
    Erf erf; Erfc erfc; Gamma gamma; Lgamma lgamma;
}

/// The function of two floats that a builtin is.
pub fn float_function2(builtin: Builtin) -> Option<fn(f64, f64) -> f64> {
    Some(match builtin {
        Builtin::Atan2 => math::atan2,
        Builtin::Hypot => math::hypot,
        Builtin::Pow => math::pow,
        Builtin::Min => math::min,
        Builtin::Max => math::max,
        _ => return None,
    })
}

/// The op of one operand that a builtin is.
fn unary_op(builtin: Builtin) -> Option<UnaryOp> {
    Some(match builtin {
        Builtin::IsNan => UnaryOp::IsNan,
        Builtin::IsInf => UnaryOp::IsInf,
        Builtin::IsFinite => UnaryOp::IsFinite,
        Builtin::Real => UnaryOp::Real,
        Builtin::Imag => UnaryOp::Imag,
        Builtin::Conj => UnaryOp::Conj,
        Builtin::Angle => UnaryOp::Angle,
        _ => return float_unary_op(builtin),
    })
}

fn binary_op(builtin: Builtin) -> Option<BinaryOp> {
    Some(match builtin {
        Builtin::Atan2 => BinaryOp::Atan2,
        Builtin::Hypot => BinaryOp::Hypot,
        Builtin::Pow => BinaryOp::Pow,
        Builtin::WrappingAdd => BinaryOp::WrappingAdd,
        Builtin::WrappingSub => BinaryOp::WrappingSub,
        Builtin::WrappingMul => BinaryOp::WrappingMul,
        _ => return None,
    })
}

/// What a builtin does with each element.
#[derive(Clone, Copy, Debug)]
pub enum Elementwise {
    Unary(UnaryOp),
    /// Of its first two arguments.
    Binary(BinaryOp),
    /// `where`.
    Select,
    Clamp,
    /// As another dtype.
    Cast(DType),
}

/// The operation on elements that a builtin is.
pub fn elementwise(builtin: Builtin) -> Option<Elementwise> {
    let binary = match builtin {
        Builtin::Where => return Some(Elementwise::Select),
        Builtin::Clamp => return Some(Elementwise::Clamp),
        Builtin::Float => return Some(Elementwise::Cast(DType::Float)),
        Builtin::F32 => return Some(Elementwise::Cast(DType::F32)),
        Builtin::Min => Some(BinaryOp::Min),
        Builtin::Max => Some(BinaryOp::Max),
        _ => binary_op(builtin),
    };
    unary_op(builtin).map(Elementwise::Unary).or(binary.map(Elementwise::Binary))
}

/// Runs a builtin of this module; `None` for any other.
pub fn call(args: &mut Args<'_>) -> Option<Result> {
    if let Some(op) = unary_op(args.builtin) {
        if let (Value::Float(x), Some(function)) = (args.get(0), float_function(args.builtin)) {
            return Some(Ok(Value::Float(function(*x))));
        }
        return Some(unary(args, op));
    }
    if let Some(op) = binary_op(args.builtin) {
        return Some(binary(args, op, 0, 1));
    }
    Some(match args.builtin {
        Builtin::Round => round(args),
        Builtin::Fma => fma(args),
        Builtin::Min => extreme(args, BinaryOp::Min),
        Builtin::Max => extreme(args, BinaryOp::Max),
        Builtin::Clamp => clamp(args),
        Builtin::DivMod => {
            let quotient =
                apply(args.stop, BinaryOp::FloorDiv, args.get(0).clone(), args.get(1).clone());
            let rest = apply(args.stop, BinaryOp::Mod, args.get(0).clone(), args.get(1).clone());
            quotient.and_then(|q| rest.map(|r| Value::tuple(vec![q, r])))
        }
        Builtin::Gcd => gcd(args).map(Value::Int),
        Builtin::Lcm => lcm(args),
        Builtin::Factorial => factorial(args),
        Builtin::Radians => scaled(args, std::f64::consts::PI / 180.0),
        Builtin::Degrees => scaled(args, 180.0 / std::f64::consts::PI),
        _ => return None,
    })
}

/// A number or array as an operand; the array moves out of the value when nobody else holds it.
pub fn operand(value: Value) -> std::result::Result<Operand, Value> {
    match value {
        Value::Array(a) => Ok(Operand::Array(Arc::unwrap_or_clone(a))),
        other => other.as_scalar().map(Operand::Scalar).ok_or(other),
    }
}

fn unary(args: &mut Args<'_>, op: UnaryOp) -> Result {
    match args.get(0) {
        Value::Array(_) => match args.take(0) {
            Value::Array(a) => Ok(array::unary(args.stop, op, Arc::unwrap_or_clone(a))?.into()),
            _ => unreachable!("matched above"),
        },
        value => match value.as_scalar() {
            Some(scalar) => scalar_unary(op, scalar),
            None => Err(args.wrong(0, "a number or array")),
        },
    }
}

fn scalar_unary(op: UnaryOp, x: Scalar) -> Result {
    let one = array::unary(Stop::NEVER, op, Array::from_scalar(x)?).map_err(without_index)?;
    Ok(one.scalar_at(0).map_or(Value::None, Value::from))
}

/// An error of an element as one of a scalar, which has no index worth naming.
fn without_index(mut error: ArrayError) -> ArrayError {
    if let Some(at) = error.message.find(" at index ") {
        error.message.truncate(at);
    }
    error
}

/// `x * factor`, where an `f32` stays one as it does in an array.
fn scaled(args: &mut Args<'_>, factor: f64) -> Result {
    if !args.get(0).is_scalar() && !matches!(args.get(0), Value::Array(_)) {
        return Err(args.wrong(0, "a number or array"));
    }
    match args.take(0) {
        Value::F32(x) => Ok(Value::F32(x * factor as f32)),
        x => apply(args.stop, BinaryOp::Mul, x, Value::Float(factor)),
    }
}

fn binary(args: &mut Args<'_>, op: BinaryOp, a: usize, b: usize) -> Result {
    for i in [a, b] {
        if !args.get(i).is_scalar() && !matches!(args.get(i), Value::Array(_)) {
            return Err(args.wrong(i, "a number or array"));
        }
    }
    let (a, b) = (args.take(a), args.take(b));
    apply(args.stop, op, a, b)
}

/// An elementwise op of two numbers or arrays.
pub fn apply(stop: Stop<'_>, op: BinaryOp, a: Value, b: Value) -> Result {
    if let (Value::Float(x), Value::Float(y)) = (&a, &b) {
        match op {
            BinaryOp::Min => return Ok(Value::Float(math::min(*x, *y))),
            BinaryOp::Max => return Ok(Value::Float(math::max(*x, *y))),
            BinaryOp::Hypot => return Ok(Value::Float(math::hypot(*x, *y))),
            BinaryOp::Atan2 => return Ok(Value::Float(math::atan2(*x, *y))),
            BinaryOp::Pow => return Ok(Value::Float(math::pow(*x, *y))),
            BinaryOp::Mul => return Ok(Value::Float(x * y)),
            _ => {}
        }
    }
    if let (Value::Int(x), Value::Int(y)) = (&a, &b) {
        match op {
            BinaryOp::Min => return Ok(Value::Int(*x.min(y))),
            BinaryOp::Max => return Ok(Value::Int(*x.max(y))),
            BinaryOp::Pow => return crate::ops::binary(stop, quern_ir::Op::Pow, a, b),
            BinaryOp::WrappingAdd => return Ok(Value::Int(x.wrapping_add(*y))),
            BinaryOp::WrappingSub => return Ok(Value::Int(x.wrapping_sub(*y))),
            BinaryOp::WrappingMul => return Ok(Value::Int(x.wrapping_mul(*y))),
            _ => {}
        }
    }
    let wrong = |v: &Value| {
        Error::type_error(format!(
            "{}: expected numbers or arrays, found {}",
            op.name(),
            super::describe(v)
        ))
    };
    let is_scalar = a.is_scalar() && b.is_scalar();
    let a = operand(a).map_err(|v| wrong(&v))?;
    let b = operand(b).map_err(|v| wrong(&v))?;
    if is_scalar {
        let result = array::binary(stop, op, a, b).map_err(without_index)?;
        return Ok(result.scalar_at(0).map_or(Value::None, Value::from));
    }
    Ok(array::binary(stop, op, a, b)?.into())
}

fn round(args: &mut Args<'_>) -> Result {
    let digits = args.int(1)?;
    if digits == 0 {
        return unary(args, UnaryOp::Round);
    }
    match args.get(0) {
        Value::Int(x) if digits > 0 => Ok(Value::Int(*x)),
        Value::Int(x) => {
            let rounded = math::round_int(*x, digits);
            Ok(Value::Int(
                rounded.map_err(|fault| fault.describe(&format!("round({x}, {digits})")))?,
            ))
        }
        Value::Float(x) => Ok(Value::Float(math::round_digits(*x, digits))),
        Value::F32(x) => Ok(Value::F32(math::round_digits(f64::from(*x), digits) as f32)),
        Value::Array(a) => {
            Ok(a.round_digits(args.stop, digits)?.astype(args.stop, a.dtype())?.into())
        }
        _ => Err(args.wrong(0, "a real number or array")),
    }
}

fn fma(args: &mut Args<'_>) -> Result {
    if let (Value::F32(x), Value::F32(y), Value::F32(z)) = (args.get(0), args.get(1), args.get(2)) {
        return Ok(Value::F32(x.mul_add(*y, *z)));
    }
    if let (Some(x), Some(y), Some(z)) =
        (args.get(0).as_float(), args.get(1).as_float(), args.get(2).as_float())
    {
        return Ok(Value::Float(x.mul_add(y, z)));
    }
    let arrays = [0, 1, 2].map(|i| match args.get(i) {
        Value::Array(a) => Some((**a).clone()),
        v => v.as_scalar().and_then(|s| Array::from_scalar(s).ok()),
    });
    match arrays {
        [Some(x), Some(y), Some(z)] => Ok(array::fma(args.stop, &x, &y, &z)?.into()),
        _ => Err(Error::type_error("fma: expected three numbers or arrays")),
    }
}

/// `min` and `max`: of several arguments elementwise, of one its least (greatest) element.
fn extreme(args: &mut Args<'_>, op: BinaryOp) -> Result {
    let rest = match args.take(1) {
        Value::List(list) => list,
        _ => return Err(args.wrong(1, "further values")),
    };
    if rest.is_empty() {
        return super::reduce::extreme(args, op == BinaryOp::Max);
    }
    if !args.get(2).is_none() {
        return Err(Error::type_error(format!("{}: axis goes with one array only", op.name())));
    }
    let mut result = args.take(0);
    for value in rest.iter() {
        result = match (result.as_str(), value.as_str()) {
            (Some(a), Some(b)) => {
                let keep_first = if op == BinaryOp::Min { a <= b } else { a >= b };
                if keep_first { result } else { value }
            }
            _ => apply(args.stop, op, result, value)?,
        };
    }
    Ok(result)
}

fn clamp(args: &mut Args<'_>) -> Result {
    let (lo, hi) = (args.take(1), args.take(2));
    if let (Some(low), Some(high)) = (lo.as_float(), hi.as_float())
        && low > high
    {
        return Err(Error::value_error(format!("clamp: lo {low} is greater than hi {high}")));
    }
    let raised = apply(args.stop, BinaryOp::Max, args.take(0), lo)?;
    apply(args.stop, BinaryOp::Min, raised, hi)
}

fn gcd(args: &Args<'_>) -> std::result::Result<i64, Error> {
    let (mut a, mut b) = (args.int(0)?.unsigned_abs(), args.int(1)?.unsigned_abs());
    while b != 0 {
        (a, b) = (b, a % b);
    }
    i64::try_from(a).map_err(|_| Error::overflow(format!("gcd: {a} does not fit a 64-bit integer")))
}

fn lcm(args: &Args<'_>) -> Result {
    let divisor = gcd(args)?;
    if divisor == 0 {
        return Ok(Value::Int(0));
    }
    let (a, b) = (args.int(0)?, args.int(1)?);
    (a / divisor).checked_mul(b).and_then(i64::checked_abs).map(Value::Int).ok_or_else(|| {
        Error::overflow(format!("lcm: the multiple of {a} and {b} does not fit a 64-bit integer"))
    })
}

fn factorial(args: &Args<'_>) -> Result {
    let n = args.count(0)? as i64;
    (1..=n).try_fold(1i64, i64::checked_mul).map(Value::Int).ok_or_else(|| {
        Error::overflow(format!("factorial: {n}! does not fit a 64-bit integer"))
            .hint(format!("gamma({}) gives it as a float", n.saturating_add(1)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_compiled_code_fuses_is_known_here() {
        for &builtin in Builtin::ALL {
            let name = builtin.name();
            assert_eq!(elementwise(builtin).is_some(), builtin.is_elementwise(), "{name}");
        }
    }
}
