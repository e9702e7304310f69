//! Writing parts of a variable in place: `a[i] = x`, `p.x = y`, `xs[i].p[2, ..] = z`.
//!
//! A variable that nobody else holds is changed where it is; otherwise the shared part is copied
//! first. A failed assignment changes nothing that can be seen.

use super::arith::operand;
use super::index::{
    array_indices, index, item, missing_field, no_entry, out_of_range, position, slice,
};
use crate::array::{Array, Operand};
use crate::dict::Dict;
use crate::error::Error;
use crate::list::List;
use crate::std::{describe, key, to_array};
use crate::value::{Tuple, Value};
use quern_ir::function::{IndexPart, PathStep};
use quern_ir::{DType, ErrorKind};
use std::sync::Arc;

/// `variable<steps> = value`; `indices` are the values of all the steps' indices in order.
pub fn set_place(
    variable: &mut Value,
    steps: &[PathStep],
    indices: &[Value],
    value: Value,
) -> Result<(), Error> {
    let Some((step, rest)) = steps.split_first() else {
        *variable = value;
        return Ok(());
    };
    match step {
        PathStep::Field(name) => match variable {
            Value::Record(r) => match r.get_mut(name) {
                Some(inner) => set_place(inner, rest, indices, value),
                None => Err(missing_field(variable, name)),
            },
            other => {
                Err(Error::type_error(format!("the fields of {} cannot be set", describe(other))))
            }
        },
        PathStep::Index(parts) => {
            let count = parts.iter().filter(|p| **p == IndexPart::Value).count();
            let (here, later) = indices.split_at(count);
            if rest.is_empty() {
                return set_indexed(variable, parts, here, value);
            }
            if let ([IndexPart::Value], [by]) = (&parts[..], here)
                && let Some(inner) = item_mut(variable, by)?
            {
                return set_place(inner, rest, later, value);
            }
            // A part of an array is changed on its own and stored back.
            let mut part = index(variable, parts, here)?;
            set_place(&mut part, rest, later, value)?;
            set_indexed(variable, parts, here, part)
        }
    }
}

/// The item of a container in place; `None` for those that keep no values of their own.
fn item_mut<'a>(variable: &'a mut Value, by: &Value) -> Result<Option<&'a mut Value>, Error> {
    match (variable, by) {
        (Value::List(l), Value::Int(i)) => {
            let p = position(*i, l.len()).ok_or_else(|| out_of_range("list", *i, l.len()))?;
            let list: &mut List = Arc::make_mut(l);
            Ok(list.get_mut(p))
        }
        (Value::Dict(d), by) => {
            let dict: &mut Dict = Arc::make_mut(d);
            dict.find_mut(by).map(Some).ok_or_else(|| no_entry(by))
        }
        (Value::Tuple(t), Value::Int(i)) => {
            let p = position(*i, t.items.len())
                .ok_or_else(|| out_of_range("tuple", *i, t.items.len()))?;
            let tuple: &mut Tuple = Arc::make_mut(t);
            Ok(tuple.items.get_mut(p))
        }
        _ => Ok(None),
    }
}

/// `variable[parts] = value`
fn set_indexed(
    variable: &mut Value,
    parts: &[IndexPart],
    indices: &[Value],
    value: Value,
) -> Result<(), Error> {
    match (parts, indices) {
        ([IndexPart::Value], [by]) => set_index(variable, by, value),
        _ => match variable {
            Value::Array(a) => {
                if let (
                    [IndexPart::Value, IndexPart::Value],
                    [Value::Int(i), Value::Int(j)],
                    Some(x),
                ) = (parts, indices, value.as_scalar())
                    && a.rank() == 2
                {
                    let array: &mut Array = unique(a);
                    return Ok(array.set_scalar(&[*i, *j], x)?);
                }
                let at = array_indices(parts, indices)?;
                set_array(a, &at, value)
            }
            other => Err(not_assignable(other)),
        },
    }
}

/// `variable[i, j] = value`
pub fn set_two(variable: &mut Value, indices: &[Value; 2], value: Value) -> Result<(), Error> {
    set_indexed(variable, &[IndexPart::Value; 2], indices, value)
}

/// `variable[by] = value`
pub fn set_index(variable: &mut Value, by: &Value, value: Value) -> Result<(), Error> {
    match (&mut *variable, by) {
        (Value::Array(a), Value::Int(i)) => {
            if a.rank() == 1
                && let Some(x) = value.as_scalar()
            {
                return Ok(unique(a).set_scalar(&[*i], x)?);
            }
            set_array(a, &[crate::array::Index::At(*i)], value)
        }
        (Value::Array(a), by) => set_array(a, &[super::index::array_index(by)?], value),
        (Value::List(l), Value::Int(i)) => {
            let p = position(*i, l.len()).ok_or_else(|| out_of_range("list", *i, l.len()))?;
            let list: &mut List = Arc::make_mut(l);
            list.set(p, value);
            Ok(())
        }
        (Value::List(l), Value::Range(r)) => {
            let (start, count) = slice(r, l.len())?;
            let new: Vec<Value> = match &value {
                Value::List(v) => v.to_vec(),
                Value::Array(a) => {
                    (0..a.len() as i64).map(|i| a.row(i).map(item)).collect::<Result<_, _>>()?
                }
                Value::Tuple(t) => t.items.to_vec(),
                other => {
                    return Err(Error::type_error(format!(
                        "{} cannot be stored in a slice of a list",
                        describe(other)
                    )));
                }
            };
            if new.len() as i64 != count {
                return Err(Error::new(
                    ErrorKind::ShapeError,
                    format!("{} items for a slice of {count}", new.len()),
                ));
            }
            let list: &mut List = Arc::make_mut(l);
            for (i, v) in (0..count).zip(new) {
                list.set((start + i * r.step) as usize, v);
            }
            Ok(())
        }
        (Value::Dict(d), by) => set_entry(d, by, value),
        (Value::Record(r), by) if let Some(name) = by.as_str() => match r.get_mut(name) {
            Some(field) => {
                *field = value;
                Ok(())
            }
            None => Err(missing_field(variable, name)),
        },
        (Value::Tuple(t), Value::Int(i)) => {
            let p = position(*i, t.items.len())
                .ok_or_else(|| out_of_range("tuple", *i, t.items.len()))?;
            let tuple: &mut Tuple = Arc::make_mut(t);
            tuple.items[p] = value;
            Ok(())
        }
        (Value::List(_) | Value::Tuple(_), by) => {
            Err(Error::type_error(format!("{} is no index of a list", describe(by))))
        }
        (other, _) => Err(not_assignable(other)),
    }
}

/// `dict[by] = value`
pub fn set_entry(dict: &mut Arc<Dict>, by: &Value, value: Value) -> Result<(), Error> {
    match Arc::make_mut(dict).place(by)? {
        Some(place) => *place = value,
        None => drop(key(by)?),
    }
    Ok(())
}

fn set_array(a: &mut Arc<Array>, at: &[crate::array::Index], value: Value) -> Result<(), Error> {
    let wanted = a.dtype();
    let value = match value {
        items @ (Value::List(_) | Value::Tuple(_) | Value::Range(_)) => match to_array(&items)? {
            Some(array) => Operand::Array(array),
            None => return Err(no_element(&items, wanted)),
        },
        other => operand(other).map_err(|other| no_element(&other, wanted))?,
    };
    Ok(unique(a).set(at, &value)?)
}

/// The array for writing. Only the header is copied when the value is shared; the array itself copies
/// its storage when that is shared too.
fn unique(a: &mut Arc<Array>) -> &mut Array {
    Arc::make_mut(a)
}

#[cold]
fn no_element(value: &Value, dtype: DType) -> Error {
    Error::type_error(format!("{} cannot be stored in an array of {dtype}", describe(value)))
}

#[cold]
fn not_assignable(value: &Value) -> Error {
    let error = Error::type_error(format!("the items of {} cannot be set", describe(value)));
    match value {
        Value::ShortStr(_) | Value::LongStr(_) => {
            error.hint("strings do not change; build a new one, as with replace or +")
        }
        _ => error,
    }
}
