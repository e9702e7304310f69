//! Making containers and text from parts.

use super::iterate::{Next, iter, next, start};
use crate::array::{Array, Scalar};
use crate::error::Error;
use crate::list::{Items, List};
use crate::range::{Range, reserve};
use crate::record::Record;
use crate::std::{describe, format_value, show};
use crate::text_builder::TextBuilder;
use crate::value::Value;
use std::sync::Arc;

/// `start..stop by step`
pub fn range(start: &Value, stop: &Value, step: &Value, inclusive: bool) -> Result<Value, Error> {
    let (start, stop) = (range_part(start, "start")?, range_part(stop, "end")?);
    ranged(Some(start), Some(stop), step, inclusive)
}

/// A range with an end left open, for which `none` stands: `start..`, `..stop`, `..`.
pub fn open_range(
    start: &Value,
    stop: &Value,
    step: &Value,
    inclusive: bool,
) -> Result<Value, Error> {
    let part = |v: &Value, what| if v.is_none() { Ok(None) } else { range_part(v, what).map(Some) };
    ranged(part(start, "start")?, part(stop, "end")?, step, inclusive)
}

fn range_part(part: &Value, what: &str) -> Result<i64, Error> {
    part.as_int().ok_or_else(|| {
        let found = describe(part);
        let error = Error::type_error(format!("the {what} of a range is an int, not {found}"));
        match part {
            Value::Float(_) | Value::F32(_) => {
                error.hint("arange(a, b, step) and linspace(a, b, n) give floats")
            }
            _ => error,
        }
    })
}

fn ranged(
    start: Option<i64>,
    stop: Option<i64>,
    step: &Value,
    inclusive: bool,
) -> Result<Value, Error> {
    let step = range_part(step, "step")?;
    if step == 0 {
        return Err(Error::value_error("the step of a range is 0"));
    }
    Ok(Value::range(Range {
        start: start.unwrap_or(0),
        stop: stop.unwrap_or(0),
        step,
        open_start: start.is_none(),
        open_stop: stop.is_none(),
        inclusive,
    }))
}

/// `[..]`: an array of numbers, bools or equal-shape arrays, else a list. `spread` marks the items
/// whose own items are taken.
pub fn list(items: Vec<Value>, spread: Option<&[bool]>) -> Result<Value, Error> {
    let mut only_list = items.is_empty();
    let items = match spread {
        None => items,
        Some(flags) => {
            let mut all = Vec::with_capacity(items.len());
            for (item, &is_spread) in items.into_iter().zip(flags) {
                if is_spread {
                    only_list |= matches!(item, Value::List(_));
                    spread_into(item, &mut all)?;
                } else {
                    all.push(item);
                }
            }
            all
        }
    };
    let list = List::from_values(items);
    if only_list || list.is_empty() {
        return Ok(Value::List(Arc::new(list)));
    }
    match list_to_array(&list) {
        Some(array) => Ok(Value::array(array?)),
        None => Ok(Value::List(Arc::new(list))),
    }
}

/// A list as the array its brackets make: of numbers, of bools, or of equal-shape arrays. `None` for any
/// other list.
fn list_to_array(list: &List) -> Option<Result<Array, Error>> {
    if let Some(array) = list.unboxed() {
        return Some(array.map_err(Error::from));
    }
    let Items::Any(items) = list.items() else { return None };
    let made = match items.first()? {
        Value::Array(first) => {
            let same = |v: &Value| match v {
                Value::Array(a) if a.shape() == first.shape() => Some(Array::clone(a)),
                _ => None,
            };
            Array::stack(&items.iter().map(same).collect::<Option<Vec<Array>>>()?, 0)
        }
        _ => {
            let numbers = items.iter().map(Value::as_scalar).collect::<Option<Vec<Scalar>>>()?;
            Array::from_scalars(&numbers, &[numbers.len() as i64])
        }
    };
    Some(made.map_err(Error::from))
}

/// Appends the items of an iterable other than a generator.
pub fn spread_into(iterable: Value, out: &mut Vec<Value>) -> Result<(), Error> {
    let it = iter(iterable)?;
    if let Value::Range(r) = &it {
        reserve(out, r.count().unwrap_or(i128::MAX))?;
    }
    let Value::Int(mut position) = start(&it) else { return Ok(()) };
    loop {
        match next(&it, position)? {
            Next::Item(item, after) => {
                reserve(out, 1)?;
                out.push(item);
                match after {
                    Some(after) => position = after,
                    None => return Ok(()),
                }
            }
            Next::Done => return Ok(()),
            Next::Generator => {
                return Err(Error::type_error("a generator cannot be spread")
                    .hint("collect(g) or list(g) gives its items"));
            }
        }
    }
}

/// `{..p, x: 1}`: a name of `...` takes over the fields of a record (or dict with names as keys).
pub fn record_spread(names: &[Arc<str>], fields: Vec<Value>) -> Result<Value, Error> {
    let mut record = Record::new();
    let mut more: Vec<(Arc<str>, Value)> = Vec::with_capacity(names.len());
    for (name, value) in names.iter().zip(fields) {
        match (&**name, &value) {
            ("...", Value::Record(r)) if more.is_empty() && record.fields().is_empty() => {
                record = Record::clone(r);
            }
            ("...", Value::Record(r)) => more.extend(r.iter().map(|(n, v)| (n.clone(), v.clone()))),
            ("...", other) => {
                return Err(Error::type_error(format!(
                    "{} cannot be spread in a record",
                    describe(other)
                ))
                .hint("record(d) makes a record of a dict"));
            }
            _ => more.push((name.clone(), value)),
        }
    }
    record.extend(more);
    Ok(Value::record(record))
}

/// The text of a value in an f-string.
pub fn format(value: &Value, spec: &str) -> Result<Value, Error> {
    match value {
        Value::ShortStr(_) | Value::LongStr(_) if spec.is_empty() => Ok(value.clone()),
        _ => Ok(Value::str(format_value(value, spec)?)),
    }
}

/// The strings one after another.
pub fn concat(parts: &[Value]) -> Result<Value, Error> {
    let mut text = TextBuilder::default();
    text.reserve(parts.iter().map(|p| p.as_str().map_or(8, str::len)).sum())?;
    for part in parts {
        match part.as_str() {
            Some(s) => text.push(s)?,
            None => text.push(&show::display(part))?,
        }
    }
    Ok(text.into_value())
}
