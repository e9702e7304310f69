//! Builtins over lists, dicts, records and tuples.

use super::args::Args;
use super::arrays::element;
use crate::array::Array;
use crate::dict::{Dict, Key, MAX_NESTING};
use crate::error::Error;
use crate::list::List;
use crate::ops::position_of;
use crate::record::Record;
use crate::value::{Value, equal};
use std::sync::Arc;

type Result = std::result::Result<Value, Error>;

/// `len`: items of a container, characters of a string, rows of an array.
pub fn len(args: &Args<'_>) -> Result {
    match item_count(args.get(0))? {
        Some(n) => Ok(Value::Int(n as i64)),
        None => Err(args.wrong(0, "something with a length")),
    }
}

/// How many items a value has, if it has any.
pub fn item_count(value: &Value) -> std::result::Result<Option<usize>, Error> {
    Ok(Some(match value {
        text if let Some(s) = text.as_text() => s.len(),
        Value::List(l) => l.len(),
        Value::Tuple(t) => t.items.len(),
        Value::Dict(d) => d.len(),
        Value::Record(r) => r.fields().len(),
        Value::Array(a) if a.rank() > 0 => a.len(),
        Value::Array(_) => return Err(Error::type_error("len: an array of rank 0 has no length")),
        Value::Range(r) => r.len()?,
        _ => return Ok(None),
    }))
}

/// Makes room for items that are about to be pushed.
pub fn reserve(args: &mut Args<'_>) -> Result {
    let more = args.count(1)?;
    match &mut args.values[0] {
        Value::List(list) => Arc::make_mut(list).reserve(more)?,
        // An array grows by itself; there only has to be room.
        _ => drop(crate::range::room::<i64>(more)?),
    }
    Ok(Value::None)
}

pub fn push(args: &mut Args<'_>) -> Result {
    let value = args.take(1);
    match &mut args.values[0] {
        Value::Array(a) if let Some(x) = element(a, &value) => Arc::make_mut(a).push(x)?,
        other => match own_list(other) {
            Some(list) => {
                let list = Arc::make_mut(list);
                list.reserve(1)?;
                list.push(value);
            }
            None => return Err(args.wrong(0, "a list")),
        },
    }
    Ok(Value::None)
}

pub fn pop(args: &mut Args<'_>) -> Result {
    match list_len(args)? {
        0 => Err(Error::index_error("pop: the list is empty").hint("test len(xs) > 0 first")),
        n => Ok(take_out(&mut args.values[0], n - 1)?.unwrap_or_default()),
    }
}

pub fn insert(args: &mut Args<'_>) -> Result {
    let (len, index) = (list_len(args)?, args.int(1)?);
    let at = if index < 0 { index + len as i64 } else { index };
    let Some(at) = usize::try_from(at).ok().filter(|&at| at <= len) else {
        return Err(out_of_range("insert", index, len));
    };
    let value = args.take(2);
    match &mut args.values[0] {
        Value::Array(a) if let Some(x) = element(a, &value) => Arc::make_mut(a).insert(at, x)?,
        other => {
            if let Some(list) = own_list(other) {
                Arc::make_mut(list).insert(at, value);
            }
        }
    }
    Ok(Value::None)
}

pub fn remove(args: &mut Args<'_>) -> Result {
    if matches!(args.get(0), Value::Dict(_)) {
        let wanted = key(args.get(1))?;
        let removed = match &mut args.values[0] {
            Value::Dict(dict) => Arc::make_mut(dict).remove(&wanted),
            _ => None,
        };
        return removed.ok_or_else(|| missing_key(args.get(1)));
    }
    let (len, index) = (list_len(args)?, args.int(1)?);
    let at = if index < 0 { index + len as i64 } else { index };
    let removed = match usize::try_from(at) {
        Ok(at) => take_out(&mut args.values[0], at)?,
        Err(_) => None,
    };
    removed.ok_or_else(|| out_of_range("remove", index, len))
}

fn out_of_range(name: &str, index: i64, len: usize) -> Error {
    let items = super::items(len);
    Error::index_error(format!("{name}: index {index} is out of range for a list of {items}"))
}

pub fn clear(args: &mut Args<'_>) -> Result {
    match &mut args.values[0] {
        Value::List(list) => *list = Arc::new(List::new()),
        Value::Dict(dict) => *dict = Arc::new(Dict::new()),
        Value::Array(a) if a.rank() > 0 => {
            let shape: Vec<i64> =
                std::iter::once(0).chain(a.shape()[1..].iter().copied()).collect();
            *a = Arc::new(Array::zeros(&shape, a.dtype())?);
        }
        _ => return Err(args.wrong(0, "a list or dict")),
    }
    Ok(Value::None)
}

/// The list that a value is, or that an array becomes where it is to hold what is no element of it, since
/// `[1, 2]` makes an array where a list may be meant.
fn own_list(value: &mut Value) -> Option<&mut Arc<List>> {
    if matches!(value, Value::Array(_)) {
        *value = Value::List(as_list(value)?);
    }
    match value {
        Value::List(list) => Some(list),
        _ => None,
    }
}

/// Takes the item at a position out of a list or vector; `None` past its end.
fn take_out(value: &mut Value, at: usize) -> std::result::Result<Option<Value>, Error> {
    Ok(match value {
        Value::List(list) => Arc::make_mut(list).remove(at),
        Value::Array(a) => Arc::make_mut(a).remove(at)?.map(Value::from),
        _ => None,
    })
}

/// The length of a list or vector.
fn list_len(args: &Args<'_>) -> std::result::Result<usize, Error> {
    match args.get(0) {
        Value::List(list) => Ok(list.len()),
        Value::Array(a) if a.rank() == 1 => Ok(a.len()),
        _ => Err(args.wrong(0, "a list")),
    }
}

/// `first` and `last`.
pub fn end_item(args: &Args<'_>, last: bool) -> Result {
    if matches!(args.get(0), Value::Dict(_) | Value::Record(_)) {
        return Err(args.wrong(0, "a list, tuple, array, str or range"));
    }
    let len = match len(args)? {
        Value::Int(0) => {
            let what = super::describe(args.get(0));
            return Err(Error::index_error(format!("{}: {what} is empty", args.builtin.name())));
        }
        Value::Int(n) => n,
        _ => 0,
    };
    crate::ops::index_one(args.get(0), if last { len - 1 } else { 0 })
}

pub fn index_of(args: &Args<'_>) -> Result {
    let wanted = args.get(1);
    let position = match args.get(0) {
        Value::List(l) => position_of(args.stop, l.iter(), wanted)?,
        Value::Tuple(t) => position_of(args.stop, t.items.iter().cloned(), wanted)?,
        Value::Array(a) if a.rank() == 1 => {
            position_of(args.stop, a.scalars().map(Value::from), wanted)?
        }
        _ => return Err(args.wrong(0, "a list, tuple or one-dimensional array")),
    };
    Ok(position.map_or(Value::None, |i| Value::Int(i as i64)))
}

/// The distinct items of a list, in order of first appearance, and how often each occurs.
pub fn unique_items(list: &List) -> (Vec<Value>, Vec<i64>) {
    let (mut items, mut counts): (Vec<Value>, Vec<i64>) = (Vec::new(), Vec::new());
    let mut positions = Dict::new();
    for item in list.iter() {
        let found = match identity(&item, MAX_NESTING).and_then(|v| Key::from_value(&v)) {
            Some(key) => match positions.get(&key).and_then(Value::as_int) {
                Some(at) => Some(at as usize),
                None => {
                    positions.insert(key, Value::Int(items.len() as i64));
                    None
                }
            },
            None => items.iter().position(|v| equal(v, &item)),
        };
        match found {
            Some(at) => counts[at] += 1,
            None => {
                items.push(item);
                counts.push(1);
            }
        }
    }
    (items, counts)
}

/// What has the same dict key as all values that are equal to this one: of the numbers that are whole, the
/// int. `None` for a value without a key.
fn identity(value: &Value, depth: usize) -> Option<Value> {
    Some(match value {
        Value::Bool(x) => Value::Int(i64::from(*x)),
        Value::Float(x) => whole(*x)?,
        Value::F32(x) => whole(f64::from(*x))?,
        Value::Complex(z) if z.im == 0.0 => whole(z.re)?,
        Value::Tuple(t) => {
            let depth = depth.checked_sub(1)?;
            Value::tuple(t.items.iter().map(|v| identity(v, depth)).collect::<Option<_>>()?)
        }
        other => other.clone(),
    })
}

/// The int that a float is equal to.
fn whole(x: f64) -> Option<Value> {
    const END: f64 = 9_223_372_036_854_775_808.0;
    (x.trunc() == x && (-END..END).contains(&x)).then(|| Value::Int(x as i64))
}

/// The dict key a value is.
pub fn key(value: &Value) -> std::result::Result<Key, Error> {
    Key::from_value(value).ok_or_else(|| {
        let what = super::describe(no_key(value));
        Error::type_error(format!(
            "a dict key must be an int, str, bool or tuple of them, not {what}"
        ))
    })
}

/// The part of a value that keeps it from being a key.
fn no_key(value: &Value) -> &Value {
    match value {
        Value::Tuple(t) => {
            t.items.iter().find(|v| Key::from_value(v).is_none()).map_or(value, no_key)
        }
        _ => value,
    }
}

pub fn missing_key(wanted: &Value) -> Error {
    let shown = super::show::repr(wanted);
    Error::key_error(format!("key {shown} is not in the dict"))
        .hint(format!("d.get({shown}, default) gives a default instead"))
}

pub fn get(args: &Args<'_>) -> Result {
    let found = match (args.get(0), args.get(1)) {
        (Value::Dict(d), k) => match d.find(k) {
            Some(value) => Some(value.clone()),
            None => key(k).map(|_| None)?,
        },
        (Value::Record(r), name) if let Some(name) = name.as_str() => r.get(name).cloned(),
        (Value::List(_) | Value::Array(_) | Value::Tuple(_), Value::Int(i)) => {
            crate::ops::index_one(args.get(0), *i).ok()
        }
        _ => return Err(args.wrong(0, "a dict, record or list")),
    };
    Ok(found.unwrap_or_else(|| args.get(2).clone()))
}

pub fn keys(args: &Args<'_>) -> Result {
    Ok(Value::list(match args.get(0) {
        Value::Dict(d) => d.keys().map(Key::to_value).collect(),
        Value::Record(r) => r.iter().map(|(name, _)| Value::from(&**name)).collect(),
        _ => return Err(args.wrong(0, "a dict or record")),
    }))
}

pub fn values(args: &Args<'_>) -> Result {
    Ok(Value::list(match args.get(0) {
        Value::Dict(d) => d.values().cloned().collect(),
        Value::Record(r) => r.fields().to_vec(),
        _ => return Err(args.wrong(0, "a dict or record")),
    }))
}

pub fn items(args: &Args<'_>) -> Result {
    Ok(Value::list(match args.get(0) {
        Value::Dict(d) => {
            d.iter().map(|(k, v)| Value::tuple(vec![k.to_value(), v.clone()])).collect()
        }
        Value::Record(r) => {
            r.iter().map(|(name, v)| Value::tuple(vec![Value::from(&**name), v.clone()])).collect()
        }
        _ => return Err(args.wrong(0, "a dict or record")),
    }))
}

pub fn merge(args: &mut Args<'_>) -> Result {
    match (args.take(0), args.get(1)) {
        (Value::Dict(mut a), Value::Dict(b)) => {
            let target = Arc::make_mut(&mut a);
            for (k, v) in b.iter() {
                target.insert(k.clone(), v.clone());
            }
            Ok(Value::Dict(a))
        }
        (Value::Record(mut a), Value::Record(b)) => {
            a.extend(b.iter().map(|(name, v)| (name.clone(), v.clone())));
            Ok(Value::Record(a))
        }
        (a, b) => Err(Error::type_error(format!(
            "merge: expected two dicts or two records, found {} and {}",
            super::describe(&a),
            super::describe(b)
        ))),
    }
}

pub fn has_field(args: &Args<'_>) -> Result {
    match args.get(0) {
        Value::Record(r) => Ok(Value::Bool(r.get(args.str(1)?).is_some())),
        _ => Err(args.wrong(0, "a record")),
    }
}

/// The items of a list, tuple or array as a list.
pub fn as_list(value: &Value) -> Option<Arc<List>> {
    Some(match value {
        Value::List(l) => l.clone(),
        Value::Tuple(t) => Arc::new(t.items.iter().cloned().collect()),
        Value::Array(a) if a.rank() == 1 => Arc::new(a.scalars().map(Value::from).collect()),
        Value::Array(a) if a.rank() > 1 => {
            let rows = (0..a.len() as i64).map(|i| crate::ops::index_one(value, i));
            Arc::new(rows.collect::<std::result::Result<_, _>>().ok()?)
        }
        _ => return None,
    })
}

pub fn to_tuple(args: &Args<'_>) -> Result {
    let items = as_list(args.get(0)).ok_or_else(|| args.wrong(0, "a list"))?;
    Ok(Value::tuple(items.to_vec()))
}

/// A dict of a list of pairs.
pub fn to_dict(args: &Args<'_>) -> Result {
    let pairs = pairs(args)?;
    let mut dict = Dict::new();
    for (k, v) in pairs {
        dict.insert(key(&k)?, v);
    }
    Ok(Value::dict(dict))
}

/// A record of a list of (name, value) pairs.
pub fn to_record(args: &Args<'_>) -> Result {
    let field = |(name, v): (Value, Value)| match name.as_str() {
        Some(field) => Ok((Arc::<str>::from(field), v)),
        None => {
            let what = super::describe(&name);
            Err(Error::type_error(format!("record: a field name must be a str, not {what}")))
        }
    };
    let fields = pairs(args)?.into_iter().map(field);
    Ok(Value::record(fields.collect::<std::result::Result<Record, _>>()?))
}

fn pairs(args: &Args<'_>) -> std::result::Result<Vec<(Value, Value)>, Error> {
    let items = as_list(args.get(0)).ok_or_else(|| args.wrong(0, "a list of pairs"))?;
    let pair = |item: Value| match as_list(&item) {
        Some(pair) if pair.len() == 2 => {
            let mut both = pair.to_vec();
            let second = both.pop().unwrap_or_default();
            Ok((both.pop().unwrap_or_default(), second))
        }
        _ => {
            let what = super::describe(&item);
            Err(Error::type_error(format!("expected (key, value) pairs, found {what}")))
        }
    };
    items.iter().map(pair).collect()
}
