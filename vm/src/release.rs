//! Freeing nested values without recursion.
//!
//! Dropping a list of lists of lists ... would call itself once a level and overflow the native stack
//! for data nested deeply enough. Containers hand what they hold to [`dismantle`] instead, which takes
//! apart whatever nobody else holds, one value after another.

use crate::value::Value;
use std::sync::Arc;

/// Whether dropping the value may drop other values.
#[inline]
pub fn is_nested(value: &Value) -> bool {
    matches!(
        value,
        Value::List(_)
            | Value::Tuple(_)
            | Value::Record(_)
            | Value::Dict(_)
            | Value::Fn(_)
            | Value::Error(_)
            | Value::Generator(_)
    )
}

/// Drops the nested values among these, which are left none.
#[inline]
pub fn dismantle<'a>(values: impl Iterator<Item = &'a mut Value>) {
    let mut pending = Vec::new();
    take_nested(values, &mut pending);
    if !pending.is_empty() {
        drop_all(pending);
    }
}

fn take_nested<'a>(values: impl Iterator<Item = &'a mut Value>, pending: &mut Vec<Value>) {
    for value in values {
        if is_nested(value) {
            pending.push(std::mem::take(value));
        }
    }
}

/// A value that is the last to hold its contents gives them to `pending` before it goes.
fn drop_all(mut pending: Vec<Value>) {
    while let Some(value) = pending.pop() {
        match value {
            Value::List(x) => {
                if let Some(mut list) = Arc::into_inner(x) {
                    take_nested(list.values_mut(), &mut pending);
                }
            }
            Value::Tuple(x) => {
                if let Some(mut tuple) = Arc::into_inner(x) {
                    take_nested(tuple.items.iter_mut(), &mut pending);
                }
            }
            Value::Record(mut x) => {
                if let Some(fields) = x.sole() {
                    take_nested(fields.iter_mut(), &mut pending);
                }
            }
            Value::Dict(x) => {
                if let Some(mut dict) = Arc::into_inner(x) {
                    take_nested(dict.values_mut(), &mut pending);
                }
            }
            Value::Fn(x) => {
                if let Some(mut closure) = Arc::into_inner(x) {
                    take_nested(closure.captures.iter_mut(), &mut pending);
                }
            }
            Value::Error(x) => {
                if let Some(mut error) = Arc::into_inner(x) {
                    take_nested(std::iter::once(&mut error.payload), &mut pending);
                }
            }
            Value::Generator(x) => {
                if let Some(generator) = Arc::into_inner(x)
                    && let Some(mut fiber) = generator.into_fiber()
                {
                    take_nested(fiber.stack.iter_mut(), &mut pending);
                }
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::closure::Closure;
    use crate::dict::{Dict, Key};
    use crate::record::Record;
    use crate::value::Value;
    use quern_ir::FuncId;
    use std::sync::Arc;

    #[test]
    fn deep_values_are_freed_flat() {
        let wraps: [fn(Value) -> Value; 5] = [
            |v| Value::list(vec![v]),
            |v| Value::tuple(vec![Value::Int(1), v]),
            |v| Value::record(Record::from_iter([("next", v)])),
            |v| Value::dict(Dict::from_iter([(Key::Int(1), v)])),
            |v| Value::Fn(Arc::new(Closure { func: FuncId(0), captures: [v].into() })),
        ];
        let mut value = Value::None;
        for i in 0..500_000 {
            value = wraps[i % wraps.len()](value);
        }
        let alias = value.clone();
        drop(value);
        assert!(matches!(alias, Value::Fn(_)));
    }
}
