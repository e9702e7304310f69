//! Builtins that make arrays, and the arguments they share.

use super::args::Args;
use super::collections::as_list;
use crate::array::{Array, Scalar, shape_text};
use crate::error::Error;
use crate::list::Items;
use crate::value::Value;
use quern_ir::{Builtin, DType, ErrorKind};

type Result = std::result::Result<Value, Error>;

/// Runs a builtin of this module; `None` for any other.
pub fn call(args: &mut Args<'_>) -> Option<Result> {
    Some(match args.builtin {
        Builtin::Zeros => filled(args, Scalar::Int(0)),
        Builtin::Ones => filled(args, Scalar::Int(1)),
        Builtin::Full => full(args),
        Builtin::Eye => eye(args),
        Builtin::Arange => arange(args),
        Builtin::Linspace => linspace(args),
        Builtin::ToArray => to_array(args),
        Builtin::ArrayOrList => array_or_list(args),
        _ => return None,
    })
}

/// A shape given as several ints, or as one tuple, list or array of ints.
pub fn shape_arg(args: &Args<'_>, index: usize) -> std::result::Result<Vec<i64>, Error> {
    let wrong = || {
        // Of several values, the first that is no int.
        let mut found = args.get(index).clone();
        while let Some(inner) =
            as_list(&found).and_then(|l| l.iter().find(|v| v.as_int().is_none()))
        {
            found = inner;
        }
        args.unfit(index, "ints, or a tuple of ints", &found)
    };
    let as_ints = |v: &Value| {
        let items = as_list(v)?;
        items.iter().map(|v| v.as_int()).collect::<Option<Vec<_>>>()
    };
    match args.get(index) {
        Value::Int(n) => Ok(vec![*n]),
        Value::List(items) if items.len() == 1 => match items.get(0) {
            Some(Value::Int(n)) => Ok(vec![n]),
            Some(inner) => as_ints(&inner).ok_or_else(wrong),
            None => Ok(Vec::new()),
        },
        other => as_ints(other).ok_or_else(wrong),
    }
}

/// A dtype argument.
pub fn dtype_arg(args: &Args<'_>, index: usize) -> std::result::Result<DType, Error> {
    super::convert::dtype(args, index)
}

fn optional_dtype(args: &Args<'_>, index: usize) -> std::result::Result<Option<DType>, Error> {
    if args.get(index).is_none() { Ok(None) } else { dtype_arg(args, index).map(Some) }
}

/// An array in the dtype that an optional argument names.
pub fn in_dtype(args: &Args<'_>, index: usize, made: Array) -> Result {
    Ok(match optional_dtype(args, index)? {
        Some(dtype) => made.astype(args.stop, dtype)?,
        None => made,
    }
    .into())
}

/// The first value in nested lists that no array holds.
fn no_number(value: &Value) -> Value {
    let inner = as_list(value).and_then(|items| {
        items.iter().find(|item| !matches!(nested(item), Ok(Some(_))) && !item.is_scalar())
    });
    inner.map_or_else(|| value.clone(), |inner| no_number(&inner))
}

fn filled(args: &Args<'_>, value: Scalar) -> Result {
    let (shape, dtype) = (shape_arg(args, 0)?, dtype_arg(args, 1)?);
    Ok(match value {
        Scalar::Int(0) => Array::zeros(&shape, dtype)?,
        _ => Array::ones(args.stop, &shape, dtype)?,
    }
    .into())
}

fn full(args: &Args<'_>) -> Result {
    let (shape, dtype) = (shape_arg(args, 0)?, optional_dtype(args, 2)?);
    match args.get(1).as_scalar() {
        Some(value) => Ok(Array::full(args.stop, &shape, value, dtype)?.into()),
        None => Err(args.wrong(1, "a number or bool")),
    }
}

fn eye(args: &Args<'_>) -> Result {
    let n = args.int(0)?;
    let m = args.optional_int(1)?.unwrap_or(n);
    Ok(Array::eye(n, m, 0, dtype_arg(args, 2)?)?.into())
}

fn arange(args: &Args<'_>) -> Result {
    let number = |i: usize| args.get(i).as_scalar().ok_or_else(|| args.wrong(i, "a number"));
    let (start, stop) = match args.get(1) {
        Value::None => (Scalar::Int(0), number(0)?),
        _ => (number(0)?, number(1)?),
    };
    Ok(Array::arange(args.stop, start, stop, number(2)?, optional_dtype(args, 3)?)?.into())
}

fn linspace(args: &Args<'_>) -> Result {
    let (a, b) = (args.float(0)?, args.float(1)?);
    Ok(Array::linspace(args.stop, a, b, args.int(2)?, dtype_arg(args, 3)?)?.into())
}

/// An array of any nesting of lists, tuples, ranges and arrays of numbers.
fn to_array(args: &Args<'_>) -> Result {
    let made = match args.get(0) {
        Value::Array(a) => (**a).clone(),
        Value::Range(r) => Array::from_vec(r.to_vec()?)?,
        value => match nested(value)? {
            Some(array) => array,
            None => {
                return Err(args.unfit(
                    0,
                    "a list of numbers, or nested lists of them",
                    &no_number(value),
                ));
            }
        },
    };
    in_dtype(args, 1, made)
}

/// The array that a list of numbers, or of things that are arrays of one shape, makes.
pub fn nested(value: &Value) -> std::result::Result<Option<Array>, Error> {
    if let Value::Array(a) = value {
        return Ok(Some((**a).clone()));
    }
    let Some(items) = as_list(value) else { return Ok(None) };
    if items.is_empty() {
        return Ok(Some(Array::zeros(&[0], DType::Float)?));
    }
    if let Some(array) = items.unboxed() {
        return Ok(Some(array?));
    }
    let scalars: Option<Vec<Scalar>> = items.iter().map(|v| v.as_scalar()).collect();
    if let Some(scalars) = scalars {
        return Ok(Some(Array::from_scalars(&scalars, &[scalars.len() as i64])?));
    }
    let mut rows = Vec::with_capacity(items.len());
    for item in items.iter() {
        match nested(&item)? {
            Some(row) => rows.push(row),
            None => return Ok(None),
        }
    }
    if let Some(row) = rows.iter().find(|row| row.shape() != rows[0].shape()) {
        return Err(Error::new(
            ErrorKind::ShapeError,
            format!(
                "the rows of an array have one shape, not {} and {}",
                shape_text(rows[0].shape()),
                shape_text(row.shape())
            ),
        ));
    }
    Ok(Some(Array::stack(&rows, 0)?))
}

/// A list whose items are numbers of one type, or arrays of one dtype and shape, as an array; any other
/// list as it is.
fn array_or_list(args: &mut Args<'_>) -> Result {
    let Value::List(list) = args.get(0) else {
        return Ok(args.take(0));
    };
    let array = match (list.unboxed(), list.items()) {
        (Some(array), _) => array?,
        (None, Items::Any(items)) if is_uniform(items) => match nested(args.get(0))? {
            Some(array) => array,
            None => return Ok(args.take(0)),
        },
        _ => return Ok(args.take(0)),
    };
    Ok(array.into())
}

/// Whether there are items, and all are numbers of one type, or arrays of one dtype and shape.
fn is_uniform(items: &[Value]) -> bool {
    match items.first() {
        Some(Value::Array(first)) => items.iter().all(
            |v| matches!(v, Value::Array(a) if a.dtype() == first.dtype() && a.shape() == first.shape()),
        ),
        Some(first) => first.is_scalar() && items.iter().all(|v| v.tag() == first.tag()),
        None => false,
    }
}
