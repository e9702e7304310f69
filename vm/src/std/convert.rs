//! Conversions between types.

use super::args::Args;
use super::show;
use crate::array::Array;
use crate::error::Error;
use crate::value::Value;
use quern_ir::DType;

type Result = std::result::Result<Value, Error>;

/// `int(x, base)`.
pub fn int(args: &Args<'_>) -> Result {
    let base = args.int(1)?;
    if !(2..=36).contains(&base) {
        return Err(Error::value_error(format!("int: base must be in 2..=36, not {base}")));
    }
    let value = match args.get(0) {
        text if let Some(s) = text.as_str() => {
            return parse_int(s, base as u32).map(Value::Int);
        }
        Value::Int(x) => *x,
        Value::Bool(x) => i64::from(*x),
        Value::Float(x) => truncate(*x)?,
        Value::F32(x) => truncate(f64::from(*x))?,
        _ => return cast(args, DType::Int),
    };
    Ok(Value::Int(value))
}

/// An array of a dtype, of an array or of nested lists, tuples and ranges of numbers.
fn cast(args: &Args<'_>, dtype: DType) -> Result {
    let value = args.get(0);
    match super::to_array(value)?.filter(|_| !value.is_scalar()) {
        Some(array) => Ok(array.astype(args.stop, dtype)?.into()),
        None => Err(args.wrong(0, "a number, str, array or list of numbers")),
    }
}

/// A float without its fraction, as an int.
pub fn truncate(x: f64) -> std::result::Result<i64, Error> {
    // 2^63 is exact; every float below it truncates to an i64.
    const LIMIT: f64 = 9_223_372_036_854_775_808.0;
    if x.is_nan() {
        return Err(Error::value_error("int: nan is no integer"));
    }
    if (-LIMIT..LIMIT).contains(&x) {
        return Ok(x as i64);
    }
    let shown = crate::array::format_float(x);
    Err(Error::overflow(format!("int: {shown} does not fit a 64-bit integer")))
}

fn parse_int(text: &str, base: u32) -> std::result::Result<i64, Error> {
    let no_number =
        || Error::value_error(format!("int: {} is no integer in base {base}", show::quote(text)));
    let clean = without_separators(text.trim()).ok_or_else(no_number)?;
    let (negative, digits) = match clean.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, clean.strip_prefix('+').unwrap_or(&clean)),
    };
    let lower = digits.to_ascii_lowercase();
    let (base, digits) = match (lower.get(..2), base) {
        (Some("0x"), 10 | 16) => (16, &lower[2..]),
        (Some("0b"), 10 | 2) => (2, &lower[2..]),
        (Some("0o"), 10 | 8) => (8, &lower[2..]),
        _ => (base, &lower[..]),
    };
    if digits.is_empty() || !digits.chars().all(|c| c.is_digit(base)) {
        return Err(no_number());
    }
    let magnitude = i128::from_str_radix(digits, base).unwrap_or(i128::MAX);
    i64::try_from(if negative { -magnitude } else { magnitude }).map_err(|_| {
        Error::overflow(format!("int: {} does not fit a 64-bit integer", show::quote(text)))
    })
}

pub fn float(args: &Args<'_>) -> Result {
    match args.get(0) {
        text if let Some(s) = text.as_str() => parse_float(s)
            .map(Value::Float)
            .ok_or_else(|| Error::value_error(format!("float: {} is no number", show::quote(s)))),
        Value::Complex(_) => Err(complex_to_real("float")),
        x => x.as_float().map_or_else(|| cast(args, DType::Float), |x| Ok(Value::Float(x))),
    }
}

fn complex_to_real(target: &str) -> Error {
    Error::type_error(format!("{target}: a complex number has no order-keeping real value"))
        .hint("real(z), imag(z) or abs(z)")
}

/// A number without the `_` between its digits; `None` where one stands elsewhere.
fn without_separators(text: &str) -> Option<String> {
    let parts: Vec<&str> = text.split('_').collect();
    let is_digit = |c: char| c.is_ascii_alphanumeric();
    let between = |w: &[&str]| w[0].ends_with(is_digit) && w[1].starts_with(is_digit);
    parts.windows(2).all(between).then(|| parts.concat())
}

/// A float as a script or a data file writes it.
pub fn parse_float(text: &str) -> Option<f64> {
    let text = text.trim();
    // Rust also reads "infinity" and "NaN" in any case; those are fine. It does not read `1_000`.
    without_separators(text)?.parse().ok()
}

pub fn f32(args: &Args<'_>) -> Result {
    match args.get(0) {
        Value::F32(x) => Ok(Value::F32(*x)),
        Value::Int(x) => Ok(Value::F32(*x as f32)),
        x if x.is_scalar() || x.is_str() => match float(args)? {
            Value::Float(x) => Ok(Value::F32(x as f32)),
            other => Ok(other),
        },
        _ => cast(args, DType::F32),
    }
}

/// `i32` and `u8`: an array cast, or a checked int.
pub fn narrow_int(args: &Args<'_>, dtype: DType) -> Result {
    let value = match args.get(0) {
        Value::Int(x) => *x,
        Value::Bool(x) => i64::from(*x),
        Value::Float(x) => truncate(*x)?,
        Value::F32(x) => truncate(f64::from(*x))?,
        text if let Some(s) = text.as_str() => parse_int(s, 10)?,
        _ => return cast(args, dtype),
    };
    let fits = match dtype {
        DType::U8 => u8::try_from(value).is_ok(),
        _ => i32::try_from(value).is_ok(),
    };
    if fits {
        Ok(Value::Int(value))
    } else {
        Err(Error::overflow(format!("{dtype}: {value} does not fit")))
    }
}

pub fn bool(args: &Args<'_>) -> Result {
    Ok(Value::Bool(match args.get(0) {
        Value::Bool(x) => *x,
        Value::Int(x) => *x != 0,
        Value::Float(x) => *x != 0.0,
        Value::F32(x) => *x != 0.0,
        Value::Complex(z) => z.re != 0.0 || z.im != 0.0,
        Value::Array(a) => return Ok(a.astype(args.stop, DType::Bool)?.into()),
        text if let Some(s) = text.as_str() => match s.trim() {
            "true" => true,
            "false" => false,
            other => {
                let shown = show::quote(other);
                return Err(Error::value_error(format!("bool: {shown} is neither true nor false")));
            }
        },
        _ => return Err(args.wrong(0, "a number, bool or str").hint("len(xs) > 0, x != none")),
    }))
}

pub fn complex(args: &Args<'_>) -> Result {
    match (args.get(0), args.get(1)) {
        (Value::Array(_) | Value::List(_) | Value::Tuple(_) | Value::Range(_), Value::Int(0)) => {
            cast(args, DType::Complex)
        }
        (Value::Complex(z), Value::Int(0)) => Ok(Value::Complex(z.clone())),
        (text, Value::Int(0)) if let Some(s) = text.as_str() => parse_complex(s)
            .ok_or_else(|| Error::value_error(format!("complex: {} is no number", show::quote(s)))),
        _ => Ok(Value::complex(args.float(0)?, args.float(1)?)),
    }
}

/// `a + bi`, `a`, `bi`.
fn parse_complex(text: &str) -> Option<Value> {
    let clean: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let Some(body) = clean.strip_suffix('i') else {
        return clean.parse().ok().map(|re| Value::complex(re, 0.0));
    };
    // The sign that separates the parts is the last one that is not an exponent's.
    let bytes = body.as_bytes();
    let split = (1..bytes.len())
        .rev()
        .find(|&i| matches!(bytes[i], b'+' | b'-') && !matches!(bytes[i - 1], b'e' | b'E'));
    let (re, im) = match split {
        Some(at) => (body[..at].parse().ok()?, &body[at..]),
        None => (0.0, body),
    };
    let im = match im {
        "" | "+" => 1.0,
        "-" => -1.0,
        im => im.parse().ok()?,
    };
    Some(Value::complex(re, im))
}

pub fn str(args: &Args<'_>) -> Result {
    match args.get(0) {
        text @ (Value::ShortStr(_) | Value::LongStr(_)) => Ok(text.clone()),
        Value::Array(a) if a.dtype() == DType::U8 && a.rank() == 1 => super::text::from_bytes(a),
        other => Ok(show::display(other).into()),
    }
}

/// The dtype an argument names.
pub fn dtype(args: &Args<'_>, index: usize) -> std::result::Result<DType, Error> {
    args.get(index)
        .as_dtype()
        .ok_or_else(|| args.wrong(index, "a dtype (bool u8 i32 int f32 float complex)"))
}

pub fn astype(args: &Args<'_>) -> Result {
    let dtype = dtype(args, 1)?;
    match args.get(0) {
        Value::Array(a) => Ok(a.astype(args.stop, dtype)?.into()),
        x => match x.as_scalar() {
            Some(scalar) => {
                let cast = Array::from_scalar(scalar)?.astype(args.stop, dtype)?;
                Ok(cast.scalar_at(0).map_or(Value::None, Value::from))
            }
            None => Err(args.wrong(0, "an array")),
        },
    }
}
