//! Builtins that reshape, join and reorder arrays.

use super::args::Args;
use super::collections::{self, as_list};
use super::create::{in_dtype, shape_arg};
use super::maths::operand;
use crate::array::{self, Array, Operand, Scalar};
use crate::error::Error;
use crate::interrupt::Stop;
use crate::list::List;
use crate::range::room;
use crate::sort;
use crate::value::Value;
use quern_ir::{Builtin, DType};
use std::cmp::Ordering;
use std::sync::Arc;

type Result = std::result::Result<Value, Error>;

/// Runs a builtin of this module; `None` for any other.
pub fn call(args: &mut Args<'_>) -> Option<Result> {
    Some(match args.builtin {
        Builtin::Reshape => reshape(args),
        Builtin::Ravel => array(args, 0).and_then(|a| Ok(a.ravel(args.stop)?.into())),
        Builtin::ConcatArrays => concat(args),
        Builtin::Stack => stack(args),
        Builtin::Tile => tile(args),
        Builtin::Meshgrid => meshgrid(args),
        Builtin::Diag => array(args, 0).and_then(|a| in_dtype(args, 2, a.diag(args.int(1)?)?)),
        Builtin::Triu => array(args, 0).and_then(|a| Ok(a.triu(args.int(1)?)?.into())),
        Builtin::Tril => array(args, 0).and_then(|a| Ok(a.tril(args.int(1)?)?.into())),
        Builtin::Transpose => transpose(args),
        Builtin::SwapAxes => {
            array(args, 0).and_then(|a| Ok(a.swapaxes(args.int(1)?, args.int(2)?)?.into()))
        }
        Builtin::BroadcastTo => {
            array(args, 0).and_then(|a| Ok(a.broadcast_to(&shape_arg(args, 1)?)?.into()))
        }
        Builtin::Squeeze => {
            array(args, 0).and_then(|a| Ok(a.squeeze(args.optional_int(1)?)?.into()))
        }
        Builtin::ExpandDims => array(args, 0).and_then(|a| Ok(a.expand_dims(args.int(1)?)?.into())),
        Builtin::Outer => two(args, array::outer),
        Builtin::Dot => two(args, array::dot),
        Builtin::MatMul => two(args, array::matmul),
        Builtin::Trace | Builtin::LinalgTrace => trace(args),
        Builtin::Where => where_(args),
        Builtin::IsClose => is_close(args).map(Value::from),
        Builtin::AllClose => is_close(args)
            .and_then(|a| Ok(array::reduce(args.stop, array::ReduceOp::All, &a, None, false)?))
            .map(scalar_or_array),
        Builtin::ArgSort => array(args, 0)
            .and_then(|a| Ok(a.argsort(args.stop, args.int(1)?, args.bool(2)?)?.into())),
        Builtin::SortBy => sort_by(args),
        Builtin::SearchSorted => search_sorted(args),
        Builtin::Unique => unique(args),
        Builtin::BinCount => {
            array(args, 0).and_then(|a| Ok(a.bincount(args.stop, args.count(1)?)?.into()))
        }
        Builtin::Histogram => histogram(args),
        Builtin::Reverse => reverse(args),
        Builtin::Roll => array(args, 0)
            .and_then(|a| Ok(a.roll(args.stop, args.int(1)?, args.optional_int(2)?)?.into())),
        Builtin::Diff => {
            array(args, 0).and_then(|a| Ok(a.diff(args.stop, args.count(1)?, args.int(2)?)?.into()))
        }
        Builtin::Nonzero => nonzero(args),
        Builtin::RepeatArray => match args.get(0) {
            text if let Some(s) = text.as_text() => {
                args.int(1).and_then(|n| super::text::repeat(s, n))
            }
            _ => array(args, 0)
                .and_then(|a| Ok(a.repeat(args.stop, args.int(1)?, args.optional_int(2)?)?.into())),
        },
        Builtin::TakeArray => take(args),
        _ => return None,
    })
}

/// An array argument; lists, tuples and ranges of numbers are converted.
pub fn array(args: &Args<'_>, index: usize) -> std::result::Result<Array, Error> {
    match args.get(index) {
        Value::Array(a) => Ok((**a).clone()),
        other => to_array(other)?.ok_or_else(|| args.wrong(index, "an array")),
    }
}

/// A number, or anything that converts to an array, as an array.
pub fn to_array(value: &Value) -> std::result::Result<Option<Array>, Error> {
    match value {
        Value::Array(a) => Ok(Some((**a).clone())),
        Value::Range(r) if !r.open_stop => Ok(Some(Array::from_vec(r.to_vec()?)?)),
        Value::List(_) | Value::Tuple(_) => super::create::nested(value),
        other => match other.as_scalar() {
            Some(scalar) => Ok(Some(Array::from_scalar(scalar)?)),
            None => Ok(None),
        },
    }
}

/// The single element of a rank-0 array as a scalar; any other array as it is.
pub fn scalar_or_array(a: Array) -> Value {
    match a.rank() {
        0 => a.scalar_at(0).map_or(Value::None, Value::from),
        _ => a.into(),
    }
}

/// A value as an element that a vector takes without changing its dtype: a number of its kind or of a
/// lesser one, as an int is to floats.
pub fn element(vector: &Array, value: &Value) -> Option<Scalar> {
    let scalar = value.as_scalar()?;
    let stays = array::promote_weak(vector.dtype(), scalar) == vector.dtype();
    (vector.rank() == 1 && stays).then_some(scalar)
}

fn two(args: &Args<'_>, op: fn(Stop<'_>, &Array, &Array) -> array::Result<Array>) -> Result {
    Ok(scalar_or_array(op(args.stop, &array(args, 0)?, &array(args, 1)?)?))
}

fn reshape(args: &Args<'_>) -> Result {
    in_dtype(args, 2, array(args, 0)?.reshape(args.stop, &shape_arg(args, 1)?)?)
}

fn trace(args: &Args<'_>) -> Result {
    let diagonals = array(args, 0)?.diagonals(args.builtin.name())?;
    let sum = array::reduce(args.stop, array::ReduceOp::Sum, &diagonals, Some(&[-1]), false)?;
    Ok(scalar_or_array(sum))
}

/// The arrays in a list, tuple or array of rows.
fn arrays(args: &Args<'_>, index: usize) -> std::result::Result<Vec<Array>, Error> {
    let items = as_list(args.get(index)).ok_or_else(|| args.wrong(index, "a list of arrays"))?;
    let convert = |v: Value| match to_array(&v)? {
        Some(array) => Ok(array),
        None => Err(args.wrong(index, "a list of arrays")),
    };
    items.iter().map(convert).collect()
}

/// `concat`: arrays along an axis, or lists one after the other.
fn concat(args: &Args<'_>) -> Result {
    if let (Value::List(lists), Value::None) = (args.get(0), args.get(2))
        && lists.iter().any(|v| matches!(v, Value::List(_)))
    {
        let mut out = List::new();
        for part in lists.iter() {
            match as_list(&part) {
                Some(part) => {
                    out.reserve(part.len())?;
                    out.append(&part);
                }
                None => return Err(args.wrong(0, "a list of lists or of arrays")),
            }
        }
        return Ok(Value::List(Arc::new(out)));
    }
    in_dtype(args, 2, Array::concat(&arrays(args, 0)?, args.int(1)?)?)
}

fn stack(args: &Args<'_>) -> Result {
    in_dtype(args, 2, Array::stack(&arrays(args, 0)?, args.int(1)?)?)
}

fn tile(args: &Args<'_>) -> Result {
    in_dtype(args, 2, array(args, 0)?.tile(args.stop, &shape_arg(args, 1)?)?)
}

fn meshgrid(args: &Args<'_>) -> Result {
    let grids = Array::meshgrid(args.stop, &[array(args, 0)?, array(args, 1)?], false)?;
    let grids = grids.into_iter().map(|grid| in_dtype(args, 2, grid));
    Ok(Value::tuple(grids.collect::<std::result::Result<_, _>>()?))
}

fn transpose(args: &Args<'_>) -> Result {
    let axes = match args.get(1) {
        Value::None => None,
        _ => Some(shape_arg(args, 1)?),
    };
    Ok(array(args, 0)?.transpose(axes.as_deref())?.into())
}

fn where_(args: &mut Args<'_>) -> Result {
    if let Value::Bool(condition) = args.get(0) {
        let chosen = if *condition { 1 } else { 2 };
        return Ok(args.take(chosen));
    }
    let condition = array(args, 0)?;
    let (a, b) = (args.take(1), args.take(2));
    let wrong = |v: Value| {
        Error::type_error(format!(
            "where: expected numbers or arrays, found {}",
            super::describe(&v)
        ))
    };
    let (a, b): (Operand, Operand) = (operand(a).map_err(wrong)?, operand(b).map_err(wrong)?);
    Ok(array::select(args.stop, &condition, a, b)?.into())
}

fn is_close(args: &Args<'_>) -> std::result::Result<Array, Error> {
    Ok(array::is_close(
        args.stop,
        &array(args, 0)?,
        &array(args, 1)?,
        args.float(2)?,
        args.float(3)?,
    )?)
}

/// Sorts a list or array; `keys`, one for each item, decide instead of the items where given.
fn sort_by(args: &mut Args<'_>) -> Result {
    let reverse = args.bool(2)?;
    if let (Value::Array(a), Value::None) = (args.get(0), args.get(1)) {
        return Ok(a.sort(args.stop, args.int(3)?, reverse)?.into());
    }
    let items = as_list(args.get(0)).ok_or_else(|| args.wrong(0, "a list or array"))?;
    let keys = match args.get(1) {
        Value::None => items.clone(),
        keys => as_list(keys).ok_or_else(|| args.wrong(1, "a list of keys"))?,
    };
    let keys = values(args.stop, keys.iter())?;
    let mut order: Vec<usize> = (0..keys.len()).collect();
    let mut mismatch = None;
    sort::sort_by(args.stop, &mut order, |&i, &j| {
        let (i, j) = if reverse { (j, i) } else { (i, j) };
        compare(&keys[i], &keys[j]).unwrap_or_else(|| {
            mismatch.get_or_insert((i, j));
            Ordering::Equal
        })
    })?;
    if let Some((i, j)) = mismatch {
        let (a, b) = (super::describe(&keys[i]), super::describe(&keys[j]));
        return Err(Error::type_error(format!("sort: {a} and {b} have no order"))
            .hint("sort(xs, key: f) sorts by what f gives for each item"));
    }
    if reverse {
        restore_ties(&mut order, &keys);
    }
    let sorted = values(args.stop, order.into_iter().map(|i| items.get(i).unwrap_or_default()))?;
    let sorted = Value::list(sorted);
    match args.get(0) {
        Value::Array(a) => match super::create::nested(&sorted)? {
            Some(sorted) => Ok(sorted.astype(args.stop, a.dtype())?.into()),
            None => Ok(sorted),
        },
        _ => Ok(sorted),
    }
}

/// Items one after another.
fn values(
    stop: Stop<'_>,
    items: impl ExactSizeIterator<Item = Value>,
) -> std::result::Result<Vec<Value>, Error> {
    let mut values = room(items.len())?;
    for item in items {
        stop.check()?;
        values.push(item);
    }
    Ok(values)
}

/// Equal keys in their original order after a descending sort.
fn restore_ties(order: &mut [usize], keys: &[Value]) {
    let is_tie = |&i: &usize, &j: &usize| compare(&keys[i], &keys[j]) == Some(Ordering::Equal);
    for run in order.chunk_by_mut(is_tie) {
        run.sort_unstable();
    }
}

/// The order of two values, NaN last; `None` for values that have none.
pub fn compare(a: &Value, b: &Value) -> Option<Ordering> {
    match (a, b) {
        (Value::Int(x), Value::Int(y)) => Some(x.cmp(y)),
        _ if let (Some(x), Some(y)) = (a.as_str(), b.as_str()) => Some(x.cmp(y)),
        (Value::Bool(x), Value::Bool(y)) => Some(x.cmp(y)),
        (Value::Tuple(x), Value::Tuple(y)) => {
            lexicographic(x.items.iter().cloned(), y.items.iter().cloned())
        }
        (Value::List(x), Value::List(y)) => lexicographic(x.iter(), y.iter()),
        (Value::Array(x), Value::Array(y)) if x.rank() == 1 && y.rank() == 1 => {
            lexicographic(x.scalars().map(Value::from), y.scalars().map(Value::from))
        }
        (Value::Bool(_), _) | (_, Value::Bool(_)) => None,
        _ => {
            let (x, y) = (a.as_float()?, b.as_float()?);
            Some(x.partial_cmp(&y).unwrap_or_else(|| x.is_nan().cmp(&y.is_nan())))
        }
    }
}

fn lexicographic(
    a: impl ExactSizeIterator<Item = Value>,
    b: impl ExactSizeIterator<Item = Value>,
) -> Option<Ordering> {
    let by_length = a.len().cmp(&b.len());
    for (x, y) in a.zip(b) {
        match compare(&x, &y)? {
            Ordering::Equal => {}
            order => return Some(order),
        }
    }
    Some(by_length)
}

fn search_sorted(args: &Args<'_>) -> Result {
    let right = match args.str(2)? {
        "left" => false,
        "right" => true,
        other => {
            return Err(Error::value_error(format!(
                "searchsorted: side must be \"left\" or \"right\", not {other:?}"
            )));
        }
    };
    let found = array(args, 0)?.searchsorted(args.stop, &array(args, 1)?, right)?;
    Ok(scalar_or_array(found))
}

fn unique(args: &Args<'_>) -> Result {
    let (values, counts): (Value, Array) = match args.get(0) {
        Value::List(list) => {
            let (items, counts) = collections::unique_items(list);
            (Value::list(items), Array::from_vec(counts)?)
        }
        _ => {
            let (values, counts) = array(args, 0)?.unique_counts(args.stop)?;
            (values.into(), counts)
        }
    };
    Ok(if args.bool(1)? { Value::tuple(vec![values, counts.into()]) } else { values })
}

fn histogram(args: &Args<'_>) -> Result {
    let range = match args.get(2) {
        Value::None => None,
        v => {
            let ends: Option<Vec<f64>> =
                as_list(v).and_then(|l| l.iter().map(|v| v.as_float()).collect());
            match ends.as_deref() {
                Some(&[lo, hi]) => Some((lo, hi)),
                _ => return Err(args.wrong(2, "a tuple (lo, hi)")),
            }
        }
    };
    let (counts, edges) = array(args, 0)?.histogram(args.stop, args.int(1)?, range)?;
    Ok(Value::tuple(vec![counts.into(), edges.into()]))
}

fn reverse(args: &mut Args<'_>) -> Result {
    match args.get(0) {
        Value::Array(_) | Value::Range(_) => {
            Ok(array(args, 0)?.reverse(Some(args.int(1)?))?.into())
        }
        text if let Some(s) = text.as_str() => Ok(s.chars().rev().collect::<String>().into()),
        other => match as_list(other) {
            Some(l) => Ok(Value::List(Arc::new(l.pick(l.len().wrapping_sub(1), -1, l.len())))),
            None => Err(args.wrong(0, "an array, list or str")),
        },
    }
}

fn nonzero(args: &Args<'_>) -> Result {
    let positions = array(args, 0)?.nonzero(args.stop)?;
    Ok(Value::tuple(positions.into_iter().map(Value::from).collect()))
}

fn take(args: &Args<'_>) -> Result {
    let indices = array(args, 1)?;
    let indices = if indices.dtype().is_integer() {
        indices
    } else {
        indices.astype(args.stop, DType::Int)?
    };
    let axis = args.optional_int(2)?.unwrap_or(0);
    if let items @ (Value::List(_) | Value::Tuple(_)) = args.get(0) {
        let indices = indices.astype(args.stop, DType::Int)?;
        let positions = indices.scalars().filter_map(|i| Value::from(i).as_int());
        let picked = positions.map(|i| crate::ops::index_one(items, i));
        return Ok(Value::list(picked.collect::<std::result::Result<_, _>>()?));
    }
    Ok(array(args, 0)?.take(&indices, axis)?.into())
}
