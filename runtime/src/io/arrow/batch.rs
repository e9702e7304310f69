//! A table of a script as a batch of Arrow's columns.

use super::super::fields;
use arrow_array::{
    ArrayRef, BooleanArray, Float32Array, Float64Array, Int32Array, Int64Array, LargeStringArray,
    NullArray, RecordBatch, StringArray, UInt8Array,
};
use arrow_schema::{Field, Schema};
use quern_ir::{DType, ErrorKind};
use quern_vm::array::{Array, Element};
use quern_vm::interrupt::Stop;
use quern_vm::list::{Items, List};
use quern_vm::std::describe;
use quern_vm::{Error, Value};
use std::sync::Arc;

/// The columns of a record or dict. `name` is the builtin that messages are about.
///
/// # Errors
/// `TypeError` for what is no table, `ShapeError` for columns of different length, `ValueError` without any.
pub fn batch(stop: Stop<'_>, name: &str, table: &Value) -> Result<RecordBatch, Error> {
    let mut fields = Vec::new();
    let mut columns: Vec<ArrayRef> = Vec::new();
    for (title, value) in fields::named(&format!("{name}: table"), table)? {
        stop.check()?;
        let column = column(stop, &format!("{name}: column {title}"), value)?;
        if let Some(first) = columns.first().filter(|first| first.len() != column.len()) {
            let (found, expected) = (column.len(), first.len());
            return Err(Error::new(
                ErrorKind::ShapeError,
                format!("{name}: column {title} has {found} items, the first one {expected}"),
            ));
        }
        fields.push(Field::new(&*title, column.data_type().clone(), true));
        columns.push(column);
    }
    if columns.is_empty() {
        return Err(Error::value_error(format!("{name}: a table has at least one column")));
    }
    RecordBatch::try_new(Arc::new(Schema::new(fields)), columns)
        .map_err(|e| Error::value_error(format!("{name}: {e}")))
}

fn column(stop: Stop<'_>, title: &str, value: &Value) -> Result<ArrayRef, Error> {
    match value {
        Value::Array(a) if a.rank() == 1 => numbers(title, &a.contiguous(stop)?),
        Value::List(l) => items(title, l),
        other => Err(Error::type_error(format!(
            "{title} must be a list or a one-dimensional array, not {}",
            describe(other)
        ))),
    }
}

fn numbers(title: &str, array: &Array) -> Result<ArrayRef, Error> {
    Ok(match array.dtype() {
        DType::Bool => {
            let bytes = array.bytes().unwrap_or_default();
            Arc::new(bytes.iter().map(|&x| Some(x != 0)).collect::<BooleanArray>())
        }
        DType::U8 => Arc::new(UInt8Array::from_iter_values(elements(array))),
        DType::I32 => Arc::new(Int32Array::from_iter_values(elements(array))),
        DType::Int => Arc::new(Int64Array::from_iter_values(elements(array))),
        DType::F32 => Arc::new(Float32Array::from_iter_values(elements(array))),
        DType::Float => Arc::new(Float64Array::from_iter_values(elements(array))),
        DType::Complex => {
            return Err(Error::type_error(format!(
                "{title} holds complex numbers, which have no place in a table"
            ))
            .hint("write real(z) and imag(z) as two columns"));
        }
    })
}

/// The elements of an array in one piece.
fn elements<T: Element>(array: &Array) -> impl ExactSizeIterator<Item = T> + '_ {
    array.as_slice::<T>().unwrap_or_default().iter().copied()
}

fn items(title: &str, list: &List) -> Result<ArrayRef, Error> {
    Ok(match list.items() {
        Items::Int(items) => Arc::new(Int64Array::from(items.clone())),
        Items::Float(items) => Arc::new(Float64Array::from(items.clone())),
        Items::Bool(items) => Arc::new(BooleanArray::from(items.clone())),
        Items::Any(items) => match Kind::of_all(title, items)? {
            None => Arc::new(NullArray::new(items.len())),
            Some(Kind::Text) => {
                const MOST: usize = i32::MAX as usize;
                let texts = || items.iter().map(Value::as_str);
                let bytes: usize = texts().flatten().map(str::len).sum();
                if bytes > MOST {
                    Arc::new(texts().collect::<LargeStringArray>())
                } else {
                    Arc::new(texts().collect::<StringArray>())
                }
            }
            Some(Kind::Bool) => {
                Arc::new(items.iter().map(Value::as_bool).collect::<BooleanArray>())
            }
            Some(Kind::Int) => Arc::new(items.iter().map(Value::as_int).collect::<Int64Array>()),
            Some(Kind::Float) => {
                Arc::new(items.iter().map(Value::as_float).collect::<Float64Array>())
            }
        },
    })
}

/// What the items of a list are, apart from those that are missing.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    Bool,
    Int,
    Float,
}

impl Kind {
    fn of(value: &Value) -> Option<Kind> {
        match value {
            Value::Bool(_) => Some(Kind::Bool),
            Value::Int(_) => Some(Kind::Int),
            Value::Float(_) | Value::F32(_) => Some(Kind::Float),
            other if other.is_str() => Some(Kind::Text),
            _ => None,
        }
    }

    /// The kind that all have; `None` if all are missing.
    fn of_all(title: &str, items: &[Value]) -> Result<Option<Kind>, Error> {
        let mut all = None;
        for item in items.iter().filter(|item| !item.is_none()) {
            all = match (all, Kind::of(item)) {
                (None, Some(kind)) => Some(kind),
                (Some(kind), Some(other)) if kind == other => Some(kind),
                (Some(Kind::Int | Kind::Float), Some(Kind::Int | Kind::Float)) => Some(Kind::Float),
                _ => {
                    return Err(Error::type_error(format!(
                        "{title} must hold str, numbers or bools, each with none, not {} beside them",
                        item.type_name()
                    )));
                }
            };
        }
        Ok(all)
    }
}
