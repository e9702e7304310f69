//! Builtins that reduce arrays along axes.

use super::args::Args;
use super::arrays::{array, compare, scalar_or_array};
use super::collections::as_list;
use crate::array::{self, ReduceOp};
use crate::error::Error;
use crate::interrupt::Stop;
use crate::value::Value;
use quern_ir::Builtin;
use std::cmp::Ordering;

type Result = std::result::Result<Value, Error>;

/// Runs a builtin of this module; `None` for any other.
pub fn call(args: &mut Args<'_>) -> Option<Result> {
    Some(match args.builtin {
        Builtin::ReduceArray => reduce_named(args),
        Builtin::Mean => reduced(args, ReduceOp::Mean),
        Builtin::ArgMin => reduced(args, ReduceOp::ArgMin),
        Builtin::ArgMax => reduced(args, ReduceOp::ArgMax),
        Builtin::Var => spread(args, array::var),
        Builtin::Std => spread(args, array::std),
        Builtin::Median => median(args),
        Builtin::Quantile => quantile(args),
        Builtin::Norm => norm(args),
        Builtin::Cumsum => array(args, 0)
            .and_then(|a| Ok(array::cumsum(args.stop, &a, args.optional_int(1)?)?.into())),
        Builtin::Cumprod => array(args, 0)
            .and_then(|a| Ok(array::cumprod(args.stop, &a, args.optional_int(1)?)?.into())),
        _ => return None,
    })
}

/// The axes argument: none for all, an int, or several in a tuple.
pub fn axes(args: &Args<'_>, index: usize) -> std::result::Result<Option<Vec<i64>>, Error> {
    reduced_axes(args.get(index))
        .ok_or_else(|| args.wrong(index, "an axis, a tuple of axes or none"))
}

/// The axes that a value names: all of them, or those.
pub fn reduced_axes(value: &Value) -> Option<Option<Vec<i64>>> {
    match value {
        Value::None => Some(None),
        Value::Int(axis) => Some(Some(vec![*axis])),
        other => as_list(other).and_then(|l| l.iter().map(|v| v.as_int()).collect()).map(Some),
    }
}

fn reduced(args: &Args<'_>, op: ReduceOp) -> Result {
    let (axes, keepdims) = (axes(args, 1)?, args.bool(2)?);
    Ok(scalar_or_array(array::reduce(args.stop, op, &array(args, 0)?, axes.as_deref(), keepdims)?))
}

/// `__reduce_array(what, x, axis, keepdims)`
fn reduce_named(args: &Args<'_>) -> Result {
    let name = args.str(0)?;
    let op = ReduceOp::from_name(name)
        .ok_or_else(|| Error::value_error(format!("{name} is no reduction")))?;
    let (axes, keepdims) = (axes(args, 2)?, args.bool(3)?);
    if let (ReduceOp::Sum, Value::Range(r), false) = (op, args.get(1), keepdims)
        && !r.open_stop
    {
        let total = r.sum().ok_or_else(|| Error::overflow("the sum does not fit int"))?;
        return Ok(Value::Int(total));
    }
    Ok(scalar_or_array(array::reduce(args.stop, op, &array(args, 1)?, axes.as_deref(), keepdims)?))
}

/// `min(x)` and `max(x)` of one value: an array (with axes), or the items of a list.
pub fn extreme(args: &Args<'_>, greatest: bool) -> Result {
    let op = if greatest { ReduceOp::Max } else { ReduceOp::Min };
    match args.get(0) {
        Value::Array(a) => {
            let (axes, keepdims) = (axes(args, 2)?, args.bool(3)?);
            Ok(scalar_or_array(array::reduce(args.stop, op, a, axes.as_deref(), keepdims)?))
        }
        Value::Range(r) if let (Some(first), Some(last)) = (r.get(0), r.get(-1)) => {
            Ok(Value::Int(if greatest { first.max(last) } else { first.min(last) }))
        }
        Value::Range(_) => {
            Ok(scalar_or_array(array::reduce(args.stop, op, &array(args, 0)?, None, false)?))
        }
        x if x.is_scalar() => Ok(x.clone()),
        Value::Generator(_) => {
            Err(args.wrong(0, "an array or list").hint("list(g) makes a list of what it yields"))
        }
        other => {
            let items = as_list(other).ok_or_else(|| args.wrong(0, "an array or list"))?;
            let mut best: Option<Value> = None;
            for item in items.iter() {
                let is_better = match &best {
                    None => true,
                    Some(best) => match compare(&item, best) {
                        // NaN sorts last but wins here, whichever end is asked for.
                        Some(order) if greatest => order == Ordering::Greater,
                        Some(order) => order == Ordering::Less && !is_nan(best) || is_nan(&item),
                        None => {
                            return Err(Error::type_error(format!(
                                "{}: {} and {} have no order",
                                op.name(),
                                super::describe(best),
                                super::describe(&item)
                            )));
                        }
                    },
                };
                if is_better {
                    best = Some(item);
                }
            }
            best.ok_or_else(|| Error::value_error(format!("{} of nothing", op.name())))
        }
    }
}

fn is_nan(value: &Value) -> bool {
    value.as_float().is_some_and(f64::is_nan)
}

type Spread = fn(Stop<'_>, &array::Array, Option<&[i64]>, bool, i64) -> array::Result<array::Array>;

/// `var` and `std`.
fn spread(args: &Args<'_>, op: Spread) -> Result {
    let (axes, keepdims) = (axes(args, 1)?, args.bool(2)?);
    Ok(scalar_or_array(op(args.stop, &array(args, 0)?, axes.as_deref(), keepdims, args.int(3)?)?))
}

fn median(args: &Args<'_>) -> Result {
    let (axes, keepdims) = (axes(args, 1)?, args.bool(2)?);
    let median = array::median(args.stop, &array(args, 0)?, axes.as_deref(), keepdims)?;
    Ok(scalar_or_array(median))
}

fn quantile(args: &Args<'_>) -> Result {
    let (axes, keepdims) = (axes(args, 2)?, args.bool(3)?);
    let x = array(args, 0)?;
    let at = |q: f64| array::quantile(args.stop, &x, q, axes.as_deref(), keepdims);
    if args.get(1).is_scalar() {
        return Ok(scalar_or_array(at(args.float(1)?)?));
    }
    let qs = array(args, 1)?;
    if qs.size() == 0 {
        return Ok(qs.into());
    }
    let values =
        qs.scalars().filter_map(|q| q.as_f64()).map(at).collect::<array::Result<Vec<_>>>()?;
    Ok(array::Array::stack(&values, 0)?.into())
}

fn norm(args: &Args<'_>) -> Result {
    let (axes, keepdims) = (axes(args, 2)?, args.bool(3)?);
    let ord = match args.get(1) {
        Value::None => None,
        _ => Some(args.float(1)?),
    };
    Ok(scalar_or_array(array::norm(args.stop, &array(args, 0)?, ord, axes.as_deref(), keepdims)?))
}
