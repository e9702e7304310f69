//! Reading parts of values: `a[i]`, `a[i, 1..3]`, `a.shape`, `r.x`.

use crate::array::{self, Array, Index, Item, math, shape_text};
use crate::dict::Dict;
use crate::error::Error;
use crate::list::List;
use crate::range::Range;
use crate::std::{describe, key, missing_key};
use crate::text::Text;
use crate::value::Value;
use quern_ir::function::IndexPart;
use quern_ir::spelling::nearest;
use quern_ir::{Builtin, ErrorKind};
use smallvec::SmallVec;
use std::fmt::Display;
use std::sync::Arc;

/// `base[i]` for a position from the front or (negative) from the end, in a list, array, tuple, range
/// or string.
pub fn index_one(base: &Value, i: i64) -> Result<Value, Error> {
    match base {
        Value::Array(a) => Ok(item(a.row(i)?)),
        Value::List(l) => match position(i, l.len()).and_then(|p| l.get(p)) {
            Some(value) => Ok(value),
            None => Err(out_of_range("list", i, l.len())),
        },
        Value::Tuple(t) => match position(i, t.items.len()) {
            Some(p) => Ok(t.items[p].clone()),
            None => Err(out_of_range("tuple", i, t.items.len())),
        },
        Value::Range(r) => match (r.get(i), r.count()) {
            (Some(x), _) => Ok(Value::Int(x)),
            (None, Some(count)) => Err(out_of_range("range", i, count)),
            (None, None) if i >= 0 => {
                let at = math::imul(i, r.step).and_then(|d| math::iadd(r.start, d));
                at.map(Value::Int).map_err(|f| f.describe("an index of a range").into())
            }
            (None, None) => Err(Error::index_error(format!(
                "index {i} counts from the end of a range without one"
            ))),
        },
        Value::Dict(d) => dict_get(d, &Value::Int(i)),
        _ if let Some(s) = base.as_text() => {
            match position(i, s.len()).and_then(|p| s.char_at(p)) {
                Some(c) => Ok(c.into()),
                None => Err(out_of_range("string", i, s.len())),
            }
        }
        _ => Err(not_indexable(base)),
    }
}

/// `base[index]` for an index of any type.
pub fn index_value(base: &Value, by: &Value) -> Result<Value, Error> {
    match (base, by) {
        (Value::Dict(d), k) => dict_get(d, k),
        (_, Value::Int(i)) => index_one(base, *i),
        (Value::Record(r), _) if let Some(name) = by.as_str() => match r.get(name) {
            Some(value) => Ok(value.clone()),
            None => Err(missing_field(base, name)),
        },
        (Value::Array(a), _) => Ok(item(a.get(&[array_index(by)?])?)),
        (Value::List(l), Value::Range(r)) => {
            let (start, count) = slice(r, l.len())?;
            Ok(Value::List(Arc::new(l.pick(start as usize, r.step, count as usize))))
        }
        (Value::List(l), Value::Array(a)) => pick_from_list(l, a),
        (Value::Tuple(t), Value::Range(r)) => {
            let (start, count) = slice(r, t.items.len())?;
            let at = |i: i64| t.items[(start + i * r.step) as usize].clone();
            Ok(Value::tuple((0..count).map(at).collect()))
        }
        (_, Value::Range(r)) if let Some(s) = base.as_text() => slice_text(s, r),
        (Value::Range(a), Value::Range(r)) => slice_range(a, r),
        _ if is_sequence(base) => {
            let error = Error::type_error(format!(
                "a {} is indexed by an int or a range, not {}",
                base.type_name(),
                describe(by)
            ));
            Err(match by {
                Value::Float(_) => {
                    error.hint("int(x) makes an int of a float, a // b is an int quotient")
                }
                _ => error,
            })
        }
        _ => Err(not_indexable(base)),
    }
}

fn is_sequence(value: &Value) -> bool {
    matches!(value, Value::List(_) | Value::Tuple(_) | Value::Range(_)) || value.is_str()
}

/// `base[parts]` with several parts.
pub fn index(base: &Value, parts: &[IndexPart], values: &[Value]) -> Result<Value, Error> {
    match (base, parts, values) {
        (_, [IndexPart::Value], [by]) => index_value(base, by),
        (Value::Array(a), [IndexPart::Value, IndexPart::Value], [Value::Int(i), Value::Int(j)])
            if a.rank() == 2 =>
        {
            Ok(a.get_scalar(&[*i, *j])?.into())
        }
        (Value::Array(a), _, _) => Ok(item(a.get(&array_indices(parts, values)?)?)),
        (Value::Dict(_), _, _) => {
            Err(Error::type_error("a dict has one key".to_string())
                .hint("a tuple is a key: d[(a, b)]"))
        }
        _ if is_sequence(base) => Err(Error::type_error(format!(
            "a {} has one index, not {}",
            base.type_name(),
            parts.len()
        ))
        .hint("write xs[i][j] for a list of lists, or make an array of it")),
        _ => Err(not_indexable(base)),
    }
}

/// The index of an array from the parts between the brackets.
pub fn array_indices(parts: &[IndexPart], values: &[Value]) -> Result<SmallVec<[Index; 4]>, Error> {
    let mut values = values.iter();
    parts
        .iter()
        .map(|part| match part {
            IndexPart::Ellipsis => Ok(Index::Ellipsis),
            IndexPart::NewAxis => Ok(Index::NewAxis),
            IndexPart::Value => array_index(values.next().unwrap_or(&Value::None)),
        })
        .collect()
}

/// One value as an index of an array.
pub fn array_index(value: &Value) -> Result<Index, Error> {
    match value {
        Value::Int(i) => Ok(Index::At(*i)),
        Value::Range(r) => Ok(Index::Slice {
            start: r.start(),
            stop: r.stop(),
            step: r.step,
            inclusive: r.inclusive,
        }),
        Value::Array(a) => Ok(Index::from_array(Array::clone(a))?),
        Value::List(l) => match list_as_array(l) {
            Some(a) => Ok(Index::from_array(a?)?),
            None if l.is_empty() => Ok(Index::Take(Array::from_slice::<i64>(&[], &[0])?)),
            None => Err(no_index(value)),
        },
        _ => Err(no_index(value)),
    }
}

fn no_index(value: &Value) -> Error {
    let error = Error::type_error(format!("{} is no index of an array", describe(value)));
    match value {
        Value::Float(_) => error.hint("int(x) makes an int of a float, a // b is an int quotient"),
        Value::Bool(_) => error.hint("a mask is a bool array, as from a > 0"),
        _ => error,
    }
}

/// A list of ints or bools as an array.
fn list_as_array(list: &List) -> Option<Result<Array, Error>> {
    use crate::list::Items;
    match list.items() {
        Items::Int(v) => Some(Array::from_slice(v, &[v.len() as i64]).map_err(Error::from)),
        Items::Bool(v) => Some(Array::from_bools(v).map_err(Error::from)),
        _ => None,
    }
}

fn pick_from_list(list: &List, by: &Array) -> Result<Value, Error> {
    if by.rank() != 1 {
        return Err(Error::index_error("a list is indexed by a one-dimensional array".to_string()));
    }
    if by.dtype() == quern_ir::DType::Bool {
        if by.len() != list.len() {
            let (mask, len) = (by.len(), list.len());
            return Err(Error::index_error(format!("a mask of {mask} items for a list of {len}")));
        }
        let chosen = list.iter().zip(by.scalars()).filter(|(_, m)| *m == array::Scalar::Bool(true));
        return Ok(Value::list(chosen.map(|(v, _)| v).collect()));
    }
    let base = Value::List(Arc::new(list.clone()));
    let items = by.scalars().map(|x| index_value(&base, &x.into()));
    Ok(Value::list(items.collect::<Result<_, _>>()?))
}

/// A scalar or array that an array gave, as a value.
pub fn item(item: Item) -> Value {
    match item {
        Item::Scalar(x) => x.into(),
        Item::Array(a) => Value::array(a),
    }
}

/// The place from the front that an index means.
#[inline]
pub fn position(i: i64, len: usize) -> Option<usize> {
    let p = if i < 0 { i.checked_add(len as i64)? } else { i };
    usize::try_from(p).ok().filter(|&p| p < len)
}

#[cold]
pub fn out_of_range(what: &str, i: i64, len: impl Display) -> Error {
    Error::index_error(format!("index {i} is out of range for a {what} of length {len}"))
}

#[cold]
fn not_indexable(base: &Value) -> Error {
    Error::type_error(format!("{} cannot be indexed", describe(base)))
}

pub fn dict_get(dict: &Dict, by: &Value) -> Result<Value, Error> {
    match dict.find(by) {
        Some(value) => Ok(value.clone()),
        None => Err(no_entry(by)),
    }
}

/// The error of looking up what is not there, or can be no key.
#[cold]
pub fn no_entry(by: &Value) -> Error {
    key(by).err().unwrap_or_else(|| missing_key(by))
}

/// Where a slice of `len` items starts, and how many it has.
pub fn slice(r: &Range, len: usize) -> Result<(i64, i64), Error> {
    Ok(array::slice_bounds(r.start(), r.stop(), r.step, r.inclusive, len as i64)?)
}

fn slice_text(s: Text<'_>, r: &Range) -> Result<Value, Error> {
    let (start, count) = slice(r, s.len())?;
    if r.step == 1 {
        return Ok(Value::str(s.slice(start as usize, (start + count) as usize)));
    }
    let chars = (0..count).filter_map(|i| s.char_at((start + i * r.step) as usize));
    Ok(Value::str(chars.collect::<String>()))
}

fn slice_range(a: &Range, r: &Range) -> Result<Value, Error> {
    let (start, count) = slice(r, a.len()?)?;
    let first = a.start.wrapping_add(a.step.wrapping_mul(start));
    let step = a.step.wrapping_mul(r.step);
    Ok(Value::range(Range {
        step,
        ..Range::new(first, first.wrapping_add(step.wrapping_mul(count)))
    }))
}

/// `value.name`
pub fn field(value: &Value, name: &str) -> Result<Value, Error> {
    let found = match value {
        Value::Record(r) => r.get(name).cloned(),
        Value::Array(a) => array_property(a, name)?,
        Value::Error(e) => match name {
            "kind" => Some(Value::str(&*e.kind_name)),
            "message" => Some(Value::str(e.message.as_str())),
            "hint" => Some(e.hint.as_deref().map_or(Value::None, Value::str)),
            "payload" => Some(e.payload.clone()),
            "code" => Some(Value::str(e.kind.code())),
            "line" => Some(e.line.map_or(Value::None, |l| Value::Int(i64::from(l)))),
            "trace" => {
                Some(Value::list(e.trace.iter().map(|t| Value::str(&*t.function)).collect()))
            }
            _ => None,
        },
        Value::Complex(z) => match name {
            "re" => Some(Value::Float(z.re)),
            "im" => Some(Value::Float(z.im)),
            _ => None,
        },
        Value::Range(r) => match name {
            "start" => Some(r.start().map_or(Value::None, Value::Int)),
            "stop" => Some(r.stop().map_or(Value::None, Value::Int)),
            "step" => Some(Value::Int(r.step)),
            _ => None,
        },
        _ => None,
    };
    found.ok_or_else(|| missing_field(value, name))
}

/// The names that [`field`] knows of a value.
pub fn fields(value: &Value) -> Vec<Arc<str>> {
    let names: &[&str] = match value {
        Value::Record(r) => return r.iter().map(|(name, _)| name.clone()).collect(),
        Value::Array(_) => &["shape", "rank", "dtype", "size", "T"],
        Value::Error(_) => &["kind", "message", "hint", "payload", "code", "line", "trace"],
        Value::Complex(_) => &["re", "im"],
        Value::Range(_) => &["start", "stop", "step"],
        _ => &[],
    };
    names.iter().map(|&name| name.into()).collect()
}

fn array_property(a: &Arc<Array>, name: &str) -> Result<Option<Value>, Error> {
    Ok(Some(match name {
        "shape" => Value::tuple(a.shape().iter().map(|&n| Value::Int(n)).collect()),
        "rank" => Value::Int(a.rank() as i64),
        "dtype" => Value::dtype(a.dtype()),
        "size" => Value::Int(a.size() as i64),
        "T" => Value::array(a.transpose(None)?),
        _ => return Ok(None),
    }))
}

/// The error of a field that is not there, with the one that was meant or those that are.
#[cold]
pub fn missing_field(value: &Value, name: &str) -> Error {
    let fields = fields(value);
    let near = nearest(name, fields.iter().map(|f| &**f));
    let hint = near.map(did_you_mean).or_else(|| match value {
        Value::Dict(_) => Some(format!("d[\"{name}\"] reads the value at a key")),
        _ if Builtin::from_name(name).is_some_and(Builtin::is_method) => {
            Some(format!("`{name}` is a function: call it, `.{name}(..)`"))
        }
        _ if fields.is_empty() => None,
        _ => Some(format!("it has {}", fields.join(", "))),
    });
    without_field(value, name, hint)
}

/// The error of a call `value.name(..)` of what is neither a field nor a function.
#[cold]
pub fn missing_method(value: &Value, name: &str) -> Error {
    let fields = fields(value);
    if fields.iter().any(|f| **f == *name) {
        return Error::type_error(format!("{name} of {} cannot be called", describe(value)));
    }
    let functions = Builtin::ALL.iter().filter(|b| b.is_method()).map(|b| b.name());
    match nearest(name, fields.iter().map(|f| &**f).chain(functions)) {
        Some(near) => without_field(value, name, Some(did_you_mean(near))),
        None => missing_field(value, name),
    }
}

fn without_field(value: &Value, name: &str, hint: Option<String>) -> Error {
    let (kind, what) = match value {
        Value::Record(_) => (ErrorKind::KeyError, "the record".into()),
        Value::Dict(_) => (ErrorKind::KeyError, "a dict".into()),
        Value::Array(a) => {
            (ErrorKind::KeyError, format!("an array (shape {})", shape_text(a.shape())))
        }
        Value::Error(_) => (ErrorKind::KeyError, "an error".into()),
        other => (ErrorKind::TypeError, describe(other)),
    };
    let error = Error::new(kind, format!("{what} has no field {name}"));
    match hint {
        Some(hint) => error.hint(hint),
        None => error,
    }
}

fn did_you_mean(near: &str) -> String {
    format!("did you mean `{near}`?")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_listed_field_is_there() {
        let record = [("a", Value::Int(1))].into_iter().collect();
        let values = [
            Value::record(record),
            Value::array(Array::zeros(&[2, 3], quern_ir::DType::Int).expect("small")),
            Value::from(Error::value_error("no")),
            Value::complex(1.0, 2.0),
            Value::range(crate::range::Range::new(1, 2)),
        ];
        for value in values {
            let names = fields(&value);
            assert!(!names.is_empty());
            for name in names {
                assert!(field(&value, &name).is_ok(), "{name} of {value:?}");
            }
        }
        assert!(fields(&Value::Int(1)).is_empty());
    }
}
